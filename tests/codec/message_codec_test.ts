// What crosses between a user's class and the wire: every kind of field there and back, instances with their methods,
// unknown fields, and plain objects in place of instances.
import assert from "node:assert/strict";
import { test } from "node:test";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { AnySchema, DurationSchema } from "@bufbuild/protobuf/wkt";
import { createSchema, Field, field, Message, message } from "sigil";
import { MessageCodecs } from "../../src/codec/message_codec.ts";
import { Address, Order, OrderStatus } from "../support/shop.ts";

/** Sends a message through bytes and back. */
function roundTrip<T extends object>(messageClass: new () => T, value: object): T {
  const schema = createSchema({ messages: [messageClass] });
  const desc = schema.message(messageClass);
  const codec = new MessageCodecs(schema).codec(desc);
  const bytes = codec.toBinary(value);
  // The same bytes as protobuf-es writes, and it reads them.
  assert.deepEqual(new Uint8Array(toBinary(desc, fromBinary(desc, bytes))), new Uint8Array(bytes));
  return codec.fromBinary(bytes) as T;
}

function fullOrder(): Order {
  const order = new Order();
  order.id = "o-1";
  order.customerId = 2n ** 62n;
  order.tags = ["a", "ü", ""];
  order.stock = new Map([["x", 1], ["__proto__", 2]]);
  order.shipTo = Object.assign(new Address(), { street: "Main", city: "Bonn" });
  order.status = OrderStatus.SHIPPED;
  order.retries = 0;
  order.signature = new Uint8Array([0, 255]);
  order.createdAt = new Date("2026-01-02T03:04:05.678Z");
  order.payment = { case: "card", value: Object.assign(new Address(), { street: "Card" }) };
  order.ttl = create(DurationSchema, { seconds: 5n });
  order.note = "";
  order.extra = { a: [1, "b", null], nested: { c: true } };
  order.anything = create(AnySchema, { typeUrl: "type.googleapis.com/x.Y", value: new Uint8Array([1]) });
  order.parts = [Object.assign(new Order(), { id: "part" })];
  order.places = new Map([[-5n, Object.assign(new Address(), { city: "Oslo" })]]);
  order.deltas = [-1, 0, 1];
  order.history = [new Date(0), new Date(1000)];
  order.flags = new Map([[true, "yes"], [false, "no"]]);
  order.labels = { env: "prod" };
  order.price = 1.5;
  return order;
}

test("every kind of field survives a round trip", () => {
  const order = fullOrder();
  assert.deepEqual(roundTrip(Order, order), order);
});

test("an empty message decodes into what its class begins as", () => {
  assert.deepEqual(roundTrip(Order, {}), new Order());
});

test("what arrives is an instance of the user's class, nested messages too", () => {
  const order = roundTrip(Order, fullOrder());
  assert.ok(order instanceof Order);
  assert.ok(order.shipTo instanceof Address);
  assert.equal(order.shipTo.line, "Main, Bonn");
  assert.ok(order.parts[0] instanceof Order);
  assert.ok(order.places.get(-5n) instanceof Address);
  assert.ok(order.payment?.case === "card" && order.payment.value instanceof Address);
});

test("a plain object of the same shape is as good as an instance", () => {
  const order = roundTrip(Order, { ...fullOrder(), shipTo: { street: "Main", city: "Bonn" } });
  assert.deepEqual(order, fullOrder());
});

test("a optional zero is told from an unset field", () => {
  assert.equal(roundTrip(Order, { retries: 0 }).retries, 0);
  assert.equal(roundTrip(Order, {}).retries, undefined);
  assert.equal(roundTrip(Order, { note: "" }).note, "");
  assert.equal(roundTrip(Order, {}).note, undefined);
});

test("a class's own initial value stands for an unset field, and a sent zero is a zero", () => {
  @Message("test.v1.Page")
  class Page {
    @Field(1, "int32")
    size = 50;
  }
  assert.equal(roundTrip(Page, { size: 0 }).size, 0);
  assert.equal(roundTrip(Page, new Page()).size, 50);
  const schema = createSchema({ messages: [Page] });
  const codec = new MessageCodecs(schema).codec(schema.message(Page));
  const empty = codec.fromBinary(new Uint8Array());
  assert.equal((empty as Page).size, 50);
});

test("unknown fields survive a round trip through an older class", () => {
  const Newer = message("test.v1.M", { name: field(1, "string"), extra: field(2, "string") });
  const Older = message("test.v1.M", { name: field(1, "string") });
  const newer = createSchema({ messages: [Newer] });
  const older = createSchema({ messages: [Older] });
  const newerCodec = new MessageCodecs(newer).codec(newer.message(Newer));
  const olderCodec = new MessageCodecs(older).codec(older.message(Older));
  const bytes = newerCodec.toBinary({ name: "a", extra: "kept" });

  const passed = olderCodec.fromBinary(bytes);
  const again = olderCodec.toBinary({ ...passed, name: "b" });
  const back = newerCodec.fromBinary(again);
  assert.deepEqual({ ...back }, { name: "b", extra: "kept" });
});

test("a value that a field can't hold is refused with the name of the field", () => {
  assert.throws(() => roundTrip(Order, { id: 5 }), /Order\.id: expected a string for string, got 5/);
  assert.throws(
    () => roundTrip(Order, { customerId: 5 }),
    /Order\.customerId: expected a bigint from .* for int64, got 5/,
  );
  assert.throws(() => roundTrip(Order, { tags: "x" }), /Order\.tags: expected an array/);
  assert.throws(() => roundTrip(Order, { createdAt: new Date(NaN) }), /Order\.createdAt: expected a valid Date/);
  assert.throws(
    () => roundTrip(Order, { payment: { case: "cash", value: 1 } }),
    /payment: the oneof has no case "cash"/,
  );
  assert.throws(() => roundTrip(Order, { stock: 5 }), /Order\.stock: expected a Map/);
});

test("create() makes an instance of a plain object, and leaves an instance as it is", () => {
  const schema = createSchema({ messages: [Order] });
  const codec = new MessageCodecs(schema).codec(schema.message(Order));
  const order = fullOrder();
  assert.equal(codec.create(order), order);
  const made = codec.create({
    id: "1",
    shipTo: { city: "Bonn" },
    payment: { case: "card", value: { street: "C" } },
  }) as Order;
  assert.ok(made instanceof Order && made.shipTo instanceof Address);
  assert.ok(made.payment?.case === "card" && made.payment.value instanceof Address);
  assert.deepEqual(made.tags, []);
});

test("messages of all sizes that share a writer keep their bytes, whatever is written or given up after them", () => {
  const Note = message("test.v1.Note", { text: field(1, "string"), data: field(2, "bytes") });
  const schema = createSchema({ messages: [Note] });
  const codec = new MessageCodecs(schema).codec(schema.message(Note));
  const written: [bytes: Uint8Array, note: object][] = [];
  for (let i = 0; i < 60; i++) {
    for (const size of [20, 70_000, 0, 1, 32_768, 500, 5000, 20_000, 32_700, 7]) {
      const note = codec.create({ text: `note ${i}`, data: new Uint8Array(size).fill(i) });
      written.push([codec.toBinary(note, 5), note]);
      if (i % 7 > 0) continue;
      const wrong = { text: "x".repeat(size), data: 5 };
      assert.throws(() => codec.toBinary(wrong), /Note\.data: expected a Uint8Array/);
    }
    // Who was given a message may have transferred its buffer.
    if (i % 13 === 12) {
      for (const { buffer } of written.map(([bytes]) => bytes)) {
        if (buffer.byteLength > 0) structuredClone(buffer, { transfer: [buffer as ArrayBuffer] });
      }
      written.length = 0;
    }
    if (i % 3 === 0) {
      for (const [bytes, note] of written) assert.deepEqual(codec.fromBinary(bytes.subarray(5)), note);
    }
  }
});
