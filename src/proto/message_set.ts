// MessageSet, the wire format of proto2 for extensions of one message: a group of number 1 for each of them, with its number and
// its bytes (message_set_wire_format of descriptor.proto).
import type { UnknownField } from "@bufbuild/protobuf";
import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";

/** A message in a MessageSet: the number of the extension whose type it has, and its bytes. */
export interface MessageSetItem {
  readonly number: number;
  readonly bytes: Uint8Array;
}

/**
 * The messages in a MessageSet, from its unknown fields.
 *
 * @throws RangeError where the bytes are cut short.
 */
export function messageSetItems(unknown: readonly UnknownField[]): MessageSetItem[] {
  return unknown.filter(({ no, wireType }) => no === 1 && wireType === WireType.StartGroup).map(({ data }) => {
    const reader = new BinaryReader(data);
    let number = 0;
    let bytes = new Uint8Array();
    while (reader.pos < reader.len) {
      const [field, wireType] = reader.tag();
      if (wireType === WireType.EndGroup) break;
      if (field === 2 && wireType === WireType.Varint) number = reader.uint32();
      else if (field === 3 && wireType === WireType.LengthDelimited) bytes = new Uint8Array(reader.bytes());
      else reader.skip(wireType, field);
    }
    return { number, bytes };
  });
}
