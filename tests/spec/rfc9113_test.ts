// RFC 9113 section by section: what a server answers to frames that break a rule, and to those that only look as if they
// did. One row a rule: the section, what is sent after the greeting, and the frames that answer it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeBlock } from "../../src/http2/hpack/encoder.ts";
import { ServerProbe } from "../support/engine.ts";
import {
  allSplits,
  bytes,
  continuation,
  data,
  frame,
  goaway,
  greeting,
  headers,
  ping,
  preface,
  priority,
  requestFields,
  rstStream,
  settings,
  settingsAck,
  text,
  windowUpdate,
} from "../support/frames.ts";

const REQUEST = requestFields();
const BLOCK = encodeBlock(REQUEST);
const open = headers(1, REQUEST);
const whole = headers(1, REQUEST, { endStream: true });

/** `undefined` where nothing is answered; else a pattern for the last frame that is sent. */
const RULES: [section: string, rule: string, sent: Uint8Array, answer: RegExp | undefined][] = [
  ["4.1", "a frame of an unknown type is ignored", frame(0x16, 0xff, 0, [1, 2, 3]), undefined],
  ["4.1", "undefined flags are ignored", frame(6, 0xfe, 0, text("12345678")), /^PING ACK/],
  ["4.1", "the reserved bit is ignored", frame(8, 0, 0, [0x80, 0, 0, 1]), undefined],
  [
    "4.2",
    "a frame above SETTINGS_MAX_FRAME_SIZE",
    bytes([0, 0x40, 1, 0, 0], [0, 0, 0, 1]),
    /^GOAWAY 0 FRAME_SIZE_ERROR .*16385/,
  ],
  ["4.3", "a header block that is not HPACK", headers(1, Uint8Array.of(0xbf + 30)), /^GOAWAY \d COMPRESSION_ERROR/],
  [
    "4.3",
    "any frame within a header block",
    bytes(headers(1, BLOCK, { endHeaders: false }), ping()),
    /^GOAWAY 0 PROTOCOL_ERROR/,
  ],
  [
    "4.3",
    "a header block of another stream within one",
    bytes(headers(1, BLOCK, { endHeaders: false }), headers(3, REQUEST)),
    /^GOAWAY 0 PROTOCOL_ERROR/,
  ],
  [
    "4.3",
    "an unknown frame within a header block",
    bytes(headers(1, BLOCK, { endHeaders: false }), frame(0x16, 0, 0)),
    /^GOAWAY 0 PROTOCOL_ERROR/,
  ],
  ["5.1", "DATA on an idle stream", data(1, "x"), /^GOAWAY 0 PROTOCOL_ERROR/],
  ["5.1", "RST_STREAM on an idle stream", rstStream(1, 8), /^GOAWAY 0 PROTOCOL_ERROR/],
  ["5.1", "WINDOW_UPDATE on an idle stream", windowUpdate(1, 1), /^GOAWAY 0 PROTOCOL_ERROR/],
  ["5.1", "PRIORITY on an idle stream is allowed", priority(1), undefined],
  ["5.1", "DATA on a half-closed stream", bytes(whole, data(1, "x")), /^RST_STREAM 1 STREAM_CLOSED/],
  ["5.1", "HEADERS on a half-closed stream", bytes(whole, whole), /^RST_STREAM 1 STREAM_CLOSED/],
  ["5.1", "WINDOW_UPDATE on a half-closed stream is allowed", bytes(whole, windowUpdate(1, 1)), undefined],
  ["5.1", "DATA after RST_STREAM", bytes(open, rstStream(1, 8), data(1, "x")), /^RST_STREAM 1 STREAM_CLOSED/],
  ["5.1", "HEADERS after RST_STREAM", bytes(open, rstStream(1, 8), whole), /^RST_STREAM 1 STREAM_CLOSED/],
  [
    "5.1",
    "RST_STREAM and WINDOW_UPDATE after RST_STREAM are ignored",
    bytes(open, rstStream(1, 8), rstStream(1, 8), windowUpdate(1, 1)),
    undefined,
  ],
  ["5.1.1", "an even stream identifier", headers(2, REQUEST), /^GOAWAY 0 PROTOCOL_ERROR/],
  ["5.1.1", "a lower stream identifier", bytes(headers(5, REQUEST), headers(3, REQUEST)), /^GOAWAY 5 PROTOCOL_ERROR/],
  ["5.3.1", "PRIORITY of a stream that depends on itself", bytes(open, priority(1, 1)), /^RST_STREAM 1 PROTOCOL_ERROR/],
  [
    "5.3.1",
    "HEADERS of a stream that depends on itself",
    headers(1, REQUEST, { dependsOn: 1 }),
    /^RST_STREAM 1 PROTOCOL_ERROR/,
  ],
  ["6.1", "DATA on stream 0", data(0, "x"), /^GOAWAY 0 PROTOCOL_ERROR/],
  ["6.1", "padding as long as DATA", bytes(open, frame(0, 8, 1, [3, 1, 2])), /^GOAWAY 1 PROTOCOL_ERROR/],
  ["6.1", "padding that leaves no data", bytes(open, frame(0, 8, 1, [2, 0, 0])), undefined],
  ["6.1", "padded DATA without a length", bytes(open, frame(0, 8, 1)), /^GOAWAY 1 PROTOCOL_ERROR/],
  ["6.2", "HEADERS on stream 0", headers(0, REQUEST), /^GOAWAY 0 PROTOCOL_ERROR/],
  ["6.2", "padding as long as HEADERS", frame(1, 0x0c, 1, [3, 0x82, 0x84]), /^GOAWAY 0 PROTOCOL_ERROR/],
  ["6.2", "HEADERS too short for priority", frame(1, 0x24, 1, [0, 0, 0, 3]), /^GOAWAY 0 FRAME_SIZE_ERROR/],
  ["6.3", "PRIORITY on stream 0", priority(0), /^GOAWAY 0 PROTOCOL_ERROR/],
  ["6.3", "PRIORITY of 4 octets", bytes(open, frame(2, 0, 1, [0, 0, 0, 3])), /^RST_STREAM 1 FRAME_SIZE_ERROR/],
  ["6.4", "RST_STREAM on stream 0", rstStream(0, 8), /^GOAWAY 0 PROTOCOL_ERROR/],
  ["6.4", "RST_STREAM of 3 octets", bytes(open, frame(3, 0, 1, [0, 0, 8])), /^GOAWAY 1 FRAME_SIZE_ERROR/],
  ["6.5", "SETTINGS on a stream", frame(4, 0, 1), /^GOAWAY 0 PROTOCOL_ERROR/],
  ["6.5", "SETTINGS of 5 octets", frame(4, 0, 0, [0, 1, 0, 0, 0]), /^GOAWAY 0 FRAME_SIZE_ERROR/],
  ["6.5", "an acknowledgement with content", frame(4, 1, 0, [0, 1, 0, 0, 0, 0]), /^GOAWAY 0 FRAME_SIZE_ERROR/],
  ["6.5", "an acknowledgement of nothing is ignored", settingsAck(), undefined],
  ["6.5", "an unknown setting is ignored", settings({ 255: 7 }), /^SETTINGS ACK/],
  ["6.5.2", "SETTINGS_ENABLE_PUSH of 2", settings({ enablePush: 2 }), /^GOAWAY 0 PROTOCOL_ERROR .*ENABLE_PUSH/],
  [
    "6.5.2",
    "SETTINGS_INITIAL_WINDOW_SIZE of 2^31",
    settings({ initialWindowSize: 2 ** 31 }),
    /^GOAWAY 0 FLOW_CONTROL_ERROR/,
  ],
  ["6.5.2", "SETTINGS_MAX_FRAME_SIZE of 16383", settings({ maxFrameSize: 16_383 }), /^GOAWAY 0 PROTOCOL_ERROR/],
  ["6.5.2", "SETTINGS_MAX_FRAME_SIZE of 2^24", settings({ maxFrameSize: 2 ** 24 }), /^GOAWAY 0 PROTOCOL_ERROR/],
  [
    "6.5.2",
    "the greatest values of all settings",
    settings({
      headerTableSize: 2 ** 32 - 1,
      enablePush: 1,
      maxConcurrentStreams: 2 ** 32 - 1,
      initialWindowSize: 2 ** 31 - 1,
      maxFrameSize: 2 ** 24 - 1,
      maxHeaderListSize: 2 ** 32 - 1,
    }),
    /^SETTINGS ACK/,
  ],
  [
    "RFC 8441 3",
    "SETTINGS_ENABLE_CONNECT_PROTOCOL of 2",
    settings({ enableConnectProtocol: 2 }),
    /^GOAWAY 0 PROTOCOL_ERROR/,
  ],
  [
    "RFC 8441 3",
    "SETTINGS_ENABLE_CONNECT_PROTOCOL back to 0",
    bytes(settings({ enableConnectProtocol: 1 }), settings({ enableConnectProtocol: 0 })),
    /^GOAWAY 0 PROTOCOL_ERROR/,
  ],
  ["6.6", "PUSH_PROMISE of a client", frame(5, 4, 1, [0, 0, 0, 2]), /^GOAWAY 0 PROTOCOL_ERROR/],
  ["6.7", "PING on a stream", frame(6, 0, 1, text("12345678")), /^GOAWAY 0 PROTOCOL_ERROR/],
  ["6.7", "PING of 6 octets", frame(6, 0, 0, text("123456")), /^GOAWAY 0 FRAME_SIZE_ERROR/],
  ["6.7", "PING is answered with its octets", ping("abcdefgh"), /^PING ACK abcdefgh$/],
  ["6.7", "an answer to no PING is not answered", ping("abcdefgh", true), undefined],
  ["6.8", "GOAWAY on a stream", frame(7, 0, 1, [0, 0, 0, 0, 0, 0, 0, 0]), /^GOAWAY 0 PROTOCOL_ERROR/],
  ["6.8", "GOAWAY of 7 octets", frame(7, 0, 0, [0, 0, 0, 0, 0, 0, 0]), /^GOAWAY 0 FRAME_SIZE_ERROR/],
  ["6.8", "GOAWAY with a higher stream than before", bytes(goaway(0, 0), goaway(2, 0)), /^GOAWAY 0 PROTOCOL_ERROR/],
  ["6.9", "WINDOW_UPDATE of 3 octets", frame(8, 0, 0, [0, 0, 1]), /^GOAWAY 0 FRAME_SIZE_ERROR/],
  ["6.9", "WINDOW_UPDATE of 0 on the connection", windowUpdate(0, 0), /^GOAWAY 0 PROTOCOL_ERROR/],
  ["6.9", "WINDOW_UPDATE of 0 on a stream", bytes(open, windowUpdate(1, 0)), /^RST_STREAM 1 PROTOCOL_ERROR/],
  ["6.10", "CONTINUATION without HEADERS", continuation(1, BLOCK), /^GOAWAY 0 PROTOCOL_ERROR/],
  ["6.10", "CONTINUATION after the block has ended", bytes(open, continuation(1, BLOCK)), /^GOAWAY 1 PROTOCOL_ERROR/],
  [
    "6.10",
    "CONTINUATION on another stream",
    bytes(headers(1, BLOCK, { endHeaders: false }), continuation(3, [])),
    /^GOAWAY 0 PROTOCOL_ERROR/,
  ],
  [
    "6.10",
    "CONTINUATION on stream 0",
    bytes(headers(1, BLOCK, { endHeaders: false }), continuation(0, [])),
    /^GOAWAY 0 PROTOCOL_ERROR/,
  ],
  ["8.1", "trailers that do not end the stream", bytes(open, headers(1, [["a", "b"]])), /^RST_STREAM 1 PROTOCOL_ERROR/],
  [
    "8.1",
    "a pseudo-header field in trailers",
    bytes(open, headers(1, [[":path", "/"]], { endStream: true })),
    /^RST_STREAM 1 PROTOCOL_ERROR/,
  ],
];

for (const [section, rule, sent, answer] of RULES) {
  test(`RFC 9113 ${section}: ${rule}`, () => {
    for (const parts of allSplits(sent)) {
      const server = new ServerProbe().feed(...parts);
      const last = server.sent().at(-1);
      if (answer === undefined) assert.equal(last, undefined);
      else assert.match(last ?? "", answer);
      assert.equal(server.engine.isClosed, last?.startsWith("GOAWAY") ?? false);
    }
  });
}

test("RFC 9113 3.4: the client's preface is its own, and SETTINGS follow it", () => {
  for (const wrong of [text("GET / HTTP/1.1\r\nhost: a\r\n\r\n"), bytes(preface().slice(0, 23), [0])]) {
    const server = new ServerProbe({}, { greet: false }).feed(wrong, settings());
    assert.equal(server.sent().at(-1), "GOAWAY 0 PROTOCOL_ERROR no HTTP/2 client preface");
  }
  for (const early of [ping(), settingsAck(), headers(1, REQUEST)]) {
    const server = new ServerProbe({}, { greet: false }).feed(preface(), early);
    assert.match(server.sent().at(-1)!, /^GOAWAY 0 PROTOCOL_ERROR .*before the first SETTINGS/);
  }
});

test("RFC 9113 5.4.1: after a connection error the engine is deaf, and holds nothing", () => {
  const server = new ServerProbe().feed(open, headers(3, REQUEST), data(1, "abc"), data(0, "x"), whole, ping());
  assert.deepEqual(server.told().slice(-3), [
    "reset 1 1 closed",
    "reset 3 1 closed",
    "closed PROTOCOL_ERROR: DATA on stream 0",
  ]);
  assert.equal(server.sent().length, 1);
  server.feed(greeting(), open);
  server.engine.release(1);
  server.engine.sendHeaders(1, [[":status", "200"]]);
  server.engine.goaway();
  server.engine.ping(text("12345678"));
  server.engine.advance(1e9);
  server.engine.close();
  assert.deepEqual([server.sent(), server.told()], [[], []]);
  assert.deepEqual(server.engine.usage, {
    openStreams: 0,
    streams: 0,
    heldBytes: 0,
    waitingBytes: 0,
    outputBytes: 0,
    partialBytes: 0,
    retainedHeaderBytes: 0,
    decoderTableBytes: 0,
    encoderTableBytes: 0,
    receiveWindow: server.engine.usage.receiveWindow,
    sendWindow: 65_535,
    runningRequests: 0,
    queuedRequests: 0,
  });
});
