// Messages outside of calls, of classes and of descriptors.
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Duration, DurationSchema, TimestampSchema } from "@bufbuild/protobuf/wkt";
import {
  clone,
  create,
  equals,
  fromBinary,
  fromJson,
  fromJsonString,
  merge,
  toBinary,
  toJson,
  toJsonString,
} from "sigil";
import { Address, Order } from "../support/shop.ts";

test("bytes and JSON of a class come back as its instances", () => {
  const order = create(Order, { id: "1", shipTo: { city: "Bonn" }, places: new Map([[1n, { city: "Oslo" }]]) });
  assert.ok(order instanceof Order && order.shipTo instanceof Address);
  const read = fromBinary(Order, toBinary(Order, order));
  assert.deepEqual(read, order);
  assert.ok(read instanceof Order && read.places.get(1n) instanceof Address);
  assert.deepEqual(fromJson(Order, toJson(Order, order)), order);
  assert.deepEqual(fromJsonString(Order, toJsonString(Order, order)), order);
  assert.equal(toJsonString(Address, { city: "Bonn" }, { prettySpaces: 2 }), '{\n  "city": "Bonn"\n}');
});

test("messages of descriptors are protobuf-es's", () => {
  const duration: Duration = create(DurationSchema, { seconds: 5n });
  assert.equal(duration.$typeName, "google.protobuf.Duration");
  assert.deepEqual(fromBinary(DurationSchema, toBinary(DurationSchema, duration)), duration);
  assert.equal(toJson(DurationSchema, duration), "5s");
  assert.deepEqual(fromJson(TimestampSchema, "1970-01-01T00:00:01Z"), create(TimestampSchema, { seconds: 1n }));
});

test("the bytes are the caller's own, and of their exact length", () => {
  const one = toBinary(Address, { city: "Bonn" });
  const other = toBinary(Address, { city: "Oslo" });
  assert.equal(one.buffer.byteLength, one.byteLength);
  assert.notEqual(one.buffer, other.buffer);
});

test("a copy shares nothing", () => {
  const order = create(Order, { id: "1", tags: ["a"], signature: new Uint8Array([1]) });
  const copy = clone(Order, order);
  copy.tags.push("b");
  copy.signature[0] = 9;
  assert.deepEqual([order.tags, [...order.signature]], [["a"], [1]]);
});

test("messages are equal where they are written alike", () => {
  assert.ok(equals(Order, new Order(), {}));
  assert.ok(equals(Order, { stock: new Map([["a", 1], ["b", 2]]) }, { stock: new Map([["b", 2], ["a", 1]]) }));
  assert.ok(equals(Order, { price: NaN }, { price: NaN }));
  assert.equal(equals(Order, { retries: 0 }, {}), false);
  assert.equal(equals(Order, { price: -0 }, { price: 0 }), false);
});

test("merging replaces, appends, adds and merges", () => {
  const target = create(Order, { id: "1", tags: ["a"], stock: new Map([["x", 1]]), shipTo: { street: "Main" } });
  const source = { id: "2", tags: ["b"], stock: new Map([["x", 2], ["y", 3]]), shipTo: { city: "Bonn" } };
  assert.equal(merge(Order, target, source), target);
  const merged = {
    id: "2",
    tags: ["a", "b"],
    stock: new Map([["x", 2], ["y", 3]]),
    shipTo: { street: "Main", city: "Bonn" },
  };
  assert.deepEqual(target, create(Order, merged));
});
