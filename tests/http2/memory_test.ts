// The most that a connection holds for a peer that does its worst: each term of the formula in docs/engine.md is filled to
// its limit, and none goes above it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeBlock } from "../../src/http2/hpack/encoder.ts";
import { DEFAULT_HTTP2_LIMITS as LIMITS } from "../../src/http2/limits.ts";
import { ServerProbe } from "../support/engine.ts";
import { data, headers, ping, requestFields, settings } from "../support/frames.ts";

/** A block that adds two fields of 2000 octets and more to the decoder's table. */
const FILLER = Uint8Array.from(
  [1, 2].flatMap((name) => [0x40, 1, 0x60 + name, 0x7f, 0xd1, 0x0e, ...new Array(2000).fill(0x61)]),
);

const OK = [[":status", "200"]] as const;

test("a peer that sends all it may, reads nothing and completes nothing stays within the formula", () => {
  const server = new ServerProbe().feed(settings({ initialWindowSize: 2 ** 31 - 1 }));
  const { engine } = server;
  // Requests with as many header octets as are retained, then as many more as are tried.
  const fields = requestFields("/", Array.from({ length: 100 }, (_, index) => [`x-${index}`, ""] as const));
  let next = 1;
  for (let count = 0; count < 400; count++, next += 2) server.feed(headers(next, fields));
  assert.ok(engine.usage.openStreams <= LIMITS.maxConcurrentStreams);
  assert.ok(engine.usage.retainedHeaderBytes <= LIMITS.maxRetainedHeaderBytes);
  assert.ok(engine.usage.retainedHeaderBytes > LIMITS.maxRetainedHeaderBytes * 0.7);
  // Data up to the connection's window, which nobody consumes.
  for (let id = 1; id < 40 && engine.usage.heldBytes < LIMITS.connectionWindowSize - 65_536; id += 2) {
    for (let count = 0; count < 3; count++) server.feed(data(id, new Uint8Array(16_384)));
  }
  assert.ok(engine.usage.heldBytes <= LIMITS.connectionWindowSize);
  assert.ok(engine.usage.heldBytes > LIMITS.connectionWindowSize * 0.8);
  // Replies that the peer does not read: the application stops when it is told to.
  for (let id = 1; id < 200; id += 2) {
    engine.sendHeaders(id, OK);
    while (engine.sendData(id, new Uint8Array(16_384)) && engine.waiting(id) < 1e6);
  }
  assert.ok(engine.usage.waitingBytes <= LIMITS.maxUnsentConnectionBytes + 100 * 16_384);
  // A dynamic table that is full.
  for (let count = 0; count < 3; count++) server.feed(headers(1, FILLER, { endStream: true }));
  // Control frames that want answers, the beginning of a header block, and the beginning of a frame.
  for (let count = 0; count < 500; count++) server.feed(ping());
  const block = encodeBlock(requestFields("/", [["a", "~".repeat(40_000)]]), { huffman: false });
  server.feed(headers(next, block.slice(0, 16_384), { endHeaders: false }));
  server.feed(headers(next, block.slice(0, 16_384)).slice(0, 16_000));
  assert.ok(engine.usage.partialBytes <= LIMITS.maxHeaderBlockLength + LIMITS.maxFrameSize + 9);
  assert.ok(engine.usage.outputBytes <= LIMITS.maxOutputBytes + 65_536 + 17 * LIMITS.maxControlReplies);
  assert.equal(engine.isClosed, false);
  assert.equal(engine.wantsInput, false);
  assert.ok(engine.usage.decoderTableBytes > LIMITS.headerTableSize * 0.9);
  assert.ok(engine.usage.decoderTableBytes <= LIMITS.headerTableSize);
  engine.close();
  engine.takeOutput();
  const { receiveWindow: _in, sendWindow: _out, ...kept } = engine.usage;
  assert.deepEqual(new Set(Object.values(kept)), new Set([0]), JSON.stringify(kept));
});
