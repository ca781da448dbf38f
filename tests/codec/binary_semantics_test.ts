// The binary format's own rules, as a reader of the user's classes has to keep them: the last one wins, messages merge, packed
// or not, what is malformed or beyond a limit is refused.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createSchema, Enum, field, map, message, type MessageClass, oneof, optional, repeated } from "sigil";
import { type MessageCodec, MessageCodecs } from "../../src/codec/message_codec.ts";
import { WireError } from "../../src/wire/wire_error.ts";

const Kind = Enum("semantics.v1.Kind", { UNSPECIFIED: 0, A: 1 } as const);
const Leaf = message("semantics.v1.Leaf", { text: field(1, "string"), count: field(2, "int32") });
const Tree: MessageClass<{ child?: object; numbers: number[] }> = message("semantics.v1.Tree", {
  child: field(1, (): MessageClass => Tree),
  numbers: repeated(2, "int32"),
  leaf: field(3, () => Leaf),
  names: map(4, "string", "int32"),
  choice: oneof({ text: [5, "string"], twig: [6, () => Leaf] }),
  big: field(7, "int64"),
  data: field(8, "bytes"),
  at: field(9, Date),
  doubles: repeated(10, "double"),
  flag: optional(11, "bool"),
  kind: field(12, Kind),
  far: field(1000, "string"),
}) as MessageClass<{ child?: object; numbers: number[] }>;

const schema = createSchema({ messages: [Tree] });
const codec: MessageCodec = new MessageCodecs(schema).codec(schema.message(Tree));

type Any = { [property: string]: unknown };

function read(...bytes: number[]): Any {
  return codec.fromBinary(new Uint8Array(bytes)) as Any;
}

function refuses(bytes: number[], text: RegExp): void {
  assert.throws(() => codec.fromBinary(new Uint8Array(bytes)), (error) => {
    assert.ok(error instanceof WireError, String(error));
    assert.match(error.message, text);
    return true;
  });
}

test("the last value of a singular field wins, and parts of a message merge", () => {
  assert.equal(read(0x38, 1, 0x38, 2).big, 2n);
  const leaf = read(0x1a, 3, 0x0a, 1, 0x61, 0x1a, 2, 0x10, 5).leaf as Any;
  assert.deepEqual({ ...leaf }, { text: "a", count: 5 });
});

test("numbers are read packed and one by one, whatever the field says", () => {
  assert.deepEqual(read(0x12, 3, 1, 0xac, 2).numbers, [1, 300]);
  assert.deepEqual(read(0x10, 1, 0x12, 1, 2, 0x10, 3, 0x10, 4).numbers, [1, 2, 3, 4]);
  assert.deepEqual(read(0x51, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f).doubles, [1]);
});

test("a oneof holds its last case, and merges a message that comes twice", () => {
  assert.deepEqual(read(0x2a, 1, 0x61, 0x2a, 1, 0x62).choice, { case: "text", value: "b" });
  const choice = read(0x2a, 1, 0x61, 0x32, 3, 0x0a, 1, 0x61, 0x32, 2, 0x10, 5).choice as { case: string; value: Any };
  assert.equal(choice.case, "twig");
  assert.deepEqual({ ...choice.value }, { text: "a", count: 5 });
});

test("an entry of a map may lack its key or value, have them twice or in the other order", () => {
  assert.deepEqual(read(0x22, 0).names, new Map([["", 0]]));
  assert.deepEqual(read(0x22, 7, 0x10, 1, 0x0a, 1, 0x61, 0x10, 2).names, new Map([["a", 2]]));
  assert.deepEqual(read(0x22, 5, 0x0a, 1, 0x61, 0x18, 9).names, new Map([["a", 0]]));
});

test("parts of a Timestamp merge into one Date", () => {
  // One second, then 1,000,000 nanoseconds.
  assert.deepEqual(read(0x4a, 2, 0x08, 1, 0x4a, 4, 0x10, 0xc0, 0x84, 0x3d).at, new Date(1001));
  assert.deepEqual(read(0x4a, 6, 0x10, 0xc0, 0x84, 0x3d, 0x08, 1).at, new Date(1001));
});

test("numbers of more than 32 bits in a field of 32 are cut off, and a negative int32 takes ten bytes", () => {
  assert.deepEqual(read(0x10, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1).numbers, [-1]);
  assert.deepEqual(codec.toBinary({ kind: -1 }).slice(), new Uint8Array([0x60, ...Array(9).fill(0xff), 1]));
});

test("fields that are not known are kept, groups among them, or left out where asked", () => {
  const bytes = [0xa3, 0x06, 0x08, 1, 0xa4, 0x06, 0x3a, 1, 5];
  const message = read(...bytes);
  assert.deepEqual([...codec.toBinary(message)], bytes);
  const without = codec.fromBinary(new Uint8Array(bytes), { readUnknownFields: false }) as Any;
  assert.equal(without.$unknown, undefined);
  assert.deepEqual([...codec.toBinary(message, 0, { writeUnknownFields: false })], []);
});

test("what is malformed is refused", () => {
  refuses([0x38], /ends at byte 1, within a number/);
  refuses([0x38, ...Array(10).fill(0x80), 0], /longer than ten bytes/);
  refuses([0x2a, 5, 0x61], /a value of 5 bytes begins at byte 2, and its message ends at byte 3/);
  refuses([0x1a, 2, 0x0a, 5], /a value of 5 bytes begins at byte 4/);
  refuses([0x2a, 1, 0xff], /no valid UTF-8/);
  refuses([0x2a, 17, ...Array(16).fill(0x61), 0xff], /no valid UTF-8/);
  refuses([0x00], /field 0/);
  refuses([0x0e], /wire type 6/);
  refuses([0x0c], /ends a group that never began/);
  refuses([0xa3, 0x06], /within a number/);
  refuses([0xff, 0xff, 0xff, 0xff, 0x1f, 0], /longer than 32 bits/);
  refuses([0x52, 9, ...Array(9).fill(0)], /packed numbers end at byte 11 with 1 bytes of one/);
});

test("text that holds U+FFFD itself is text", () => {
  const text = "a replacement \ufffd character, and \u{1f600}";
  assert.equal((codec.fromBinary(codec.toBinary({ far: text })) as Any).far, text);
});

test("messages and groups are nested a hundred deep at most, unless told otherwise", () => {
  const nested = (depth: number): Uint8Array => {
    let bytes: number[] = [];
    for (let i = 1; i < depth; i++) {
      const length = bytes.length < 128 ? [bytes.length] : [(bytes.length & 0x7f) | 0x80, bytes.length >> 7];
      bytes = [0x0a, ...length, ...bytes];
    }
    return new Uint8Array(bytes);
  };
  codec.fromBinary(nested(100));
  assert.throws(() => codec.fromBinary(nested(101)), /semantics\.v1\.Tree is nested too deeply/);
  codec.fromBinary(nested(101), { recursionLimit: 101 });
  const group = (depth: number): Uint8Array =>
    new Uint8Array([...Array(depth).fill([0xa3, 0x06]).flat(), ...Array(depth).fill([0xa4, 0x06]).flat()]);
  codec.fromBinary(group(99));
  assert.throws(() => codec.fromBinary(group(100)), /nested too deeply/);
});

test("bytes are copies, or views where asked for", () => {
  const input = new Uint8Array([0x42, 2, 1, 2]);
  const copy = codec.fromBinary(input) as { data: Uint8Array };
  const view = codec.fromBinary(input, { bytesAsViews: true }) as { data: Uint8Array };
  input[2] = 9;
  assert.deepEqual([...copy.data], [1, 2]);
  assert.deepEqual([...view.data], [9, 2]);
});

test("deterministic bytes have maps in the order of their keys", () => {
  const one = { names: new Map([["b", 1], ["a", 2]]) };
  const other = { names: new Map([["a", 2], ["b", 1]]) };
  assert.notDeepEqual(codec.toBinary(one).slice(), codec.toBinary(other).slice());
  const deterministic = { deterministic: true };
  assert.deepEqual(
    codec.toBinary(one, 0, deterministic).slice(),
    codec.toBinary(other, 0, deterministic).slice(),
  );
});

test("a message has room in front, and none that follows moves it", () => {
  const first = codec.toBinary({ far: "x".repeat(300) }, 5);
  first.fill(7, 0, 5);
  const kept = first.slice();
  for (let i = 0; i < 300; i++) codec.toBinary({ far: "y".repeat(i * 7) }, 5);
  assert.deepEqual(first, kept);
  assert.equal((codec.fromBinary(first.subarray(5)) as Any).far, "x".repeat(300));
});

test("what is nested is written right whatever its length was the last time", () => {
  for (const length of [1, 200, 3, 20_000, 127, 128, 0, 16_383, 16_384]) {
    const value = { leaf: { text: "z".repeat(length) }, child: { far: "ü".repeat(length) } };
    const back = codec.fromBinary(codec.toBinary(value)) as { leaf: Any; child: Any };
    assert.equal(back.leaf.text, value.leaf.text);
    assert.equal(back.child.far, value.child.far);
  }
});

test("a message that can't be written leaves no trace in the next one", () => {
  assert.throws(() => codec.toBinary({ far: "x", leaf: { count: 0.5 } }));
  assert.deepEqual([...codec.toBinary({ big: 1n })], [0x38, 1]);
});

test("a getter may write a message of its own", () => {
  const value = {
    get far(): string {
      return String(codec.toBinary({ big: 5n }).byteLength);
    },
    big: 1n,
  };
  assert.equal((codec.fromBinary(codec.toBinary(value)) as Any).far, "2");
});

test("a message whose buffer was transferred takes nothing else with it", () => {
  const first = codec.toBinary({ big: 5n });
  structuredClone(first.buffer, { transfer: [first.buffer as ArrayBuffer] });
  assert.equal(first.byteLength, 0);
  assert.deepEqual([...codec.toBinary({ big: 1n })], [0x38, 1]);
});

test("parts of a message merge, however long their tags are", () => {
  // The tag 0x1a in one byte, then in two: a schema of its own, as what has been read before is remembered.
  const fresh = new MessageCodecs(createSchema({ messages: [Tree] })).codec(schema.message(Tree));
  const bytes = [0x1a, 3, 0x0a, 1, 0x61, 0x9a, 0, 2, 0x10, 5];
  const { leaf } = fresh.fromBinary(new Uint8Array(bytes)) as Any;
  assert.deepEqual({ ...leaf as Any }, { text: "a", count: 5 });
});
