// The pump of a server's connection over a socket in memory, against the client's engine: when handlers start, what is
// written when, who waits for whom, and how a connection ends. Turns are taken by hand.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Exchange, ExchangeHandler, Peer } from "../../src/http/exchange.ts";
import { ClientConnection } from "../../src/http2/client_connection.ts";
import { ErrorCode } from "../../src/http2/frame/error_code.ts";
import type { Http2Limits } from "../../src/http2/limits.ts";
import type { ByteSocket, ByteSocketEvents } from "../../src/transport/byte_socket.ts";
import type { LifetimeOptions } from "../../src/transport/connection_lifetime.ts";
import { MAX_INCOMPLETE_BYTES } from "../../src/transport/body_budget.ts";
import { HeaderBlocks } from "../../src/transport/header_blocks.ts";
import { Http2Server } from "../../src/transport/http2_server.ts";
import type { Turns, TurnTask } from "../../src/transport/turns.ts";
import { EventLog } from "../support/engine.ts";
import { bytes } from "../support/frames.ts";

const HEAD = [[":method", "POST"], [":scheme", "http"], [":authority", "h"], [":path", "/a"]] as const;

class MemorySocket implements ByteSocket {
  readonly peer: Peer = { address: "there" };
  readonly written: Uint8Array[] = [];
  accepts = true;
  isPaused = false;
  hasEnded = false;
  isDestroyed = false;
  events: ByteSocketEvents | undefined;

  start(events: ByteSocketEvents): void {
    this.events = events;
  }
  write(bytes: Uint8Array): boolean {
    this.written.push(bytes);
    return this.accepts;
  }
  pause(): void {
    this.isPaused = true;
  }
  resume(): void {
    this.isPaused = false;
  }
  end(): void {
    this.hasEnded = true;
  }
  destroy(): void {
    this.isDestroyed = true;
  }
}

const NO_TIMES: LifetimeOptions = {
  idleTimeoutMs: Infinity,
  maxAgeMs: Infinity,
  maxAgeGraceMs: Infinity,
  pingIntervalMs: Infinity,
  pingTimeoutMs: Infinity,
  writeTimeoutMs: Infinity,
};

/** A served connection and the client at its other end, greeted both ways. */
class Walk {
  /** The turn is full, for all connections. */
  isTurnFull = false;
  readonly socket: MemorySocket = new MemorySocket();
  readonly log: EventLog = new EventLog();
  readonly client: ClientConnection;
  readonly server: Http2Server;
  readonly #tasks: TurnTask[] = [];

  constructor(
    handler: ExchangeHandler,
    limits: Partial<Http2Limits> = {},
    times: Partial<LifetimeOptions> = {},
    clientLimits: Partial<Http2Limits> = {},
  ) {
    this.client = new ClientConnection(this.log, { limits: clientLimits });
    const atEnd = (task: TurnTask): void => void this.#tasks.push(task);
    const isFull = (): boolean => this.isTurnFull;
    const turns: Turns = {
      atEnd,
      atNext: atEnd,
      count() {},
      hear: () => 0,
      get isFull() {
        return isFull();
      },
    };
    const lifetime = { ...NO_TIMES, ...times };
    this.server = new Http2Server(this.socket, handler, {
      limits,
      turns,
      blocks: new HeaderBlocks(),
      lifetime,
      random: 1,
    });
    for (let turns = 0; turns < 3; turns++) this.turn();
    this.log.take();
  }

  /** The client's output to the server, the end of the server's turn, its writes to the client; answers how many. */
  turn(): number {
    const output = this.client.takeOutput();
    if (output.length > 0) this.socket.events!.onBytes(output);
    for (const task of this.#tasks.splice(0)) task.endTurn();
    const writes = this.socket.written.splice(0);
    for (const bytes of writes) this.client.receive(bytes);
    return writes.length;
  }

  /** Makes a request, with a body where there is one, and ends it. */
  post(body?: Uint8Array): number {
    const streamId = this.client.request(HEAD, body === undefined);
    if (body !== undefined) this.client.sendData(streamId, body, true);
    return streamId;
  }
}

const ok: ExchangeHandler = (exchange) => exchange.reply(200, [], new Uint8Array(0));

test("a small request is there as a whole when its handler starts, and its reply leaves in one write", () => {
  let body: unknown;
  const walk = new Walk((exchange) => {
    body = exchange.readWhole(5);
    exchange.reply(200, [["x-a", "1"]], new TextEncoder().encode("reply"), [["grpc-status", "0"]]);
  });
  walk.post(new TextEncoder().encode("hello"));
  assert.equal(walk.turn(), 1);
  assert.deepEqual(body, new TextEncoder().encode("hello"));
  assert.deepEqual(walk.log.take(), ["response 1 200", "data 1 reply", "trailers 1 grpc-status=0"]);
});

test("replies of the same turn leave in the same write", () => {
  const walk = new Walk(ok);
  for (let requests = 0; requests < 10; requests++) walk.post();
  assert.equal(walk.turn(), 1);
  assert.equal(walk.log.take().length, 10);
});

test("one connection is not read for longer than 64 KiB in one turn", () => {
  const walk = new Walk(ok);
  const frames = new Uint8Array(30_000);
  // Frames of an unknown type with 991 octets, which a server has to ignore (RFC 9113 4.1).
  for (let at = 0; at < frames.length; at += 1000) frames.set([0, 0x03, 0xdf, 0x20], at);
  for (let chunk = 0; chunk < 2; chunk++) walk.socket.events!.onBytes(frames);
  assert.equal(walk.socket.isPaused, false);
  walk.socket.events!.onBytes(frames);
  assert.equal(walk.socket.isPaused, true);
  walk.turn();
  assert.equal(walk.socket.isPaused, false);
  walk.post();
  walk.turn();
  assert.deepEqual(walk.log.take(), ["response 1 200 END"]);
});

test("one connection has no more than 256 frames handled in one turn, header blocks counting by their length", () => {
  let started = 0;
  const walk = new Walk((exchange) => {
    started++;
    ok(exchange);
  });
  // PRIORITY is read and ignored (RFC 9113 5.3.2).
  const priorities = new Uint8Array(14 * 250);
  for (let at = 0; at < priorities.length; at += 14) priorities.set([0, 0, 5, 2, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1], at);
  for (let requests = 0; requests < 100; requests++) walk.post();
  walk.socket.events!.onBytes(bytes(priorities, walk.client.takeOutput()));
  // Their headers count twice, being short ones.
  assert.equal(started, 3);
  assert.equal(walk.socket.isPaused, true);
  walk.turn();
  assert.equal(started, 100);
  assert.equal(walk.socket.isPaused, false);
  assert.equal(walk.log.take().length, 100);
});

test("in a full turn a connection that says much waits for another, and one that says little does not", () => {
  let started = 0;
  const walk = new Walk((exchange) => {
    started++;
    ok(exchange);
  });
  walk.isTurnFull = true;
  walk.post();
  walk.turn();
  assert.equal(started, 1);
  for (let requests = 0; requests < 100; requests++) walk.post();
  for (let turns = 0; turns < 3; turns++) walk.turn();
  assert.equal(started, 1);
  // What comes behind waits as well, in its order.
  walk.post();
  walk.turn();
  assert.equal(started, 1);
  walk.isTurnFull = false;
  walk.turn();
  assert.equal(started, 102);
  assert.equal(walk.log.take().filter((event) => event.startsWith("response")).length, 102);
});

test("no more than 64 KiB wait for another turn", () => {
  const walk = new Walk(ok);
  walk.isTurnFull = true;
  // Frames of an unknown type with 991 octets.
  const frames = new Uint8Array(30_000);
  for (let at = 0; at < frames.length; at += 1000) frames.set([0, 0x03, 0xdf, 0x20], at);
  for (let chunk = 0; chunk < 3; chunk++) {
    assert.equal(walk.socket.isPaused, false);
    walk.socket.events!.onBytes(frames);
    walk.turn();
  }
  assert.equal(walk.socket.isPaused, true);
  walk.isTurnFull = false;
  for (let turns = 0; turns < 3; turns++) walk.turn();
  assert.equal(walk.socket.isPaused, false);
});

test("a handler that has kept a turn for long goes on in one that is not full", async () => {
  let turn: Promise<void> | undefined;
  let goesOn = false;
  const walk = new Walk((exchange) => {
    while (turn === undefined) turn = exchange.pace?.();
    turn.then(() => goesOn = true);
  });
  walk.isTurnFull = true;
  walk.post();
  for (let turns = 0; turns < 3; turns++) walk.turn();
  await Promise.resolve();
  assert.notEqual(turn, undefined);
  assert.equal(goesOn, false);
  walk.isTurnFull = false;
  walk.turn();
  await turn;
  assert.equal(goesOn, true);
});

test("in a full turn the exchanges of a peer that has gone are told in another", () => {
  const lost: number[] = [];
  const walk = new Walk((exchange) => exchange.signal.addEventListener("abort", () => lost.push(1)));
  for (let requests = 0; requests < 20; requests++) walk.post();
  walk.turn();
  walk.isTurnFull = true;
  walk.socket.events!.onEnd();
  walk.turn();
  assert.deepEqual(lost.length, 0);
  walk.isTurnFull = false;
  walk.turn();
  assert.equal(lost.length, 20);
  assert.equal(walk.server.usage.runningRequests, 20);
});

test("a slot is held until the handler is done, not until the client gave up", () => {
  const started: Exchange[] = [];
  const walk = new Walk((exchange) => void started.push(exchange), { maxRunningRequests: 1 });
  walk.client.reset(walk.post(), ErrorCode.CANCEL);
  walk.client.request([...HEAD.slice(0, 3), [":path", "/b"]], true);
  walk.turn();
  // The first was reset before it could start, and gave its slot on.
  assert.deepEqual(started.map((exchange) => exchange.path), ["/b"]);
  walk.client.reset(3, ErrorCode.CANCEL);
  walk.post();
  walk.turn();
  assert.equal(started.length, 1);
  started[0].reply(200, [], new Uint8Array(0));
  walk.turn();
  assert.equal(started.length, 2);
});

test("a handler that outlives its reply holds its slot until it has settled, not the stream", async () => {
  const started: Exchange[] = [];
  const walk = new Walk((exchange) => void started.push(exchange), { maxRunningRequests: 1 });
  const settle = Promise.withResolvers<void>();
  walk.post();
  walk.post();
  walk.turn();
  started[0].holdUntil!(settle.promise);
  started[0].reply(200, [], new Uint8Array(0));
  walk.turn();
  assert.deepEqual(walk.log.take(), ["response 1 200 END"]);
  walk.turn();
  assert.equal(started.length, 1);
  settle.reject(new Error("at last"));
  await new Promise((resolve) => setImmediate(resolve));
  walk.turn();
  assert.equal(started.length, 2);
});

test("a reader that does not read gets no more than the window, and reading gives credit back", async () => {
  let exchange: Exchange | undefined;
  const walk = new Walk((each) => exchange = each);
  walk.post(new Uint8Array(100_000));
  for (let turns = 0; turns < 10; turns++) walk.turn();
  assert.equal(walk.server.connection.usage.heldBytes, 65_535);
  let size = 0;
  for (let chunk = await exchange!.read(); chunk !== undefined; chunk = await exchange!.read()) {
    size += chunk.length;
    walk.turn();
  }
  assert.equal(size, 100_000);
  assert.equal(walk.server.connection.usage.heldBytes, 0);
});

test("a body that arrives in parts is read whole up to its limit, and refused past it", async () => {
  for (const [size, limit] of [[100_000, 100_000], [100_001, 100_000]]) {
    let whole: Uint8Array | Promise<Uint8Array> | undefined;
    const walk = new Walk((exchange) => whole = exchange.readWhole(limit));
    walk.post(new Uint8Array(size));
    for (let turns = 0; turns < 10; turns++) walk.turn();
    if (size <= limit) assert.equal((await whole!).length, size);
    else await assert.rejects(async () => await whole!, { name: "BodyTooLargeError" });
    assert.equal(walk.server.connection.usage.heldBytes, 0);
  }
});

test("a body is judged by how it begins, and the rest of it is not waited for", async () => {
  let whole: Promise<Uint8Array> | Uint8Array | undefined;
  const seen: number[] = [];
  const walk = new Walk((exchange) => {
    whole = exchange.readWhole(1000, {
      bytes: 5,
      check: (start) => {
        seen.push(start.length);
        if (start[4] === 9) throw new Error("nine");
        return 5;
      },
    });
  });
  for (const [last, sent] of [[8, 3], [9, 3], [9, 5]]) {
    const streamId = walk.client.request(HEAD);
    const body = new Uint8Array([0, 0, 0, 0, last]);
    walk.client.sendData(streamId, body.subarray(0, sent));
    walk.turn();
    walk.client.sendData(streamId, body.subarray(sent));
    walk.turn();
    if (last === 9) await assert.rejects(async () => await whole!, { message: "nine" });
    walk.client.reset(streamId, ErrorCode.CANCEL);
    walk.turn();
    if (last === 8) await assert.rejects(async () => await whole!, { name: "AbortError" });
  }
  assert.deepEqual(seen, [5, 5, 5]);
});

test("bodies that are read whole come to a few megabytes, however many do not end; the oldest goes on, then the next", async () => {
  const bodies: Promise<Uint8Array>[] = [];
  const exchanges: Exchange[] = [];
  const walk = new Walk((exchange) => {
    exchanges.push(exchange);
    bodies.push(Promise.resolve(exchange.readWhole(4_000_000)));
  });
  const size = 1_000_000;
  const ids = Array.from({ length: 40 }, () => walk.client.request(HEAD));
  walk.turn();
  // Each sends all but its last octet.
  for (const id of ids) walk.client.sendData(id, new Uint8Array(size - 1));
  for (let turns = 0; turns < 500; turns++) walk.turn();
  const { bufferedBytes } = walk.server.usage;
  assert.ok(bufferedBytes > MAX_INCOMPLETE_BYTES, `${bufferedBytes} octets`);
  assert.ok(bufferedBytes < 3 * MAX_INCOMPLETE_BYTES + 40 * 65_535, `${bufferedBytes} octets`);
  for (const [index, id] of ids.entries()) {
    walk.client.sendData(id, new Uint8Array(1), true);
    for (let turns = 0; turns < 50; turns++) walk.turn();
    assert.equal((await bodies[index]).length, size);
    exchanges[index].reply(200, [], new Uint8Array(0));
  }
  walk.turn();
  assert.equal(walk.server.usage.bufferedBytes, 0);
});

test("a writer waits for a client that does not read, and goes on when it does", async () => {
  let exchange: Exchange | undefined;
  const walk = new Walk((each) => {
    exchange = each;
    each.replyHead(200, []);
  });
  walk.post();
  walk.turn();
  const waiting = exchange!.write(new Uint8Array(500_000));
  assert.ok(waiting instanceof Promise);
  let done = false;
  waiting.then(() => done = true);
  walk.turn();
  await Promise.resolve();
  assert.equal(done, false);
  for (let turns = 0; turns < 50 && !done; turns++) {
    walk.client.consume(1, 65_535);
    walk.turn();
    await Promise.resolve();
  }
  await waiting;
});

test("a handler that goes on without a wait, writing or reading, is made to wait for the next turn", async () => {
  const spin = (): void => {
    const until = performance.now() + 1;
    while (performance.now() < until);
  };
  let exchange: Exchange | undefined;
  const walk = new Walk((each) => {
    exchange = each;
    each.replyHead(200, []);
  });
  const streamId = walk.client.request(HEAD);
  for (let count = 0; count < 100; count++) walk.client.sendData(streamId, new Uint8Array(10));
  walk.turn();
  let written = 0;
  let waiting: Promise<void> | undefined;
  for (; waiting === undefined && written < 1000; written++) {
    waiting = exchange!.write(new Uint8Array(1));
    spin();
  }
  assert.ok(written < 100, `${written} writes`);
  let read = 0;
  let goesOn = true;
  const reading = (async () => {
    for (; read < 100 && goesOn; read++) await exchange!.read();
  })();
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(read, 0);
  walk.turn();
  await waiting;
  goesOn = false;
  await reading;
  assert.equal(read, 1);
});

test("a client that goes away aborts the signal, rejects the reader and lets the writer go", async () => {
  let exchange: Exchange | undefined;
  const walk = new Walk((each) => exchange = each);
  const streamId = walk.client.request(HEAD);
  walk.turn();
  const read = exchange!.read();
  exchange!.replyHead(200, []);
  const write = exchange!.write(new Uint8Array(500_000));
  const { signal } = exchange!;
  walk.client.reset(streamId, ErrorCode.CANCEL);
  walk.turn();
  await assert.rejects(read, { name: "AbortError" });
  await write;
  assert.equal(signal.aborted, true);
  assert.equal(exchange!.write(new Uint8Array(1)), undefined);
});

test("a handler that throws, and a header that HTTP cannot carry, reset the stream", () => {
  const walk = new Walk((exchange) => {
    if (exchange.header("x-throw") !== undefined) throw new Error("a mistake");
    exchange.reply(200, [["x-bad", "a\nb"]], new Uint8Array(0));
  });
  walk.client.request([...HEAD, ["x-throw", "1"]], true);
  walk.post();
  walk.turn();
  assert.deepEqual(walk.log.take(), ["reset 1 2 peer", "reset 3 2 peer"]);
});

test("a socket that takes no more gets no more, and no more is read of a client that asks on", () => {
  const walk = new Walk(ok);
  walk.socket.accepts = false;
  walk.client.ping(new Uint8Array(8));
  assert.equal(walk.turn(), 1);
  for (let pings = 0; pings < 150; pings++) walk.client.ping(new Uint8Array(8));
  assert.equal(walk.turn(), 0);
  assert.equal(walk.socket.isPaused, true);
  walk.socket.accepts = true;
  walk.socket.events!.onDrain();
  assert.equal(walk.turn(), 1);
  assert.equal(walk.socket.isPaused, false);
});

test("drain serves what the client sends until it has heard of it, then ends the socket after the last reply", () => {
  const running: Exchange[] = [];
  const walk = new Walk((exchange) => void running.push(exchange));
  walk.post();
  walk.turn();
  walk.server.drain();
  walk.post(); // crosses the first GOAWAY
  for (let turns = 0; turns < 3; turns++) walk.turn();
  assert.deepEqual(walk.log.take(), ["goaway 2147483647 0", "ping", "goaway 3 0"]);
  assert.equal(running.length, 2);
  running[0].reply(200, [], new Uint8Array(0));
  walk.turn();
  assert.equal(walk.socket.hasEnded, false);
  running[1].reply(200, [], new Uint8Array(0));
  walk.turn();
  assert.equal(walk.socket.hasEnded, true);
});

test("a client that answers no goodbye is closed by the timer", () => {
  const walk = new Walk(ok);
  walk.server.sweep(0);
  walk.server.drain();
  walk.server.sweep(1_000);
  walk.server.sweep(2_999);
  assert.equal(walk.socket.isDestroyed, false);
  walk.server.sweep(3_000);
  assert.equal(walk.socket.isDestroyed, true);
});

test("an idle connection is drained after its timeout, one that is used is not", () => {
  const running: Exchange[] = [];
  const walk = new Walk((exchange) => void running.push(exchange), {}, { idleTimeoutMs: 1_000 });
  walk.server.sweep(0);
  walk.post();
  walk.turn();
  walk.server.sweep(5_000);
  assert.equal(walk.server.connection.isGoingAway, false);
  running[0].reply(200, [], new Uint8Array(0));
  walk.server.sweep(6_000);
  assert.equal(walk.server.connection.isGoingAway, false);
  walk.server.sweep(7_001);
  assert.equal(walk.server.connection.isGoingAway, true);
});

test("a client that breaks the protocol is told why before the socket ends", () => {
  const walk = new Walk(ok);
  walk.socket.events!.onBytes(new Uint8Array([0, 0, 1, 6, 0, 0, 0, 0, 0, 0])); // a PING of one octet
  assert.equal(walk.turn(), 1);
  assert.match(walk.log.take().join(), /goaway 0 6 PING of 1 octets/);
  assert.equal(walk.socket.hasEnded, true);
});

test("destroy resets what runs and closes the socket at once", () => {
  let exchange: Exchange | undefined;
  const walk = new Walk((each) => exchange = each);
  walk.post();
  walk.turn();
  const { signal } = exchange!;
  walk.server.destroy();
  assert.equal(signal.aborted, true);
  assert.equal(walk.socket.isDestroyed, true);
  exchange!.reply(200, [], new Uint8Array(0));
  walk.turn();
});

test("a request for a tunnel reaches its handler as any other method", () => {
  let path: string | undefined;
  const walk = new Walk((exchange) => {
    path = exchange.path;
    exchange.reply(404, [], new Uint8Array(0));
  });
  walk.client.request([[":method", "CONNECT"], [":authority", "h:1"]], true);
  walk.turn();
  assert.equal(path, "/");
  assert.deepEqual(walk.log.take(), ["response 1 404 END"]);
});

test("a connection is told why it is idle or old, and running exchanges have their time of grace", () => {
  const idle = new Walk(ok, {}, { idleTimeoutMs: 1_000 });
  idle.server.sweep(0);
  idle.server.sweep(1_001);
  idle.turn();
  assert.match(idle.log.take().join(), /goaway 2147483647 0 max_idle/);

  const running: Exchange[] = [];
  const old = new Walk((exchange) => void running.push(exchange), {}, { maxAgeMs: 10_000, maxAgeGraceMs: 5_000 });
  old.server.sweep(0);
  old.post();
  old.turn();
  // A tenth more than its age, as the random number has it.
  old.server.sweep(11_000);
  assert.equal(old.server.connection.isGoingAway, false);
  old.server.sweep(11_001);
  old.turn();
  assert.match(old.log.take().join(), /goaway 2147483647 0 max_age/);
  old.server.sweep(16_000);
  assert.equal(old.socket.isDestroyed, false);
  assert.equal(running[0].signal.aborted, false);
  old.server.sweep(16_001);
  assert.equal(old.socket.isDestroyed, true);
  assert.equal(running[0].signal.aborted, true);
});

test("a client that is silent is pinged; its answer keeps the connection, its silence ends it", () => {
  const walk = new Walk(ok, {}, { pingIntervalMs: 7_000, pingTimeoutMs: 2_000 });
  const pinged = (): boolean => walk.log.take().includes("ping");
  walk.server.sweep(0);
  walk.server.sweep(7_000);
  walk.turn();
  assert.equal(pinged(), false);
  walk.server.sweep(7_001);
  walk.turn();
  assert.equal(pinged(), true);
  walk.turn();
  walk.server.sweep(9_002);
  walk.server.sweep(16_003);
  assert.equal(walk.socket.isDestroyed, false);
  // This one is not answered.
  assert.equal(walk.socket.written.length, 0);
  walk.server.sweep(18_003);
  assert.equal(walk.socket.isDestroyed, false);
  walk.server.sweep(18_004);
  assert.equal(walk.socket.isDestroyed, true);
});

test("a socket that does not get rid of what it was given is closed, one that does is not", () => {
  const walk = new Walk(ok, {}, { writeTimeoutMs: 3_000 });
  const block = (): void => {
    walk.post();
    walk.socket.accepts = false;
    walk.turn();
  };
  block();
  walk.server.sweep(0);
  walk.server.sweep(3_000);
  walk.socket.events!.onDrain();
  block();
  walk.server.sweep(4_000);
  walk.server.sweep(7_000);
  assert.equal(walk.socket.isDestroyed, false);
  walk.server.sweep(7_001);
  assert.equal(walk.socket.isDestroyed, true);
});

test("a client that goes on sending when it was told why its connection ends is cut off", () => {
  const walk = new Walk(ok);
  walk.socket.events!.onBytes(new Uint8Array([0, 0, 1, 6, 0, 0, 0, 0, 0, 0])); // a PING of one octet
  walk.turn();
  for (let sent = 0; sent < 32; sent++) walk.socket.events!.onBytes(new Uint8Array(65_536));
  assert.equal(walk.socket.isDestroyed, false); // what was under way may still come
  walk.socket.events!.onBytes(new Uint8Array(1));
  assert.equal(walk.socket.isDestroyed, true);
});

test("usage counts what runs, what waits, and what is kept of bodies that are not complete", () => {
  const running: Exchange[] = [];
  const walk = new Walk((exchange) => {
    running.push(exchange);
    Promise.resolve(exchange.readWhole(1000)).catch(() => {});
  }, { maxRunningRequests: 1 });
  const streamId = walk.client.request(HEAD);
  walk.client.sendData(streamId, new Uint8Array(100));
  walk.post();
  walk.turn();
  const { runningRequests, queuedRequests, openStreams, bufferedBytes } = walk.server.usage;
  assert.deepEqual([runningRequests, queuedRequests, openStreams], [1, 1, 2]);
  assert.ok(bufferedBytes >= 100, `${bufferedBytes} octets`);
  for (let calls = 0; calls < 2; calls++) {
    running[calls].reply(200, [], new Uint8Array(0));
    walk.turn();
    walk.turn();
  }
  assert.deepEqual(walk.server.usage, { runningRequests: 0, queuedRequests: 0, openStreams: 0, bufferedBytes: 0 });
});

test("an exchange knows how large a list of trailers its client takes", () => {
  let most: number | undefined;
  const handler: ExchangeHandler = (exchange) => {
    most = exchange.maxTrailersBytes;
    ok(exchange);
  };
  const walk = new Walk(handler, {}, {}, { maxHeaderListSize: 1234 });
  walk.post();
  walk.turn();
  assert.equal(most, 1234);
});
