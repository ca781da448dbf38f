// The options of fields, of cases of oneofs and of extensions.
import { type DescExtension, type DescField, isFieldSet, ScalarType } from "@bufbuild/protobuf";
import {
  FeatureSet_FieldPresence,
  FeatureSet_MessageEncoding,
  FeatureSet_RepeatedFieldEncoding,
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
  const words = featureWords(field);
  return {
    jsonName: proto.jsonName === toJsonName(field.name) ? undefined : quote(proto.jsonName),
    deprecated: flag(options, "deprecated"),
    packed: flag(options, "packed") ?? (words.packed === undefined ? undefined : String(words.packed)),
    required: proto.label === FieldDescriptorProto_Label.REQUIRED || words.required ? "true" : undefined,
    group: proto.type === FieldDescriptorProto_Type.GROUP || words.group ? "true" : undefined,
    default: isFieldSet(proto, FieldDescriptorProtoSchema.field.defaultValue)
      ? defaultCode(field, proto.defaultValue)
      : undefined,
    ...optionsCode(context, FieldOptionsSchema, options, ["deprecated", "packed", ...words.features]),
  };
}

// Features that the options of a field, or its builder, have words for.
function featureWords(field: DescField | DescExtension): {
  readonly required?: boolean;
  readonly group?: boolean;
  readonly packed?: boolean;
  readonly features: string[];
} {
  const { features } = field.proto.options ?? {};
  if (!features) return { features: [] };
  const { fieldPresence, messageEncoding, repeatedFieldEncoding } = features;
  const file = field.kind === "extension" ? field.file : field.parent.file;
  const inherited = file.proto.options?.features;
  const byFile = inherited?.fieldPresence === FeatureSet_FieldPresence.IMPLICIT;
  const isScalar = field.fieldKind === "scalar" || field.fieldKind === "enum";
  const isPresence = field.kind === "field" && isScalar && !field.oneof &&
    fieldPresence === (byFile ? FeatureSet_FieldPresence.EXPLICIT : FeatureSet_FieldPresence.IMPLICIT);
  const required = fieldPresence === FeatureSet_FieldPresence.LEGACY_REQUIRED;
  const group = messageEncoding === FeatureSet_MessageEncoding.DELIMITED;
  const expanded = FeatureSet_RepeatedFieldEncoding.EXPANDED;
  const packed = repeatedFieldEncoding === expanded
    ? false
    : repeatedFieldEncoding === FeatureSet_RepeatedFieldEncoding.PACKED && inherited?.repeatedFieldEncoding === expanded
    ? true
    : undefined;
  return {
    required,
    group,
    packed,
    features: [
      ...required || isPresence ? ["features.fieldPresence"] : [],
      ...group ? ["features.messageEncoding"] : [],
      ...packed === undefined ? [] : ["features.repeatedFieldEncoding"],
    ],
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
