// Fields that a class does not know: listed, or where an input has more than 1,024 of them, kept as bytes until somebody looks at
// them. Nobody is to notice which.
import assert from "node:assert/strict";
import { test } from "node:test";
import { clone, create, equals, field, fromBinary, merge, message, repeated, toBinary } from "sigil";
import type { MessageShape } from "@bufbuild/protobuf";
import { reflect } from "@bufbuild/protobuf/reflect";
import { TypeSchema } from "@bufbuild/protobuf/wkt";

const Inner = message("unknown.v1.Inner", { name: field(1, "string") });
const Outer = message("unknown.v1.Outer", { inners: repeated(1, () => Inner) });

interface UnknownField {
  no: number;
  wireType: number;
  data: Uint8Array;
}

// Of field 1000 a number, of field 2 text, of field 3 a group with a number in it.
const unknown = [0xc0, 0x3e, 0x96, 0x01, 0x12, 0x02, 0x68, 0x69, 0x1b, 0x08, 0x05, 0x1c];
const listed: UnknownField[] = [
  { no: 1000, wireType: 0, data: Uint8Array.of(0x96, 0x01) },
  { no: 2, wireType: 2, data: Uint8Array.of(0x02, 0x68, 0x69) },
  { no: 3, wireType: 3, data: Uint8Array.of(0x08, 0x05, 0x1c) },
];

interface Read {
  name: string;
  $unknown?: UnknownField[];
}

// An Outer's first Inner, with as many unknown fields as are listed.
const crowd = [0x0a, 0x80, 0x10, ...Array.from({ length: 1024 }, () => [0x10, 1]).flat()];

const ways: [name: string, read: () => Read][] = [
  ["listed", () => fromBinary(Inner, Uint8Array.from(unknown)) as Read],
  ["kept as bytes", () => {
    const outer = fromBinary(Outer, Uint8Array.from([...crowd, 0x0a, unknown.length, ...unknown]));
    return outer.inners[1] as Read;
  }],
];

for (const [name, read] of ways) {
  test(`${name}: the list of protobuf-es is there when it is asked for`, () => {
    const inner = read();
    assert.deepEqual(inner.$unknown, listed);
    assert.equal(inner.$unknown, inner.$unknown);
    assert.deepEqual(Object.getOwnPropertySymbols({ ...inner }), []);
    assert.deepEqual({ ...read() }, { name: "", $unknown: listed });
  });

  test(`${name}: they are written again, whether looked at or not, and as they were changed`, () => {
    const written = (message: Read): number[] => [...toBinary(Inner, message)];
    assert.deepEqual(written(read()), unknown);
    const looked = read();
    assert.equal(looked.$unknown?.length, 3);
    assert.deepEqual(written(looked), unknown);
    looked.$unknown!.splice(0, 2);
    assert.deepEqual(written(looked), unknown.slice(-4));
    const replaced = read();
    replaced.$unknown = [{ no: 4, wireType: 0, data: Uint8Array.of(7) }];
    assert.deepEqual(written(replaced), [0x20, 7]);
    replaced.$unknown = undefined;
    assert.deepEqual(written(replaced), []);
    assert.deepEqual((Object.create(read()) as Read).$unknown, listed);
    const without = read();
    delete without.$unknown;
    assert.deepEqual(written(without), []);
  });

  test(`${name}: copies, comparisons and merges count them, and share none`, () => {
    const first = read();
    const copy = clone(Inner, first) as Read;
    assert.ok(equals(Inner, first, copy));
    merge(Inner, copy, read());
    assert.deepEqual([...toBinary(Inner, copy)], [...unknown, ...unknown]);
    assert.deepEqual([...toBinary(Inner, first)], unknown);
    assert.ok(!equals(Inner, first, copy));
    assert.deepEqual([...toBinary(Inner, create(Inner, first))], unknown);
  });
}

test("each message keeps its own, and bytes of the input may change afterwards", () => {
  const rest = [0x0a, 2, 0x10, 1, 0x0a, 2, 0x10, 2, 0x18, 3, 0x18, 4];
  const bytes = Uint8Array.from([...crowd, ...rest]);
  const outer = fromBinary(Outer, bytes) as { inners: Read[]; $unknown?: UnknownField[] };
  bytes.fill(0xff);
  assert.deepEqual([...toBinary(Outer, outer as object)], [...crowd, ...rest]);
  assert.deepEqual(outer.inners.slice(1).map(({ $unknown }) => $unknown?.map(({ data }) => data[0])), [[1], [2]]);
  assert.deepEqual(outer.$unknown?.map(({ data }) => data[0]), [3, 4]);
});

test("a message whose list is full goes on in bytes, in order", () => {
  const many = Array.from({ length: 1500 }, (_, i) => [0x10, i & 0x7f]).flat();
  const inner = fromBinary(Inner, Uint8Array.from(many)) as Read;
  assert.deepEqual([...toBinary(Inner, inner)], many);
  assert.deepEqual(inner.$unknown?.map(({ data }) => data[0]), Array.from({ length: 1500 }, (_, i) => i & 0x7f));
});

test("protobuf-es sees them in its own messages", () => {
  const many = Array.from({ length: 1500 }, () => [0xc0, 0x3e, 5]).flat();
  const type = fromBinary(TypeSchema, Uint8Array.from(many)) as MessageShape<typeof TypeSchema>;
  const fields = reflect(TypeSchema, type).getUnknown();
  assert.deepEqual(fields?.slice(1499), [{ no: 1000, wireType: 0, data: Uint8Array.of(5) }]);
});
