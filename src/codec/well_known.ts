// What fields hold in place of well-known messages: a Date for a Timestamp, the scalar for a wrapper, a JSON object for a
// Struct. https://protobuf.dev/reference/protobuf/google.protobuf/
import type { DescMessage, JsonObject } from "@bufbuild/protobuf";
import { Code } from "@connectrpc/connect";
import { ConnectError } from "../rpc/connect_error.ts";
import { describe } from "../schema/resolve.ts";
import { type Conversion, type Fields, setOwn } from "./shape.ts";

// timestamp.proto: from 0001-01-01T00:00:00Z to 9999-12-31T23:59:59.999999999Z.
/** The least number of seconds in a Timestamp. */
export const leastSeconds = -62_135_596_800;
/** The greatest number of seconds in a Timestamp. */
export const greatestSeconds = 253_402_300_799;

/**
 * The whole seconds of a Date since 1970.
 * @throws TypeError for what is no Date, or none that a Timestamp can hold.
 */
export function secondsOf(value: unknown, place: string): number {
  const seconds = value instanceof Date ? Math.floor(value.getTime() / 1000) : NaN;
  if (seconds >= leastSeconds && seconds <= greatestSeconds) return seconds;
  const got = value instanceof Date ? String(value) : describe(value);
  throw new TypeError(`${place}: expected a valid Date of the years 1 to 9999, got ${got}.`);
}

/**
 * The Date of a Timestamp, whose fractions of milliseconds are cut off.
 * @throws ConnectError (invalid_argument) for one outside of the years 1 to 9999, or whose nanoseconds are a second or more.
 */
export function dateOf(seconds: number, nanos: number, place: string): Date {
  const isRight = seconds >= leastSeconds && seconds <= greatestSeconds && nanos >= 0 && nanos <= 999_999_999;
  if (isRight) return new Date(seconds * 1000 + Math.floor(nanos / 1e6));
  throw new ConnectError(
    `${place}: a timestamp of ${BigInt(seconds)} seconds and ${nanos} nanoseconds is outside of the years 1 to 9999`,
    Code.InvalidArgument,
  );
}

/** A Date in place of a Timestamp. */
export function dateConversion(place: string): Conversion {
  return {
    toMessage(value) {
      const seconds = secondsOf(value, place);
      const nanos = ((value as Date).getTime() - seconds * 1000) * 1e6;
      return { $typeName: "google.protobuf.Timestamp", seconds: BigInt(seconds), nanos };
    },
    toValue: ({ seconds, nanos }) => dateOf(Number(seconds), nanos as number, place),
  };
}

/** Whether a message is one of wrappers.proto, which holds nothing but a scalar. */
export function isWrapperDesc({ typeName, fields: [value] }: DescMessage): boolean {
  return /^google\.protobuf\.(Double|Float|U?Int(32|64)|Bool|String|Bytes)Value$/.test(typeName) &&
    value?.fieldKind === "scalar" && value.name === "value" && value.number === 1;
}

/** A scalar in place of a wrapper. */
export function wrapperConversion({ typeName }: DescMessage): Conversion {
  return {
    toMessage: (value) => ({ $typeName: typeName, value }),
    toValue: (message) => message.value,
  };
}

/** A JSON object in place of a Struct. */
export function structConversion(place: string): Conversion {
  return {
    toMessage(value) {
      if (typeof value === "object" && value !== null && !Array.isArray(value)) return structOf(value as JsonObject);
      throw new TypeError(`${place}: expected a JSON object, got ${describe(value)}.`);
    },
    toValue: jsonOfStruct,
  };
}

/** A Struct of protobuf-es, of a JSON object. */
export function structOf(json: JsonObject): Fields {
  const fields: Fields = {};
  for (const key of Object.keys(json)) setOwn(fields, key, valueOf(json[key]));
  return { $typeName: "google.protobuf.Struct", fields };
}

/** A Value of protobuf-es, of JSON. */
export function valueOf(json: unknown): Fields {
  return { $typeName: "google.protobuf.Value", kind: kindOf(json) };
}

function kindOf(json: unknown): Fields {
  switch (typeof json) {
    case "number":
      return { case: "numberValue", value: json };
    case "string":
      return { case: "stringValue", value: json };
    case "boolean":
      return { case: "boolValue", value: json };
    case "object":
      if (json === null) return { case: "nullValue", value: 0 };
      if (!Array.isArray(json)) return { case: "structValue", value: structOf(json as JsonObject) };
      return { case: "listValue", value: { $typeName: "google.protobuf.ListValue", values: json.map(valueOf) } };
    default:
      return { case: undefined };
  }
}

/** The JSON object of a Struct. */
export function jsonOfStruct(struct: Fields): Fields {
  const json: Fields = {};
  const fields = struct.fields as { [key: string]: Fields };
  for (const key of Object.keys(fields)) setOwn(json, key, jsonOf(fields[key]));
  return json;
}

/** The JSON of a Value. */
export function jsonOf(value: Fields): unknown {
  const kind = value.kind as { case: string | undefined; value: unknown };
  switch (kind.case) {
    case "structValue":
      return jsonOfStruct(kind.value as Fields);
    case "listValue":
      return ((kind.value as Fields).values as Fields[]).map(jsonOf);
    case "nullValue":
    case undefined:
      return null;
    default:
      return kind.value;
  }
}
