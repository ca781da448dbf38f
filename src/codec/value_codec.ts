// The values inside of messages: how each type of field crosses between the user's class and protobuf-es's message.
import { create, type DescField, isMessage, type Message } from "@bufbuild/protobuf";
import { isWrapperDesc, type Timestamp, timestampDate, timestampFromDate } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError } from "@connectrpc/connect";
import { describe, type ResolvedField, type ResolvedType } from "../schema/resolve.ts";
import { typeLabel } from "../schema/resolve_field.ts";
import { holdsScalar, type MapKeyName, scalarHolder, type ScalarName, scalarValues } from "../schema/scalar.ts";

/** How one value crosses. */
export interface ValueCodec {
  /** From the user's value to protobuf-es's. */
  readonly encode: (value: unknown) => unknown;
  /** From protobuf-es's value to the user's. */
  readonly decode: (value: unknown) => unknown;
  /** From what is accepted in place of the user's value, a plain object for a message, to the value itself. */
  readonly create: (value: unknown) => unknown;
}

/** A value that crosses unchanged. */
const same: ValueCodec = { encode: identity, decode: identity, create: identity };

/** Finds the codec of a message class; may be called before the codec is complete, for recursive messages. */
export type FindMessageCodec = (typeName: string) => ValueCodec;

/** The codec of a whole field: of its value, or of its array or map. */
export function fieldCodec(field: ResolvedField, desc: DescField, sample: unknown, find: FindMessageCodec): ValueCodec {
  const value = valueCodec(field.type, desc, field.place, find);
  if (field.cardinality === "repeated") return arrayCodec(value, field.place);
  if (field.cardinality === "map") {
    // A property that begins as a plain object stays one; all others are Maps.
    const plain = sample !== undefined && !(sample instanceof Map);
    return mapCodec(value, field.mapKey ?? "string", plain, field.place);
  }
  return value;
}

function valueCodec(type: ResolvedType, field: DescField, place: string, find: FindMessageCodec): ValueCodec {
  switch (type.kind) {
    case "scalar":
      return scalarCodec(type.scalar, place);
    case "enum":
    case "desc_enum":
      return enumCodec(typeLabel(type), place);
    case "date":
      return dateCodec(place);
    case "message": {
      let codec: ValueCodec | undefined;
      const { typeName } = type.message;
      const nested = (): ValueCodec => codec ??= find(typeName);
      return {
        encode: (value) => nested().encode(messageValue(value, typeName, place)),
        decode: (value) => nested().decode(value),
        create: (value) => nested().create(messageValue(value, typeName, place)),
      };
    }
    case "desc_message": {
      // protobuf-es holds wrappers as their scalar and Struct as a JSON object, in singular fields.
      const plain = field.fieldKind === "message" &&
        (isWrapperDesc(type.desc) || type.desc.typeName === "google.protobuf.Struct");
      if (plain) return same;
      const { desc } = type;
      // create() of protobuf-es makes an empty message of whatever has none of its fields, a Date in place of a Timestamp too.
      const complete = (value: unknown): unknown => {
        if (isMessage(value, desc)) return value;
        if (isPlain(value)) return create(desc, value as Message);
        throw new TypeError(`${place}: expected a message of type ${desc.typeName}, got ${describe(value)}.`);
      };
      return { encode: complete, decode: identity, create: complete };
    }
  }
}

/**
 * The value as a message: an object, and no array.
 * @throws TypeError that names the place, where there is one.
 */
export function messageValue(value: unknown, typeName: string, place?: string): object {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  throw new TypeError(
    `${place ? `${place}: expected` : "Expected"} a message of type ${typeName}, got ${describe(value)}.`,
  );
}

function isPlain(value: unknown): boolean {
  if (typeof value !== "object" || value === null || isMessage(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

// protobuf-es writes whatever it is given as a string, and to JSON any number; a mistake in a handler must not reach the
// wire.
function scalarCodec(scalar: ScalarName, place: string): ValueCodec {
  const encode = (value: unknown): unknown => {
    if (holdsScalar(scalar, value)) return value;
    throw new TypeError(`${place}: expected ${scalarValues(scalar)} for ${scalar}, got ${describe(value)}.`);
  };
  return { encode, decode: identity, create: identity };
}

// Enums of proto3 are open: any number of 32 bits may come and go.
function enumCodec(typeName: string, place: string): ValueCodec {
  const encode = (value: unknown): unknown => {
    if (holdsScalar("int32", value)) return value;
    throw new TypeError(`${place}: expected a number of the enum ${typeName}, got ${describe(value)}.`);
  };
  return { encode, decode: identity, create: identity };
}

// timestamp.proto: from 0001-01-01T00:00:00Z to 9999-12-31T23:59:59.999999999Z.
const leastSeconds = -62_135_596_800;
const greatestSeconds = 253_402_300_799;

function dateCodec(place: string): ValueCodec {
  return {
    encode: (value) => {
      const seconds = value instanceof Date ? Math.floor(value.getTime() / 1000) : NaN;
      if (seconds >= leastSeconds && seconds <= greatestSeconds) return timestampFromDate(value as Date);
      const got = value instanceof Date ? String(value) : describe(value);
      throw new TypeError(`${place}: expected a valid Date of the years 1 to 9999, got ${got}.`);
    },
    decode: (value) => {
      const { seconds } = value as Timestamp;
      if (seconds >= leastSeconds && seconds <= greatestSeconds) return timestampDate(value as Timestamp);
      throw new ConnectError(
        `${place}: a timestamp of ${seconds} seconds is outside of the years 1 to 9999`,
        Code.InvalidArgument,
      );
    },
    create: identity,
  };
}

function arrayCodec(value: ValueCodec, place: string): ValueCodec {
  const each = (list: unknown, convert: (value: unknown) => unknown): unknown[] => {
    if (Array.isArray(list)) return convert === identity ? list : list.map(convert);
    throw new TypeError(`${place}: expected an array, got ${describe(list)}.`);
  };
  return {
    encode: (list) => each(list, value.encode),
    decode: (list) => each(list, value.decode),
    create: (list) => each(list, value.create),
  };
}

function mapCodec(value: ValueCodec, key: MapKeyName, plain: boolean, place: string): ValueCodec {
  const readKey = keyReader(key);
  const entries = (map: unknown): Iterable<[unknown, unknown]> => {
    if (map instanceof Map) return map;
    if (typeof map === "object" && map !== null && !Array.isArray(map)) return Object.entries(map);
    throw new TypeError(`${place}: expected a Map, got ${describe(map)}.`);
  };
  const checkKey = (k: unknown): void => {
    if (holdsScalar(key, typeof k === "string" ? readKey(k) : k)) return;
    throw new TypeError(`${place}: expected keys of ${scalarValues(key)} for ${key}, got ${describe(k)}.`);
  };
  const toObject = (map: unknown, convert: (value: unknown) => unknown): Record<string, unknown> => {
    const object: Record<string, unknown> = {};
    for (const [k, v] of entries(map)) setOwn(object, String(k), convert(v));
    return object;
  };
  const toMap = (map: unknown, convert: (value: unknown) => unknown): Map<unknown, unknown> => {
    const result = new Map<unknown, unknown>();
    for (const [k, v] of entries(map)) result.set(typeof k === "string" ? readKey(k) : k, convert(v));
    return result;
  };
  const hold = plain ? toObject : toMap;
  return {
    encode: (map) => {
      for (const [k] of entries(map)) checkKey(k);
      return toObject(map, value.encode);
    },
    decode: (map) => hold(map, value.decode),
    create: (map) => hold(map, value.create),
  };
}

// A peer chooses the keys: `__proto__` is one like any other.
function setOwn(object: Record<string, unknown>, key: string, value: unknown): void {
  if (key === "__proto__") {
    Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  } else object[key] = value;
}

// A key as text, as protobuf-es and plain objects hold it; what can't be read stays text, and is no key of that type.
function keyReader(key: MapKeyName): (key: string) => unknown {
  switch (scalarHolder(key)) {
    case "number":
      return (text) => /^-?\d+$/.test(text) ? Number(text) : text;
    case "bigint":
      return (text) => /^-?\d+$/.test(text) ? BigInt(text) : text;
    case "boolean":
      return (text) => text === "true" ? true : text === "false" ? false : text;
    default:
      return identity;
  }
}

function identity(value: unknown): unknown {
  return value;
}
