// Every limit of the engine at N, which is fine, and at N + 1, which gets the error that the limit names.
import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeBlock } from "../../src/http2/hpack/encoder.ts";
import type { Http2Limits } from "../../src/http2/limits.ts";
import { ClientProbe, ServerProbe } from "../support/engine.ts";
import {
  bytes,
  continuation,
  data,
  type Fields,
  frame,
  headers,
  ping,
  priority,
  requestFields,
  rstStream,
  settings,
  windowUpdate,
} from "../support/frames.ts";

const REQUEST = requestFields();
const OK = [[":status", "200"]] as const;

/** A server that releases each request at once or when it is reset, as an application that has nothing to do. */
function idleServer(limits: Partial<Http2Limits>): ServerProbe {
  const server = new ServerProbe(limits);
  server.log.onEvent = (line) => {
    if (line.startsWith("reset")) server.engine.release(Number(line.split(" ")[1]));
  };
  return server;
}

/** Feeds `make(0)` to `make(n - 1)`, which is fine, then one more, which ends the connection as `why` says. */
function assertLimit(server: ServerProbe, n: number, make: (index: number) => Uint8Array, why: RegExp): void {
  for (let index = 0; index < n; index++) {
    server.feed(make(index));
    server.sent();
  }
  assert.equal(server.engine.isClosed, false, `ended before ${n}: ${server.log.error}`);
  server.feed(make(n));
  assert.match(server.sent().at(-1) ?? "nothing was sent", why);
  assert.equal(server.engine.isClosed, true);
  assert.match(String(server.log.error), /^ENHANCE_YOUR_CALM: /);
}

test("rapid reset: requests that are reset before they are answered", () => {
  const make = (index: number): Uint8Array => bytes(headers(2 * index + 1, REQUEST), rstStream(2 * index + 1, 8));
  assertLimit(idleServer({ resetBudget: 50 }), 50, make, /^GOAWAY \d+ ENHANCE_YOUR_CALM too_many_resets: more than 50/);
  assertLimit(idleServer({}), 1000, make, /too_many_resets: more than 1000/);
});

test("rapid reset: replies that are completed earn resets back, and resets after a reply's head cost nothing", () => {
  const server = idleServer({ resetBudget: 10 });
  for (let id = 1; id < 400; id += 4) {
    server.feed(headers(id, REQUEST), rstStream(id, 8), headers(id + 2, REQUEST, { endStream: true }));
    server.engine.sendReply(id + 2, OK, new Uint8Array(1));
    server.engine.release(id + 2);
    server.sent();
  }
  for (let id = 401; id < 800; id += 2) {
    server.feed(headers(id, REQUEST));
    server.engine.sendHeaders(id, OK);
    server.feed(rstStream(id, 8));
    server.sent();
  }
  assert.equal(server.engine.isClosed, false);
});

test("rapid reset: a slot is held until the application lets go, and the queue before the slots is bounded", () => {
  const server = new ServerProbe({ maxRunningRequests: 2, maxQueuedRequests: 3 });
  for (const id of [1, 3]) server.feed(headers(id, REQUEST), rstStream(id, 8));
  for (const id of [5, 7, 9]) server.feed(headers(id, REQUEST));
  assert.deepEqual(server.told().filter((line) => line.startsWith("request")).length, 2);
  assert.deepEqual([server.engine.usage.runningRequests, server.engine.usage.queuedRequests], [2, 3]);
  server.feed(headers(11, REQUEST));
  assert.match(server.sent().at(-1)!, /ENHANCE_YOUR_CALM too_many_resets: more than 3 requests wait for 2 slots/);
});

test("MadeYouReset: faults that make us reset streams", () => {
  const faults: ((id: number) => Uint8Array)[] = [
    (id) => bytes(headers(id, REQUEST), windowUpdate(id, 0)),
    (id) => bytes(headers(id, REQUEST, { endStream: true }), data(id, "x")),
    (id) => headers(id, [["a", "b"]]),
    (id) => bytes(headers(id, REQUEST), windowUpdate(id, 2 ** 31 - 1)),
    (id) => bytes(headers(id, requestFields("/", [["content-length", "1"]])), data(id, "xy")),
    (id) => bytes(headers(id, REQUEST), priority(id, id)),
    (id) => bytes(headers(id, REQUEST), frame(2, 0, id, [1])),
  ];
  for (const fault of faults) {
    const make = (index: number): Uint8Array => fault(2 * index + 1);
    assertLimit(idleServer({ streamErrorBudget: 20 }), 20, make, /too_many_stream_errors: more than 20/);
  }
});

test("MadeYouReset: refused streams count too", () => {
  const server = new ServerProbe({ maxConcurrentStreams: 1, streamErrorBudget: 20 }).feed(headers(1, REQUEST));
  assertLimit(server, 20, (index) => headers(2 * index + 3, REQUEST), /too_many_stream_errors/);
});

test("streams beyond MAX_CONCURRENT_STREAMS are refused, and can be tried again when others have ended", () => {
  const server = new ServerProbe({ maxConcurrentStreams: 2 });
  server.feed(headers(1, REQUEST), headers(3, REQUEST), headers(5, REQUEST), data(5, "x"));
  assert.deepEqual(server.sent(), ["RST_STREAM 5 REFUSED_STREAM"]);
  server.feed(rstStream(1, 8), headers(7, REQUEST));
  assert.deepEqual(server.sent(), []);
  assert.equal(server.told().at(-1), "request 7 POST /test.Echo/Unary");
});

test("CONTINUATION: frames of one block", () => {
  const block = encodeBlock(REQUEST);
  const begin = headers(1, block.slice(0, 1), { endHeaders: false });
  const many = (count: number): Uint8Array[] =>
    Array.from({ length: count }, (_, at) => continuation(1, at ? [] : block.slice(1), at === count - 1));
  const fine = new ServerProbe().feed(begin, ...many(8));
  assert.equal(fine.told().length, 1);
  const server = new ServerProbe().feed(begin, ...many(9));
  assert.match(server.sent().at(-1)!, /^GOAWAY 0 ENHANCE_YOUR_CALM too_many_continuations: more than 8/);
});

test("CONTINUATION: octets of one block", () => {
  const limits = { maxHeaderBlockLength: 1000, maxHeaderListSize: 65_536 };
  const block = encodeBlock([...REQUEST, ["a", "~".repeat(600)]], { huffman: false });
  const padded = (length: number): Uint8Array =>
    encodeBlock([...REQUEST, ["a", "~".repeat(600 + length - block.length)]], { huffman: false });
  const send = (length: number): ServerProbe =>
    new ServerProbe(limits).feed(
      headers(1, padded(length).slice(0, 500), { endHeaders: false }),
      continuation(1, padded(length).slice(500)),
    );
  assert.equal(padded(1000).length, 1000);
  assert.equal(send(1000).told().length, 1);
  assert.match(send(1001).sent().at(-1)!, /ENHANCE_YOUR_CALM a header block of more than 1000 octets/);
});

test("header lists: octets, fields and the length of one", () => {
  const size = REQUEST.reduce((sum, [name, value]) => sum + name.length + value.length + 32, 0);
  const ofSize = (octets: number): Fields => [...REQUEST, ["a", "x".repeat(octets - size - 33)]];
  const ofFields = (
    count: number,
  ): Fields => [...REQUEST, ...Array.from({ length: count - REQUEST.length }, () => ["cookie", "a=b"] as const)];
  const cases: [Partial<Http2Limits>, Fields, Fields][] = [
    [{ maxHeaderListSize: 2000 }, ofSize(2000), ofSize(2001)],
    [{ maxHeaderFields: 50 }, ofFields(50), ofFields(51)],
    [{ maxHeaderFieldLength: 300 }, [...REQUEST, ["a", "x".repeat(300)]], [...REQUEST, ["a", "x".repeat(301)]]],
  ];
  for (const [limits, fine, beyond] of cases) {
    const server = new ServerProbe(limits).feed(headers(1, fine), headers(3, beyond), headers(5, fine));
    assert.deepEqual(server.sent(), ["RST_STREAM 3 ENHANCE_YOUR_CALM"]);
    assert.equal(server.told().length, 2);
  }
  const bomb = new ServerProbe({ maxHeaderListSize: 2000 }).feed(headers(1, ofSize(4001)));
  assert.match(bomb.sent().at(-1)!, /^GOAWAY 0 ENHANCE_YOUR_CALM a header list/);
});

test("header octets that the application holds: beyond the limit requests are refused until some are released", () => {
  const fields = requestFields("/", [["a", "x".repeat(1000)]]);
  const size = fields.reduce((sum, [name, value]) => sum + name.length + value.length + 32, 0);
  const server = new ServerProbe({ maxRetainedHeaderBytes: 3 * size });
  for (const id of [1, 3, 5]) server.feed(headers(id, fields));
  assert.equal(server.engine.usage.retainedHeaderBytes, 3 * size);
  assert.deepEqual(server.feed(headers(7, fields)).sent(), ["RST_STREAM 7 REFUSED_STREAM"]);
  server.feed(rstStream(1, 8));
  assert.equal(server.engine.usage.retainedHeaderBytes, 3 * size);
  server.engine.release(1);
  assert.deepEqual(server.feed(headers(9, fields)).sent(), []);
});

test("glitches: PING, SETTINGS, PRIORITY, unknown frames, frames on closed streams, empty CONTINUATION", () => {
  const block = encodeBlock(REQUEST);
  const kinds: ((index: number) => Uint8Array)[] = [
    () => ping(),
    () => settings(),
    () => priority(1),
    () => frame(0x20, 0, 0),
    () => frame(4, 1, 0),
  ];
  for (const kind of kinds) {
    assertLimit(new ServerProbe({ glitchBudget: 30 }), 30, kind, /too_many_glitches: more than 30/);
  }
  const closed = new ServerProbe({ glitchBudget: 30 }).feed(headers(1, REQUEST), rstStream(1, 8));
  closed.engine.release(1);
  assertLimit(closed, 30, () => rstStream(1, 8), /too_many_glitches/);
  const empty = new ServerProbe({ glitchBudget: 5 });
  empty.feed(headers(1, block, { endHeaders: false }));
  assertLimit(empty, 5, () => continuation(1, [], false), /too_many_glitches/);
});

test("SETTINGS that moves the windows of open streams is a glitch for each of them too", () => {
  const server = new ServerProbe({ glitchBudget: 200 });
  for (let id = 1; id < 20; id += 2) server.feed(headers(id, REQUEST));
  const sizes = [0, 65_535];
  assertLimit(
    server,
    18,
    (index) => settings({ initialWindowSize: sizes[index % 2]! }),
    /too_many_glitches: more than 200/,
  );
});

test("glitches are earned back by requests, by data and by time", () => {
  const server = new ServerProbe({ glitchBudget: 20, maxConcurrentStreams: 1000, maxRunningRequests: 1000 });
  for (let id = 1; id < 200; id += 2) server.feed(headers(id, REQUEST), ping(), ping(), ping());
  assert.equal(server.engine.isClosed, false);
  const byData = new ServerProbe({ glitchBudget: 20 }).feed(headers(1, REQUEST));
  for (let count = 0; count < 100; count++) {
    byData.feed(data(1, new Uint8Array(4096)), ping(), ping());
    byData.engine.consume(1, 4096);
    byData.sent();
  }
  assert.equal(byData.engine.isClosed, false);
  const byTime = new ServerProbe({ glitchBudget: 20, minIdlePingIntervalMs: 0 });
  for (let second = 0; second < 100; second++) {
    byTime.engine.advance(second * 1000);
    byTime.feed(...Array.from({ length: 15 }, () => ping()));
    byTime.sent();
  }
  assert.equal(byTime.engine.isClosed, false);
});

test("empty DATA frames", () => {
  const server = new ServerProbe().feed(headers(1, REQUEST));
  assertLimit(server, 100, () => data(1, ""), /too_many_empty_data_frames: more than 100/);
  const padded = new ServerProbe({ emptyDataBudget: 7 }).feed(headers(1, REQUEST));
  assertLimit(padded, 7, () => data(1, "", { pad: 3 }), /too_many_empty_data_frames/);
});

test("small DATA frames that nobody consumes; consumed ones cost nothing", () => {
  const limits = { smallDataBudget: 255 * 40 };
  const server = new ServerProbe(limits).feed(headers(1, REQUEST));
  assertLimit(server, 40, () => data(1, "x"), /too_many_small_data_frames/);
  const reader = new ServerProbe(limits).feed(headers(1, REQUEST));
  for (let count = 0; count < 1000; count++) {
    reader.feed(data(1, "xy"));
    if (count % 3 === 2) {
      reader.engine.consume(1, 3);
      reader.engine.consume(1, 3);
    }
  }
  assert.equal(reader.engine.isClosed, false);
});

test("WINDOW_UPDATE frames beyond what streams and data call for", () => {
  assertLimit(new ServerProbe(), 5, () => windowUpdate(0, 1), /too_many_window_updates: more than 5/);
  const server = new ServerProbe().feed(headers(1, REQUEST, { endStream: true }));
  server.engine.sendReply(1, OK, new Uint8Array(10));
  assertLimit(server, 5 + 2 + 20, () => windowUpdate(0, 1), /too_many_window_updates: more than 27/);
});

test("entries of one SETTINGS frame", () => {
  const entries = (count: number): Uint8Array =>
    frame(4, 0, 0, bytes(...Array.from({ length: count }, () => [0, 99, 0, 0, 0, 0])));
  const server = new ServerProbe().feed(entries(32));
  assert.deepEqual(server.sent(), ["SETTINGS ACK"]);
  assert.match(server.feed(entries(33)).sent()[0]!, /^GOAWAY 0 ENHANCE_YOUR_CALM too_many_settings: 33/);
});

test("answers that the peer does not read: first no more input is wanted, then the connection ends", () => {
  const server = new ServerProbe();
  for (let count = 0; count < 99; count++) server.feed(ping());
  assert.equal(server.engine.wantsInput, true);
  server.feed(ping());
  assert.equal(server.engine.wantsInput, false);
  server.engine.takeOutput();
  assert.equal(server.engine.wantsInput, true);
  for (let count = 0; count < 1000; count++) server.feed(count % 2 ? ping() : settings());
  assert.equal(server.engine.isClosed, false);
  server.feed(ping());
  assert.match(server.sent().at(-1)!, /too_many_control_replies: more than 1000/);
});

test("the client has the same budgets", () => {
  const client = new ClientProbe({ glitchBudget: 10 });
  for (let count = 0; count < 10; count++) client.feed(ping());
  assert.equal(client.engine.isClosed, false);
  client.feed(ping());
  assert.match(client.sent().at(-1)!, /^GOAWAY 0 ENHANCE_YOUR_CALM too_many_glitches/);
});

test("timeouts hold where time is told, and only from when it is", () => {
  const quiet = new ServerProbe({}, { greet: false });
  quiet.engine.advance(500_000);
  quiet.engine.advance(510_000);
  assert.equal(quiet.engine.isClosed, false);
  quiet.engine.advance(510_001);
  assert.match(quiet.sent().at(-1)!, /^GOAWAY 0 PROTOCOL_ERROR no preface and SETTINGS within 10000 ms/);

  const deaf = new ServerProbe();
  deaf.engine.updateSettings({ initialWindowSize: 10 });
  deaf.engine.advance(0);
  deaf.engine.advance(10_000);
  assert.equal(deaf.engine.isClosed, false);
  deaf.engine.advance(10_001);
  assert.match(deaf.sent().at(-1)!, /^GOAWAY 0 SETTINGS_TIMEOUT/);

  const slow = new ServerProbe().feed(headers(1, encodeBlock(REQUEST), { endHeaders: false }));
  slow.engine.advance(0);
  slow.engine.advance(10_001);
  assert.match(slow.sent().at(-1)!, /^GOAWAY 0 ENHANCE_YOUR_CALM a header block not complete within 10000 ms/);
});

test("a stream whose peer takes less than 1024 octets in its time is given up; one that takes more goes on", () => {
  for (const [perStep, isLost] of [[1, true], [1024, false]] as const) {
    const server = new ServerProbe({ windowUpdateAllowance: 1000 }).feed(
      settings({ initialWindowSize: 0 }),
      headers(1, REQUEST),
    );
    server.engine.sendHeaders(1, OK);
    server.engine.sendData(1, new Uint8Array(100_000));
    for (let now = 0; now <= 300_000; now += 10_000) {
      server.feed(windowUpdate(1, perStep));
      server.sent();
      server.engine.advance(now);
    }
    assert.equal(server.told().includes("reset 1 8 fault"), isLost);
  }
});

test("PINGs sooner than gRPC allows are strikes, which headers and data sent in between clear", () => {
  /** A PING every `intervalMs`, with time told every second; answers after how many the connection ended. */
  const pings = (server: ServerProbe, intervalMs: number, between: (count: number) => void = () => {}): number => {
    for (let count = 1, now = 0; count <= 10; count++) {
      server.feed(ping());
      if (server.engine.isClosed) return count;
      between(count);
      server.sent();
      for (const endMs = now + intervalMs; now < endMs; now += 1000) server.engine.advance(now + 1000);
    }
    return Infinity;
  };
  const busy = (): ServerProbe => {
    const server = new ServerProbe({ maxRunningRequests: 1 }).feed(headers(1, REQUEST));
    server.engine.advance(0);
    return server;
  };
  assert.equal(pings(busy(), 300_000), Infinity);
  const server = busy();
  // One to measure from, two strikes, and one too many.
  assert.equal(pings(server, 298_000), 4);
  assert.equal(server.sent().at(-1), "GOAWAY 1 ENHANCE_YOUR_CALM too_many_pings");
  const idle = (limits: Partial<Http2Limits> = {}): ServerProbe => {
    const server = new ServerProbe(limits);
    server.engine.advance(0);
    return server;
  };
  assert.equal(pings(idle(), 300_000), 4);
  assert.equal(pings(idle(), 7_200_000), Infinity);
  assert.equal(pings(idle({ maxPingStrikes: 5 }), 1000), 7);
  assert.equal(pings(idle({ minIdlePingIntervalMs: 0 }), 1000), Infinity);
  const replying = busy();
  assert.equal(
    pings(replying, 1000, (count) => {
      if (count === 3) replying.engine.sendHeaders(1, OK);
      if (count > 3) replying.engine.sendData(1, new Uint8Array(1));
    }),
    Infinity,
  );
  // Without time no PING is too soon.
  const timeless = new ServerProbe();
  for (let count = 0; count < 50; count++) timeless.feed(ping());
  assert.equal(timeless.engine.isClosed, false);
});

test("the octets of a block are counted from its HEADERS on", () => {
  const limits = { maxHeaderBlockLength: 1000 };
  const server = new ServerProbe(limits).feed(headers(1, new Uint8Array(1001), { endHeaders: false }));
  assert.match(server.sent().at(-1)!, /^GOAWAY 0 ENHANCE_YOUR_CALM a header block of more than 1000 octets$/);
});
