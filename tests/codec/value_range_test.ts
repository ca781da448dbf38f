// What must not reach the wire, in whatever format: values out of their field's range, keys and cases that do not exist,
// what is no message, and the members that every object inherits.
import assert from "node:assert/strict";
import { test } from "node:test";
import { create, toBinary } from "@bufbuild/protobuf";
import { DurationSchema, TimestampSchema } from "@bufbuild/protobuf/wkt";
import { ConnectError } from "@connectrpc/connect";
import { createSchema, Enum, field, map, message, type MessageClass, oneof, optional, repeated } from "sigil";
import { type MessageCodec, MessageCodecs } from "../../src/codec/message_codec.ts";

const Kind = Enum("range.v1.Kind", { UNSPECIFIED: 0, A: 1 } as const);
const Leaf = message("range.v1.Leaf", { text: field(1, "string") });
const Ranges = message("range.v1.Ranges", {
  whole: field(1, "int32"),
  unsigned: field(2, "uint32"),
  big: field(3, "sint64"),
  bigUnsigned: field(4, "fixed64"),
  short: field(5, "float"),
  kind: field(6, Kind),
  at: field(7, Date),
  leaf: field(8, () => Leaf),
  byNumber: map(9, "int32", "string"),
  byFlag: map(10, "bool", "string"),
  choice: oneof({ text: [11, "string"], count: [12, "int32"] }),
});

function codecOf(messageClass: MessageClass): MessageCodec {
  const schema = createSchema({ messages: [messageClass] });
  return new MessageCodecs(schema).codec(schema.message(messageClass));
}

function refuses(value: object, text: RegExp): void {
  const codec = codecOf(Ranges);
  assert.throws(() => codec.toBinary(value), text);
  assert.throws(() => codec.toJson(value), text);
  // As a client and interceptors do it: an instance first.
  assert.throws(() => codec.toBinary(codec.create(value)), text);
}

test("a number that its field can't hold is refused, with the field, the range and the value", () => {
  refuses({ whole: 1.5 }, /Ranges\.whole: expected a whole number from -2147483648 to 2147483647 for int32, got 1\.5/);
  refuses({ whole: 2 ** 31 }, /Ranges\.whole: .* got 2147483648/);
  refuses({ whole: NaN }, /Ranges\.whole: .* got NaN/);
  refuses({ unsigned: -1 }, /Ranges\.unsigned: expected a whole number from 0 to 4294967295 for uint32, got -1/);
  refuses({ big: 2n ** 63n }, /Ranges\.big: expected a bigint from .* got 9223372036854775808n/);
  refuses({ bigUnsigned: -1n }, /Ranges\.bigUnsigned: expected a bigint from 0 to 18446744073709551615/);
  refuses({ short: 1e39 }, /Ranges\.short: expected a number from .* for float, got 1e\+39/);
  refuses({ kind: "A" }, /Ranges\.kind: expected a number of the enum range\.v1\.Kind, got "A"/);
  refuses({ kind: 2 ** 31 }, /Ranges\.kind: expected a number of the enum/);
});

test("the ends of every range are held", () => {
  const codec = codecOf(Ranges);
  for (
    const value of [
      { whole: -(2 ** 31), unsigned: 0, big: -(2n ** 63n), bigUnsigned: 0n, short: -Infinity, kind: -(2 ** 31) },
      {
        whole: 2 ** 31 - 1,
        unsigned: 2 ** 32 - 1,
        big: 2n ** 63n - 1n,
        bigUnsigned: 2n ** 64n - 1n,
        short: NaN,
        kind: 7,
      },
    ]
  ) {
    const back = codec.fromBinary(codec.toBinary(value));
    assert.deepEqual({ ...back, ...value }, { ...back });
  }
});

test("a Date that a Timestamp can't hold is refused, and a Timestamp that a Date can't", () => {
  refuses({ at: new Date(Date.UTC(10_000, 0)) }, /Ranges\.at: expected a valid Date of the years 1 to 9999/);
  refuses({ at: 5 }, /Ranges\.at: expected a valid Date .* got 5/);
  const desc = createSchema({ messages: [Ranges] }).message(Ranges);
  const far = toBinary(desc, create(desc, { at: create(TimestampSchema, { seconds: 2n ** 62n }) } as never));
  assert.throws(
    () => codecOf(Ranges).fromBinary(far),
    (error) => error instanceof ConnectError && /\[invalid_argument\] Ranges\.at: a timestamp/.test(error.message),
  );
  const codec = codecOf(Ranges);
  for (const iso of ["0001-01-01T00:00:00.000Z", "9999-12-31T23:59:59.999Z"]) {
    const back = codec.fromBinary(codec.toBinary({ at: new Date(iso) })) as { at: Date };
    assert.equal(back.at.toISOString(), iso);
  }
});

test("map keys that can't be read are refused, those of plain objects too", () => {
  refuses({ byNumber: new Map([["abc", "x"]]) }, /Ranges\.byNumber: expected keys of a whole number .* got "abc"/);
  refuses({ byNumber: { "": "x" } }, /Ranges\.byNumber: expected keys/);
  refuses({ byNumber: new Map([[1.5, "x"]]) }, /Ranges\.byNumber: expected keys .* got 1\.5/);
  refuses({ byFlag: { yes: "x" } }, /Ranges\.byFlag: expected keys of a boolean for bool, got "yes"/);
  refuses({ byNumber: ["x"] }, /Ranges\.byNumber: expected a Map, got an array/);
});

test("a case that does not exist is refused, and so is what is no message", () => {
  refuses(
    { choice: { case: "cuont", value: 1 } },
    /Ranges\.choice: the oneof has no case "cuont". Its cases: text, count/,
  );
  refuses({ leaf: 5 }, /Ranges\.leaf: expected a message of type range\.v1\.Leaf, got 5/);
  refuses({ leaf: [] }, /Ranges\.leaf: expected a message of type range\.v1\.Leaf, got an array/);
  for (const value of [undefined, null, "x", []] as unknown as object[]) {
    assert.throws(() => codecOf(Ranges).create(value), /Expected a message of type range\.v1\.Ranges, got/);
  }
});

test("what is no message of protobuf-es is refused where one stands", () => {
  const Known = message("range.v1.Known", { ttl: field(1, DurationSchema), at: repeated(2, TimestampSchema) });
  const codec = codecOf(Known);
  for (const ttl of [5, "5s", [1], new Date(0), create(TimestampSchema, { seconds: 5n })]) {
    assert.throws(
      () => codec.toBinary({ ttl }),
      /Known\.ttl: expected a message of type google\.protobuf\.Duration, got/,
    );
    assert.throws(() => codec.create({ ttl }), /Known\.ttl: expected a message/);
  }
  assert.throws(() => codec.toBinary({ at: [new Date(0)] }), /Known\.at: .* got a Date/);
  const { ttl } = codec.create({ ttl: { seconds: 5n } }) as { ttl: { $typeName: string; seconds: bigint } };
  assert.deepEqual([ttl.$typeName, ttl.seconds], ["google.protobuf.Duration", 5n]);
});

test("what every object inherits is no value of a field of that name", () => {
  const Named = message(
    "range.v1.Named",
    {
      toString: field(1, "string"),
      valueOf: field(2, (): MessageClass => Named),
      hasOwnProperty: optional(3, "bool"),
      constructor: field(4, "int32"),
    } as never,
  ) as MessageClass;
  const codec = codecOf(Named);
  const roundTrip = (value: object): object => ({ ...codec.fromBinary(codec.toBinary(value)) });
  const none = { toString: "", valueOf: undefined, hasOwnProperty: undefined, constructor: 0 };
  assert.deepEqual(roundTrip({}), none);
  assert.deepEqual(roundTrip(codec.create({})), none);
  assert.deepEqual(roundTrip({ toString: "x", constructor: 5, hasOwnProperty: false }), {
    ...none,
    toString: "x",
    constructor: 5,
    hasOwnProperty: false,
  });
});
