import assert from "node:assert/strict";
import { test } from "node:test";
import { ServerConnection } from "../../src/http2/server_connection.ts";
import { EventLog, ServerProbe } from "../support/engine.ts";
import {
  bytes,
  greeting,
  headers,
  ping,
  requestFields,
  rstStream,
  settings,
  settingsAck,
  windowUpdate,
} from "../support/frames.ts";

const OK = [[":status", "200"]] as const;

function serve(limits: Record<string, number>, ...ids: number[]): ServerProbe {
  const server = new ServerProbe(limits);
  server.feed(settings({ initialWindowSize: 2 ** 30 }), windowUpdate(0, 2 ** 30));
  for (const id of ids) {
    server.feed(headers(id, requestFields(), { endStream: true }));
    server.engine.sendHeaders(id, OK);
  }
  server.sent();
  return server;
}

test("streams take turns, a frame each", () => {
  const server = serve({}, 1, 3, 5);
  for (const id of [1, 3, 5]) server.engine.sendData(id, new Uint8Array(100_000), true);
  const ids = server.sent().map((line) => line.split(" ")[1]);
  assert.deepEqual(ids.slice(0, 9), ["1", "3", "5", "1", "3", "5", "1", "3", "5"]);
});

test("headers and control frames go before data that waits", () => {
  const server = serve({}, 1);
  server.engine.sendData(1, new Uint8Array(100_000), true);
  server.feed(headers(3, requestFields(), { endStream: true }), ping());
  server.engine.sendHeaders(3, OK);
  assert.deepEqual(server.sent().slice(0, 3), ["PING ACK 12345678", "HEADERS 3 :status=200", "DATA 1 16384 octets"]);
});

test("small chunks that waited go out in one frame", () => {
  const server = new ServerProbe().feed(settings({ initialWindowSize: 0 }), headers(1, requestFields()));
  server.engine.sendHeaders(1, OK);
  for (const content of ["a", "bc", "def"]) {
    server.engine.sendData(1, Uint8Array.from(content, (c) => c.charCodeAt(0)), content === "def");
  }
  server.sent();
  assert.deepEqual(server.feed(windowUpdate(1, 2)).sent(), ["DATA 1 ab"]);
  assert.deepEqual(server.feed(windowUpdate(1, 100)).sent(), ["DATA 1 cdef END_STREAM"]);
});

test("frames are as long as the peer takes, and no longer", () => {
  const server = serve({}, 1);
  server.feed(settings({ maxFrameSize: 20_000 }));
  server.sent();
  server.engine.sendData(1, new Uint8Array(50_000), true);
  assert.deepEqual(server.sent(), ["DATA 1 20000 octets", "DATA 1 20000 octets", "DATA 1 10000 octets END_STREAM"]);
});

test("sendData asks to wait above the limit of a stream, and says when it can go on", () => {
  const server = serve({ maxUnsentStreamBytes: 100_000, maxOutputBytes: 16_384 }, 1);
  assert.equal(server.engine.sendData(1, new Uint8Array(100_000)), true);
  assert.equal(server.engine.sendData(1, new Uint8Array(1)), false);
  assert.equal(server.engine.waiting(1), 100_001);
  server.engine.takeOutput();
  assert.deepEqual(server.told().filter((line) => line.startsWith("writable")), []);
  for (let turn = 0; turn < 3; turn++) server.engine.takeOutput();
  assert.deepEqual(server.told().filter((line) => line.startsWith("writable")), ["writable 1"]);
});

test("sendData asks to wait above the limit of the connection", () => {
  const server = serve({ maxUnsentConnectionBytes: 100_000, maxOutputBytes: 16_384 }, 1, 3);
  assert.equal(server.engine.sendData(1, new Uint8Array(90_000)), true);
  assert.equal(server.engine.sendData(3, new Uint8Array(20_000)), false);
  server.told();
  server.sent();
  assert.deepEqual(server.told(), ["writable 3"]);
});

test("what is sent from onWritable goes out in the same turn", () => {
  const server = serve({ maxUnsentStreamBytes: 10 }, 1);
  server.engine.sendData(1, new Uint8Array(70_000));
  server.log.onEvent = (line) => {
    if (line === "writable 1") server.engine.sendTrailers(1, [["x", "y"]]);
  };
  assert.equal(server.sent().at(-1), "HEADERS 1 x=y END_STREAM");
});

test("a transport that takes nothing is given no more than the limit, headers wait too, and input is not wanted", () => {
  const ids = Array.from({ length: 40 }, (_, index) => 2 * index + 1);
  const server = serve({ maxOutputBytes: 16_384 });
  for (const id of ids) {
    server.feed(headers(id, requestFields(), { endStream: true }));
    server.engine.sendReply(id, OK, new Uint8Array(1000), [["grpc-status", "0"]]);
    server.engine.release(id);
  }
  assert.equal(server.engine.wantsInput, false);
  assert.ok(server.engine.usage.outputBytes < 16_384 + 1200);
  const lines = server.sent();
  assert.equal(lines.filter((line) => line.endsWith("grpc-status=0 END_STREAM")).length, 40);
  assert.equal(lines.filter((line) => line.endsWith("1000 octets")).length, 40);
  assert.equal(server.engine.wantsInput, true);
  assert.equal(server.engine.usage.streams, 0);
});

test("what waits on a stream that is reset is dropped, from wherever it stands", () => {
  const server = new ServerProbe();
  const ids = [1, 3, 5, 7];
  for (const id of ids) {
    server.feed(headers(id, requestFields(), { endStream: true }));
    server.engine.sendHeaders(id, OK);
    server.engine.sendData(id, new Uint8Array(60_000), true);
  }
  server.sent();
  server.feed(rstStream(3, 8), rstStream(7, 8));
  server.engine.reset(1, 8);
  for (const id of ids) server.engine.release(id);
  assert.equal(server.engine.usage.openStreams, 1);
  server.feed(windowUpdate(0, 1_000_000));
  assert.ok(server.sent().every((line) => !line.startsWith("DATA") || line.startsWith("DATA 5")));
  assert.equal(server.engine.usage.waitingBytes, 0);
  assert.equal(server.engine.usage.streams, 0);
});

test("a whole reply may come before the request has ended: the rest is then refused with NO_ERROR", () => {
  const server = new ServerProbe().feed(headers(1, requestFields()));
  server.engine.sendReply(1, OK, new Uint8Array(100_000), [["grpc-status", "0"]]);
  server.engine.release(1);
  assert.ok(!server.sent().some((line) => line.startsWith("RST_STREAM")));
  server.feed(windowUpdate(0, 100_000), windowUpdate(1, 100_000));
  assert.deepEqual(server.sent().slice(-2), ["HEADERS 1 grpc-status=0 END_STREAM", "RST_STREAM 1 NO_ERROR"]);
});

test("a request that is released without a reply is reset with INTERNAL_ERROR", () => {
  const server = new ServerProbe().feed(headers(1, requestFields()));
  server.engine.release(1);
  assert.deepEqual(server.sent(), ["RST_STREAM 1 INTERNAL_ERROR"]);
});

test("an interim response goes before the reply", () => {
  const server = new ServerProbe().feed(headers(1, requestFields()));
  server.engine.sendInformational(1, [[":status", "103"], ["link", "</a>"]]);
  server.engine.sendHeaders(1, OK, true);
  assert.deepEqual(server.sent(), ["HEADERS 1 :status=103 link=</a>", "HEADERS 1 :status=200 END_STREAM"]);
});

test("a stream with nothing left may go on, however much waits on others", () => {
  const server = serve({ maxUnsentConnectionBytes: 1000 }, 1, 3);
  server.feed(settings({ initialWindowSize: 100 }));
  server.engine.sendData(1, new Uint8Array(200_000));
  assert.equal(server.engine.sendData(3, new Uint8Array(1)), false);
  server.told();
  server.sent();
  assert.deepEqual(server.told(), ["writable 3"]);
});

test("an application that has sent its end is not told that it can go on", () => {
  const server = serve({ maxUnsentStreamBytes: 0 }, 1, 3, 5);
  for (const id of [1, 3]) assert.equal(server.engine.sendData(id, new Uint8Array(70_000)), false);
  server.engine.sendTrailers(1, [["a", "b"]]);
  server.engine.sendData(3, new Uint8Array(70_000), true);
  assert.equal(server.engine.sendData(5, new Uint8Array(70_000), true), true);
  server.told();
  server.sent();
  assert.deepEqual(server.told(), []);
});

test("a connection that is closed from within onWritable tells of no other stream", () => {
  const server = serve({ maxUnsentStreamBytes: 0 }, 1, 3);
  for (const id of [1, 3]) server.engine.sendData(id, new Uint8Array(70_000));
  server.told();
  server.log.onEvent = (line) => {
    if (line === "writable 1") server.engine.close();
  };
  server.sent();
  assert.deepEqual(server.told(), ["writable 1", "reset 1 0 closed", "reset 3 0 closed", "closed NO_ERROR: "]);
});

test("an engine that gathers makes no more than four times the limit of payloads ahead of its transport", () => {
  const made = (gather: boolean): number => {
    const engine = new ServerConnection(new EventLog(), { gather, limits: { maxOutputBytes: 65_536 } });
    engine.receive(bytes(greeting(), settingsAck(), settings({ initialWindowSize: 2e6 }), windowUpdate(0, 2e6)));
    engine.receive(headers(1, requestFields()));
    engine.sendHeaders(1, OK);
    engine.takeOutput([]);
    engine.sendData(1, new Uint8Array(1_000_000));
    const rest: Uint8Array[] = [];
    const first = engine.takeOutput(rest);
    return rest.reduce((sum, piece) => sum + piece.length, first.length);
  };
  assert.equal(made(false) >> 14, 65_536 >> 14);
  assert.equal(made(true) >> 14, (4 * 65_536) >> 14);
});

test("an engine that gathers sends the same octets as one that does not", () => {
  const run = (gather: boolean): Uint8Array => {
    const engine = new ServerConnection(new EventLog(), { gather });
    engine.receive(bytes(greeting(), settingsAck(), settings({ initialWindowSize: 1_000_000 }), windowUpdate(0, 1e6)));
    for (const id of [1, 3, 5]) engine.receive(headers(id, requestFields()));
    const pieces: Uint8Array[] = [];
    const take = (): void => {
      while (engine.hasOutput) {
        const rest: Uint8Array[] = [];
        const first = engine.takeOutput(rest);
        if (first.length === 0) break;
        pieces.push(first, ...rest);
        assert.ok(gather || rest.length === 0);
      }
    };
    engine.sendReply(1, OK, new Uint8Array(100_000).fill(1), [["a", "b"]]);
    engine.sendHeaders(3, OK);
    for (const length of [1, 70_000, 5_000, 9_000, 200_000]) engine.sendData(3, new Uint8Array(length).fill(2));
    engine.sendReply(5, OK, new Uint8Array(10).fill(3));
    take();
    engine.sendData(3, new Uint8Array(90_000).fill(4), true);
    take();
    return bytes(...pieces);
  };
  const octets = run(false);
  assert.ok(octets.length > 470_000);
  assert.deepEqual(run(true), octets);
});
