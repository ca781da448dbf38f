// Integers of 64 bits that a class holds in numbers (`as: "number"`): the same bytes and JSON as with bigints, nothing rounded.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createSchema, field, map, message, type MessageClass, oneof, optional, protoOf, repeated } from "sigil";
import { type MessageCodec, MessageCodecs } from "../../src/codec/message_codec.ts";
import { WireError } from "../../src/wire/wire_error.ts";

const as = { as: "number" } as const;
const Numbers = message("as_number.v1.Numbers", {
  int: field(1, "int64", as),
  unsigned: field(2, "uint64", as),
  zigzag: field(3, "sint64", as),
  fixed: field(4, "fixed64", as),
  signedFixed: field(5, "sfixed64", as),
  maybe: optional(6, "int64", as),
  packed: repeated(7, "sint64", as),
  loose: repeated(8, "int64", { as: "number", packed: false }),
  byName: map(9, "string", "fixed64", as),
  choice: oneof({ count: [10, "uint64", as], text: [11, "string"] }),
});
const Bigints = message("as_number.v1.Numbers", {
  int: field(1, "int64"),
  unsigned: field(2, "uint64"),
  zigzag: field(3, "sint64"),
  fixed: field(4, "fixed64"),
  signedFixed: field(5, "sfixed64"),
  maybe: optional(6, "int64"),
  packed: repeated(7, "sint64"),
  loose: repeated(8, "int64", { packed: false }),
  byName: map(9, "string", "fixed64"),
  choice: oneof({ count: [10, "uint64"], text: [11, "string"] }),
});

function codecOf(messageClass: MessageClass): MessageCodec {
  const schema = createSchema({ messages: [messageClass] });
  return new MessageCodecs(schema).codec(schema.message(messageClass));
}

const numbers = codecOf(Numbers), bigints = codecOf(Bigints);
const most = Number.MAX_SAFE_INTEGER;

function values<T>(of: (value: number) => T, value: number, positive: number): object {
  return {
    int: of(value),
    unsigned: of(positive),
    zigzag: of(value),
    fixed: of(positive),
    signedFixed: of(value),
    maybe: of(value),
    packed: [of(value), of(0), of(positive)],
    loose: [of(value), of(-1)],
    byName: new Map([["a", of(positive)], ["b", of(0)]]),
    choice: { case: "count", value: of(positive) },
  };
}

test("numbers are the bytes and the JSON that bigints are, from one end of what is exact to the other", () => {
  for (const value of [0, 1, -1, 127, -128, 2 ** 31, -(2 ** 31), 2 ** 32, -(2 ** 32), 2 ** 32 + 5, most, -most]) {
    const mine = values((one) => one, value, Math.abs(value));
    const same = values(BigInt, value, Math.abs(value));
    const bytes = numbers.toBinary(mine);
    assert.deepEqual(bytes, bigints.toBinary(same));
    const text = numbers.toJson(mine);
    assert.equal(text, bigints.toJson(same));
    assert.deepEqual(numbers.fromBinary(bytes), numbers.create(mine));
    assert.deepEqual(numbers.fromJson(text), numbers.create(mine));
  }
});

test("a field begins as 0, which is not written, and what is not in a map's entry is 0", () => {
  assert.equal(new Numbers().int, 0);
  assert.equal(numbers.toBinary({}).length, 0);
  assert.equal(numbers.toJson({}), "{}");
  assert.match(numbers.toJson({}, { alwaysEmitImplicit: true }), /"int":"0"/);
  assert.deepEqual(numbers.fromBinary(Uint8Array.of(0x4a, 3, 0x0a, 1, 0x61)), numbers.create({ byName: { a: 0 } }));
});

test("what a peer sends beyond the exact numbers is refused, not rounded", () => {
  const beyond = BigInt(most) + 1n;
  const sent: [string, object][] = [
    ["int", { int: beyond }],
    ["int", { int: -beyond }],
    ["unsigned", { unsigned: 2n ** 64n - 1n }],
    ["zigzag", { zigzag: -(2n ** 63n) }],
    ["fixed", { fixed: beyond + 1n }],
    ["signedFixed", { signedFixed: -beyond }],
    ["maybe", { maybe: beyond }],
    ["packed", { packed: [1n, beyond] }],
    ["loose", { loose: [beyond] }],
    ["byName", { byName: new Map([["a", beyond]]) }],
    ["choice.count", { choice: { case: "count", value: beyond } }],
  ];
  for (const [place, value] of sent) {
    const isTold = (error: unknown): boolean =>
      error instanceof WireError && error.message.startsWith(`Numbers.${place}: about `) &&
      error.message.includes("9007199254740991");
    assert.throws(() => numbers.fromBinary(bigints.toBinary(value)), isTold, place);
    assert.throws(() => numbers.fromJson(bigints.toJson(value)), isTold, place);
  }
});

test("JSON may have them as numbers, whole and exact", () => {
  assert.deepEqual(numbers.fromJson('{"int":-7,"unsigned":"1e3"}'), numbers.create({ int: -7, unsigned: 1000 }));
  assert.throws(() => numbers.fromJson('{"int":9007199254740993}'), WireError);
  assert.throws(() => numbers.fromJson('{"unsigned":-1}'), WireError);
  assert.throws(() => numbers.fromJson('{"int":1.5}'), WireError);
});

test("what can't be written is refused, with the field, the range and the value", () => {
  for (const write of [(value: object) => numbers.toBinary(value), (value: object) => numbers.toJson(value)]) {
    assert.throws(
      () => write({ int: most + 1 }),
      /Numbers\.int: expected a whole number from -9007199254740991 to 9007199254740991 for int64, got 9007199254740992/,
    );
    assert.throws(
      () => write({ unsigned: -1 }),
      /Numbers\.unsigned: expected a whole number from 0 to 9007199254740991/,
    );
    assert.throws(() => write({ packed: [0.5] }), /Numbers\.packed: .* got 0\.5/);
    assert.throws(() => write({ byName: { a: 5n } }), /Numbers\.byName: .* got 5n/);
  }
});

test("the schema is the same as with bigints", () => {
  const text = (
    messageClass: MessageClass,
  ): unknown => [...protoOf({ schema: createSchema({ messages: [messageClass] }) })];
  assert.deepEqual(text(Numbers), text(Bigints));
});

test("only integers of 64 bits can be held in numbers", () => {
  const wrong = message("as_number.v1.Wrong", { text: field(1, "string", { as: "number" } as object) });
  assert.throws(() => createSchema({ messages: [wrong] }), /Wrong\.text: a string field can't be held as "number"/);
});
