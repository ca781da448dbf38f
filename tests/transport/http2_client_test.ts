// The HTTP/2 client against servers in memory, on a clock that stands still: queues, pauses, pings, idle time, windows.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Code, type ConnectError } from "@connectrpc/connect";
import { Http2Client, type Http2ClientOptions } from "../../src/transport/http2_client.ts";
import { bytes, once } from "../adapters/exchanges.ts";
import { FakeClock, settled } from "../support/fake_clock.ts";
import { type MemoryConnection, MemoryHttp2Server } from "../support/memory_http2_server.ts";
import { pulling, type PullingClient, type PullResponse } from "../support/pulling_client.ts";

const HEAD: [string, string][] = [[":status", "200"]];
const OK: [string, string][] = [["grpc-status", "0"]];

function setUp(server: MemoryHttp2Server, options: Http2ClientOptions = {}) {
  const clock = new FakeClock();
  const client = pulling(new Http2Client(options, { clock, random: () => 0.5, dial: server.dial }));
  return { clock, client };
}

function send(
  client: PullingClient,
  body?: AsyncIterable<Uint8Array>,
  signal?: AbortSignal,
  waitForReady?: boolean,
): Promise<PullResponse> {
  const reply = client({ url: "http://server.test/s/m", body, signal, waitForReady });
  // Tests that care look at it later.
  reply.catch(() => {});
  return reply;
}

async function textOf(response: PullResponse): Promise<string> {
  let text = "";
  for await (const chunk of response.body) text += new TextDecoder().decode(chunk);
  return text;
}

/** Answers every request when its end is there, with the number of the connection. */
function answer(server: MemoryHttp2Server): void {
  server.onEvent = (line, connection) => {
    const match = /^request (\d+) .* END$/.exec(line);
    if (match !== null) reply(server, connection, Number(match[1]));
  };
}

function reply(server: MemoryHttp2Server, connection: MemoryConnection, streamId: number): void {
  connection.engine.sendReply(streamId, HEAD, bytes(`connection ${server.connections.indexOf(connection) + 1}`), OK);
  connection.engine.release(streamId);
}

test("calls beyond the server's streams wait in order, until others end or the server allows more", async () => {
  const server = new MemoryHttp2Server({ maxConcurrentStreams: 2 });
  const { client } = setUp(server);
  const first = send(client);
  await settled();
  const others = [1, 2, 3].map(() => send(client));
  await settled();
  assert.deepEqual(server.requests, ["1:1", "1:3"]);
  reply(server, server.last, 1);
  await settled();
  assert.deepEqual(server.requests, ["1:1", "1:3", "1:5"]);
  assert.equal(await textOf(await first), "connection 1");
  server.last.engine.updateSettings({ maxConcurrentStreams: 3 });
  await settled();
  assert.deepEqual(server.requests, ["1:1", "1:3", "1:5", "1:7"]);
  for (const streamId of [3, 5, 7]) reply(server, server.last, streamId);
  for (const other of others) assert.equal((await other).status, 200);
  await client.close();
});

test("a client that is closed has handed its last bytes to its sockets", async () => {
  const server = new MemoryHttp2Server();
  answer(server);
  const clock = new FakeClock();
  clock.soon = (action) => setImmediate(action);
  const client = pulling(new Http2Client({}, { clock, random: () => 0.5, dial: server.dial }));
  await textOf(await send(client));
  await client.close();
  assert.equal(server.last.isEnded, true);
});

test("more connections are made when asked for, one at a time, as calls wait for streams", async () => {
  const server = new MemoryHttp2Server({ maxConcurrentStreams: 2 });
  const { client } = setUp(server, { maxConnections: 3 });
  const calls = [send(client)];
  await settled();
  const load = async (count: number, requests: string[]): Promise<void> => {
    for (let index = 0; index < count; index++) calls.push(send(client));
    for (let turns = 0; turns < 3; turns++) await settled();
    assert.deepEqual(server.requests, requests);
  };
  await load(1, ["1:1", "1:3"]);
  await load(1, ["1:1", "1:3", "2:1"]);
  await load(3, ["1:1", "1:3", "2:1", "2:3", "3:1", "3:3"]);
  await load(1, ["1:1", "1:3", "2:1", "2:3", "3:1", "3:3"]);
  reply(server, server.connections[1], 3);
  await settled();
  // The oldest connection with a free stream is used first, so that those that are not needed fall idle.
  for (const connection of [0, 2]) reply(server, server.connections[connection], 1);
  await load(1, ["1:1", "1:3", "1:5", "2:1", "2:3", "2:5", "3:1", "3:3"]);
  for (const [connection, ...ids] of [[0, 3, 5], [1, 1, 5], [2, 3]]) {
    for (const id of ids) reply(server, server.connections[connection], id);
  }
  for (const call of calls) assert.match(await textOf(await call), /^connection [123]$/);
  assert.equal(server.dials, 3);
  await client.close();
  assert.throws(() => setUp(server, { maxConnections: 0 }), { name: "RangeError", message: /^maxConnections is 0;/ });
});

test("a burst on new connections is not refused twice", async () => {
  const server = new MemoryHttp2Server({ maxConcurrentStreams: 2 });
  server.onEvent = (line, connection) => {
    const id = /^request (\d+) .* END$/.exec(line)?.[1];
    if (id !== undefined) queueMicrotask(() => (reply(server, connection, Number(id)), connection.deliver()));
  };
  const { client } = setUp(server, { maxConnections: 5 });
  const calls = Array.from({ length: 40 }, () => send(client));
  for (let turns = 0; turns < 30; turns++) await settled();
  for (const call of calls) assert.equal((await call).status, 200);
  await client.close();
});

test("where another connection cannot be made, calls go on waiting for the one there is", async () => {
  const server = new MemoryHttp2Server({ maxConcurrentStreams: 1 });
  const { client, clock } = setUp(server, { maxConnections: 2 });
  send(client);
  await settled();
  server.refusal = new Error("full");
  const waiting = [send(client), send(client)];
  await settled();
  assert.equal(server.dials, 2);
  reply(server, server.last, 1);
  await settled();
  reply(server, server.last, 3);
  assert.equal(await textOf(await waiting[0]), "connection 1");
  server.refusal = undefined;
  await clock.pass(1_000);
  const next = send(client);
  await settled();
  reply(server, server.connections[0], 5);
  await settled();
  for (const connection of server.connections.slice(1)) reply(server, connection, 1);
  assert.equal((await waiting[1]).status, 200);
  reply(server, server.connections[0], 7);
  assert.equal((await next).status, 200);
  await client.close();
});

test("a queue that is full refuses the next call, naming the limit", async () => {
  const server = new MemoryHttp2Server({ maxConcurrentStreams: 1 });
  const { client } = setUp(server, { maxQueuedCalls: 2 });
  send(client);
  await settled();
  const aborter = new AbortController();
  const waiting = [send(client, undefined, aborter.signal), send(client)];
  await assert.rejects(send(client), (error: ConnectError) => {
    assert.equal(error.code, Code.ResourceExhausted);
    assert.match(error.rawMessage, /^2 calls to server\.test:80 wait .* maxQueuedCalls is 2\.$/);
    return true;
  });
  // A call that is cancelled makes room.
  aborter.abort();
  await assert.rejects(waiting[0]!, { code: Code.Canceled });
  const next = send(client);
  await settled();
  reply(server, server.last, 1);
  await settled();
  reply(server, server.last, 3);
  await settled();
  reply(server, server.last, 5);
  assert.equal((await next).status, 200);
  await client.close();
});

test("an address that cannot be reached is left alone for longer and longer, and calls meanwhile fail at once", async () => {
  const server = new MemoryHttp2Server();
  answer(server);
  server.refusal = new Error("connection refused");
  const { client, clock } = setUp(server, { backoff: { initialMs: 100, factor: 2 } });
  const fails = async () => {
    await assert.rejects(send(client), (error: ConnectError) => {
      assert.equal(error.code, Code.Unavailable);
      assert.equal(error.rawMessage, "Cannot connect to server.test:80: connection refused.");
      return true;
    });
  };
  await fails();
  await fails();
  assert.equal(server.dials, 2);
  await fails();
  assert.equal(server.dials, 2);
  await clock.pass(100);
  await fails();
  assert.equal(server.dials, 3);
  await clock.pass(199);
  await fails();
  assert.equal(server.dials, 3);
  await clock.pass(1);
  server.refusal = undefined;
  assert.equal(await textOf(await send(client)), "connection 1");
  // A connection was made: the next failure is a first one again.
  server.last.drop();
  server.refusal = new Error("connection refused");
  await fails();
  await fails();
  assert.equal(server.dials, 6);
  await client.close();
});

test("calls that wait for a ready server outlast refusals, and leave no timer where they are cancelled", async () => {
  const server = new MemoryHttp2Server();
  answer(server);
  server.refusal = new Error("connection refused");
  const { client, clock } = setUp(server, { backoff: { initialMs: 100, factor: 2 } });
  const waiting = send(client, undefined, undefined, true);
  await settled();
  await assert.rejects(send(client), { code: Code.Unavailable });
  await clock.pass(1_000);
  assert.ok(server.dials > 2, `${server.dials} attempts`);
  server.refusal = undefined;
  await clock.pass(1_000);
  assert.equal(await textOf(await waiting), "connection 1");
  server.last.drop();
  server.refusal = new Error("connection refused");
  const aborter = new AbortController();
  const cancelled = send(client, undefined, aborter.signal, true);
  await settled();
  aborter.abort();
  await assert.rejects(cancelled, { code: Code.Canceled });
  await clock.pass(5_000);
  assert.equal(clock.timers, 0);
  await client.close();
});

test("connecting that takes too long is given up, and calls that wait for it are told", async () => {
  const server = new MemoryHttp2Server();
  server.isSilent = true;
  const { client, clock } = setUp(server, { connectTimeoutMs: 500 });
  const calls = [send(client), send(client)];
  await clock.pass(499);
  assert.equal(server.dials, 1);
  await clock.pass(1);
  for (const call of calls) {
    await assert.rejects(call, {
      code: Code.Unavailable,
      rawMessage: "Cannot connect to server.test:80: no connection within 500 ms.",
    });
  }
  await client.close();
});

test("a connection that comes in the moment in which it is given up is not used, and calls are told", async () => {
  const server = new MemoryHttp2Server();
  const { client, clock } = setUp(server, { connectTimeoutMs: 500 });
  const call = send(client);
  await clock.pass(500);
  await assert.rejects(call, { code: Code.Unavailable, rawMessage: /no connection within 500 ms/ });
  assert.equal(server.last.isDestroyed, true);
  await client.close();
});

test("a server that speaks something else is unavailable, and says what it is not", async () => {
  const server = new MemoryHttp2Server();
  server.isMute = true;
  const { client } = setUp(server);
  const call = send(client);
  await settled();
  server.last.send(bytes("HTTP/1.1 400 Bad Request\r\n\r\n"));
  await assert.rejects(call, (error: ConnectError) => {
    assert.equal(error.code, Code.Unavailable);
    assert.match(error.rawMessage, /server\.test:80: it does not answer in HTTP\/2 \(.+\)\.$/);
    return true;
  });
  await client.close();
});

test("a server that never greets is given up", async () => {
  const server = new MemoryHttp2Server();
  server.isMute = true;
  const { client, clock } = setUp(server);
  const call = send(client);
  await settled();
  await clock.pass(12_000);
  await assert.rejects(call, (error: ConnectError) => {
    assert.equal(error.code, Code.Unavailable);
    assert.match(error.rawMessage, /does not answer in HTTP\/2 \(.* within 10000 ms\)\.$/);
    return true;
  });
  await client.close();
});

test("a server that falls silent while a call runs is pinged, and lost without an answer", async () => {
  const server = new MemoryHttp2Server();
  const { client, clock } = setUp(server, { pingIntervalMs: 400, pingTimeoutMs: 200 });
  const call = send(client);
  await settled();
  const pings = () => server.last.log.lines.filter((line) => line === "ping").length;
  await clock.pass(399);
  assert.equal(pings(), 0);
  await clock.pass(1);
  assert.equal(pings(), 1);
  // Its answer is a sign of life: the next ping is due an interval later.
  await clock.pass(399);
  assert.equal(pings(), 1);
  await clock.pass(201);
  assert.equal(pings(), 2);
  server.last.isDead = true;
  await clock.pass(800);
  await assert.rejects(call, {
    code: Code.Unavailable,
    rawMessage: "Lost the connection to server.test:80: no answer to a ping within 200 ms.",
  });
  assert.equal(server.last.isDestroyed, true);
  await client.close();
});

test("a server is pinged without calls only when asked", async () => {
  for (const pingWithoutCalls of [false, true]) {
    const server = new MemoryHttp2Server();
    answer(server);
    const { client, clock } = setUp(server, { pingIntervalMs: 10_000, pingWithoutCalls });
    await textOf(await send(client));
    await clock.pass(11_000);
    assert.equal(server.last.log.lines.includes("ping"), pingWithoutCalls);
    await client.close();
  }
});

test("a server that is pinged too often is pinged half as often from then on", async () => {
  const server = new MemoryHttp2Server();
  answer(server);
  const { client, clock } = setUp(server, { pingIntervalMs: 400, pingTimeoutMs: 400 });
  await textOf(await send(client));
  server.last.engine.goawayNow(11, "too_many_pings");
  await settled();
  server.onEvent = () => {};
  const call = send(client);
  await settled();
  assert.equal(server.connections.length, 2);
  await clock.pass(799);
  assert.equal(server.last.log.lines.includes("ping"), false);
  await clock.pass(1);
  assert.equal(server.last.log.lines.includes("ping"), true);
  reply(server, server.last, 1);
  await call;
  await client.close();
});

test("a connection without calls keeps no process alive, and is closed after the idle time", async () => {
  const server = new MemoryHttp2Server();
  answer(server);
  const { client, clock } = setUp(server, { idleTimeoutMs: 5_000 });
  await textOf(await send(client));
  assert.equal(server.last.keepsAlive, false);
  await clock.pass(4_000);
  server.onEvent = () => {};
  const running = send(client);
  await settled();
  assert.equal(server.connections.length, 1);
  assert.equal(server.last.keepsAlive, true);
  await clock.pass(10_000);
  assert.equal(server.last.engine.isClosed, false);
  reply(server, server.last, 3);
  await textOf(await running);
  await clock.pass(4_999);
  assert.equal(server.last.engine.isClosed, false);
  await clock.pass(1_000);
  assert.equal(server.last.engine.isClosed, true);
  await clock.pass(2_000);
  assert.equal(clock.timers, 0);
  answer(server);
  assert.equal(await textOf(await send(client)), "connection 2");
  await client.close();
});

test("a body is pulled no further ahead than the windows and a buffer, and goes on when they open", async () => {
  const server = new MemoryHttp2Server({ initialWindowSize: 65_535 });
  const { client } = setUp(server);
  let pulled = 0;
  const body = (async function* () {
    for (let i = 0; i < 100; i++) {
      pulled++;
      yield new Uint8Array(16_384);
    }
  })();
  const call = send(client, body);
  await settled();
  // 64 KiB of window, as much again that waits, and the chunk that went over.
  assert.ok(pulled >= 4 && pulled <= 10, `${pulled} chunks of 16 KiB`);
  let before = -1;
  while (before !== pulled) {
    before = pulled;
    server.last.engine.consume(1, 1_000_000);
    await settled();
  }
  assert.equal(pulled, 100);
  const received = server.last.log.lines.filter((line) => line.startsWith("data 1")).length;
  assert.ok(received > 0);
  reply(server, server.last, 1);
  await textOf(await call);
  await client.close();
});

test("a response is credited as it is read", async () => {
  const server = new MemoryHttp2Server();
  const { client } = setUp(server, { initialWindowSize: 65_535 });
  const call = send(client);
  await settled();
  const { engine } = server.last;
  engine.sendHeaders(1, HEAD);
  engine.sendData(1, new Uint8Array(200_000));
  await settled();
  assert.equal(engine.waiting(1), 200_000 - 65_535);
  const reader = (await call).body[Symbol.asyncIterator]();
  let read = 0;
  while (read < 60_000) read += (await reader.next()).value!.length;
  await settled();
  assert.ok(engine.waiting(1) < 200_000 - 65_535, `${engine.waiting(1)} octets wait still`);
  await reader.return!();
  await settled();
  assert.ok(server.last.log.lines.includes("reset 1 8 peer"), server.last.log.lines.join("\n"));
  await client.close();
});

test("trailers are there when the body ends; a reply of trailers alone is its head, and interim heads are passed over", async () => {
  const server = new MemoryHttp2Server();
  const { client } = setUp(server);
  const first = send(client);
  await settled();
  const { engine } = server.last;
  engine.sendInformational(1, [[":status", "103"], ["link", "</x>"]]);
  engine.sendReply(1, [[":status", "200"], ["x-a", "1"], ["x-a", "2"]], bytes("data"), [["x-end", "é\u00ff"]]);
  const response = await first;
  assert.equal(response.status, 200);
  assert.equal(response.header.get("x-a"), "1, 2");
  const reader = response.body[Symbol.asyncIterator]();
  assert.deepEqual((await reader.next()).value, bytes("data"));
  assert.equal((await reader.next()).done, true);
  assert.equal(response.trailer.get("x-end"), "é\u00ff");
  const second = send(client);
  await settled();
  engine.sendHeaders(3, [[":status", "200"], ["grpc-status", "5"]], true);
  assert.equal((await second).header.get("grpc-status"), "5");
  assert.equal(await textOf(await second), "");
  assert.deepEqual([...(await second).trailer], []);
  await client.close();
});

test("a response that ends before its request ends the request's body, and the stream without an error", async () => {
  const server = new MemoryHttp2Server();
  const { client } = setUp(server);
  let ended = false;
  const body = (async function* () {
    try {
      for (;;) {
        yield bytes("more");
        await settled();
      }
    } finally {
      ended = true;
    }
  })();
  const call = send(client, body);
  await settled();
  server.last.engine.sendReply(1, HEAD, bytes("enough"), OK);
  assert.equal(await textOf(await call), "enough");
  await settled();
  await settled();
  assert.equal(ended, true);
  assert.ok(server.last.log.lines.includes("reset 1 0 peer"), server.last.log.lines.join("\n"));
  await client.close();
});

test("calls that wait for a stream move to a new connection after GOAWAY, and running ones end on the old", async () => {
  const server = new MemoryHttp2Server({ maxConcurrentStreams: 1 });
  const { client } = setUp(server);
  const running = send(client);
  await settled();
  const waiting = send(client);
  await settled();
  server.last.engine.goaway();
  await settled();
  assert.deepEqual(server.requests, ["1:1", "2:1"]);
  reply(server, server.connections[1]!, 1);
  assert.equal(await textOf(await waiting), "connection 2");
  reply(server, server.connections[0]!, 1);
  assert.equal(await textOf(await running), "connection 1");
  await settled();
  assert.equal(server.connections[0]!.engine.isClosed, true);
  await client.close();
});

test("a refused request whose body is gone is not sent again", async () => {
  const server = new MemoryHttp2Server();
  const { client } = setUp(server);
  const call = send(client, once(new Uint8Array(65_537)));
  await settled();
  server.last.engine.reset(1, 7);
  await assert.rejects(call, {
    code: Code.Unavailable,
    rawMessage: "The server at server.test:80 reset the stream with REFUSED_STREAM.",
  });
  assert.deepEqual(server.requests, ["1:1"]);
  await client.close();
});

test("a server that leaves before any call is given up after three connections", async () => {
  const server = new MemoryHttp2Server({ maxConcurrentStreams: 0 });
  const { client } = setUp(server);
  const running = send(client);
  await settled();
  // The first call went out before the server's settings were known; it comes back refused and waits.
  for (let i = 0; i < 5; i++) {
    server.last.engine.goawayNow();
    await settled();
  }
  await assert.rejects(running, { code: Code.Unavailable });
  assert.ok(server.connections.length <= 4, `${server.connections.length} connections`);
  await client.close();
});

test("what arrived before a connection was lost can be read, then the loss is told with its reason", async () => {
  const server = new MemoryHttp2Server();
  const { client } = setUp(server);
  const call = send(client);
  await settled();
  server.last.engine.sendHeaders(1, HEAD);
  server.last.engine.sendData(1, bytes("part"));
  await settled();
  const reader = (await call).body[Symbol.asyncIterator]();
  server.last.drop(new Error("read ECONNRESET"));
  assert.deepEqual((await reader.next()).value, bytes("part"));
  await assert.rejects(reader.next(), {
    code: Code.Unavailable,
    rawMessage: "Lost the connection to server.test:80: read ECONNRESET.",
  });
  await client.close();
});

test("a response beyond the limits of its head is refused, naming what is wrong", async () => {
  const server = new MemoryHttp2Server();
  const { client } = setUp(server, { maxHeaderBytes: 1_000 });
  const call = send(client);
  await settled();
  server.last.engine.sendReply(1, [[":status", "200"], ["x", "y".repeat(1_100)]], bytes(""), OK);
  await assert.rejects(call, {
    code: Code.ResourceExhausted,
    rawMessage: "The response of server.test:80 is larger than the client's limits (ENHANCE_YOUR_CALM).",
  });
  await client.close();
});

test("closing lets running calls end, refuses waiting and later ones, and leaves no timer behind", async () => {
  const server = new MemoryHttp2Server({ maxConcurrentStreams: 1 });
  const { client, clock } = setUp(server);
  const running = send(client);
  await settled();
  const waiting = send(client);
  let closed = false;
  const closing = client.close().then(() => closed = true);
  await assert.rejects(waiting, { code: Code.Unavailable, rawMessage: /the client is closed/ });
  await assert.rejects(send(client), { code: Code.Unavailable, rawMessage: /the client is closed/ });
  await settled();
  assert.equal(closed, false);
  reply(server, server.last, 1);
  assert.equal(await textOf(await running), "connection 1");
  await closing;
  await clock.pass(2_000);
  assert.equal(clock.timers, 0);
  assert.equal(server.last.isDestroyed, true);
});
