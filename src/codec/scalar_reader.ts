// How values of each scalar type are read: one by one, and packed.
import { ScalarType } from "@bufbuild/protobuf";
import type { Reader } from "../wire/reader.ts";
import { WireType } from "../wire/wire_type.ts";
import type { FieldShape } from "./shape.ts";

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
export function scalarReader(desc: Desc): ReadValue {
  const read = readerOf(scalarOf(desc), desc.utf8Validation);
  const asString = "longAsString" in desc && desc.longAsString;
  return asString ? (reader) => String(read(reader)) : read;
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
export function packedReader(desc: Desc): (reader: Reader, values: unknown[]) => void {
  switch (scalarOf(desc)) {
    case ScalarType.INT32:
      return (reader, values) => {
        while (reader.position < reader.end) values.push(reader.int32());
      };
    case ScalarType.UINT32:
      return (reader, values) => {
        while (reader.position < reader.end) values.push(reader.uint32());
      };
    case ScalarType.SINT32:
      return (reader, values) => {
        while (reader.position < reader.end) values.push(reader.sint32());
      };
    case ScalarType.DOUBLE:
      return (reader, values) => {
        const { view } = reader;
        const end = fixedEnd(reader, 8);
        for (let at = reader.position; at < end; at += 8) values.push(view.getFloat64(at, true));
        reader.position = end;
      };
    case ScalarType.FLOAT:
      return (reader, values) => {
        const { view } = reader;
        const end = fixedEnd(reader, 4);
        for (let at = reader.position; at < end; at += 4) values.push(view.getFloat32(at, true));
        reader.position = end;
      };
    default: {
      const read = scalarReader(desc);
      return (reader, values) => {
        while (reader.position < reader.end) values.push(read(reader));
      };
    }
  }
}

// A part of a number at the end is found by reading it.
function fixedEnd(reader: Reader, size: number): number {
  const { position, end } = reader;
  const rest = (end - position) % size;
  if (rest === 0) return end;
  return reader.cutShort(rest);
}
