import assert from "node:assert/strict";
import { test } from "node:test";
import { ClientProbe, ServerProbe } from "../support/engine.ts";
import { data, headers, requestFields, rstStream, windowUpdate } from "../support/frames.ts";

const REQUEST = requestFields();
const OK = [[":status", "200"]] as const;

test("frames on a stream that both ends have ended are a connection error", () => {
  for (const late of [data(1, "x"), headers(1, REQUEST, { endStream: true })]) {
    for (const released of [false, true]) {
      const server = new ServerProbe().feed(headers(1, REQUEST, { endStream: true }));
      server.engine.sendReply(1, OK, new Uint8Array(3));
      if (released) server.engine.release(1);
      server.sent();
      assert.match(server.feed(late).sent()[0]!, /^GOAWAY 1 STREAM_CLOSED/);
    }
  }
});

test("RST_STREAM and WINDOW_UPDATE that crossed the end of a stream are ignored", () => {
  const server = new ServerProbe().feed(headers(1, REQUEST, { endStream: true }));
  server.engine.sendReply(1, OK, new Uint8Array(3));
  server.engine.release(1);
  server.sent();
  assert.deepEqual(server.feed(windowUpdate(1, 1), windowUpdate(1, 0), rstStream(1, 8)).sent(), []);
});

test("what was on its way to a stream that we reset is ignored, its header blocks are decoded, its credit returns", () => {
  const server = new ServerProbe({ connectionWindowSize: 65_535 }).feed(headers(1, REQUEST));
  server.engine.reset(1, 8);
  server.engine.release(1);
  assert.deepEqual(server.sent(), ["RST_STREAM 1 CANCEL"]);
  // A literal with incremental indexing: the next request refers to it.
  const indexed = Uint8Array.of(0x40, 1, 0x61, 1, 0x62);
  for (let count = 0; count < 8; count++) server.feed(data(1, new Uint8Array(10_000)));
  server.feed(windowUpdate(1, 0), headers(1, indexed, { endStream: true }), rstStream(1, 0));
  assert.deepEqual(server.sent(), ["WINDOW_UPDATE 0 40000", "WINDOW_UPDATE 0 40000"]);
  server.feed(headers(3, Uint8Array.of(0x83, 0x86, 0x84, 0xbe), { endStream: true }));
  assert.deepEqual(server.told().at(-1), "request 3 POST / END");
});

test("data on a stream closed long ago is refused once and then ignored", () => {
  const server = new ServerProbe();
  for (let id = 1; id < 1001; id += 2) {
    server.feed(headers(id, REQUEST, { endStream: true }));
    server.engine.sendReply(id, OK, new Uint8Array(1));
    server.engine.release(id);
  }
  server.sent();
  assert.deepEqual(server.feed(data(1, "x"), data(1, "y")).sent(), ["RST_STREAM 1 STREAM_CLOSED"]);
  assert.equal(server.engine.usage.heldBytes, 0);
});

test("a reset that the peer sent is told once, and nothing can be sent after it", () => {
  const server = new ServerProbe().feed(headers(1, REQUEST), rstStream(1, 8), rstStream(1, 8));
  server.engine.sendHeaders(1, OK);
  server.engine.reset(1, 2);
  assert.deepEqual(server.told(), ["request 1 POST /test.Echo/Unary", "reset 1 8 peer"]);
  assert.deepEqual(server.sent(), []);
  assert.equal(server.engine.usage.streams, 1);
  server.engine.release(1);
  assert.equal(server.engine.usage.streams, 0);
});

test("a response to a request that the client reset long ago is ignored, and its credit returns", () => {
  const client = new ClientProbe({ connectionWindowSize: 65_535 }, { maxConcurrentStreams: 1000 });
  for (let count = 0; count < 600; count++) {
    const id = client.engine.request(REQUEST, false);
    client.engine.sendData(id, new Uint8Array(0), true);
    client.engine.reset(id, 8);
    client.engine.release(id);
  }
  client.sent();
  client.feed(
    headers(1, OK),
    data(1, new Uint8Array(16_000)),
    data(1, new Uint8Array(16_000)),
    data(1, new Uint8Array(1000)),
  );
  client.feed(headers(1, [["grpc-status", "0"]], { endStream: true }));
  assert.deepEqual(client.sent(), ["WINDOW_UPDATE 0 33000"]);
  assert.equal(client.engine.isClosed, false);
});

test("data that a server had been allowed to send is no waste when the client resets its stream, in however many frames", () => {
  const client = new ClientProbe({ glitchBudget: 3, initialWindowSize: 1000, connectionWindowSize: 65_535 });
  const id = client.engine.request(REQUEST, true);
  client.feed(headers(id, OK));
  client.engine.reset(id, 8);
  client.engine.release(id);
  for (let count = 0; count < 1000; count++) client.feed(data(id, "x"));
  assert.equal(client.engine.isClosed, false);
  for (let count = 0; count < 4; count++) client.feed(data(id, "x"));
  assert.equal(client.engine.isClosed, true);
});
