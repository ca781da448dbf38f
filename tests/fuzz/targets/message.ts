// Messages of a class, in the binary format and in JSON: what is no message is refused by the error that says so, and what is
// one is the same when it is written and read once more.
import assert from "node:assert/strict";
import { ConnectError } from "@connectrpc/connect";
import { createSchema } from "sigil";
import { MessageCodecs } from "../../../src/codec/message_codec.ts";
import { WireError } from "../../../src/wire/wire_error.ts";
import type { Random } from "../../simulation/random.ts";
import { BuiltOrder } from "../../support/shop.ts";
import type { FuzzTarget } from "../fuzz_target.ts";

const schema = createSchema({ messages: [BuiltOrder] });
const codec = new MessageCodecs(schema).codec(schema.message(BuiltOrder));
const json = { registry: schema.registry };

function order(random: Random, depth: number): object {
  const text = (): string =>
    random.pick(["", "a", "Straße", "__proto__", "x".repeat(20), "y".repeat(random.below(300))]);
  const some = <T>(make: () => T): T[] => Array.from({ length: random.below(3) }, make);
  const value = {
    id: text(),
    customerId: BigInt(random.below(2 ** 31)) << BigInt(random.below(32)),
    tags: some(text),
    stock: new Map(some((): [string, number] => [text(), random.below(1000) - 500])),
    shipTo: { street: text(), city: text() },
    status: random.below(4),
    retries: random.below(1000),
    signature: new Uint8Array(some(() => random.below(256))),
    createdAt: new Date(random.below(2 ** 31) * 1000 + random.below(1000)),
    payment: random.percent(50) ? { case: "voucher", value: text() } : { case: "card", value: { city: text() } },
    note: text(),
    extra: { [text()]: [1, null, { [text()]: text() }] },
    parts: depth > 0 ? some(() => order(random, depth - 1)) : [],
    places: new Map(some((): [bigint, object] => [BigInt(random.below(1000)), { city: text() }])),
    deltas: some(() => random.below(1000) - 500),
    history: some(() => new Date(random.below(2 ** 31))),
    flags: new Map(some((): [boolean, string] => [random.percent(50), text()])),
    labels: new Map(some((): [string, string] => [text(), text()])),
    price: random.pick([0, -0, 1.5, NaN, Infinity]),
  };
  return Object.fromEntries(Object.entries(value).filter(() => random.percent(50)));
}

/** Reads what has been found to be a message once more. Answers undefined for what is none, which only two errors may say. */
function accepted(read: () => object): object | undefined {
  try {
    return read();
  } catch (error) {
    // A Timestamp that no Date can hold is the request's mistake, and told as such.
    if (error instanceof WireError || error instanceof ConnectError) return undefined;
    throw error;
  }
}

export const message: FuzzTarget = {
  name: "message",
  about: "messages in the binary format: refused as such, else the same when written and read again",
  make: (random) => codec.toBinary(order(random, 2)).slice(),
  run(input) {
    const value = accepted(() => codec.fromBinary(input));
    if (!value) return;
    const bytes = codec.toBinary(value);
    assert.deepEqual(codec.toBinary(codec.fromBinary(bytes)), bytes);
  },
};

const decoder = new TextDecoder();
const encoder = new TextEncoder();

export const jsonMessage: FuzzTarget = {
  name: "json",
  about: "messages in JSON: refused as such, else the same when written and read again",
  make: (random) => encoder.encode(codec.toJson(order(random, 2), json)),
  run(input) {
    const value = accepted(() => codec.fromJson(decoder.decode(input), json));
    if (!value) return;
    // What is equal is what the text says: JSON.parse puts "950" before "015", which was first in the input, once it is "15".
    const text = codec.toJson(value, json);
    assert.deepEqual(JSON.parse(codec.toJson(codec.fromJson(text, json), json)), JSON.parse(text));
  },
};
