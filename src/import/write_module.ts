// A whole module: what it imports, its enums, its messages, its extensions and its services, each in the file's order.
import type { DescEnum, DescMessage } from "@bufbuild/protobuf";
import type { ModuleContext } from "./module.ts";
import { writeEnum } from "./write_enum.ts";
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
  const blocks = [...enums, ...messages, ...services];
  const imports = context.imports.statements(context.options.lineWidth);
  return [...(imports.length > 0 ? [imports] : []), ...blocks].map((lines) => `${lines.join("\n")}\n`).join("\n");
}
