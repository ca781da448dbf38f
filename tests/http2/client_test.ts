import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeBlock } from "../../src/http2/hpack/encoder.ts";
import { ClientConnection } from "../../src/http2/client_connection.ts";
import { ClientProbe, EventLog } from "../support/engine.ts";
import {
  allSplits,
  bytes,
  data,
  frame,
  headers,
  preface,
  requestFields,
  rstStream,
  settings,
  text,
  windowUpdate,
} from "../support/frames.ts";

const REQUEST = requestFields();
const OK = [[":status", "200"]] as const;

test("the preface goes first, and a request can follow at once", () => {
  const client = new ClientConnection(new EventLog());
  assert.equal(client.request(REQUEST, true), 1);
  const sent = client.takeOutput();
  assert.deepEqual(sent.slice(0, 24), preface());
  assert.deepEqual(sent.slice(24, 33).slice(3, 5), Uint8Array.of(4, 0));
});

test("a response is told however its bytes are cut", () => {
  const whole = bytes(
    headers(1, [[":status", "103"], ["link", "</a>"]]),
    headers(1, OK),
    data(1, "hello"),
    headers(1, [["grpc-status", "0"]], { endStream: true }),
    headers(3, OK, { endStream: true }),
  );
  for (const parts of allSplits(whole)) {
    const client = new ClientProbe();
    client.engine.request(REQUEST, true);
    client.engine.request(encodeBlock(REQUEST), true);
    client.feed(...parts);
    assert.deepEqual(client.told(), [
      "informational 1 103",
      "response 1 200",
      "data 1 hello",
      "trailers 1 grpc-status=0",
      "response 3 200 END",
    ]);
    client.engine.consume(1, 5);
    client.engine.release(1);
    client.engine.release(3);
    assert.deepEqual([client.engine.usage.streams, client.engine.usage.heldBytes], [0, 0]);
  }
});

test("a request with data and trailers", () => {
  const client = new ClientProbe();
  const id = client.engine.request(REQUEST);
  client.engine.sendData(id, text("hello"));
  client.engine.sendTrailers(id, [["a", "b"]]);
  const shown = REQUEST.map(([name, value]) => `${name}=${value}`).join(" ");
  assert.deepEqual(client.sent(), [`HEADERS 1 ${shown}`, "DATA 1 hello", "HEADERS 1 a=b END_STREAM"]);
});

test("no more requests than the server takes; it is told when one more can be made", () => {
  const client = new ClientProbe({}, { maxConcurrentStreams: 2 });
  assert.equal(client.engine.availableStreams, 2);
  assert.deepEqual([1, 2, 3].map(() => client.engine.request(REQUEST, true)), [1, 3, 0]);
  client.feed(headers(1, OK, { endStream: true }));
  assert.deepEqual(client.told(), ["response 1 200 END", "available"]);
  assert.equal(client.engine.request(REQUEST, true), 5);
  client.feed(settings({ maxConcurrentStreams: 1 }));
  client.engine.reset(3, 8);
  assert.equal(client.engine.availableStreams, 0);
  assert.equal(client.engine.request(REQUEST, true), 0);
  client.feed(settings({ maxConcurrentStreams: 10 }));
  assert.deepEqual(client.told(), ["available"]);
  assert.equal(client.engine.availableStreams, 9);
});

test("before the server's settings a hundred requests are made at the most", () => {
  const client = new ClientConnection(new EventLog());
  assert.equal(client.availableStreams, 100);
});

test("what a server may not do ends the connection", () => {
  const cases: [Uint8Array, RegExp][] = [
    [headers(2, OK), /PROTOCOL_ERROR HEADERS on stream 2, which is not the peer's/],
    [headers(1, OK), /PROTOCOL_ERROR HEADERS on stream 1, which is not the peer's/],
    [frame(5, 4, 1, [0, 0, 0, 2]), /PROTOCOL_ERROR PUSH_PROMISE/],
    [settings({ enablePush: 1 }), /PROTOCOL_ERROR SETTINGS_ENABLE_PUSH is 1; it has to be 0/],
    [data(2, "x"), /PROTOCOL_ERROR/],
  ];
  for (const [sent, answer] of cases) assert.match(new ClientProbe().feed(sent).sent().at(-1)!, answer);
});

test("malformed responses end their stream", () => {
  const cases: Uint8Array[] = [
    headers(1, []),
    headers(1, [[":status", "101"]]),
    headers(1, [[":status", "100"]], { endStream: true }),
    bytes(headers(1, OK), headers(1, OK)),
    bytes(headers(1, OK), headers(1, [[":status", "200"]], { endStream: true })),
    bytes(...Array.from({ length: 17 }, () => headers(1, [[":status", "100"]]))),
  ];
  for (const sent of cases) {
    const client = new ClientProbe();
    client.engine.request(REQUEST);
    client.feed(sent);
    assert.match(client.sent().at(-1)!, /^RST_STREAM 1 (PROTOCOL_ERROR|ENHANCE_YOUR_CALM)$/);
    assert.match(client.told().at(-1)!, /^reset 1 \d+ fault$/);
  }
});

test("a reset says its code; what follows is ignored", () => {
  const client = new ClientProbe();
  client.engine.request(REQUEST);
  client.feed(rstStream(1, 7));
  assert.deepEqual(client.told(), ["reset 1 7 peer"]);
  client.engine.sendData(1, text("x"), true);
  assert.deepEqual(client.sent().slice(1), []);
});

test("a request that is released early is cancelled, and its late response dropped", () => {
  const client = new ClientProbe();
  client.engine.request(REQUEST, true);
  client.sent();
  client.engine.release(1);
  assert.deepEqual(client.sent(), ["RST_STREAM 1 CANCEL"]);
  client.feed(headers(1, OK), data(1, "x"), windowUpdate(1, 5), headers(1, [["a", "b"]], { endStream: true }));
  assert.deepEqual([client.told(), client.sent()], [[], []]);
  assert.equal(client.engine.usage.heldBytes, 0);
});

test("a request whose response came early can be ended or reset", () => {
  const client = new ClientProbe();
  client.engine.request(REQUEST);
  client.feed(headers(1, OK, { endStream: true }), rstStream(1, 0));
  assert.deepEqual(client.told(), ["response 1 200 END", "reset 1 0 peer"]);
});

test("streams are opened in order, also where the transport is behind", () => {
  const client = new ClientProbe({ maxOutputBytes: 16_384 }, { initialWindowSize: 1_000_000 });
  const first = client.engine.request(REQUEST);
  client.engine.sendData(first, new Uint8Array(20_000));
  client.engine.sendData(first, new Uint8Array(20_000));
  const waiting = [client.engine.request(REQUEST, true), client.engine.request(REQUEST, true)];
  client.transcript.lines(client.engine.takeOutput());
  const last = client.engine.request(REQUEST, true);
  const opened = client.sent().filter((line) => line.startsWith("HEADERS")).map((line) => Number(line.split(" ")[1]));
  assert.deepEqual(opened, [...waiting, last]);
});

test("a request that is cancelled before its headers went out never was", () => {
  const client = new ClientProbe({ maxOutputBytes: 16_384 });
  const first = client.engine.request(REQUEST);
  client.engine.sendData(first, new Uint8Array(20_000));
  const cancelled = client.engine.request(REQUEST, true);
  client.engine.release(cancelled);
  const next = client.engine.request(REQUEST, true);
  const lines = client.sent();
  assert.deepEqual(lines.filter((line) => line.includes(` ${cancelled} `) || line.startsWith("RST")), []);
  assert.ok(lines.some((line) => line.startsWith(`HEADERS ${next} `)));
  assert.equal(client.engine.usage.streams, 2);
});

test("requests that wait for the transport are not sent beyond a limit that the server has lowered, and go in order", () => {
  const client = new ClientProbe({ maxOutputBytes: 16_384 }, { initialWindowSize: 1_000_000 });
  const first = client.engine.request(REQUEST);
  client.engine.sendData(first, new Uint8Array(20_000), true);
  const waiting = [1, 2, 3].map(() => client.engine.request(REQUEST, true));
  client.feed(settings({ maxConcurrentStreams: 2 }));
  const opened = (): number[] =>
    client.sent().filter((line) => line.startsWith("HEADERS")).map((line) => Number(line.split(" ")[1]));
  assert.deepEqual(opened(), [first, waiting[0]]);
  assert.equal(client.engine.hasOutput, false);
  client.feed(headers(first, OK, { endStream: true }));
  assert.equal(client.engine.hasOutput, true);
  assert.deepEqual(opened(), [waiting[1]]);
  client.engine.release(waiting[2]!);
  client.feed(headers(waiting[0]!, OK, { endStream: true }), headers(waiting[1]!, OK, { endStream: true }));
  const last = client.engine.request(REQUEST, true);
  assert.deepEqual(opened(), [last]);
});
