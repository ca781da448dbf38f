import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeBlock } from "../../src/http2/hpack/encoder.ts";
import { ClientProbe, ServerProbe } from "../support/engine.ts";
import { bytes, greeting, headers, requestFields, settings, settingsAck } from "../support/frames.ts";

const REQUEST = requestFields();

test("only what differs from the protocol's own values is sent", () => {
  const limits = { headerTableSize: 100, initialWindowSize: 1000, maxFrameSize: 20_000, maxConcurrentStreams: 7 };
  const server = new ServerProbe(limits, { greet: false });
  assert.equal(
    server.sent()[0],
    "SETTINGS maxConcurrentStreams=7 headerTableSize=100 initialWindowSize=1000 maxFrameSize=20000 maxHeaderListSize=16384",
  );
});

test("a smaller header table holds once it is acknowledged; then the peer has to follow", () => {
  const block = encodeBlock(REQUEST);
  const withUpdate = bytes([0x3f, 69], block);
  const before = new ServerProbe({ headerTableSize: 100 }, { greet: false }).feed(greeting(), headers(1, block));
  assert.equal(before.told().length, 1);
  const after = new ServerProbe({ headerTableSize: 100 }).feed(headers(1, withUpdate), headers(3, block));
  assert.equal(after.told().length, 2);
  const deaf = new ServerProbe({ headerTableSize: 100 }).feed(headers(1, block));
  assert.match(deaf.sent().at(-1)!, /^GOAWAY 0 COMPRESSION_ERROR no dynamic table size update/);
});

test("the peer's smaller header table is told in the next block", () => {
  const server = new ServerProbe({ encoderTableSize: 4096 }).feed(settings({ headerTableSize: 64 }));
  server.feed(headers(1, REQUEST, { endStream: true }));
  server.engine.sendHeaders(1, [[":status", "200"], ["x", "y"]]);
  const sent = server.engine.takeOutput();
  // After the acknowledgement: HEADERS whose block begins with a size update to 64.
  assert.deepEqual(sent.slice(18, 21), Uint8Array.of(0x3f, 33, 0x88));
});

test("settings are acknowledged in order, and each has its own time", () => {
  const server = new ServerProbe();
  server.engine.updateSettings({ initialWindowSize: 100 });
  server.engine.updateSettings({ initialWindowSize: 200 });
  server.engine.advance(0);
  server.feed(settingsAck());
  server.engine.advance(9000);
  server.engine.advance(10_001);
  assert.equal(server.engine.isClosed, false);
  server.engine.advance(19_001);
  assert.equal(server.engine.isClosed, true);
});

test("fewer concurrent streams hold at once", () => {
  const server = new ServerProbe();
  server.engine.updateSettings({ maxConcurrentStreams: 1 });
  server.feed(headers(1, REQUEST), headers(3, REQUEST));
  assert.deepEqual(server.sent(), ["SETTINGS maxConcurrentStreams=1", "RST_STREAM 3 REFUSED_STREAM"]);
});

test("the peer's settings are told and can be read", () => {
  const client = new ClientProbe({}, { maxConcurrentStreams: 5, maxHeaderListSize: 9000, enableConnectProtocol: 1 });
  const { maxConcurrentStreams, maxHeaderListSize, enableConnectProtocol } = client.engine.peerSettings;
  assert.deepEqual([maxConcurrentStreams, maxHeaderListSize, enableConnectProtocol], [5, 9000, true]);
  assert.equal(client.log.settingsTold, 1);
});

test("the last of several values for one setting holds", () => {
  const client = new ClientProbe();
  const twice = bytes([0, 0, 12, 4, 0, 0, 0, 0, 0], [0, 3, 0, 0, 0, 1], [0, 3, 0, 0, 0, 9]);
  assert.equal(client.feed(twice).engine.peerSettings.maxConcurrentStreams, 9);
});

test("settings out of their range are the caller's fault", () => {
  const { engine } = new ServerProbe();
  assert.throws(() => engine.updateSettings({ initialWindowSize: 2 ** 31 }), /initialWindowSize is 2147483648/);
  assert.throws(() => engine.updateSettings({ headerTableSize: -1 }), /headerTableSize is -1/);
});

test("settings that leave the windows alone hold when they are acknowledged", () => {
  const server = new ServerProbe().feed(headers(1, REQUEST));
  server.engine.updateSettings({ maxConcurrentStreams: 1 });
  assert.deepEqual(server.sent(), ["SETTINGS maxConcurrentStreams=1"]);
  server.feed(settingsAck(), headers(3, REQUEST));
  assert.deepEqual(server.sent(), ["RST_STREAM 3 REFUSED_STREAM"]);
  server.engine.advance(0);
  server.engine.advance(60_000);
  assert.equal(server.engine.isClosed, false);
});
