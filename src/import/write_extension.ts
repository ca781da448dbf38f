// Extensions, custom options among them.
import type { DescExtension } from "@bufbuild/protobuf";
import { sharedOptions } from "./field_options.ts";
import { valueCode } from "./field.ts";
import { call, type Code, objectOf, quote } from "./layout.ts";
import type { ModuleContext } from "./module.ts";

/** The lines of an extension. */
export function writeExtension(context: ModuleContext, extension: DescExtension, path: readonly number[]): string[] {
  const known = context.wellKnown(extension.extendee);
  const type = valueCode(context, {
    scalar: extension.scalar,
    enum: extension.enum,
    message: extension.message,
  }).type;
  context.inExtensions = true;
  const code = objectOf({
    extends: known ? known.schema() : `() => ${context.name(extension.extendee)}`,
    number: String(extension.number),
    // Extensions stand before enums and messages, whose options may use them.
    type: extension.enum?.file === context.file ? `() => ${String(type)}` : type,
    repeated: extension.fieldKind === "list" ? "true" : undefined,
    optional: extension.proto.proto3Optional ? "true" : undefined,
    ...sharedOptions(context, extension),
  });
  context.inExtensions = false;
  // What names an extension of the module in its own options needs a type that is written down.
  const leadsOn = code !== undefined && mentionsThunk(code);
  const value = call(context.sigil("extension"), quote(extension.typeName), ...(code ? [code] : []));
  return [
    ...context.detached(path),
    ...context.jsdoc(path, extension.deprecated),
    ...context.assignment(
      `export const ${context.name(extension)}${leadsOn ? `: ${context.sigilType("Extension")}` : ""}`,
      value,
    ),
  ];
}

function mentionsThunk(code: Code): boolean {
  if (typeof code === "string") return false;
  if ("callee" in code) return typeof code.args[0] === "string" && code.args[0].startsWith("() => ");
  if ("elements" in code) return code.elements.some(mentionsThunk);
  return code.entries.some(({ value }) => mentionsThunk(value));
}
