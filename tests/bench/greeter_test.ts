// The prepared bodies that loads are made of, against protobuf-es's own encoding.
import { create, toBinary } from "@bufbuild/protobuf";
import assert from "node:assert/strict";
import { test } from "node:test";
import { Greeter } from "./greeter/descriptor.ts";
import { enveloped, greet, NAME, textMessage, watchMessage } from "./greeter/greeting.ts";

const [sayHello, watch] = Greeter.methods;

test("a prepared greeting is what protobuf-es encodes, 22 bytes", () => {
  assert.deepEqual(textMessage(NAME), toBinary(sayHello.input, create(sayHello.input, { name: NAME })));
  assert.equal(textMessage(NAME).length, 22);
  assert.deepEqual(
    textMessage(greet(NAME)),
    toBinary(sayHello.output, create(sayHello.output, { message: greet(NAME) })),
  );
});

test("a prepared watch request is what protobuf-es encodes, for counts of one byte and of two", () => {
  for (const count of [1, 127, 128, 1000]) {
    const encoded = toBinary(watch.input, create(watch.input, { name: NAME, count }));
    assert.deepEqual(watchMessage(NAME, count), encoded);
  }
});

test("messages stand behind a flag byte and their length in four bytes, big end first", () => {
  assert.deepEqual(
    enveloped([Uint8Array.of(7), Uint8Array.of(8, 9)]),
    Uint8Array.of(0, 0, 0, 0, 1, 7, 0, 0, 0, 0, 2, 8, 9),
  );
});
