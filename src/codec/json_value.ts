// Values of each scalar type from JSON, which has fewer types than protobuf: numbers may be strings, and 64-bit ones are.
// https://protobuf.dev/programming-guides/json/
import { type DescEnum, ScalarType } from "@bufbuild/protobuf";
import { describe } from "../schema/resolve.ts";
import { bytesFromBase64 } from "../bytes/base64.ts";
import { WireError } from "../wire/wire_error.ts";
import type { FieldShape } from "./shape.ts";
import { exactNumber, isScalar } from "./value_check.ts";

/** Makes a value of JSON. @throws WireError that names the field. */
export type ReadJsonValue = (json: unknown) => unknown;

const number = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;

/** The mistake of JSON that is none of a field's values. */
export function wrongJson({ place, desc, typeName }: FieldShape, json: unknown): WireError {
  const expected = typeName || (desc.scalar === undefined ? "a message" : ScalarType[desc.scalar].toLowerCase());
  return new WireError(`${place}: expected ${expected}, got ${describe(json)}`);
}

/** Reads values of a scalar type. */
export function jsonScalar(field: FieldShape, scalar: ScalarType): ReadJsonValue {
  switch (scalar) {
    case ScalarType.STRING:
      return (json) => {
        if (typeof json === "string" && json.isWellFormed()) return json;
        throw wrongJson(field, json);
      };
    case ScalarType.BOOL:
      return (json) => {
        if (typeof json === "boolean") return json;
        throw wrongJson(field, json);
      };
    case ScalarType.BYTES:
      return (json) => bytesOf(field, json);
    case ScalarType.DOUBLE:
    case ScalarType.FLOAT:
      return (json) => {
        const value = floatOf(json);
        if (value !== undefined && isScalar(scalar, value)) return value;
        throw wrongJson(field, json);
      };
    case ScalarType.INT32:
    case ScalarType.SINT32:
    case ScalarType.SFIXED32:
      return (json) => {
        if (typeof json === "number" && (json | 0) === json) return json;
        return wholeOf(field, scalar, json);
      };
    case ScalarType.UINT32:
    case ScalarType.FIXED32:
      return (json) => wholeOf(field, scalar, json);
    default: {
      const asString = "longAsString" in field.desc && field.desc.longAsString;
      return (json) => {
        const value = bigOf(json);
        if (value === undefined || !isScalar(scalar, value)) throw wrongJson(field, json);
        if (field.asNumber) return exactNumber(field, Number(value));
        return asString ? String(value) : value;
      };
    }
  }
}

function bytesOf(field: FieldShape, json: unknown): Uint8Array {
  if (typeof json !== "string") throw wrongJson(field, json);
  try {
    return bytesFromBase64(json);
  } catch {
    throw new WireError(`${field.place}: expected base64, got ${describe(json)}`);
  }
}

function wholeOf(field: FieldShape, scalar: ScalarType, json: unknown): number {
  const value = typeof json === "string" && number.test(json) ? Number(json) : json;
  // A fraction of zero is none: 1.0.
  if (isScalar(scalar, value)) return value === 0 ? 0 : value as number;
  throw wrongJson(field, json);
}

function floatOf(json: unknown): number | undefined {
  if (typeof json === "number") return Number.isFinite(json) ? json : undefined;
  switch (json) {
    case "NaN":
      return NaN;
    case "Infinity":
      return Infinity;
    case "-Infinity":
      return -Infinity;
  }
  if (typeof json !== "string" || !number.test(json)) return undefined;
  const value = Number(json);
  return Number.isFinite(value) ? value : undefined;
}

function bigOf(json: unknown): bigint | undefined {
  if (typeof json === "string") {
    // No more digits than could fit: making a number of millions of them takes seconds.
    if (/^-?\d{1,40}$/.test(json)) return BigInt(json);
    if (!number.test(json)) return undefined;
    const value = Number(json);
    return Number.isSafeInteger(value) ? BigInt(value) : undefined;
  }
  return typeof json === "number" && Number.isInteger(json) ? BigInt(json) : undefined;
}

/** Stands for an enum's value that is not known and was left out, where unknown fields are. */
export const leftOut: unique symbol = Symbol("left out");

/** Reads values of an enum, by name and by number. */
export function jsonEnum(field: FieldShape, desc: DescEnum): (json: unknown, ignoreUnknown: boolean) => unknown {
  let numbers: Map<string, number> | undefined;
  return (json, ignoreUnknown) => {
    if (typeof json === "string") {
      numbers ??= new Map(desc.values.flatMap((value) => [[value.jsonName, value.number], [value.name, value.number]]));
      const value = numbers.get(json);
      if (value !== undefined) return value;
      if (ignoreUnknown) return leftOut;
    } else if (json === null) return desc.values[0].number;
    else if (typeof json === "number" && isScalar(ScalarType.INT32, json)) {
      if (desc.open || desc.value[json] !== undefined) return json;
    }
    throw wrongJson(field, json);
  };
}
