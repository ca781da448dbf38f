// How values of each scalar type are written, and checked: a mistake in a handler must not reach the wire.
import { ScalarType } from "@bufbuild/protobuf";
import { tagOf, WireType } from "../wire/wire_type.ts";
import type { Writer } from "../wire/writer.ts";
import type { Fields, FieldShape } from "./shape.ts";
import { isFloat, isNumberOf, isScalar, wrongValue } from "./value_check.ts";

/** Writes one value. @throws TypeError for one that the field can't hold, before anything is written. */
export type WriteValue = (writer: Writer, value: unknown) => void;

/** Writes values of a field behind their tag; those of a packed field without one, where `tag` is 0. */
export function scalarWriter(field: FieldShape, tag: number): WriteValue {
  const { desc } = field;
  if (field.asNumber) return numberWriter(field, tag);
  if ("longAsString" in desc && desc.longAsString) return textWriter(field, tag);
  return writerOf(desc.scalar ?? ScalarType.INT32, tag, field);
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

/** Makes the mistake of a value that is none of a field's. */
type Wrong = (field: FieldShape, value: unknown) => TypeError;

/** Writes values of a scalar type behind a tag; without one, where it is 0. */
export function writerOf(scalar: ScalarType, tag: number, field: FieldShape, wrong: Wrong = wrongValue): WriteValue {
  switch (scalar) {
    case ScalarType.STRING:
      return (writer, value) => {
        if (typeof value !== "string") throw wrong(field, value);
        writer.taggedString(tag, value);
      };
    case ScalarType.BYTES:
      return (writer, value) => {
        if (!(value instanceof Uint8Array)) throw wrong(field, value);
        begin(writer, tag);
        writer.blob(value);
      };
    case ScalarType.BOOL:
      return (writer, value) => {
        if (typeof value !== "boolean") throw wrong(field, value);
        begin(writer, tag);
        writer.bool(value);
      };
    case ScalarType.DOUBLE:
      return (writer, value) => {
        if (typeof value !== "number") throw wrong(field, value);
        begin(writer, tag);
        writer.double(value);
      };
    case ScalarType.FLOAT:
      return (writer, value) => {
        if (typeof value !== "number" || !isFloat(value)) {
          throw wrong(field, value);
        }
        begin(writer, tag);
        writer.float(value);
      };
    case ScalarType.INT32:
      return (writer, value) => {
        if (typeof value !== "number" || (value | 0) !== value) throw wrong(field, value);
        begin(writer, tag);
        writer.int32(value);
      };
    case ScalarType.SINT32:
      return (writer, value) => {
        if (typeof value !== "number" || (value | 0) !== value) throw wrong(field, value);
        begin(writer, tag);
        writer.sint32(value);
      };
    case ScalarType.UINT32:
      return (writer, value) => {
        if (typeof value !== "number" || value >>> 0 !== value) throw wrong(field, value);
        begin(writer, tag);
        writer.uint32(value);
      };
    case ScalarType.FIXED32:
      return (writer, value) => {
        if (typeof value !== "number" || value >>> 0 !== value) throw wrong(field, value);
        begin(writer, tag);
        writer.fixed32(value);
      };
    case ScalarType.SFIXED32:
      return (writer, value) => {
        if (typeof value !== "number" || (value | 0) !== value) throw wrong(field, value);
        begin(writer, tag);
        writer.fixed32(value);
      };
    case ScalarType.INT64:
      return (writer, value) => {
        if (!isScalar(ScalarType.INT64, value)) throw wrong(field, value);
        begin(writer, tag);
        writer.int64(value as bigint);
      };
    case ScalarType.UINT64:
      return (writer, value) => {
        if (!isScalar(ScalarType.UINT64, value)) throw wrong(field, value);
        begin(writer, tag);
        writer.uint64(value as bigint);
      };
    case ScalarType.SINT64:
      return (writer, value) => {
        if (!isScalar(ScalarType.SINT64, value)) throw wrong(field, value);
        begin(writer, tag);
        writer.sint64(value as bigint);
      };
    case ScalarType.FIXED64:
      return (writer, value) => {
        if (!isScalar(ScalarType.FIXED64, value)) throw wrong(field, value);
        begin(writer, tag);
        writer.fixed64(value as bigint);
      };
    case ScalarType.SFIXED64:
      return (writer, value) => {
        if (!isScalar(ScalarType.SFIXED64, value)) throw wrong(field, value);
        begin(writer, tag);
        writer.sfixed64(value as bigint);
      };
  }
}

function begin(writer: Writer, tag: number): void {
  if (tag === 0) return;
  writer.ensure(5);
  writer.tag(tag);
}

// Integers of 64 bits that their field holds as numbers.
function numberWriter(field: FieldShape, tag: number): WriteValue {
  const { scalar } = field.desc;
  return (writer, value) => {
    if (!isNumberOf(field, value)) throw wrongValue(field, value);
    begin(writer, tag);
    if (scalar === ScalarType.FIXED64 || scalar === ScalarType.SFIXED64) writer.safeFixed64(value);
    else if (scalar === ScalarType.SINT64) writer.safeSint64(value);
    else writer.safeInt64(value);
  };
}

// 64-bit numbers that protobuf-es holds as text (jstype = JS_STRING).
function textWriter(field: FieldShape, tag: number): WriteValue {
  const write = writerOf(field.desc.scalar as ScalarType, tag, field);
  return (writer, value) => {
    if (typeof value === "string" && /^-?\d+$/.test(value)) write(writer, BigInt(value));
    else write(writer, typeof value === "number" && Number.isInteger(value) ? BigInt(value) : value);
  };
}
