// One client and one server engine, wired by lossless pipes that deliver in pieces, with applications that do what a seed
// says: send and read at any pace, cancel, reset, change settings, drain. Checks after each step what must always hold, and
// at the end that everything has ended once, all credit is back and nothing is kept. A hostile run damages bytes on the way:
// then only what must hold even so is checked.
import assert from "node:assert/strict";
import { ClientConnection } from "../../src/http2/client_connection.ts";
import type { Connection } from "../../src/http2/connection.ts";
import type { ClientEvents, ServerEvents } from "../../src/http2/events.ts";
import { encodeBlock } from "../../src/http2/hpack/encoder.ts";
import type { Http2Limits } from "../../src/http2/limits.ts";
import { ServerConnection } from "../../src/http2/server_connection.ts";
import { type Fields, parseFrames, requestFields } from "../support/frames.ts";
import { FrameChecker } from "./frame_checker.ts";
import { randomLimits } from "./limits.ts";
import type { Outcome } from "./outcome.ts";
import { Random } from "./random.ts";
import { content, contentOf, isOver, newSide, type Side } from "./side.ts";

const OK: Fields = [[":status", "200"], ["content-type", "application/grpc"]];
const OK_BLOCK = encodeBlock(OK);
const TRAILERS: Fields = [["grpc-status", "0"]];
const TRAILER_BLOCK = encodeBlock(TRAILERS);

export class World {
  readonly #random: Random;
  readonly #hostile: boolean;
  readonly client: ClientConnection;
  readonly server: ServerConnection;
  readonly #limits: [client: Partial<Http2Limits>, server: Partial<Http2Limits>];
  readonly #sides: [Map<number, Side>, Map<number, Side>] = [new Map(), new Map()];
  readonly #wires: [Uint8Array[], Uint8Array[]] = [[], []];
  readonly #checkers = [new FrameChecker(true), new FrameChecker(false)] as const;
  readonly #closed = [0, 0];
  readonly #byteByByte: boolean;
  readonly #mostSent: number;
  #isGreeting = true;
  #inEvent = false;
  #isDraining = false;
  #now = 0;
  #trace = 0;
  #octets = 0;
  #requests = 0;
  #completed = 0;

  constructor(seed: number, hostile: boolean) {
    const random = new Random(seed);
    this.#random = random;
    this.#hostile = hostile;
    this.#byteByByte = random.percent(10);
    this.#mostSent = random.pick([10, 1000, 30_000, 200_000]);
    // A window of 0 opens only by SETTINGS, which the drain at the end sends.
    this.#limits = [randomLimits(random), randomLimits(random)];
    this.client = new ClientConnection(this.#clientEvents(), { limits: this.#limits[0] });
    this.server = new ServerConnection(this.#serverEvents(), { limits: this.#limits[1] });
  }

  run(steps: number): Outcome {
    for (let step = 0; step < steps; step++) {
      this.#step();
      this.#check();
    }
    this.#settle();
    return { trace: this.#trace, requests: this.#requests, completed: this.#completed, octets: this.#octets };
  }

  #end(which: number): Connection {
    return which === 0 ? this.client : this.server;
  }

  #step(): void {
    const random = this.#random;
    switch (random.below(12)) {
      case 0:
      case 1:
        this.#request();
        break;
      case 2:
      case 3:
      case 4:
        this.#act(random.below(2));
        break;
      case 5:
        this.#now += random.below(300);
        this.client.advance(this.#now);
        this.server.advance(this.#now);
        break;
      case 6:
        if (random.percent(3)) this.#end(random.below(2)).goaway();
        if (random.percent(10)) this.#end(random.below(2)).ping(new Uint8Array(8));
        if (random.percent(5)) this.#updateSettings(random.below(2));
        break;
      default:
        this.#flush(random.below(2));
        this.#deliver(random.below(2), this.#byteByByte ? 1 : random.pick([1, 9, 100, 5000, 100_000]));
    }
  }

  #updateSettings(which: number): void {
    const initialWindowSize = this.#random.pick([0, 10, 30_000, 65_535, 300_000]);
    this.#end(which).updateSettings({ initialWindowSize, headerTableSize: this.#random.pick([0, 50, 4096]) });
  }

  #request(): void {
    if (this.client.isClosed) return;
    const random = this.#random;
    const toSend = random.percent(30) ? 0 : random.below(this.#mostSent);
    const ends = toSend === 0 && random.percent(50);
    const more: Fields = random.percent(30)
      ? [["x-id", `${random.below(5)}`], ["x-long", "y".repeat(random.below(300))]]
      : [];
    const id = this.client.request(requestFields(`/a/${random.below(3)}`, more), ends);
    if (id === 0) return;
    this.#requests++;
    this.#sides[0].set(id, { ...newSide(toSend), headersSent: true, endSent: ends });
  }

  /** One thing that an application does on one of its streams. */
  #act(which: number): void {
    const random = this.#random;
    const sides = [...this.#sides[which]!].filter(([, side]) => !side.released);
    if (sides.length === 0) return;
    const [id, side] = random.pick(sides);
    const end = this.#end(which);
    const held = side.received - side.consumed;
    if (held > 0 && random.percent(60)) {
      const taken = 1 + random.below(held);
      side.consumed += taken;
      end.consume(id, taken);
    } else if (random.percent(2)) {
      end.reset(id, 8);
      side.wasReset = true;
      side.endSent = true;
    } else if (isOver(side) && held === 0) {
      this.#release(which, id, side);
    } else if (random.percent(which === 1 && side.endSent ? 20 : 1)) {
      this.#release(which, id, side);
    } else {
      this.#send(which, id, side);
    }
  }

  #send(which: number, id: number, side: Side): void {
    const random = this.#random;
    const end = this.#end(which);
    if (side.endSent || side.waits) return;
    if (which === 1 && !side.headersSent) {
      side.headersSent = true;
      if (side.toSend < 5000 && random.percent(50)) {
        this.server.sendReply(id, OK_BLOCK, contentOf(which, id, 0, side.toSend), TRAILER_BLOCK);
        side.endSent = true;
        return;
      }
      this.server.sendHeaders(id, random.percent(50) ? OK : OK_BLOCK);
    }
    const left = side.toSend - side.sent;
    const length = Math.min(left, random.below(2) ? left : random.below(40_000));
    const last = length === left;
    const asTrailers = last && random.percent(50);
    if (length > 0 || (last && !asTrailers)) {
      const goOn = end.sendData(id, contentOf(which, id, side.sent, length), last && !asTrailers);
      side.sent += length;
      side.waits = !goOn;
    }
    if (asTrailers) {
      end.sendTrailers(id, TRAILERS);
      side.waits = false;
    }
    if (last) side.endSent = true;
  }

  #release(which: number, id: number, side: Side): void {
    if (which === 0 && side.endReceived && side.endSent && !side.wasReset) this.#completed++;
    side.released = true;
    side.consumed = side.received;
    if (which === 0) this.client.release(id);
    else this.server.release(id);
  }

  /** Takes an end's output and puts it on its wire. */
  #flush(which: number): void {
    const end = this.#end(which);
    const output = end.takeOutput();
    if (output.length === 0) return;
    const frames = which === 0 && this.#isGreeting ? output.subarray(24) : output;
    if (which === 0) this.#isGreeting = false;
    if (this.#hostile) parseFrames(frames);
    else this.#checkers[which]!.sent(frames);
    this.#octets += output.length;
    for (let at = 0; at < output.length; at++) this.#trace = (Math.imul(this.#trace, 31) + output[at]! + which) | 0;
    this.#wires[which]!.push(this.#hostile ? this.#damage(output) : output);
  }

  /** Flips, drops or doubles a few octets. */
  #damage(output: Uint8Array): Uint8Array {
    const random = this.#random;
    if (!random.percent(5)) return output;
    const at = random.below(output.length);
    const damaged = output.slice();
    switch (random.below(3)) {
      case 0:
        damaged[at]! ^= 1 << random.below(8);
        return damaged;
      case 1:
        return damaged.slice(at);
      default:
        return Uint8Array.from([...damaged.slice(0, at), ...damaged.slice(random.below(at + 1))]);
    }
  }

  /** Delivers up to so many octets of an end's wire to the other one. */
  #deliver(which: number, most: number): void {
    const wire = this.#wires[which]!;
    const to = this.#end(1 - which);
    if (wire.length === 0 || !to.wantsInput) return;
    const first = wire[0]!;
    const piece = first.subarray(0, most);
    if (piece.length === first.length) wire.shift();
    else wire[0] = first.subarray(piece.length);
    if (!this.#hostile) this.#checkers[1 - which]!.received(which === 0 ? this.#withoutPreface(piece) : piece);
    to.receive(piece);
  }

  #prefaceLeft = 24;
  #withoutPreface(piece: Uint8Array): Uint8Array {
    const skipped = Math.min(this.#prefaceLeft, piece.length);
    this.#prefaceLeft -= skipped;
    return piece.subarray(skipped);
  }

  #check(): void {
    const { usage } = this.server;
    assert.ok(usage.runningRequests <= (this.#limits[1].maxRunningRequests ?? 256));
    assert.ok(usage.openStreams <= (this.#limits[1].maxConcurrentStreams ?? 256));
    for (const which of [0, 1]) {
      const end = this.#end(which);
      if (end.isClosed) assert.deepEqual([end.usage.streams, end.usage.heldBytes, end.usage.waitingBytes], [0, 0, 0]);
      assert.ok(end.usage.heldBytes >= 0 && end.usage.waitingBytes >= 0 && end.usage.retainedHeaderBytes >= 0);
      assert.ok(end.usage.outputBytes < this.#limits[which]!.maxOutputBytes! + 100_000);
    }
  }

  /** Lets everything come to its end: applications read and send to the last, wires deliver all. */
  #settle(): void {
    this.#isDraining = true;
    for (const which of [0, 1]) this.#end(which).updateSettings({ initialWindowSize: 65_535 });
    let idle = 0;
    for (let round = 0; idle < 3; round++) {
      assert.ok(round < 20_000, `no end in sight: ${JSON.stringify([this.client.usage, this.server.usage])}`);
      const before = this.#octets;
      for (const which of [0, 1]) {
        for (const [id, side] of this.#sides[which]!) {
          if (side.released) continue;
          if (side.received > side.consumed) this.#end(which).consume(id, side.received - side.consumed);
          side.consumed = side.received;
          this.#send(which, id, side);
          if (isOver(side) || (this.#end(which).isClosed && side.wasReset)) this.#release(which, id, side);
        }
        this.#flush(which);
        while (this.#wires[which]!.length > 0 && this.#end(1 - which).wantsInput) this.#deliver(which, 1 << 20);
        if (this.#end(1 - which).isClosed) this.#wires[which]!.length = 0;
      }
      idle = this.#octets === before ? idle + 1 : 0;
    }
    if (this.#hostile) {
      // Damage can leave both ends waiting for what never comes: then a transport gives up.
      this.client.disconnect();
      this.server.disconnect();
      for (const which of [0, 1]) assert.equal(this.#closed[which], 1);
      return;
    }
    for (const which of [0, 1]) {
      for (const [id, side] of this.#sides[which]!) {
        assert.ok(side.released, `stream ${id} of end ${which}: ${JSON.stringify(side)}`);
      }
    }
    const [c, s] = [this.client.usage, this.server.usage];
    for (const usage of [c, s]) {
      const { openStreams, streams, heldBytes, waitingBytes, outputBytes, partialBytes, retainedHeaderBytes } = usage;
      assert.deepEqual({
        openStreams,
        streams,
        heldBytes,
        waitingBytes,
        outputBytes,
        partialBytes,
        retainedHeaderBytes,
      }, {
        openStreams: 0,
        streams: 0,
        heldBytes: 0,
        waitingBytes: 0,
        outputBytes: 0,
        partialBytes: 0,
        retainedHeaderBytes: 0,
      });
    }
    if (!this.client.isClosed && !this.server.isClosed) {
      assert.equal(c.sendWindow, s.receiveWindow);
      assert.equal(s.sendWindow, c.receiveWindow);
      assert.equal(s.runningRequests + s.queuedRequests, 0);
    }
  }

  #events(
    which: number,
  ): Omit<ClientEvents & ServerEvents, "onRequest" | "onResponse" | "onInformational" | "onAvailable"> {
    const sides = this.#sides[which]!;
    const told = (id: number): Side => {
      assert.equal(this.#inEvent, false, "an event within an event");
      const side = sides.get(id);
      if (side === undefined) throw new Error(`an event for stream ${id}, which was never told`);
      assert.ok(!side.released && !side.wasReset, `an event for stream ${id} after its end`);
      return side;
    };
    return {
      onData: (id, bytes, endStream) => {
        const side = told(id);
        assert.ok(!side.endReceived);
        if (!this.#hostile) {
          for (let index = 0; index < bytes.length; index++) {
            assert.equal(
              bytes[index],
              content(1 - which, id, side.received + index),
              `stream ${id}, octet ${side.received + index}`,
            );
          }
        }
        side.received += bytes.length;
        side.endReceived = endStream;
      },
      onTrailers: (id) => {
        told(id).endReceived = true;
      },
      onReset: (id) => {
        const side = sides.get(id)!;
        assert.ok(!side.wasReset && !side.released, `stream ${id} was reset twice`);
        side.wasReset = true;
        side.endSent = true;
      },
      onWritable: (id) => {
        const side = sides.get(id)!;
        assert.ok(side.waits);
        side.waits = false;
      },
      onOutput: () => {},
      onSettings: () => {},
      onPing: () => {},
      onPong: () => {},
      onGoaway: () => {},
      onClosed: (error) => {
        this.#closed[which]!++;
        assert.equal(this.#closed[which], 1, "closed twice");
        if (!this.#hostile && error !== undefined) {
          this.#failure ??= new Error(`end ${which}: ${error}`, { cause: error.cause });
        }
        if (this.#hostile && error?.cause !== undefined) this.#failure ??= error.cause;
      },
    };
  }

  #failure: unknown;
  /** What went wrong within an event, where a throw would have been taken for the application's. */
  get failure(): unknown {
    return this.#failure;
  }

  #clientEvents(): ClientEvents {
    return {
      ...this.#events(0),
      onResponse: (id, head, endStream) => {
        const side = this.#sides[0].get(id)!;
        assert.ok(!side.headersReceived && !side.released);
        side.headersReceived = true;
        side.endReceived = endStream;
        if (!this.#hostile) assert.equal(head.status, 200);
      },
      onInformational: () => {},
      onAvailable: () => {
        if (!this.#isDraining) this.#request();
      },
    };
  }

  #serverEvents(): ServerEvents {
    return {
      ...this.#events(1),
      onRequest: (id, _head, endStream) => {
        assert.ok(!this.#sides[1].has(id), `stream ${id} was told twice`);
        const side = newSide(this.#random.percent(30) ? 0 : this.#random.below(this.#mostSent));
        side.endReceived = endStream;
        side.headersReceived = true;
        this.#sides[1].set(id, side);
        if (!this.#random.percent(20)) return;
        this.#send(1, id, side);
        if (side.endSent && this.#random.percent(50)) this.#release(1, id, side);
      },
    };
  }
}
