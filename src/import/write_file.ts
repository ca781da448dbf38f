// The declaration of the .proto file itself: its path, edition, imports and options, and the order of what it declares.
import { FileOptionsSchema } from "@bufbuild/protobuf/wkt";
import { Edition } from "@bufbuild/protobuf/wkt";
import { array, call, type Code, objectOf, quote } from "./layout.ts";
import type { ModuleContext } from "./module.ts";
import { optionsCode } from "./options.ts";

/** What a module declares, by its local names, in the order of the file. */
export interface Declared {
  readonly messages: readonly string[];
  readonly enums: readonly string[];
  readonly services: readonly string[];
  readonly extensions: readonly string[];
}

/** The lines of a file's declaration. */
export function writeFile(context: ModuleContext, declared: Declared): string[] {
  const { file } = context;
  const { proto } = file;
  const imports = [
    ...proto.dependency.map((path, i): Code => {
      const name = context.fileName(path);
      if (proto.publicDependency.includes(i)) return objectOf({ public: name }) ?? "";
      return proto.weakDependency.includes(i) ? objectOf({ weak: name }) ?? "" : name;
    }),
    ...proto.optionDependency.map((path) => objectOf({ option: context.fileName(path) }) ?? ""),
  ];
  const list = (codes: readonly Code[]): Code | undefined => codes.length === 0 ? undefined : array(codes);
  const code = objectOf({
    package: proto.package === "" ? undefined : quote(proto.package),
    edition: editionOf(file.edition),
    imports: list(imports),
    messages: list(declared.messages),
    enums: list(declared.enums),
    services: list(declared.services),
    extensions: list(declared.extensions),
    ...optionsCode(context, FileOptionsSchema, proto.options),
  });
  const value = call(context.sigil("protoFile"), quote(proto.name), ...(code ? [code] : []));
  return ["/** The file of all of these. */", ...context.assignment(`export const ${context.ownFileName}`, value)];
}

function editionOf(edition: Edition): string | undefined {
  if (edition === Edition.EDITION_PROTO3) return undefined;
  return edition === Edition.EDITION_PROTO2 ? '"proto2"' : quote(Edition[edition].replace("EDITION_", ""));
}
