// Maps in the binary format: repeated entries, each a message with a key and a value, of which either may be left out, come
// twice or come in the other order. https://protobuf.dev/programming-guides/encoding/#maps
import { ScalarType, scalarZeroValue } from "./zero.ts";
import type { Reader } from "../wire/reader.ts";
import { tagOf, WireType } from "../wire/wire_type.ts";
import { messageReader, type ReadField } from "./binary_reader.ts";
import { readerOf, scalarOf, scalarReader, scalarWireType } from "./scalar_reader.ts";
import { type Fields, type FieldShape, type MessageShape, setOwn } from "./shape.ts";
import { addUnknown } from "./unknown_fields.ts";

/** Reads entries of a map field. */
export function mapReader(field: FieldShape): ReadField {
  const { desc, property, plainMap } = field;
  if (desc.fieldKind !== "map") throw new TypeError(`${field.place} is no map.`);
  const readKey = readerOf(desc.mapKey, desc.utf8Validation);
  const keyZero = scalarZeroValue(desc.mapKey);
  const keyTag = tagOf(1, scalarWireType(desc.mapKey));
  const tag = tagOf(desc.number, WireType.bytes);
  const { valueTag, read, zero } = valueReader(field);
  const closed = desc.enum && !desc.enum.open
    ? new Set<unknown>(desc.enum.values.map((value) => value.number))
    : undefined;
  return (message, reader) => {
    const start = reader.position;
    const end = reader.lengthDelimited();
    const outer = reader.end;
    reader.end = end;
    let key: unknown, value: unknown;
    while (reader.position < end) {
      const next = reader.tag();
      if (next === keyTag) key = readKey(reader);
      else if (next === valueTag) value = read(reader, value);
      else reader.skip(next);
    }
    reader.end = outer;
    if (key === undefined) key = keyZero;
    if (value === undefined) value = zero();
    if (closed && !closed.has(value)) {
      // A value that a closed enum does not have: the whole entry is unknown.
      if (reader.keepUnknown) addUnknown(message, reader, tag, reader.bytes, start, end);
      return;
    }
    if (plainMap) setOwn((message[property] ??= {}) as Fields, String(key), value);
    else ((message[property] ??= new Map()) as Map<unknown, unknown>).set(key, value);
  };
}

interface ValueReader {
  readonly valueTag: number;
  readonly read: (reader: Reader, present: unknown) => unknown;
  readonly zero: () => unknown;
}

function valueReader(field: FieldShape): ValueReader {
  const { desc, conversion, message, asNumber } = field;
  if (!message) {
    const scalar = scalarOf(desc);
    const first = desc.enum?.values[0].number;
    return {
      valueTag: tagOf(2, scalarWireType(scalar)),
      read: asNumber ? scalarReader(field) : readerOf(scalar, desc.utf8Validation),
      // Bytes are made for each entry, so that entries do not share them.
      zero: scalar === ScalarType.BYTES
        ? () => new Uint8Array()
        : () => asNumber ? 0 : first ?? scalarZeroValue(scalar),
    };
  }
  const open = message as () => MessageShape;
  const toValue = (value: Fields): unknown => conversion ? conversion.toValue(value) : value;
  return {
    valueTag: tagOf(2, WireType.bytes),
    read: (reader, present) => {
      const child = messageReader(open());
      const held = present === undefined
        ? child.shape.begin()
        : conversion
        ? conversion.toMessage(present)
        : present as Fields;
      const outer = reader.end;
      reader.end = reader.lengthDelimited();
      child.read(held, reader);
      reader.end = outer;
      return toValue(held);
    },
    zero: () => toValue(open().make()),
  };
}
