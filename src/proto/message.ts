// Messages and what stands in them, in this order: options, reserved numbers and names, extension ranges, nested messages and
// enums, fields and oneofs, extensions. Map entries and the oneofs of proto3's `optional` are written as what they stand for.
import {
  type DescriptorProto,
  type DescriptorProto_ExtensionRange,
  ExtensionRangeOptionsSchema,
  type FieldDescriptorProto,
  FieldDescriptorProto_Type,
  MessageOptionsSchema,
  OneofOptionsSchema,
} from "@bufbuild/protobuf/wkt";
import { inScope, type PrintContext } from "./context.ts";
import { printEnum } from "./enum.ts";
import { type GroupPrinter, isInOneof, printField } from "./field.ts";
import { compactOptions } from "./option.ts";
import { printReserved, visibility } from "./reserved.ts";

// The largest field number, and the largest of messages in MessageSet's wire format; ranges end after their last number.
const ends = new Set([536870912, 2147483647]);

/**
 * Prints a message.
 *
 * @param path its path in the FileDescriptorProto.
 * @param scope the full name of the message or package that it is declared in.
 */
export function printMessage(
  context: PrintContext,
  message: DescriptorProto,
  path: readonly number[],
  scope: string,
): void {
  const name = inScope(scope, message.name);
  const options = context.options(MessageOptionsSchema, message.options, name);
  const head = `${visibility(message.visibility)}message ${message.name}`;
  context.block(path, head, options, () => printMembers(context, message, path, name));
}

/** Prints extensions: one `extend` block for each run of them that extends the same message. */
export function printExtensions(
  context: PrintContext,
  extensions: readonly FieldDescriptorProto[],
  path: readonly number[],
  scope: string,
  printGroup: GroupPrinter,
): void {
  let i = 0;
  while (i < extensions.length) {
    const { extendee = "" } = extensions[i] ?? {};
    context.out.gap();
    context.out.block(`extend ${context.references.name(extendee, scope)}`, () => {
      for (; extensions[i]?.extendee === extendee; i++) {
        printField(context, extensions[i] as FieldDescriptorProto, [...path, i], scope, new Map(), printGroup);
      }
    });
  }
}

/** The full names, with a leading dot, of the messages that are the bodies of groups. */
export function groupNames(fields: readonly FieldDescriptorProto[]): ReadonlySet<string> {
  return new Set(
    fields.filter((field) => field.type === FieldDescriptorProto_Type.GROUP).map((field) => field.typeName),
  );
}

/** Prints the group that is the type of a field or extension, from among the messages of the same scope. */
export function groupPrinter(
  context: PrintContext,
  messages: readonly DescriptorProto[],
  path: readonly number[],
  scope: string,
): GroupPrinter {
  return (field) => {
    const i = messages.findIndex((message) => `.${inScope(scope, message.name)}` === field.typeName);
    const message = messages[i];
    if (!message) throw new Error(`${inScope(scope, field.name)}: the type of a group has to stand beside the field.`);
    printMembers(context, message, [...path, i], inScope(scope, message.name));
  };
}

function printMembers(context: PrintContext, message: DescriptorProto, path: readonly number[], name: string): void {
  printReserved(
    context,
    message.reservedRange.map(({ start, end }) => range(start, end)),
    message.reservedName,
  );
  message.extensionRange.forEach((extensionRange, i) => printRange(context, extensionRange, [...path, 5, i], name));
  context.out.gap();
  const entries = new Map<string, DescriptorProto>();
  const groups = groupNames([...message.field, ...message.extension]);
  message.nestedType.forEach((nested, i) => {
    const typeName = `.${inScope(name, nested.name)}`;
    if (nested.options?.mapEntry) entries.set(typeName, nested);
    else if (!groups.has(typeName)) {
      printMessage(context, nested, [...path, 3, i], name);
      context.out.gap();
    }
  });
  message.enumType.forEach((nested, i) => {
    printEnum(context, nested, [...path, 4, i], name);
    context.out.gap();
  });
  const printGroup = groupPrinter(context, message.nestedType, [...path, 3], name);
  printFields(context, message, path, name, entries, printGroup);
  printExtensions(context, message.extension, [...path, 6], name, printGroup);
}

function printFields(
  context: PrintContext,
  message: DescriptorProto,
  path: readonly number[],
  name: string,
  entries: ReadonlyMap<string, DescriptorProto>,
  printGroup: GroupPrinter,
): void {
  const print = (field: FieldDescriptorProto): void =>
    printField(context, field, [...path, 2, message.field.indexOf(field)], name, entries, printGroup);
  const printed = new Set<number>();
  for (const field of message.field) {
    if (!isInOneof(field)) print(field);
    else if (!printed.has(field.oneofIndex)) {
      printed.add(field.oneofIndex);
      printOneof(context, message, path, name, field.oneofIndex, print);
    }
  }
}

// All fields of a oneof stand where its first one does.
function printOneof(
  context: PrintContext,
  message: DescriptorProto,
  path: readonly number[],
  name: string,
  index: number,
  print: (field: FieldDescriptorProto) => void,
): void {
  const oneof = message.oneofDecl[index];
  if (!oneof) throw new Error(`${name}: a field is in oneof number ${index}, and there is none.`);
  const options = context.options(OneofOptionsSchema, oneof.options, inScope(name, oneof.name));
  context.out.gap();
  context.block([...path, 8, index], `oneof ${oneof.name}`, options, () => {
    for (const field of message.field) if (isInOneof(field) && field.oneofIndex === index) print(field);
  });
  context.out.gap();
}

function printRange(
  context: PrintContext,
  extensionRange: DescriptorProto_ExtensionRange,
  path: readonly number[],
  name: string,
): void {
  const options = context.options(ExtensionRangeOptionsSchema, extensionRange.options, name);
  const text = range(extensionRange.start, extensionRange.end);
  context.statement(path, `extensions ${text}${compactOptions(options)};`);
}

function range(start: number, end: number): string {
  if (end === start + 1) return String(start);
  return `${start} to ${ends.has(end) ? "max" : end - 1}`;
}
