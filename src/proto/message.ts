// Messages and what stands in them, in this order: options, reserved numbers and names, extension ranges, nested messages and
// enums, fields and oneofs, extensions; nested messages behind a group stand behind its field. Map entries and the oneofs of proto3's `optional` are written as what they stand for.
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

/**
 * A printer of extensions: one `extend` block for each run of them that extends the same message. Each call prints those that are
 * left, up to an index.
 */
export function extensionsPrinter(
  context: PrintContext,
  extensions: readonly FieldDescriptorProto[],
  path: readonly number[],
  scope: string,
  printGroup: GroupPrinter,
): (end?: number) => void {
  let i = 0;
  return (end = extensions.length) => {
    while (i < end) {
      const { extendee = "" } = extensions[i] ?? {};
      context.out.gap();
      context.out.block(`extend ${context.references.name(extendee, scope)}`, () => {
        for (; i < end && extensions[i]?.extendee === extendee; i++) {
          printField(context, extensions[i] as FieldDescriptorProto, [...path, i], scope, new Map(), printGroup);
        }
      });
      context.out.gap();
    }
  };
}

/** Where a group stands among fields or extensions: behind how many of them its text ends; 0 where it is none of theirs. */
export function groupEnd(fields: readonly FieldDescriptorProto[], typeName: string): number {
  return 1 + fields.findIndex((field) => field.type === FieldDescriptorProto_Type.GROUP && field.typeName === typeName);
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
  const typeNameOf = (nested: DescriptorProto): string => `.${inScope(name, nested.name)}`;
  const isEntry = (nested: DescriptorProto): boolean => nested.options?.mapEntry === true;
  const entries = new Map(message.nestedType.filter(isEntry).map((entry) => [typeNameOf(entry), entry]));
  const printGroup = groupPrinter(context, message.nestedType, [...path, 3], name);
  const printFields = fieldsPrinter(context, message, path, name, entries, printGroup);
  const printExtensions = extensionsPrinter(context, message.extension, [...path, 6], name, printGroup);
  let printEnums = (): void => {
    printEnums = () => {};
    message.enumType.forEach((nested, i) => {
      printEnum(context, nested, [...path, 4, i], name);
      context.out.gap();
    });
  };
  message.nestedType.forEach((nested, i) => {
    if (isEntry(nested)) return;
    const fieldEnd = groupEnd(message.field, typeNameOf(nested));
    const extensionEnd = groupEnd(message.extension, typeNameOf(nested));
    if (fieldEnd === 0 && extensionEnd === 0) printMessage(context, nested, [...path, 3, i], name);
    else {
      // The bodies of groups are messages: they keep their place among the others.
      printEnums();
      printFields(fieldEnd);
      printExtensions(extensionEnd);
    }
    context.out.gap();
  });
  printEnums();
  printFields();
  printExtensions();
}

// Each call prints the fields that are left, up to an index.
function fieldsPrinter(
  context: PrintContext,
  message: DescriptorProto,
  path: readonly number[],
  name: string,
  entries: ReadonlyMap<string, DescriptorProto>,
  printGroup: GroupPrinter,
): (end?: number) => void {
  const print = (field: FieldDescriptorProto): void =>
    printField(context, field, [...path, 2, message.field.indexOf(field)], name, entries, printGroup);
  const printed = new Set<number>();
  let next = 0;
  return (end = message.field.length) => {
    for (; next < end; next++) {
      const field = message.field[next] as FieldDescriptorProto;
      if (!isInOneof(field)) print(field);
      else if (!printed.has(field.oneofIndex)) {
        printed.add(field.oneofIndex);
        printOneof(context, message, path, name, field.oneofIndex, print);
      }
    }
  };
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
