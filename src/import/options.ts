// Options of elements: those of descriptor.proto as they are set, and custom ones by their extensions.
import {
  clone,
  type DescEnum,
  type DescExtension,
  type DescField,
  type DescMessage,
  getExtension,
  type Message,
  ScalarType,
} from "@bufbuild/protobuf";
import { isReflectMessage, reflect, type ReflectMessage } from "@bufbuild/protobuf/reflect";
import { base64Encode } from "@bufbuild/protobuf/wire";
import { array, call, type Code, type ObjectCode, type ObjectEntry, objectOf, quote } from "./layout.ts";
import { memberNames } from "./member_name.ts";
import type { ModuleContext } from "./module.ts";

/**
 * What an element says of its options beside those that have words of their own.
 *
 * @param worded the names of fields of the options message that are said otherwise: `deprecated`, `features.enumType`.
 */
export function optionsCode(
  context: ModuleContext,
  schema: DescMessage,
  options: Message | undefined,
  worded: readonly string[] = [],
): { readonly options?: Code; readonly custom?: Code } {
  if (!options) return {};
  const message = reflect(schema, worded.some(isFeature) ? clone(schema, options) : options);
  const features = message.fields.find((field) => field.message?.typeName === "google.protobuf.FeatureSet");
  const set = features && message.isSet(features) ? message.get(features) as ReflectMessage : undefined;
  for (const feature of set?.fields ?? []) if (worded.includes(`features.${feature.localName}`)) set?.clear(feature);
  const isBare = set !== undefined && set.fields.every((field) => !set.isSet(field));
  const own = message.fields.filter((field) =>
    message.isSet(field) && !worded.includes(field.localName) && !(isBare && field === features)
  );
  const entries = own.map((field): ObjectEntry => ({
    key: field.localName,
    value: fieldCode(context, field, message.get(field)),
  }));
  const custom = [...customCode(context, message), ...(set ? customCode(context, set) : [])];
  const isEmpty = custom.length === 0 && !message.fields.some((field) => message.isSet(field));
  return {
    ...(entries.length > 0 || isEmpty ? { options: { entries } } : {}),
    ...(custom.length > 0 ? { custom: array(custom) } : {}),
  };
}

function isFeature(name: string): boolean {
  return name.startsWith("features.");
}

function customCode(context: ModuleContext, message: ReflectMessage): Code[] {
  const unknown = message.getUnknown() ?? [];
  const numbers = [...new Set(unknown.map(({ no }) => no))];
  return numbers.flatMap((number): Code[] => {
    const extension = context.extension(message.desc.typeName, number);
    const value = extension && getExtension(message.message, extension);
    if (extension && isSayable(context, extension, value)) {
      const name = context.extensionName(extension);
      return [call(context.sigil("option"), name, fieldCode(context, extension, value))];
    }
    return unknown.filter(({ no }) => no === number).map(({ no, wireType, data }) =>
      call(context.sigil("unknownOption"), String(no), String(wireType), quote(base64Encode(data)))
    );
  });
}

// What an option's value says beyond the fields of its message, such as extensions of it, has no words.
function isSayable(context: ModuleContext, extension: DescExtension, value: unknown): boolean {
  const desc = extension.message;
  if (!desc) return true;
  const values = (extension.fieldKind === "list" ? value : [value]) as Message[];
  if (desc.typeName.startsWith("google.protobuf.") && context.wellKnown(desc)) {
    return values.every((each) => each.$typeName !== desc.typeName || !hasUnknown(reflect(desc, each)));
  }
  return values.every((each) => !hasUnknown(reflect(desc, each)));
}

function hasUnknown(message: ReflectMessage): boolean {
  if ((message.getUnknown() ?? []).length > 0) return true;
  return message.fields.some((field) => {
    if (!field.message || !message.isSet(field)) return false;
    const value: unknown = message.get(field);
    const values = field.fieldKind === "list"
      ? [...value as Iterable<unknown>]
      : field.fieldKind === "map"
      ? [...(value as Map<unknown, unknown>).values()]
      : [value];
    return values.some((each) => isReflectMessage(each) && hasUnknown(each));
  });
}

function fieldCode(context: ModuleContext, field: DescField | DescExtension, value: unknown): Code {
  switch (field.fieldKind) {
    case "list":
      return array([...value as Iterable<unknown>].map((each) => elementCode(context, field, each)));
    case "map": {
      const entries = [...value as Iterable<readonly [unknown, unknown]>].map(([key, each]): ObjectEntry => ({
        key: String(key),
        value: elementCode(context, field, each),
      }));
      // A Map of a class takes a Map; a plain object is taken too.
      return { entries };
    }
    default:
      return elementCode(context, field, value);
  }
}

function elementCode(
  context: ModuleContext,
  type: { readonly scalar?: ScalarType; readonly enum?: DescEnum; readonly message?: DescMessage },
  value: unknown,
): Code {
  if (type.message) {
    const message = isReflectMessage(value) ? value : reflectOf(type.message, value);
    return message ? messageCode(context, message) : scalarCode(undefined, value);
  }
  // An enum of this module may not be there yet.
  if (type.enum) return type.enum.file === context.file ? String(value) : context.enumValue(type.enum, value as number);
  return scalarCode(type.scalar, value);
}

function reflectOf(desc: DescMessage, value: unknown): ReflectMessage | undefined {
  const isMessage = typeof value === "object" && value !== null && "$typeName" in value;
  return isMessage ? reflect(desc, value as Message) : undefined;
}

// Of a message that is generated the shape is that of its class, of any other that of protobuf-es.
function messageCode(context: ModuleContext, message: ReflectMessage): ObjectCode {
  const names = context.wellKnown(message.desc) ? undefined : memberNames(message.desc);
  const entries: ObjectEntry[] = [];
  for (const field of message.fields) {
    if (!message.isSet(field)) continue;
    const value = fieldCode(context, field, message.get(field));
    const name = names?.fields.get(field) ?? field.localName;
    if (!field.oneof) entries.push({ key: name, value });
    else {
      const key = names?.oneofs.get(field.oneof) ?? field.oneof.localName;
      entries.push({ key, value: objectOf({ case: quote(name), value }) as ObjectCode });
    }
  }
  return { entries };
}

/** A scalar as a literal. */
export function scalarCode(scalar: ScalarType | undefined, value: unknown): string {
  if (typeof value === "string") return quote(value);
  if (typeof value === "bigint") return `${value}n`;
  if (value instanceof Uint8Array) {
    return value.length === 0 ? "new Uint8Array()" : `new Uint8Array([${[...value].join(", ")}])`;
  }
  if (typeof value === "number" && !Number.isFinite(value)) {
    return Number.isNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
  }
  if (scalar === ScalarType.FLOAT && typeof value === "number") return shortFloat(value);
  return Object.is(value, -0) ? "-0" : String(value);
}

// A float of 32 bits as the shortest number that means it.
function shortFloat(value: number): string {
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return String(short);
  }
  return String(value);
}
