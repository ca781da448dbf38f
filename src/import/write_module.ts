// A whole module: what it imports, its extensions, enums, messages and services, each in the file's order, then the file itself.
import type { DescEnum, DescFile, DescMessage } from "@bufbuild/protobuf";
import type { ModuleContext } from "./module.ts";
import { writeEnum } from "./write_enum.ts";
import { writeExtension } from "./write_extension.ts";
import { type Declared, writeFile } from "./write_file.ts";
import { writeMessage } from "./write_message.ts";
import { writeService } from "./write_service.ts";

/** The text of a module. */
export function writeModule(context: ModuleContext): string {
  const { file } = context;
  const enums: string[][] = [];
  const messages: string[][] = [];
  const addEnum = (desc: DescEnum, path: number[]): void => void enums.push(writeEnum(context, desc, path));
  const addMessage = (desc: DescMessage, path: number[]): void => {
    messages.push(writeMessage(context, desc, path));
    desc.nestedEnums.forEach((nested) => addEnum(nested, [...path, 4, desc.proto.enumType.indexOf(nested.proto)]));
    desc.nestedMessages.forEach((nested) =>
      addMessage(nested, [...path, 3, desc.proto.nestedType.indexOf(nested.proto)])
    );
  };
  file.enums.forEach((desc, i) => addEnum(desc, [5, i]));
  file.messages.forEach((desc, i) => addMessage(desc, [4, i]));
  const services = file.services.map((desc, i) => writeService(context, desc, [6, i]));
  const names: { [kind in keyof Declared]: string[] } = { messages: [], enums: [], services: [], extensions: [] };
  const extensions: string[][] = [];
  const addNames = (scope: DescFile | DescMessage, path: readonly number[]): void => {
    const [enumsOf, messagesOf, extensionsOf] = scope.kind === "file"
      ? [scope.enums, scope.messages, scope.extensions]
      : [scope.nestedEnums, scope.nestedMessages, scope.nestedExtensions];
    names.enums.push(...enumsOf.map((desc) => context.name(desc)));
    const field = scope.kind === "file" ? 7 : 6;
    for (const desc of extensionsOf) {
      names.extensions.push(context.name(desc));
      extensions.push(writeExtension(context, desc, [...path, field, scope.proto.extension.indexOf(desc.proto)]));
    }
    for (const desc of messagesOf) {
      names.messages.push(context.name(desc));
      const at = scope.kind === "file" ? 4 : 3;
      const list = scope.kind === "file" ? scope.proto.messageType : scope.proto.nestedType;
      addNames(desc, [...path, at, list.indexOf(desc.proto)]);
    }
  };
  addNames(file, []);
  names.services.push(...file.services.map((desc) => context.name(desc)));
  const declaration = writeFile(context, names);
  const blocks = [...extensions, ...enums, ...messages, ...services, declaration];
  const imports = context.imports.statements(context.options.lineWidth);
  return [...(imports.length > 0 ? [imports] : []), ...blocks].map((lines) => `${lines.join("\n")}\n`).join("\n");
}
