// One connection: a client and a server engine, wired by lossless pipes that deliver in pieces, with an application at each
// end. Each step does one thing and then checks what must always hold; settling lets everything come to its end and checks
// that all ended, all credit is back and nothing is kept. Where frames are damaged on the way, only what must hold even so
// is checked.
import assert from "node:assert/strict";
import { ClientConnection } from "../../src/http2/client_connection.ts";
import type { Connection } from "../../src/http2/connection.ts";
import type { ConnectionError } from "../../src/http2/frame/error_code.ts";
import type { Http2Limits } from "../../src/http2/limits.ts";
import { BufferPool, POOLED_LENGTH } from "../../src/http2/frame/buffer_pool.ts";
import { ServerConnection } from "../../src/http2/server_connection.ts";
import { Application, ApplicationMistake } from "./application.ts";
import { type Call, newCall, type Outcome } from "./call.ts";
import { type Direction, traceOf } from "./content.ts";
import { type Damage, splitFrames } from "./damage.ts";
import { FrameChecker, MOST_INITIAL_WINDOW } from "./frame_checker.ts";
import { randomLimits } from "./limits.ts";
import type { Random } from "./random.ts";
import { assertNothingKept, assertWithinLimits } from "./memory.ts";
import type { Record, World } from "./world.ts";

/** All connections share it, those of other seeds too: what one writes into a buffer must be nothing to another. */
const POOL = new BufferPool(4);
for (let count = 0; count < 4; count++) POOL.give(new Uint8Array(POOLED_LENGTH));

export interface LinkOptions {
  /** Stays to the end, so that calls have somewhere to go: it never goes away and is never cut. */
  readonly isKeeper: boolean;
  readonly damage: Damage | undefined;
  /** The most octets of content each way in one call. */
  readonly mostSent: number;
  /** Calls are numbered from here on. */
  readonly firstCall: number;
  readonly record: Record | undefined;
}

export class Link {
  readonly world: World;
  readonly name: string;
  readonly client: ClientConnection;
  readonly server: ServerConnection;
  readonly applications: readonly [Application, Application];
  readonly isHonest: boolean;
  /** An application of it throws in events, or closes the connection from within one. */
  readonly makesMistakes: boolean;
  /** The calls that were first tried here. */
  readonly calls: Call[] = [];
  readonly #options: LinkOptions;
  readonly #mostSent: number;
  readonly #limits: readonly [client: Http2Limits, server: Http2Limits];
  readonly #checkers: readonly [FrameChecker, FrameChecker];
  readonly #wires: [Uint8Array[], Uint8Array[]] = [[], []];
  readonly #isStalled = [false, false];
  readonly #closed = [0, 0];
  readonly #byteByByte: boolean;
  readonly #isPooled: boolean;
  readonly #clockJumps: boolean;
  #maxConcurrentStreams: number;
  #isGreeting = true;
  #prefaceLeft = 24;
  #isCut = false;
  #isClosing = false;
  #depth = 0;
  #events = 0;
  /** What the step at hand draws from. */
  random: Random;
  now = 0;
  trace = 0;
  octets = 0;
  isSettling = false;
  /** Why calls on this connection may fail, where something was done to it. */
  excuse: Outcome | undefined = undefined;

  constructor(world: World, name: string, random: Random, options: LinkOptions) {
    this.world = world;
    this.name = name;
    this.random = random;
    this.isHonest = options.damage === undefined;
    this.#options = options;
    this.#byteByByte = random.percent(10);
    this.#mostSent = this.#byteByByte ? 100 : options.mostSent;
    this.#clockJumps = !options.isKeeper && random.percent(10);
    this.makesMistakes = !options.isKeeper && random.percent(3);
    this.#limits = [randomLimits(random), randomLimits(random)];
    this.#maxConcurrentStreams = this.#limits[1].maxConcurrentStreams;
    this.#checkers = [
      new FrameChecker(true, this.#limits[0], !this.isHonest),
      new FrameChecker(false, this.#limits[1], !this.isHonest),
    ];
    this.applications = [new Application(0, this), new Application(1, this)];
    const pool = random.percent(50) ? POOL : undefined;
    this.#isPooled = pool !== undefined;
    this.client = new ClientConnection(this.applications[0].events(), { limits: this.#limits[0], pool });
    this.server = new ServerConnection(this.applications[1].events(), { limits: this.#limits[1], pool });
  }

  say(line: () => string): void {
    this.world.say(() => `${this.name}: ${line()}`);
  }

  end(which: number): Connection {
    return which === 0 ? this.client : this.server;
  }

  newCall(): Call {
    const call = newCall(this.#options.firstCall + this.calls.length, this.random, this.#mostSent);
    this.calls.push(call);
    return call;
  }

  /** Does one thing. */
  step(random: Random): void {
    this.random = random;
    switch (random.below(12)) {
      case 0:
      case 1:
        this.applications[0].request();
        break;
      case 2:
      case 3:
      case 4:
        this.applications[random.below(2)]!.act();
        break;
      case 5:
        this.#tick();
        break;
      case 6:
        this.#disturb();
        break;
      default:
        this.#flush(random.below(2));
        this.#deliver(random.below(2), this.#byteByByte ? 1 : random.pick([1, 9, 100, 5000, 100_000]));
    }
    this.#check();
  }

  #tick(): void {
    const { random } = this;
    let elapsedMs = random.below(300);
    if (this.#clockJumps && random.percent(20)) {
      elapsedMs = random.pick([-100_000, -1, 5000, 11_000, 70_000, 3_600_000]);
    }
    if (elapsedMs > 1000) this.excuse ??= "overdue";
    this.now += elapsedMs;
    this.say(() => `${elapsedMs} ms go by`);
    for (const which of [0, 1]) this.end(which).advance(this.now);
    this.applications[0].checkDeadlines();
  }

  /** What happens seldom. */
  #disturb(): void {
    const { random } = this;
    const which = random.below(2);
    if (!this.#options.isKeeper && random.percent(3)) {
      this.say(() => `end ${which} goes away`);
      if (random.percent(70)) this.end(which).goaway();
      else this.end(which).goawayNow();
    }
    if (random.percent(10)) this.end(which).ping(new Uint8Array(8));
    if (random.percent(5)) this.#updateSettings(which);
    if (random.percent(10)) this.#isStalled[which] = !this.#isStalled[which];
    if (!this.#options.isKeeper && random.percent(0.7)) this.#cut(which);
  }

  #updateSettings(which: number): void {
    const { random } = this;
    const initialWindowSize = random.pick([0, 10, 30_000, 65_535, MOST_INITIAL_WINDOW]);
    const headerTableSize = random.pick([0, 50, 4096]);
    const maxConcurrentStreams = random.pick([1, 5, 100]);
    this.say(() => `end ${which} sets ${[initialWindowSize, headerTableSize, maxConcurrentStreams]}`);
    this.end(which).updateSettings({ initialWindowSize, headerTableSize, maxConcurrentStreams });
    if (which === 1) this.#maxConcurrentStreams = Math.max(this.#maxConcurrentStreams, maxConcurrentStreams);
  }

  /** One end finds the transport gone; the other one doesn't know yet, and writes into the void. */
  #cut(which: number): void {
    this.say(() => `cut at end ${which}`);
    this.excuse ??= "lost";
    this.#isCut = true;
    this.end(which).disconnect();
    this.#wires[0].length = this.#wires[1].length = 0;
  }

  /** An application ends its connection, from within an event. */
  close(which: Direction): void {
    this.#isClosing = true;
    this.end(which).close();
    this.#isClosing = false;
  }

  /** True where all that is sent and got is recorded. */
  get isRecorded(): boolean {
    return this.#options.record !== undefined;
  }

  /** Takes an end's output and puts it on its wire. */
  #flush(which: number): void {
    const output = this.end(which).takeOutput();
    if (output.length === 0) return;
    const greets = which === 0 && this.#isGreeting;
    if (greets) this.#isGreeting = false;
    const checker = this.#checkers[which]!;
    checker.sent(greets ? output.subarray(24) : output);
    this.octets += output.length;
    this.#options.record?.(which as Direction, "sent", output);
    this.trace = traceOf(this.trace + which, output);
    const { encoderTableBytes } = this.end(which).usage;
    // It is smaller where the peer's settings made it so, and the next block will say it.
    const isLevel = !this.isHonest || this.end(which).hasOutput || encoderTableBytes <= checker.tableSize;
    assert.ok(isLevel, "the encoder's table holds more than was sent");
    if (this.#isCut) return;
    const sent = this.#options.damage?.(this.random, output) ?? output;
    // For the record, what an engine answers to a frame goes out before it gets the next one: so the order is known.
    if (this.#options.record !== undefined) {
      const start = greets ? 24 : 0;
      if (greets) this.#wires[which]!.push(sent.subarray(0, start));
      this.#wires[which]!.push(...splitFrames(sent, start));
    } else if (sent.length > 0) this.#wires[which]!.push(sent);
  }

  /** Delivers up to so many octets of an end's wire to the other one. */
  #deliver(which: number, most: number): void {
    const wire = this.#wires[which]!;
    const to = this.end(1 - which);
    const { record } = this.#options;
    while (record !== undefined && to.hasOutput) this.#flush(1 - which);
    if (wire.length === 0 || !to.wantsInput || this.#isStalled[which]) return;
    const first = wire[0]!;
    const piece = first.subarray(0, most);
    if (piece.length === first.length) wire.shift();
    else wire[0] = first.subarray(piece.length);
    record?.(which === 0 ? 1 : 0, "got", piece);
    const events = this.#events + 8 + piece.length / 9 + 4 * to.usage.streams;
    if (!this.isHonest) {
      to.receive(piece);
    } else {
      const checker = this.#checkers[1 - which]!;
      checker.received(which === 0 ? this.#withoutPreface(piece) : piece);
      to.receive(piece);
      let tableSize = -1;
      for (let count = 0; count < checker.blocksReceived; count++) tableSize = this.#checkers[which]!.takeTableSize();
      if (tableSize !== -1 && !to.isClosed) {
        assert.equal(to.usage.decoderTableBytes, tableSize, "the HPACK tables differ");
      }
    }
    if (this.#isPooled && piece.length === first.length && this.isHonest && record === undefined) this.#giveBack(first);
    assert.ok(this.#events <= events, `${piece.length} octets made ${this.#events - events} events too many`);
  }

  /** Nobody needs an output any more that has arrived as a whole; whoever still reads it reads nonsense. */
  #giveBack(rest: Uint8Array): void {
    if (rest.buffer.byteLength !== POOLED_LENGTH) return;
    new Uint8Array(rest.buffer, 0, rest.byteOffset + rest.length).fill(0xee);
    POOL.give(rest);
  }

  #withoutPreface(piece: Uint8Array): Uint8Array {
    const skipped = Math.min(this.#prefaceLeft, piece.length);
    this.#prefaceLeft -= skipped;
    return piece.subarray(skipped);
  }

  #check(): void {
    assertWithinLimits(this.server, { ...this.#limits[1], maxConcurrentStreams: this.#maxConcurrentStreams });
    assertWithinLimits(this.client, this.#limits[0]);
    let running = 0;
    for (const side of this.applications[1].sides.values()) if (!side.released) running++;
    if (!this.server.isClosed) assert.equal(this.server.usage.runningRequests, running);
  }

  // The end

  /** Lets everything come closer to its end: applications read and send to the last, wires deliver all. */
  settle(random: Random): void {
    this.random = random;
    if (!this.isSettling) {
      this.isSettling = true;
      this.#isStalled.fill(false);
      for (const which of [0, 1]) {
        this.end(which).updateSettings({ initialWindowSize: 65_535, maxConcurrentStreams: 100 });
      }
      this.#maxConcurrentStreams = Math.max(this.#maxConcurrentStreams, 100);
    }
    for (const which of [0, 1]) {
      this.applications[which]!.finish();
      this.#flush(which);
      const other = this.end(1 - which);
      while (this.#wires[which]!.length > 0 && other.wantsInput) {
        this.#deliver(which, this.#byteByByte ? 1 + random.below(3) : 1 << 20);
      }
      if (other.isClosed) this.#wires[which]!.length = 0;
    }
    for (const which of [0, 1]) {
      const end = this.end(which);
      if (end.isClosed && !end.hasOutput && this.#wires[which]!.length === 0) this.end(1 - which).disconnect();
    }
  }

  /** Checks that everything has ended, once settling brings nothing new. */
  finish(): void {
    if (!this.isHonest) {
      // Damage can leave both ends waiting for what never comes: then a transport gives up.
      for (const which of [0, 1]) {
        this.end(which).disconnect();
        assert.equal(this.#closed[which], 1);
        assertNothingKept(this.end(which));
      }
      return;
    }
    for (const { sides } of this.applications) {
      for (const [id, side] of sides) {
        assert.ok(side.released || side.isForgotten, `stream ${id} has no end: ${JSON.stringify(side)}`);
      }
    }
    for (const which of [0, 1]) {
      assertNothingKept(this.end(which));
      const { receiveWindow } = this.end(which).usage;
      const size = this.#limits[which]!.connectionWindowSize;
      if (!this.end(which).isClosed) assert.ok(receiveWindow * 2 > size, `credit of ${size - receiveWindow} was kept`);
    }
    if (this.client.isClosed || this.server.isClosed) return;
    const [client, server] = [this.client.usage, this.server.usage];
    assert.equal(client.sendWindow, server.receiveWindow);
    assert.equal(server.sendWindow, client.receiveWindow);
    assert.equal(server.runningRequests + server.queuedRequests, 0);
  }

  // Events

  /** Runs what an event does: never within another one, but for those of an application that closes from within one. */
  tell(which: Direction, event: () => void): void {
    this.#events++;
    try {
      if (this.#depth > 0 && !this.#isClosing) throw new Error("an event within an event");
      this.#depth++;
      try {
        event();
      } finally {
        this.#depth--;
      }
    } catch (error) {
      // The engine would take it for the application's.
      if (!(error instanceof ApplicationMistake)) this.world.failure ??= error;
      this.say(() => `end ${which} throws ${error}`);
      throw error;
    }
  }

  onClosed(which: Direction, error: ConnectionError | undefined): void {
    this.say(() => `end ${which} has closed: ${error ?? "drained"}`);
    this.#closed[which]!++;
    assert.equal(this.#closed[which], 1, "closed twice");
    if (error === undefined) return;
    if (error.cause !== undefined && !(error.cause instanceof ApplicationMistake)) throw error.cause;
    if (!this.isHonest || error.by === "transport") return;
    assert.ok(this.excuse !== undefined, `end ${which} closed for no reason: ${error}`);
  }
}
