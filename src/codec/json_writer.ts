// From messages straight to JSON text, without a tree in between: closures, one for each field, made when the first message of
// a type is written. https://protobuf.dev/programming-guides/json/
import { type DescEnum, type JsonWriteOptions, ScalarType } from "@bufbuild/protobuf";
import { toBase64 } from "../bytes/base64.ts";
import { fieldPresence } from "../schema/descriptor_number.ts";
import { numberText, quote } from "../wire/json_text.ts";
import { isWellKnownJson, timestampText, wellKnownText } from "./json_well_known.ts";
import { extensionField, readExtension } from "./extension_field.ts";
import type { Fields, FieldShape, MessageShape, UnknownField } from "./shape.ts";
import {
  arePlainNumbers,
  elementsOf,
  entriesOf,
  isNumberOf,
  isScalar,
  wrongCase,
  wrongKey,
  wrongValue,
} from "./value_check.ts";
import { keyReader } from "./map_key.ts";
import { isWrapperDesc, secondsOf } from "./well_known.ts";
import { scalarZeroValue } from "./zero.ts";

/** What a writer of JSON is told. */
export type JsonWriteContext = Partial<JsonWriteOptions>;

/** Writes a whole value. */
type WriteText = (value: unknown, context: JsonWriteContext) => string;
/** Writes a member of the object, its name included; nothing where it is not set. */
type WriteMember = (message: Fields, context: JsonWriteContext) => string;

/**
 * Writes a message as JSON text.
 * @throws TypeError for a value that its field can't hold, or JSON can't say.
 */
export function writeJsonText(shape: MessageShape, value: unknown, context: JsonWriteContext = {}): string {
  return messageText(shape)(shape.admit(value, undefined), context);
}

const writers = new WeakMap<MessageShape, (message: Fields, context: JsonWriteContext) => string>();

/** What writes the messages of a shape. */
export function messageText(shape: MessageShape): (message: Fields, context: JsonWriteContext) => string {
  let writer = writers.get(shape);
  if (!writer) writers.set(shape, writer = makeWriter(shape));
  return writer;
}

function makeWriter(shape: MessageShape): (message: Fields, context: JsonWriteContext) => string {
  const { desc } = shape;
  if (isWrapperDesc(desc)) {
    const write = scalarText(shape.fields[0]);
    const zero = scalarZeroValue(shape.fields[0].desc.scalar as ScalarType);
    return (message, context) => write(message.value ?? zero, context);
  }
  if (isWellKnownJson(desc)) return (message, context) => wellKnownText(desc, message, context);
  let members: WriteMember[] | undefined;
  const isExtendable = desc.proto.extensionRange.length > 0;
  return (message, context) => {
    members ??= shape.fields.map(memberText);
    let text = "";
    for (let i = 0; i < members.length; i++) {
      const member = members[i](message, context);
      if (member !== "") text = text === "" ? member : `${text},${member}`;
    }
    if (isExtendable && context.registry && message.$unknown !== undefined) {
      for (const member of extensionTexts(shape, message, context)) text = text === "" ? member : `${text},${member}`;
    }
    return `{${text}}`;
  };
}

function memberText(field: FieldShape): WriteMember {
  const { desc, property, oneof, own, place } = field;
  const jsonName = `${JSON.stringify(desc.jsonName)}:`, protoName = `${JSON.stringify(desc.name)}:`;
  const write = fieldText(field);
  if (oneof) {
    const { property: name, cases } = oneof;
    return (message, context) => {
      const held = message[name] as { case?: unknown; value?: unknown } | undefined | null;
      const set = held?.case;
      if (set === undefined || set === null) return "";
      if (set !== property) {
        if (cases.has(set)) return "";
        throw wrongCase(oneof.place, cases, set);
      }
      return (context.useProtoFieldName ? protoName : jsonName) + write(held?.value, context);
    };
  }
  const required = desc.presence === fieldPresence.legacyRequired;
  const isZero = zeroTest(field);
  return (message, context) => {
    let value = own && !Object.hasOwn(message, property) ? undefined : message[property];
    if (value === undefined || value === null) {
      if (required) throw new TypeError(`${place} is required and not set.`);
      if (!isZero || !context.alwaysEmitImplicit) return "";
      value = zeroOf(field);
    } else if (isZero?.(value) && !context.alwaysEmitImplicit) return "";
    return (context.useProtoFieldName ? protoName : jsonName) + write(value, context);
  };
}

// Whether a field without presence is not set; undefined for all others.
function zeroTest(field: FieldShape): ((value: unknown) => boolean) | undefined {
  const { desc } = field;
  if (desc.fieldKind === "list") return (value) => Array.isArray(value) && value.length === 0;
  if (desc.fieldKind === "map") {
    return (value) =>
      value instanceof Map ? value.size === 0 : typeof value === "object" && Object.keys(value as object).length === 0;
  }
  if (desc.presence !== fieldPresence.implicit) return undefined;
  if (desc.scalar === ScalarType.BYTES) return (value) => value instanceof Uint8Array && value.byteLength === 0;
  const zero = zeroOf(field);
  return (value) => value === zero && !Object.is(value, -0);
}

function zeroOf({ desc, asNumber }: FieldShape): unknown {
  if (desc.fieldKind === "list") return [];
  if (desc.fieldKind === "map") return {};
  if (desc.enum) return desc.enum.values[0].number;
  if (asNumber) return 0;
  if ("longAsString" in desc && desc.longAsString) return "0";
  return scalarZeroValue(desc.scalar as ScalarType);
}

function fieldText(field: FieldShape): WriteText {
  const { desc } = field;
  const one = valueText(field);
  if (desc.fieldKind === "list") {
    return (value, context) => {
      const elements = elementsOf(field, value);
      if (arePlainNumbers(desc.scalar, elements)) return JSON.stringify(elements);
      let text = "[";
      for (let i = 0; i < elements.length; i++) {
        text += i === 0 ? one(elements[i], context) : `,${one(elements[i], context)}`;
      }
      return `${text}]`;
    };
  }
  return desc.fieldKind === "map" ? mapText(field, desc.mapKey, one) : one;
}

function mapText(field: FieldShape, mapKey: ScalarType, one: WriteText): WriteText {
  const readKey = keyReader(mapKey);
  return (value, context) => {
    let text = "";
    for (const [key, held] of entriesOf(field, value)) {
      const known = typeof key === "string" ? readKey(key) : key;
      if (!isScalar(mapKey, known)) throw wrongKey(field, key);
      text += `${text === "" ? "" : ","}${quote(String(known))}:${one(held, context)}`;
    }
    return `{${text}}`;
  };
}

/** Writes one value of a field. */
function valueText(field: FieldShape): WriteText {
  const { desc, message: open, conversion, place, typeName } = field;
  if (desc.enum) return enumText(field, desc.enum);
  if (!open) return scalarText(field);
  if (conversion && typeName === "google.protobuf.Timestamp") {
    return (value) => {
      const seconds = secondsOf(value, place);
      return timestampText(seconds, ((value as Date).getTime() - seconds * 1000) * 1e6);
    };
  }
  let shape: MessageShape | undefined;
  let write: ((message: Fields, context: JsonWriteContext) => string) | undefined;
  return (value, context) => {
    if (!shape || !write) write = messageText(shape = open());
    return write(conversion ? conversion.toMessage(value) : shape.admit(value, place), context);
  };
}

function enumText(field: FieldShape, desc: DescEnum): WriteText {
  const isNull = desc.typeName === "google.protobuf.NullValue";
  return (value, context) => {
    if (!isScalar(ScalarType.INT32, value)) throw wrongValue(field, value);
    if (isNull) return "null";
    const name = context.enumAsInteger ? undefined : desc.value[value as number]?.jsonName;
    return name === undefined ? String(value) : `"${name}"`;
  };
}

function scalarText(field: FieldShape): WriteText {
  const { desc } = field;
  const { scalar } = desc;
  switch (scalar) {
    case ScalarType.STRING:
      return (value) => {
        if (typeof value !== "string") throw wrongValue(field, value);
        return quote(value);
      };
    case ScalarType.BYTES:
      return (value) => {
        if (!(value instanceof Uint8Array)) throw wrongValue(field, value);
        return `"${toBase64(value)}"`;
      };
    case ScalarType.DOUBLE:
    case ScalarType.FLOAT:
      return (value) => {
        if (!isScalar(scalar, value)) throw wrongValue(field, value);
        return numberText(value as number);
      };
    case ScalarType.BOOL:
    case ScalarType.INT32:
    case ScalarType.SINT32:
    case ScalarType.SFIXED32:
    case ScalarType.UINT32:
    case ScalarType.FIXED32:
      return (value) => {
        if (!isScalar(scalar, value)) throw wrongValue(field, value);
        return String(value);
      };
    default: {
      if (field.asNumber) {
        return (value) => {
          if (!isNumberOf(field, value)) throw wrongValue(field, value);
          return `"${value}"`;
        };
      }
      const asString = "longAsString" in desc && desc.longAsString;
      return (value) => {
        if (asString && typeof value === "string" && /^-?\d+$/.test(value)) return `"${value}"`;
        if (!isScalar(scalar as ScalarType, value)) throw wrongValue(field, value);
        return `"${value}"`;
      };
    }
  }
}

// Extensions lie among the unknown fields; a registry knows them.
function extensionTexts({ desc }: MessageShape, message: Fields, context: JsonWriteContext): string[] {
  const unknown = message.$unknown as readonly UnknownField[];
  const texts: string[] = [];
  for (const number of new Set(unknown.map((field) => field.no))) {
    const extension = context.registry?.getExtensionFor(desc, number);
    if (!extension) continue;
    const field = extensionField(extension);
    const value = readExtension(field, desc, unknown);
    texts.push(`${JSON.stringify(extension.jsonName)}:${fieldText(field)(value, context)}`);
  }
  return texts;
}
