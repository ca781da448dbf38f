// How values of each scalar type are written, and checked: a mistake in a handler must not reach the wire.
import { ScalarType } from "@bufbuild/protobuf";
import { tagOf, WireType } from "../wire/wire_type.ts";
import type { Writer } from "../wire/writer.ts";
import type { Fields, FieldShape } from "./shape.ts";
import { isScalar, maxFloat, wrongValue } from "./value_check.ts";

/** Writes one value. @throws TypeError for one that the field can't hold, before anything is written. */
export type WriteValue = (writer: Writer, value: unknown) => void;

/** Writes values of a field behind their tag; those of a packed field without one, where `tag` is 0. */
export function scalarWriter(field: FieldShape, tag: number): WriteValue {
  const { desc } = field;
  if ("longAsString" in desc && desc.longAsString) return textWriter(field, tag);
  return writerOf(desc.scalar ?? ScalarType.INT32, tag, (value) => wrongValue(field, value));
}

type WriteWhole = (writer: Writer, message: Fields) => void;

/**
 * The most frequent types in one piece: whether a field is set, its tag and its value. Undefined for all others. `zero` is
 * what a field without presence is when it is not set.
 */
export function wholeFieldWriter(field: FieldShape, zero: unknown): WriteWhole | undefined {
  const { desc, property } = field;
  if (desc.fieldKind === "enum" || desc.fieldKind === "scalar" && desc.scalar === ScalarType.INT32) {
    const tag = tagOf(desc.number, WireType.varint);
    return (writer, message) => {
      const value = message[property];
      if (value === zero || value === undefined || value === null) return;
      if (typeof value !== "number" || (value | 0) !== value) throw wrongValue(field, value);
      writer.taggedInt32(tag, value);
    };
  }
  if (desc.fieldKind === "scalar" && desc.scalar === ScalarType.STRING) {
    const tag = tagOf(desc.number, WireType.bytes);
    return (writer, message) => {
      const value = message[property];
      if (value === zero || value === undefined || value === null) return;
      if (typeof value !== "string") throw wrongValue(field, value);
      writer.taggedString(tag, value);
    };
  }
  return undefined;
}

/** Writes values of a scalar type behind a tag; without one, where it is 0. `wrong` makes the mistake of a value. */
export function writerOf(scalar: ScalarType, tag: number, wrong: (value: unknown) => TypeError): WriteValue {
  const begin = (writer: Writer): void => {
    if (tag === 0) return;
    writer.ensure(5);
    writer.tag(tag);
  };
  switch (scalar) {
    case ScalarType.STRING:
      return (writer, value) => {
        if (typeof value !== "string") throw wrong(value);
        writer.taggedString(tag, value);
      };
    case ScalarType.BYTES:
      return (writer, value) => {
        if (!(value instanceof Uint8Array)) throw wrong(value);
        begin(writer);
        writer.blob(value);
      };
    case ScalarType.BOOL:
      return (writer, value) => {
        if (typeof value !== "boolean") throw wrong(value);
        begin(writer);
        writer.bool(value);
      };
    case ScalarType.DOUBLE:
      return (writer, value) => {
        if (typeof value !== "number") throw wrong(value);
        begin(writer);
        writer.double(value);
      };
    case ScalarType.FLOAT:
      return (writer, value) => {
        if (typeof value !== "number" || Math.abs(value) > maxFloat && Number.isFinite(value)) throw wrong(value);
        begin(writer);
        writer.float(value);
      };
    case ScalarType.INT32:
      return (writer, value) => {
        if (typeof value !== "number" || (value | 0) !== value) throw wrong(value);
        begin(writer);
        writer.int32(value);
      };
    case ScalarType.SINT32:
      return (writer, value) => {
        if (typeof value !== "number" || (value | 0) !== value) throw wrong(value);
        begin(writer);
        writer.sint32(value);
      };
    case ScalarType.UINT32:
      return (writer, value) => {
        if (typeof value !== "number" || value >>> 0 !== value) throw wrong(value);
        begin(writer);
        writer.uint32(value);
      };
    case ScalarType.FIXED32:
      return (writer, value) => {
        if (typeof value !== "number" || value >>> 0 !== value) throw wrong(value);
        begin(writer);
        writer.fixed32(value);
      };
    case ScalarType.SFIXED32:
      return (writer, value) => {
        if (typeof value !== "number" || (value | 0) !== value) throw wrong(value);
        begin(writer);
        writer.fixed32(value);
      };
    default:
      return bigWriter(scalar, begin, wrong);
  }
}

function bigWriter(
  scalar: ScalarType,
  begin: (writer: Writer) => void,
  wrong: (value: unknown) => TypeError,
): WriteValue {
  const check = (value: unknown): bigint => {
    if (!isScalar(scalar, value)) throw wrong(value);
    return value as bigint;
  };
  switch (scalar) {
    case ScalarType.INT64:
      return (writer, value) => {
        const big = check(value);
        begin(writer);
        writer.int64(big);
      };
    case ScalarType.UINT64:
      return (writer, value) => {
        const big = check(value);
        begin(writer);
        writer.uint64(big);
      };
    case ScalarType.SINT64:
      return (writer, value) => {
        const big = check(value);
        begin(writer);
        writer.sint64(big);
      };
    case ScalarType.FIXED64:
      return (writer, value) => {
        const big = check(value);
        begin(writer);
        writer.fixed64(big);
      };
    default:
      return (writer, value) => {
        const big = check(value);
        begin(writer);
        writer.sfixed64(big);
      };
  }
}

// 64-bit numbers that protobuf-es holds as text (jstype = JS_STRING).
function textWriter(field: FieldShape, tag: number): WriteValue {
  const write = writerOf(field.desc.scalar as ScalarType, tag, (value) => wrongValue(field, value));
  return (writer, value) => {
    if (typeof value === "string" && /^-?\d+$/.test(value)) write(writer, BigInt(value));
    else write(writer, typeof value === "number" && Number.isInteger(value) ? BigInt(value) : value);
  };
}
