// The values inside of messages: how each type of field crosses between the user's class and protobuf-es's message.
import { create, type DescField, isMessage, type Message } from "@bufbuild/protobuf";
import { isWrapperDesc, type Timestamp, timestampDate, timestampFromDate } from "@bufbuild/protobuf/wkt";
import { describe, type ResolvedField, type ResolvedType } from "../schema/resolve.ts";
import { holdsScalar, type MapKeyName, scalarHolder, type ScalarName } from "../schema/scalar.ts";

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

function valueCodec(type: ResolvedType, desc: DescField, place: string, find: FindMessageCodec): ValueCodec {
  switch (type.kind) {
    case "scalar":
      return scalarCodec(type.scalar, place);
    case "enum":
    case "desc_enum":
      return same;
    case "date":
      return {
        encode: (value) => {
          if (value instanceof Date && !Number.isNaN(value.getTime())) return timestampFromDate(value);
          throw new TypeError(`${place}: expected a valid Date, got ${String(value)}.`);
        },
        decode: (value) => timestampDate(value as Timestamp),
        create: identity,
      };
    case "message": {
      let codec: ValueCodec | undefined;
      const nested = (): ValueCodec => codec ??= find(type.message.typeName);
      return {
        encode: (value) => nested().encode(value),
        decode: (value) => nested().decode(value),
        create: (value) => nested().create(value),
      };
    }
    case "desc_message": {
      // protobuf-es holds wrappers as their scalar and Struct as a JSON object, in singular fields.
      const plain = desc.fieldKind === "message" &&
        (isWrapperDesc(type.desc) || type.desc.typeName === "google.protobuf.Struct");
      if (plain) return same;
      const complete = (value: unknown): unknown => isMessage(value) ? value : create(type.desc, value as Message);
      return { encode: complete, decode: identity, create: complete };
    }
  }
}

// protobuf-es writes whatever it is given as a string; a mistake in a handler must not reach the wire.
function scalarCodec(scalar: ScalarName, place: string): ValueCodec {
  const encode = (value: unknown): unknown => {
    if (holdsScalar(scalar, value)) return value;
    const holder = scalarHolder(scalar);
    throw new TypeError(
      `${place}: expected a ${holder === "bytes" ? "Uint8Array" : holder} for ${scalar}, got ${describe(value)}.`,
    );
  };
  return { encode, decode: identity, create: identity };
}

function arrayCodec(value: ValueCodec, place: string): ValueCodec {
  const each = (list: unknown, convert: (value: unknown) => unknown): unknown[] => {
    if (Array.isArray(list)) return convert === identity ? list : list.map(convert);
    throw new TypeError(`${place}: expected an array, got ${typeof list}.`);
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
    if (typeof map === "object" && map !== null) return Object.entries(map);
    throw new TypeError(`${place}: expected a Map, got ${typeof map}.`);
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
    encode: (map) => toObject(map, value.encode),
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

function keyReader(key: MapKeyName): (key: string) => unknown {
  switch (scalarHolder(key)) {
    case "number":
      return Number;
    case "bigint":
      return BigInt;
    case "boolean":
      return (text) => text === "true";
    default:
      return identity;
  }
}

function identity(value: unknown): unknown {
  return value;
}
