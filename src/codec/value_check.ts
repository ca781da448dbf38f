// Whether values are ones of their field: what a handler must not send, and what JSON must not bring. A mistake names the field,
// what it holds and the value.
import { ScalarType } from "@bufbuild/protobuf";
import { describe } from "../schema/resolve.ts";
import { numberValues, scalarNames, scalarType, scalarValues } from "../schema/scalar.ts";
import { WireError } from "../wire/wire_error.ts";
import type { FieldShape } from "./shape.ts";

/** Whether a number is one of 32 bits once it is rounded: NaN, infinite, or not too great. */
export function isFloat(value: number): boolean {
  return Number.isFinite(Math.fround(value)) || !Number.isFinite(value);
}

/** The mistake of a value that is none of the field's, or of its elements. */
export function wrongValue(field: FieldShape, value: unknown): TypeError {
  const { place, desc, typeName } = field;
  if (desc.enum) {
    return new TypeError(`${place}: expected a number of the enum ${typeName}, got ${describe(value)}.`);
  }
  const name = scalarNames.find((name) => scalarType(name) as number === desc.scalar) ?? "string";
  const expected = field.asNumber ? numberValues(name) : scalarValues(name);
  return new TypeError(`${place}: expected ${expected} for ${name}, got ${describe(value)}.`);
}

/** Whether a value is one of a field of 64 bits that is held as a number. */
export function isNumberOf({ desc: { scalar } }: FieldShape, value: unknown): value is number {
  const hasNoSign = scalar === ScalarType.UINT64 || scalar === ScalarType.FIXED64;
  return Number.isSafeInteger(value) && (!hasNoSign || (value as number) >= 0);
}

/**
 * A 64-bit integer of a field that is held as a number.
 * @throws WireError for one that a number can't hold exactly, rather than round it.
 */
export function exactNumber({ place }: FieldShape, value: number): number {
  if (Number.isSafeInteger(value)) return value;
  throw new WireError(
    `${place}: about ${value} came, beyond ${Number.MAX_SAFE_INTEGER}, the limit of a field that is held as a number. ` +
      'Declare it without as: "number"',
  );
}

/** The mistake of a map's key that is none of its type. */
export function wrongKey({ place, desc }: FieldShape, key: unknown): TypeError {
  const type = desc.fieldKind === "map" ? desc.mapKey : ScalarType.STRING;
  const name = scalarNames.find((name) => scalarType(name) as number === type) ?? "string";
  return new TypeError(`${place}: expected keys of ${scalarValues(name)} for ${name}, got ${describe(key)}.`);
}

/** The elements of a repeated field. @throws TypeError for what is no array. */
export function elementsOf(field: FieldShape, value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new TypeError(`${field.place}: expected an array, got ${describe(value)}.`);
}

/** The entries of a map field, whichever way it is held. @throws TypeError for what is no map. */
export function entriesOf(field: FieldShape, value: unknown): Iterable<[unknown, unknown]> {
  if (value instanceof Map) return value;
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return Object.entries(value);
  throw new TypeError(`${field.place}: expected a Map, got ${describe(value)}.`);
}

/** The field of a oneof's case, checked before any of it is written. @throws TypeError for a case that does not exist. */
export function wrongCase(place: string, cases: ReadonlySet<unknown>, name: unknown): TypeError {
  return new TypeError(
    `${place}: the oneof has no case ${describe(name)}. Its cases: ${[...cases].join(", ")}.`,
  );
}

const int64Least = -(2n ** 63n), int64Greatest = 2n ** 63n - 1n, uint64Greatest = 2n ** 64n - 1n;

/** Whether a value is one of a scalar type, in its range. */
export function isScalar(scalar: ScalarType, value: unknown): boolean {
  switch (scalar) {
    case ScalarType.STRING:
      return typeof value === "string";
    case ScalarType.BOOL:
      return typeof value === "boolean";
    case ScalarType.BYTES:
      return value instanceof Uint8Array;
    case ScalarType.DOUBLE:
      return typeof value === "number";
    case ScalarType.FLOAT:
      return typeof value === "number" && isFloat(value);
    case ScalarType.INT32:
    case ScalarType.SINT32:
    case ScalarType.SFIXED32:
      return typeof value === "number" && (value | 0) === value;
    case ScalarType.UINT32:
    case ScalarType.FIXED32:
      return typeof value === "number" && value >>> 0 === value;
    case ScalarType.INT64:
    case ScalarType.SINT64:
    case ScalarType.SFIXED64:
      return typeof value === "bigint" && value >= int64Least && value <= int64Greatest;
    case ScalarType.UINT64:
    case ScalarType.FIXED64:
      return typeof value === "bigint" && value >= 0n && value <= uint64Greatest;
  }
}

/**
 * Whether all elements are numbers of a scalar type that JSON has in the same words, so that they can be taken together: not
 * NaN, infinite or minus zero. False for types whose values are no JSON numbers.
 */
export function arePlainNumbers(scalar: ScalarType | undefined, elements: readonly unknown[]): boolean {
  switch (scalar) {
    case ScalarType.INT32:
    case ScalarType.SINT32:
    case ScalarType.SFIXED32:
      for (let i = 0; i < elements.length; i++) {
        const value = elements[i] as number;
        if ((value | 0) !== value) return false;
      }
      return true;
    case ScalarType.UINT32:
    case ScalarType.FIXED32:
      for (let i = 0; i < elements.length; i++) {
        const value = elements[i] as number;
        if (value >>> 0 !== value) return false;
      }
      return true;
    case ScalarType.DOUBLE:
    case ScalarType.FLOAT: {
      const isFixed = scalar === ScalarType.FLOAT ? isFloat : Number.isFinite;
      for (let i = 0; i < elements.length; i++) {
        const value = elements[i];
        if (typeof value !== "number" || !Number.isFinite(value) || !isFixed(value)) return false;
        if (value === 0 && 1 / value < 0) return false;
      }
      return true;
    }
    default:
      return false;
  }
}
