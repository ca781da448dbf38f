// Maps to the binary format: an entry each, key and value always there. In deterministic mode by key: text by its code units,
// numbers by size.
import { tagOf, WireType } from "../wire/wire_type.ts";
import type { WriteNested } from "./binary_writer.ts";
import { keyReader } from "./map_key.ts";
import { scalarOf, scalarWireType } from "./scalar_reader.ts";
import { writerOf } from "./scalar_writer.ts";
import type { FieldShape } from "./shape.ts";
import { entriesOf, wrongKey } from "./value_check.ts";

/** Writes a map field. `nested` makes what writes a value behind a tag. */
export function mapWriter(field: FieldShape, nested: (tag: number) => WriteNested): WriteNested {
  const { desc } = field;
  if (desc.fieldKind !== "map") throw new TypeError(`${field.place} is no map.`);
  const tag = tagOf(desc.number, WireType.bytes);
  const readKey = keyReader(desc.mapKey);
  const writeKey = writerOf(desc.mapKey, tagOf(1, scalarWireType(desc.mapKey)), field, wrongKey);
  const writeValue = nested(tagOf(2, desc.message ? WireType.bytes : scalarWireType(scalarOf(desc))));
  let room = 1;
  return (writer, value, settings) => {
    const entries = entriesOf(field, value);
    for (const [key, held] of settings.deterministic ? sorted(entries, readKey) : entries) {
      writer.ensure(10);
      writer.tag(tag);
      const guessed = room;
      const start = writer.open(guessed);
      writeKey(writer, typeof key === "string" ? readKey(key) : key);
      writeValue(writer, held, settings);
      room = writer.close(start, guessed);
    }
  };
}

/** Entries by their keys. */
export function sorted(
  entries: Iterable<[unknown, unknown]>,
  readKey: (text: string) => unknown,
): [unknown, unknown][] {
  const keyed = [...entries].map(([key, value]): [unknown, unknown] => [
    typeof key === "string" ? readKey(key) : key,
    value,
  ]);
  return keyed.sort(([a], [b]) => (a as number) < (b as number) ? -1 : (a as number) > (b as number) ? 1 : 0);
}
