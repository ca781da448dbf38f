// The options of fields, of cases of oneofs and of extensions.
import { type DescExtension, type DescField, isFieldSet, ScalarType } from "@bufbuild/protobuf";
import {
  FieldDescriptorProto_Label,
  FieldDescriptorProto_Type,
  FieldDescriptorProtoSchema,
  FieldOptionsSchema,
} from "@bufbuild/protobuf/wkt";
import { toJsonName, toSnakeCase } from "../schema/name.ts";
import { type Code, type ObjectCode, objectOf, quote } from "./layout.ts";
import type { ModuleContext } from "./module.ts";
import { optionsCode } from "./options.ts";

/** The options of a field; undefined where it has none. */
export function fieldOptions(
  context: ModuleContext,
  field: DescField,
  property: string,
  path: readonly number[],
): ObjectCode | undefined {
  return objectOf({
    doc: context.doc(path),
    name: toSnakeCase(property) === field.name ? undefined : quote(field.name),
    // Of scalars the property says so.
    optional: field.proto.proto3Optional && field.fieldKind === "message" ? "true" : undefined,
    ...sharedOptions(context, field),
  });
}

/** The options that fields and extensions share. */
export function sharedOptions(
  context: ModuleContext,
  field: DescField | DescExtension,
): { readonly [name: string]: Code | undefined } {
  const { proto } = field;
  const { options } = proto;
  return {
    jsonName: proto.jsonName === toJsonName(field.name) ? undefined : quote(proto.jsonName),
    deprecated: flag(options, "deprecated"),
    packed: flag(options, "packed"),
    required: proto.label === FieldDescriptorProto_Label.REQUIRED ? "true" : undefined,
    group: proto.type === FieldDescriptorProto_Type.GROUP ? "true" : undefined,
    default: isFieldSet(proto, FieldDescriptorProtoSchema.field.defaultValue)
      ? defaultCode(field, proto.defaultValue)
      : undefined,
    ...optionsCode(context, FieldOptionsSchema, options, ["deprecated", "packed"]),
  };
}

/** An option that is set, be it to true or to false. */
export function flag(options: object | undefined, name: string): string | undefined {
  return options && Object.hasOwn(options, name) ? String((options as { [name: string]: unknown })[name]) : undefined;
}

// A number that would be written otherwise stays text, as do bytes and names of enum values.
function defaultCode({ scalar }: DescField | DescExtension, text: string): string {
  if (scalar === ScalarType.BOOL) return text;
  const isNumber = scalar !== undefined && scalar !== ScalarType.STRING && scalar !== ScalarType.BYTES;
  return isNumber && /^-?\d+(\.\d+)?$/.test(text) && String(Number(text)) === text ? text : quote(text);
}
