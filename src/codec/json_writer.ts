// From messages to JSON: closures, one for each field, made when the first message of a type is written. They fill a tree of
// plain objects for JSON.stringify: for messages of many small members that is faster, once the text is made bytes, than to put
// it together here; for Maps of many keys and large `bytes` it is slower.
// https://protobuf.dev/programming-guides/json/
import { type DescEnum, type JsonWriteOptions, ScalarType } from "@bufbuild/protobuf";
import { toBase64 } from "../bytes/base64.ts";
import { fieldPresence } from "../schema/descriptor_number.ts";
import { jsonNumber } from "../wire/json_text.ts";
import { isWellKnownJson, timestampText, wellKnownJson } from "./json_well_known.ts";
import { extensionField, readExtension } from "./extension_field.ts";
import { type Fields, type FieldShape, type MessageShape, setOwn, type UnknownField } from "./shape.ts";
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

/** Makes the JSON of a whole value. */
type MakeJson = (value: unknown, context: JsonWriteContext) => unknown;
/** Makes the JSON of a message. */
type MakeMessageJson = (message: Fields, context: JsonWriteContext) => unknown;
/** Adds a member to an object; none where it is not set. */
type AddMember = (json: Fields, message: Fields, context: JsonWriteContext) => void;

/**
 * Writes a message as JSON text.
 * @throws TypeError for a value that its field can't hold, or JSON can't say.
 */
export function writeJsonText(shape: MessageShape, value: unknown, context: JsonWriteContext = {}): string {
  return JSON.stringify(jsonOfMessage(shape)(shape.admit(value, undefined), context));
}

const makers = new WeakMap<MessageShape, MakeMessageJson>();

/** What makes the JSON of the messages of a shape: a tree of its own, but for lists of plain numbers, which are the message's. */
export function jsonOfMessage(shape: MessageShape): MakeMessageJson {
  let make = makers.get(shape);
  if (!make) makers.set(shape, make = messageMaker(shape));
  return make;
}

function messageMaker(shape: MessageShape): MakeMessageJson {
  const { desc } = shape;
  if (isWrapperDesc(desc)) {
    const write = scalarJson(shape.fields[0]);
    const zero = scalarZeroValue(shape.fields[0].desc.scalar as ScalarType);
    return (message, context) => write(message.value ?? zero, context);
  }
  if (isWellKnownJson(desc)) return (message, context) => wellKnownJson(desc, message, context);
  let members: AddMember[] | undefined;
  return (message, context) => {
    members ??= shape.fields.map(memberAdder);
    const json: Fields = {};
    for (let i = 0; i < members.length; i++) members[i](json, message, context);
    if (context.registry && message.$unknown !== undefined) addExtensions(json, shape, message, context);
    return json;
  };
}

function memberAdder(field: FieldShape): AddMember {
  const { desc, property, oneof, own, place } = field;
  const { jsonName, name: protoName } = desc;
  const make = fieldJson(field);
  if (oneof) {
    const { property: name, cases } = oneof;
    return (json, message, context) => {
      const held = message[name] as { case?: unknown; value?: unknown } | undefined | null;
      const set = held?.case;
      if (set === undefined || set === null) return;
      if (set === property) setOwn(json, context.useProtoFieldName ? protoName : jsonName, make(held?.value, context));
      else if (!cases.has(set)) throw wrongCase(oneof.place, cases, set);
    };
  }
  const required = desc.presence === fieldPresence.legacyRequired;
  const isZero = zeroTest(field);
  return (json, message, context) => {
    let value = own && !Object.hasOwn(message, property) ? undefined : message[property];
    if (value === undefined || value === null) {
      if (required) throw new TypeError(`${place} is required and not set.`);
      if (!isZero || !context.alwaysEmitImplicit) return;
      value = zeroOf(field);
    } else if (isZero?.(value) && !context.alwaysEmitImplicit) return;
    setOwn(json, context.useProtoFieldName ? protoName : jsonName, make(value, context));
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

function fieldJson(field: FieldShape): MakeJson {
  const { desc } = field;
  const one = valueJson(field);
  if (desc.fieldKind === "list") {
    return (value, context) => {
      const elements = elementsOf(field, value);
      if (arePlainNumbers(desc.scalar, elements)) return elements;
      const json: unknown[] = [];
      for (let i = 0; i < elements.length; i++) json.push(one(elements[i], context));
      return json;
    };
  }
  return desc.fieldKind === "map" ? mapJson(field, desc.mapKey, one) : one;
}

function mapJson(field: FieldShape, mapKey: ScalarType, one: MakeJson): MakeJson {
  const readKey = keyReader(mapKey);
  return (value, context) => {
    const json: Fields = {};
    for (const [key, held] of entriesOf(field, value)) {
      const known = typeof key === "string" ? readKey(key) : key;
      if (!isScalar(mapKey, known)) throw wrongKey(field, key);
      setOwn(json, String(known), one(held, context));
    }
    return json;
  };
}

/** Makes the JSON of one value of a field. */
function valueJson(field: FieldShape): MakeJson {
  const { desc, message: open, conversion, place, typeName } = field;
  if (desc.enum) return enumJson(field, desc.enum);
  if (!open) return scalarJson(field);
  if (conversion && typeName === "google.protobuf.Timestamp") {
    return (value) => {
      const seconds = secondsOf(value, place);
      return timestampText(seconds, ((value as Date).getTime() - seconds * 1000) * 1e6);
    };
  }
  let shape: MessageShape | undefined;
  let make: MakeMessageJson | undefined;
  return (value, context) => {
    if (!shape || !make) make = jsonOfMessage(shape = open());
    return make(conversion ? conversion.toMessage(value) : shape.admit(value, place), context);
  };
}

function enumJson(field: FieldShape, desc: DescEnum): MakeJson {
  const isNull = desc.typeName === "google.protobuf.NullValue";
  return (value, context) => {
    if (!isScalar(ScalarType.INT32, value)) throw wrongValue(field, value);
    if (isNull) return null;
    return context.enumAsInteger ? value : desc.value[value as number]?.jsonName ?? value;
  };
}

function scalarJson(field: FieldShape): MakeJson {
  const { desc } = field;
  const { scalar } = desc;
  switch (scalar) {
    case ScalarType.STRING:
      return (value) => {
        if (typeof value !== "string") throw wrongValue(field, value);
        return value;
      };
    case ScalarType.BYTES:
      return (value) => {
        if (!(value instanceof Uint8Array)) throw wrongValue(field, value);
        return toBase64(value);
      };
    case ScalarType.DOUBLE:
    case ScalarType.FLOAT:
      return (value) => {
        if (!isScalar(scalar, value)) throw wrongValue(field, value);
        return jsonNumber(value as number);
      };
    case ScalarType.BOOL:
    case ScalarType.INT32:
    case ScalarType.SINT32:
    case ScalarType.SFIXED32:
    case ScalarType.UINT32:
    case ScalarType.FIXED32:
      return (value) => {
        if (!isScalar(scalar, value)) throw wrongValue(field, value);
        return value;
      };
    default: {
      if (field.asNumber) {
        return (value) => {
          if (!isNumberOf(field, value)) throw wrongValue(field, value);
          return String(value);
        };
      }
      const asString = "longAsString" in desc && desc.longAsString;
      return (value) => {
        if (asString && typeof value === "string" && /^-?\d+$/.test(value)) return value;
        if (!isScalar(scalar as ScalarType, value)) throw wrongValue(field, value);
        return String(value);
      };
    }
  }
}

// Extensions lie among the unknown fields; a registry knows them.
function addExtensions(json: Fields, { desc }: MessageShape, message: Fields, context: JsonWriteContext): void {
  const unknown = message.$unknown as readonly UnknownField[];
  for (const number of new Set(unknown.map((field) => field.no))) {
    const extension = context.registry?.getExtensionFor(desc, number);
    if (!extension) continue;
    const field = extensionField(extension);
    json[extension.jsonName] = fieldJson(field)(readExtension(field, desc, unknown), context);
  }
}
