// How values of each scalar type are read: one by one, and packed.
import { ScalarType } from "@bufbuild/protobuf";
import type { Reader } from "../wire/reader.ts";
import { WireType } from "../wire/wire_type.ts";
import type { FieldShape } from "./shape.ts";
import { exactNumber } from "./value_check.ts";

/** Reads one value. */
export type ReadValue = (reader: Reader) => unknown;

type Desc = FieldShape["desc"];

/** The scalar that a field's values are on the wire; enums are int32. */
export function scalarOf(desc: Desc): ScalarType {
  return desc.scalar ?? ScalarType.INT32;
}

/** The wire type of a scalar. */
export function scalarWireType(scalar: ScalarType): WireType {
  switch (scalar) {
    case ScalarType.STRING:
    case ScalarType.BYTES:
      return WireType.bytes;
    case ScalarType.DOUBLE:
    case ScalarType.FIXED64:
    case ScalarType.SFIXED64:
      return WireType.bit64;
    case ScalarType.FLOAT:
    case ScalarType.FIXED32:
    case ScalarType.SFIXED32:
      return WireType.bit32;
    default:
      return WireType.varint;
  }
}

/** The wire type of a field's values, one by one. */
export function wireTypeOf(desc: Desc): WireType {
  return scalarWireType(scalarOf(desc));
}

/** Whether values can be packed, whatever the field says. */
export function isPackable(desc: Desc): boolean {
  return wireTypeOf(desc) !== WireType.bytes;
}

/** Reads one value of a field, in the form that the field holds it. */
export function scalarReader(field: FieldShape): ReadValue {
  const { desc } = field;
  if (field.asNumber) return numberReader(field);
  const read = readerOf(scalarOf(desc), desc.utf8Validation);
  const asString = "longAsString" in desc && desc.longAsString;
  return asString ? (reader) => String(read(reader)) : read;
}

// An integer of 64 bits as a number: what a number can't hold exactly is refused, rather than rounded.
function numberReader(field: FieldShape): ReadValue {
  const read = safeReader(scalarOf(field.desc));
  return (reader) => exactNumber(field, read(reader));
}

function safeReader(scalar: ScalarType): (reader: Reader) => number {
  switch (scalar) {
    case ScalarType.UINT64:
      return (reader) => reader.safeUint64();
    case ScalarType.SINT64:
      return (reader) => reader.safeSint64();
    case ScalarType.FIXED64:
      return (reader) => reader.safeFixed64();
    case ScalarType.SFIXED64:
      return (reader) => reader.safeSfixed64();
    default:
      return (reader) => reader.safeInt64();
  }
}

/** Reads one value of a scalar type. */
export function readerOf(scalar: ScalarType, checkText: boolean): ReadValue {
  switch (scalar) {
    case ScalarType.STRING:
      return checkText ? (reader) => reader.string(true) : (reader) => reader.string(false);
    case ScalarType.BYTES:
      return (reader) => reader.blob();
    case ScalarType.BOOL:
      return (reader) => reader.bool();
    case ScalarType.INT32:
      return (reader) => reader.int32();
    case ScalarType.UINT32:
      return (reader) => reader.uint32();
    case ScalarType.SINT32:
      return (reader) => reader.sint32();
    case ScalarType.FIXED32:
      return (reader) => reader.fixed32();
    case ScalarType.SFIXED32:
      return (reader) => reader.sfixed32();
    case ScalarType.INT64:
      return (reader) => reader.int64();
    case ScalarType.UINT64:
      return (reader) => reader.uint64();
    case ScalarType.SINT64:
      return (reader) => reader.sint64();
    case ScalarType.FIXED64:
      return (reader) => reader.fixed64();
    case ScalarType.SFIXED64:
      return (reader) => reader.sfixed64();
    case ScalarType.FLOAT:
      return (reader) => reader.float();
    case ScalarType.DOUBLE:
      return (reader) => reader.double();
  }
}

/** Reads packed values up to the reader's end. */
export function packedReader(field: FieldShape): ReadPacked {
  switch (scalarOf(field.desc)) {
    case ScalarType.INT32:
      return (reader, values) => readVarints(reader, values, true);
    case ScalarType.UINT32:
      return (reader, values) => readVarints(reader, values, false);
    case ScalarType.DOUBLE:
      return (reader, values) => {
        const { view, position } = reader;
        let next = extend(values, reader.fixedCount(8));
        for (let at = position; at < reader.end; at += 8) values[next++] = view.getFloat64(at, true);
        reader.position = reader.end;
      };
    case ScalarType.FLOAT:
      return (reader, values) => {
        const { view, position } = reader;
        let next = extend(values, reader.fixedCount(4));
        for (let at = position; at < reader.end; at += 4) values[next++] = view.getFloat32(at, true);
        reader.position = reader.end;
      };
    default: {
      const read = scalarReader(field);
      return (reader, values) => {
        while (reader.position < reader.end) values.push(read(reader));
      };
    }
  }
}

/** Adds packed values to an array. */
export type ReadPacked = (reader: Reader, values: unknown[]) => void;

/** Fewer are added one by one: growing in advance costs more than it saves. */
const fewValues = 64;

// An array that grows once is filled faster than one that grows as it is filled. Answers where the first new value goes.
function extend(values: unknown[], count: number): number {
  const { length } = values;
  if (count > fewValues) values.length = length + count;
  return length;
}

// Up to five bytes at once while there are that many; all else one by one.
function readVarints(reader: Reader, values: unknown[], signed: boolean): void {
  const { bytes, end } = reader;
  const last = end - 5;
  let next = extend(values, end - reader.position > fewValues ? reader.varintCount() : 0);
  while (reader.position < end) {
    let at = reader.position;
    while (at <= last) {
      const first = bytes[at];
      if (first < 0x80) {
        values[next++] = first;
        at++;
        continue;
      }
      const second = bytes[at + 1];
      if (second < 0x80) {
        values[next++] = (first & 0x7f) | (second << 7);
        at += 2;
        continue;
      }
      const third = bytes[at + 2];
      if (third < 0x80) {
        values[next++] = (first & 0x7f) | ((second & 0x7f) << 7) | (third << 14);
        at += 3;
        continue;
      }
      const fourth = bytes[at + 3];
      const low = (first & 0x7f) | ((second & 0x7f) << 7) | ((third & 0x7f) << 14) | ((fourth & 0x7f) << 21);
      if (fourth < 0x80) {
        values[next++] = low;
        at += 4;
        continue;
      }
      const fifth = bytes[at + 4];
      if (fifth >= 0x80) break;
      const value = low | (fifth << 28);
      values[next++] = signed ? value : value >>> 0;
      at += 5;
    }
    reader.position = at;
    if (at < end) values[next++] = signed ? reader.int32() : reader.uint32();
  }
}
