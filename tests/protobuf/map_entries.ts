// Whether bytes of a message hold an entry of a map with more in it than one key and one value. A field that is neither
// has Python keep the whole entry as an unknown field, which comes last when it is written, so that another entry of the
// same key wins; Sigil and protobuf-es leave out that field alone. And an entry whose value a closed enum does not have is
// kept by Python as its key and its value, by Sigil as it came.
import type { DescMessage } from "@bufbuild/protobuf";
import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";

/** Looks through a message that is known to be well-formed, for such an entry at any depth outside of groups. */
export function hasStrangeEntry(desc: DescMessage, bytes: Uint8Array): boolean {
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [number, wireType] = reader.tag();
    const field = desc.fields.find((each) => each.number === number);
    if (wireType !== WireType.LengthDelimited || field === undefined) reader.skip(wireType, number);
    else {
      const inner = reader.bytes();
      if (field.fieldKind === "map" && isStrange(inner, field.message)) return true;
      if (field.fieldKind !== "map" && field.message && hasStrangeEntry(field.message, inner)) return true;
    }
  }
  return false;
}

function isStrange(entry: Uint8Array, value: DescMessage | undefined): boolean {
  const reader = new BinaryReader(entry);
  const seen = new Set<number>();
  while (reader.pos < reader.len) {
    const [number, wireType] = reader.tag();
    if (number > 2 || seen.has(number)) return true;
    seen.add(number);
    if (number === 2 && value && wireType === WireType.LengthDelimited) {
      if (hasStrangeEntry(value, reader.bytes())) return true;
    } else reader.skip(wireType, number);
  }
  return false;
}
