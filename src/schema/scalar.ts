// The fifteen scalar types of protobuf: their names, the TypeScript types that hold them, and their numbers in descriptors.
// https://protobuf.dev/programming-guides/proto3/#scalar
import { ScalarType } from "@bufbuild/protobuf";

/** The TypeScript type that holds each scalar. */
export interface ScalarTypes {
  double: number;
  float: number;
  int32: number;
  int64: bigint;
  uint32: number;
  uint64: bigint;
  sint32: number;
  sint64: bigint;
  fixed32: number;
  fixed64: bigint;
  sfixed32: number;
  sfixed64: bigint;
  bool: boolean;
  string: string;
  bytes: Uint8Array;
}

/** The name of a scalar type, as protobuf writes it. */
export type ScalarName = keyof ScalarTypes;

/** The integers of 64 bits, which are held in a bigint, or in a number where the field says so. */
export type LongName = "int64" | "uint64" | "sint64" | "fixed64" | "sfixed64";

/** The scalars that can be the key of a map: integers, `bool` and `string`. */
export type MapKeyName = Exclude<ScalarName, "double" | "float" | "bytes">;

/** The `typeof` of the value that holds a scalar; `"bytes"` stands for a Uint8Array. */
export type ScalarHolder = "number" | "bigint" | "boolean" | "string" | "bytes";

interface ScalarInfo {
  readonly type: ScalarType;
  readonly holder: ScalarHolder;
  /** The least and the greatest whole number of an integer type. */
  readonly range?: readonly [least: number | bigint, greatest: number | bigint];
}

const int32Range = [-(2 ** 31), 2 ** 31 - 1] as const;
const uint32Range = [0, 2 ** 32 - 1] as const;
const int64Range = [-(2n ** 63n), 2n ** 63n - 1n] as const;
const uint64Range = [0n, 2n ** 64n - 1n] as const;
/** The greatest finite number of 32 bits (IEEE 754 binary32). */
const maxFloat = 3.4028234663852886e38;

const scalars: { readonly [N in ScalarName]: ScalarInfo } = {
  double: { type: ScalarType.DOUBLE, holder: "number" },
  float: { type: ScalarType.FLOAT, holder: "number" },
  int32: { type: ScalarType.INT32, holder: "number", range: int32Range },
  int64: { type: ScalarType.INT64, holder: "bigint", range: int64Range },
  uint32: { type: ScalarType.UINT32, holder: "number", range: uint32Range },
  uint64: { type: ScalarType.UINT64, holder: "bigint", range: uint64Range },
  sint32: { type: ScalarType.SINT32, holder: "number", range: int32Range },
  sint64: { type: ScalarType.SINT64, holder: "bigint", range: int64Range },
  fixed32: { type: ScalarType.FIXED32, holder: "number", range: uint32Range },
  fixed64: { type: ScalarType.FIXED64, holder: "bigint", range: uint64Range },
  sfixed32: { type: ScalarType.SFIXED32, holder: "number", range: int32Range },
  sfixed64: { type: ScalarType.SFIXED64, holder: "bigint", range: int64Range },
  bool: { type: ScalarType.BOOL, holder: "boolean" },
  string: { type: ScalarType.STRING, holder: "string" },
  bytes: { type: ScalarType.BYTES, holder: "bytes" },
};

/** All scalar names, for messages that list them. */
export const scalarNames: readonly ScalarName[] = Object.keys(scalars) as ScalarName[];

/** Whether a string is the name of a scalar type. */
export function isScalarName(name: string): name is ScalarName {
  return Object.hasOwn(scalars, name);
}

/** Whether a scalar can be the key of a map. */
export function isMapKeyName(name: ScalarName): name is MapKeyName {
  return name !== "double" && name !== "float" && name !== "bytes";
}

/** The number of a scalar type in descriptors (google.protobuf.FieldDescriptorProto.Type). */
export function scalarType(name: ScalarName): ScalarType {
  return scalars[name].type;
}

/** What kind of value holds a scalar. */
export function scalarHolder(name: ScalarName): ScalarHolder {
  return scalars[name].holder;
}

/** Whether a value is one that a scalar can hold: of its kind, and in its range. */
export function holdsScalar(name: ScalarName, value: unknown): boolean {
  const { holder, range } = scalars[name];
  if (holder === "bytes") return value instanceof Uint8Array;
  const kind: string = typeof value;
  if (kind !== holder) return false;
  if (range) {
    const number = value as number;
    return number >= range[0] && number <= range[1] && (holder === "bigint" || Number.isInteger(number));
  }
  return name !== "float" || !(Math.abs(value as number) > maxFloat) || !Number.isFinite(value);
}

/** Whether a value is one that a scalar of 64 bits can hold as a number: whole, exact, and not negative where it has no sign. */
export function holdsNumber(name: ScalarName, value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= leastNumber(name);
}

/** What a scalar of 64 bits can hold as a number, in words. */
export function numberValues(name: ScalarName): string {
  return `a whole number from ${leastNumber(name)} to ${Number.MAX_SAFE_INTEGER}`;
}

function leastNumber(name: ScalarName): number {
  return scalars[name].range?.[0] === 0n ? 0 : Number.MIN_SAFE_INTEGER;
}

/** What a scalar can hold, in words: `a whole number from 0 to 4294967295`. */
export function scalarValues(name: ScalarName): string {
  const { holder, range } = scalars[name];
  if (range) return `a ${holder === "bigint" ? "bigint" : "whole number"} from ${range[0]} to ${range[1]}`;
  if (name === "float") return `a number from -${maxFloat} to ${maxFloat}`;
  return holder === "bytes" ? "a Uint8Array" : `a ${holder}`;
}
