// Runs on: node. How much memory a decoded message holds, for inputs that are made to hold the most: bounds that docs/codec.md
// states, in bytes for each byte of input. Measured as what is left after a collection.
import assert from "node:assert/strict";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { createSchema, field, message, repeated } from "sigil";
import { MessageCodecs } from "../../src/codec/message_codec.ts";
import { WireError } from "../../src/wire/wire_error.ts";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

const Leaf = message("memory.v1.Leaf", { a: field(1, "string"), b: field(2, "int32") });
const Holder = message("memory.v1.Holder", {
  int32: repeated(1, "int32"),
  double: repeated(2, "double"),
  bool: repeated(3, "bool"),
  int64: repeated(4, "int64"),
  int64AsNumber: repeated(5, "int64", { as: "number" }),
  strings: repeated(6, "string"),
  bytes: repeated(7, "bytes"),
  leaves: repeated(8, () => Leaf),
  string: field(9, "string"),
  blob: field(10, "bytes"),
});
const schema = createSchema({ messages: [Holder] });
const codec = new MessageCodecs(schema).codec(schema.message(Holder));

const INPUT = 1 << 18;
/** What the compiled codec, the collector's own lists and the like may take in between. */
const CONSTANT = 128 * 1024;

const held: unknown[] = [];

function heldBytes(): number {
  collect();
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** In a frame of its own: what a frame had in hand counts as held until it is left. */
function hold(read: () => unknown): void {
  held.push(read());
}

/** Reads once to compile, and once to measure. */
function holdsAtMost(perByte: number, length: number, read: () => unknown): void {
  hold(read);
  held.length = 0;
  const before = heldBytes();
  hold(read);
  const grown = heldBytes() - before;
  held.length = 0;
  const most = perByte * length + CONSTANT;
  assert.ok(grown <= most, `${grown} bytes for ${length} of input, which is more than ${perByte} for each`);
}

function delimited(number: number, body: Uint8Array): Uint8Array {
  const head = [(number << 3) | 2];
  let rest = body.length;
  for (; rest > 0x7f; rest >>>= 7) head.push((rest & 0x7f) | 0x80);
  const whole = new Uint8Array(head.length + 1 + body.length);
  whole.set([...head, rest]);
  whole.set(body, head.length + 1);
  return whole;
}

function repeatedly(...unit: number[]): Uint8Array {
  return new Uint8Array(INPUT - INPUT % unit.length).map((_, i) => unit[i % unit.length]);
}

function wideAtItsEnd(): Uint8Array {
  const bytes = repeatedly(0x61);
  bytes.set([0xe2, 0x82, 0xac], bytes.length - 3);
  return bytes;
}

const binary: [what: string, perByte: number, input: Uint8Array][] = [
  ["text, ASCII", 2, delimited(9, repeatedly(0x61))],
  ["text, of three bytes a character", 2, delimited(9, repeatedly(0xe2, 0x82, 0xac))],
  ["text, with one character of two bytes in memory", 2, delimited(9, wideAtItsEnd())],
  ["bytes", 2, delimited(10, new Uint8Array(INPUT))],
  ["packed doubles", 2, delimited(2, new Uint8Array(INPUT))],
  ["packed int32 of one byte", 8, delimited(1, repeatedly(1))],
  ["packed bool", 12, delimited(3, repeatedly(1))],
  ["packed int64 in numbers", 12, delimited(5, repeatedly(1))],
  ["packed int64 in bigints", 36, delimited(4, repeatedly(1))],
  ["numbers that are not packed", 6, repeatedly(8, 1)],
  ["empty strings in a list", 6, repeatedly(0x32, 0)],
  ["empty bytes in a list", 6, repeatedly(0x3a, 0)],
  ["bytes of one byte in a list", 100, repeatedly(0x3a, 1, 0)],
  ["empty messages in a list", 40, repeatedly(0x42, 0)],
  ["unknown fields", 2, repeatedly(0x78, 1)],
  ["messages in a list, of an unknown field each", 120, repeatedly(0x42, 2, 0x78, 1)],
];

for (const [what, perByte, input] of binary) {
  test(`${what}: at most ${perByte} bytes for each byte of input`, () => {
    holdsAtMost(perByte, input.length, () => codec.fromBinary(input));
  });
}

test("unknown fields that are not kept hold nothing", () => {
  const input = repeatedly(0x78, 1);
  holdsAtMost(0, input.length, () => codec.fromBinary(input, { readUnknownFields: false }));
});

test("a packed list that is cut short, or has a length beyond the input, is refused before anything is made of it", () => {
  for (const number of [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]) {
    const claims = Uint8Array.of((number << 3) | 2, 0xff, 0xff, 0xff, 0xff, 0x07, 1);
    holdsAtMost(0, claims.length, () => {
      assert.throws(() => codec.fromBinary(claims), WireError);
    });
  }
});

test("JSON: at most 160 bytes for each character", () => {
  const list = (name: string, element: string): string =>
    `{"${name}":[${Array.from({ length: INPUT / 4 }, () => element).join(",")}]}`;
  for (const text of [list("int32", "1"), list("leaves", "{}"), list("strings", '""'), list("bytes", '""')]) {
    holdsAtMost(160, text.length, () => codec.fromJson(text));
  }
});
