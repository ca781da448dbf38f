import assert from "node:assert/strict";
import { test } from "node:test";
import { ClientProbe, ServerProbe } from "../support/engine.ts";
import { data, headers, requestFields } from "../support/frames.ts";

const SIX = requestFields("/", [["content-length", "6"]]);
const trailers = headers(1, [["a", "b"]], { endStream: true });

test("content as long as it said is told", () => {
  for (
    const parts of [[data(1, "abc"), data(1, "def", { endStream: true })], [data(1, "abcdef", { pad: 9 }), trailers]]
  ) {
    const server = new ServerProbe().feed(headers(1, SIX), ...parts);
    assert.deepEqual(server.sent(), []);
    assert.equal(server.told().length, 3);
  }
});

test("content that is longer or shorter than it said ends its stream, and its credit returns", () => {
  for (
    const parts of [
      [data(1, "abcdefg")],
      [data(1, "abcde", { endStream: true })],
      [data(1, "abcde"), trailers],
      [data(1, "abcdef"), data(1, "g", { endStream: true })],
      [data(1, "", { endStream: true })],
    ]
  ) {
    const server = new ServerProbe().feed(headers(1, SIX), ...parts);
    assert.deepEqual(server.sent(), ["RST_STREAM 1 PROTOCOL_ERROR"]);
    assert.equal(server.told().at(-1), "reset 1 1 fault");
    server.engine.release(1);
    assert.equal(server.engine.usage.heldBytes, 0);
  }
});

test("a request that ends with its headers has no content", () => {
  const server = new ServerProbe().feed(headers(1, SIX, { endStream: true }));
  assert.deepEqual(server.sent(), ["RST_STREAM 1 PROTOCOL_ERROR"]);
  assert.deepEqual(server.told(), []);
  server.feed(headers(3, requestFields("/", [["content-length", "0"]]), { endStream: true }));
  assert.equal(server.told().length, 1);
});

test("responses to HEAD, 204 and 304 tell of a length and have no content", () => {
  for (const [status, isHead] of [["200", true], ["204", false], ["304", false]] as const) {
    const client = new ClientProbe();
    const id = client.engine.request(requestFields(), true, isHead);
    client.feed(headers(id, [[":status", status], ["content-length", "6"]], { endStream: true }));
    assert.deepEqual(client.told(), [`response 1 ${status} END`]);
    const wrong = new ClientProbe();
    wrong.engine.request(requestFields(), true, isHead);
    wrong.feed(headers(1, [[":status", status], ["content-length", "6"]]), data(1, "abcdef"));
    assert.equal(wrong.told().at(-1), "reset 1 1 fault");
  }
});

test("a response without its content is malformed", () => {
  const client = new ClientProbe();
  client.engine.request(requestFields(), true);
  client.feed(headers(1, [[":status", "200"], ["content-length", "6"]], { endStream: true }));
  assert.deepEqual(client.told(), ["reset 1 1 fault"]);
});

test("a response whose content is shorter than it said ends its stream, with trailers too", () => {
  const client = new ClientProbe();
  client.engine.request(requestFields(), true);
  client.feed(headers(1, [[":status", "200"], ["content-length", "6"]]), data(1, "abc"), trailers);
  assert.deepEqual(client.sent().slice(1), ["RST_STREAM 1 PROTOCOL_ERROR"]);
  assert.equal(client.told().at(-1), "reset 1 1 fault");
});
