// Packed numbers: those that come in great numbers have a loop of their own.
import { ScalarType } from "@bufbuild/protobuf";
import type { Writer } from "../wire/writer.ts";
import { scalarWriter } from "./scalar_writer.ts";
import type { FieldShape } from "./shape.ts";
import { wrongValue } from "./value_check.ts";

/** Writes the elements of a packed field, without tag and length. */
export type WriteElements = (writer: Writer, elements: readonly unknown[]) => void;

/** How many elements have room made for them at a time. */
const batch = 1024;

/** Writes the elements of a packed field. */
export function elementsWriter(field: FieldShape): WriteElements {
  const { desc } = field;
  switch (desc.enum ? ScalarType.INT32 : desc.scalar) {
    case ScalarType.INT32:
      return (writer, elements) => writeVarints(writer, elements, field, true);
    case ScalarType.UINT32:
      return (writer, elements) => writeVarints(writer, elements, field, false);
    case ScalarType.DOUBLE:
      return (writer, elements) => {
        writer.ensure(elements.length * 8);
        for (let i = 0; i < elements.length; i++) {
          const value = elements[i];
          if (typeof value !== "number") throw wrongValue(field, value);
          writer.double(value);
        }
      };
    default: {
      const write = scalarWriter(field, 0);
      return (writer, elements) => {
        for (let i = 0; i < elements.length; i++) write(writer, elements[i]);
      };
    }
  }
}

function writeVarints(writer: Writer, elements: readonly unknown[], field: FieldShape, signed: boolean): void {
  for (let i = 0; i < elements.length;) {
    const end = Math.min(elements.length, i + batch);
    writer.ensure((end - i) * 10);
    const { bytes } = writer;
    let { position } = writer;
    for (; i < end; i++) {
      const value = elements[i];
      if (typeof value !== "number" || (signed ? value | 0 : value >>> 0) !== value) throw wrongValue(field, value);
      let rest = value >>> 0;
      while (rest > 0x7f) {
        bytes[position++] = (rest & 0x7f) | 0x80;
        rest >>>= 7;
      }
      if (value >= 0) bytes[position++] = rest;
      else position = writeExtension(bytes, position, rest);
    }
    writer.position = position;
  }
}

// A negative int32 is extended to 64 bits: the fifth byte has three bits more, five bytes follow.
function writeExtension(bytes: Uint8Array, position: number, rest: number): number {
  bytes[position++] = rest | 0xf0;
  for (let i = 0; i < 4; i++) bytes[position++] = 0xff;
  bytes[position++] = 1;
  return position;
}
