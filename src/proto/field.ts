// Fields: labels, types, maps, groups, and the options that descriptors keep outside of the options message (default values
// and JSON names). descriptor.proto, FieldDescriptorProto.
import { isFieldSet } from "@bufbuild/protobuf";
import {
  type DescriptorProto,
  type FieldDescriptorProto,
  FieldDescriptorProto_Label,
  FieldDescriptorProto_Type,
  FieldDescriptorProtoSchema,
  FieldOptionsSchema,
} from "@bufbuild/protobuf/wkt";
import { toJsonName } from "../schema/name.ts";
import { inScope, type PrintContext } from "./context.ts";
import { stringLiteral } from "./literal.ts";
import { compactOptions, type OptionEntry } from "./option.ts";

/** Prints the body of a group, which stands where the field does. */
export type GroupPrinter = (field: FieldDescriptorProto) => void;

/**
 * Prints a field or an extension.
 *
 * @param scope the full name of the message or package that it is declared in.
 * @param entries the map entries of that message by full name, with a leading dot.
 */
export function printField(
  context: PrintContext,
  field: FieldDescriptorProto,
  path: readonly number[],
  scope: string,
  entries: ReadonlyMap<string, DescriptorProto>,
  printGroup: GroupPrinter,
): void {
  const options = compactOptions([
    ...pseudoOptions(field),
    ...context.options(FieldOptionsSchema, field.options, inScope(scope, field.name)),
  ]);
  const entry = entries.get(field.typeName);
  if (entry) {
    return context.statement(path, `${mapType(context, entry, scope)} ${field.name} = ${field.number}${options};`);
  }
  const label = labelOf(context, field);
  if (field.type === FieldDescriptorProto_Type.GROUP) {
    const name = field.typeName.slice(field.typeName.lastIndexOf(".") + 1);
    return context.block(path, `${label}group ${name} = ${field.number}${options}`, [], () => printGroup(field));
  }
  context.statement(path, `${label}${typeOf(context, field, scope)} ${field.name} = ${field.number}${options};`);
}

function labelOf(context: PrintContext, field: FieldDescriptorProto): string {
  if (field.label === FieldDescriptorProto_Label.REPEATED) return "repeated ";
  if (field.proto3Optional) return "optional ";
  if (context.syntax !== "proto2" || isInOneof(field)) return "";
  return field.label === FieldDescriptorProto_Label.REQUIRED ? "required " : "optional ";
}

/** Whether a field stands in a oneof that is written as one: those of proto3's `optional` are not. */
export function isInOneof(field: FieldDescriptorProto): boolean {
  // oneof_index has presence: 0 is the first oneof, and also what an unset one reads as.
  return isFieldSet(field, FieldDescriptorProtoSchema.field.oneofIndex) && !field.proto3Optional;
}

function mapType(context: PrintContext, entry: DescriptorProto, scope: string): string {
  const [key, value] = [1, 2].map((number) => entry.field.find((field) => field.number === number));
  if (!key || !value) throw new Error(`${scope}.${entry.name} is a map entry without a key or without a value.`);
  return `map<${typeOf(context, key, scope)}, ${typeOf(context, value, scope)}>`;
}

function typeOf(context: PrintContext, field: FieldDescriptorProto, scope: string): string {
  if (field.typeName !== "") return context.references.name(field.typeName, scope);
  return FieldDescriptorProto_Type[field.type].toLowerCase();
}

function pseudoOptions(field: FieldDescriptorProto): OptionEntry[] {
  const entries: OptionEntry[] = [];
  if (isFieldSet(field, FieldDescriptorProtoSchema.field.defaultValue)) {
    entries.push(["default", defaultLiteral(field)]);
  }
  // Extensions can't name themselves in JSON, and an unset name means the usual one.
  if (field.extendee === "" && field.jsonName !== "" && field.jsonName !== toJsonName(field.name)) {
    entries.push(["json_name", stringLiteral(field.jsonName)]);
  }
  return entries;
}

// descriptor.proto: the default of a string stands as it is, that of bytes is escaped already.
function defaultLiteral({ type, defaultValue }: FieldDescriptorProto): string {
  if (type === FieldDescriptorProto_Type.STRING) return stringLiteral(defaultValue);
  return type === FieldDescriptorProto_Type.BYTES ? `"${defaultValue}"` : defaultValue;
}
