// A file descriptor as .proto text in the style of `buf format`: syntax, package, imports, options, then services, messages,
// enums and extensions, each kind in the order of the descriptor. The text compiles to an equal descriptor; what only source
// text has is normalised (order of imports, a oneof's fields side by side, comments wrapped at 120 columns).
import type { DescFile } from "@bufbuild/protobuf";
import { Edition, FileOptionsSchema } from "@bufbuild/protobuf/wkt";
import { inScope, PrintContext } from "./context.ts";
import { printEnum } from "./enum.ts";
import { stringLiteral } from "./literal.ts";
import { extensionsPrinter, groupEnd, groupPrinter, printMessage } from "./message.ts";
import { optionStatement } from "./option.ts";
import { printService } from "./service.ts";

// Field numbers of descriptor.proto's FileDescriptorProto, which make the paths of comments.
const fields = { package: 2, messageType: 4, enumType: 5, service: 6, extension: 7, syntax: 12, edition: 14 };

/**
 * The text of the `.proto` file of a descriptor: proto2, proto3 or an edition, as the descriptor is.
 *
 * The same descriptor always gives the same text. Comments are those of its `sourceCodeInfo`.
 *
 * @param others where the files are that it imports for their options only (`import option` of edition 2024), which its
 *   descriptor does not hold. Default: none.
 * @throws Error where a custom option's extension is in no imported file.
 */
export function printProto(file: DescFile, others: Iterable<DescFile> = []): string {
  const context = new PrintContext(file, others);
  printHead(context);
  printDeclarations(context);
  return context.out.toString();
}

function printHead(context: PrintContext): void {
  const { proto } = context.file;
  const { syntax, out } = context;
  if (syntax === "edition") {
    const edition = (Edition[proto.edition] ?? "").replace("EDITION_", "");
    context.statement([fields.edition], `edition = ${stringLiteral(edition)};`);
  } else context.statement([fields.syntax], `syntax = ${stringLiteral(syntax)};`);
  out.gap();
  if (proto.package !== "") context.statement([fields.package], `package ${proto.package};`);
  out.gap();
  for (const line of importLines(context)) out.line(line);
  out.gap();
  // What stands in a file sees what the package holds, as the elements of the package do.
  const options = context.options(FileOptionsSchema, proto.options, inScope(proto.package, ""));
  for (const entry of sortOptions(options)) out.line(optionStatement(entry));
}

function importLines({ file: { proto } }: PrintContext): string[] {
  const imports = proto.dependency.map((path, i) => {
    if (proto.publicDependency.includes(i)) return { path, text: `import public ${stringLiteral(path)};` };
    if (proto.weakDependency.includes(i)) return { path, text: `import weak ${stringLiteral(path)};` };
    return { path, text: `import ${stringLiteral(path)};` };
  });
  const sorted = imports.sort((a, b) => compare(a.path, b.path)).map(({ text }) => text);
  return [...sorted, ...[...proto.optionDependency].sort().map((path) => `import option ${stringLiteral(path)};`)];
}

// `buf format`: by name, custom options last.
function sortOptions<T extends readonly [name: string, value: unknown]>(options: readonly T[]): T[] {
  const key = ([name]: T): string => `${name.startsWith("(") ? 1 : 0}${name}`;
  return [...options].sort((a, b) => compare(key(a), key(b)));
}

function printDeclarations(context: PrintContext): void {
  const { proto } = context.file;
  const { out } = context;
  const scope = proto.package;
  proto.service.forEach((service, i) => {
    out.gap();
    printService(context, service, [fields.service, i], scope);
  });
  const printGroup = groupPrinter(context, proto.messageType, [fields.messageType], scope);
  const printExtensions = extensionsPrinter(context, proto.extension, [fields.extension], scope, printGroup);
  proto.messageType.forEach((message, i) => {
    out.gap();
    const extensionEnd = groupEnd(proto.extension, `.${inScope(scope, message.name)}`);
    // The bodies of groups are messages: they keep their place among the others.
    if (extensionEnd > 0) printExtensions(extensionEnd);
    else printMessage(context, message, [fields.messageType, i], scope);
  });
  proto.enumType.forEach((enumeration, i) => {
    out.gap();
    printEnum(context, enumeration, [fields.enumType, i], scope);
  });
  printExtensions();
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
