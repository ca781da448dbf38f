// What the two applications of a connection do with it: make calls and answer them at any pace, read slowly, cancel, let go
// early, run out of time, fail. And what they make sure of: that each event belongs to a call that is alive, that octets
// and fields are those that were sent, that a call ends once, and that no server is told of it twice.
import assert from "node:assert/strict";
import type { ClientEvents, ResetCause, ServerEvents } from "../../src/http2/events.ts";
import { encodeBlock } from "../../src/http2/hpack/encoder.ts";
import type { RequestHead, ResponseHead } from "../../src/http2/message_head.ts";
import { type Fields, requestFields } from "../support/frames.ts";
import { isOver, newSide, type Outcome, type Side } from "./call.ts";
import { contentOf, type Direction, isContent } from "./content.ts";
import type { Link } from "./link.ts";
import type { Random } from "./random.ts";

const REFUSED_STREAM = 7;
const CANCEL = 8;

/** What servers answer with. */
export const REPLIES: readonly Fields[] = [
  [[":status", "200"], ["content-type", "application/grpc"]],
  [[":status", "200"], ["content-type", "application/grpc"], ["x-served-by", "z".repeat(60)]],
];
const REPLY_BLOCKS = REPLIES.map((fields) => encodeBlock(fields));
const TRAILERS: readonly Fields[] = [[["grpc-status", "0"]], [["grpc-status", "0"], ["x-checksum", "q".repeat(90)]]];
const TRAILER_BLOCKS = TRAILERS.map((fields) => encodeBlock(fields));

/** What an application throws in the middle of an event. */
export class ApplicationMistake extends Error {}

/** One application's end of one connection; 0 is the client's, 1 the server's. */
export class Application {
  readonly sides = new Map<number, Side>();
  readonly #which: Direction;
  readonly #link: Link;
  /** The reply that each stream was given, by its place in the list. */
  readonly replies = new Map<number, number>();

  constructor(which: Direction, link: Link) {
    this.#which = which;
    this.#link = link;
  }

  get #random(): Random {
    return this.#link.random;
  }

  /** Makes one more call, or another attempt of one that no server has acted on. */
  request(): void {
    const { client, world } = this.#link;
    if (client.availableStreams === 0) return void client.request([]);
    const call = (this.#link.isHonest ? world.takeRetry() : undefined) ?? this.#link.newCall();
    call.attempts++;
    const fields = requestFields(`/a/${call.number % 3}`, call.fields);
    const asBlock = call.number % 5 === 0;
    const id = client.request(asBlock ? encodeBlock(fields) : fields, call.isBare);
    this.#link.say(() => `client requests ${id}: call ${call.number}, ${call.requestLength} octets`);
    const deadlineMs = this.#link.now + call.timeoutMs;
    this.sides.set(id, { ...newSide(call, call.requestLength), headersSent: true, endSent: call.isBare, deadlineMs });
  }

  /** One thing that an application does on one of its streams. */
  act(): void {
    const random = this.#random;
    const sides = [...this.sides].filter(([, side]) => !side.released);
    if (sides.length === 0) return;
    const [id, side] = random.pick(sides);
    const end = this.#link.end(this.#which);
    const held = side.received - side.consumed;
    // What is kept is credit for the connection at once, and for its stream when it is consumed.
    if (held > 0 && random.percent(10)) end.keep(id, 1 + random.below(held));
    if (held > 0 && random.percent(60)) {
      const taken = 1 + random.below(held);
      side.consumed += taken;
      end.consume(id, taken);
    } else if (random.percent(2)) {
      this.breakOff(id, side, "reset");
    } else if (isOver(side) && held === 0) {
      this.#release(id, side);
    } else if (random.percent(this.#which === 1 && side.endSent ? 20 : 1)) {
      this.#release(id, side);
    } else {
      this.#send(id, side);
    }
  }

  /** Calls whose time is up are broken off. */
  checkDeadlines(): void {
    for (const [id, side] of this.sides) {
      if (this.#link.now >= side.deadlineMs && !side.released && !isOver(side)) this.breakOff(id, side, "deadline");
    }
  }

  breakOff(id: number, side: Side, why: Outcome): void {
    if (side.wasReset) return;
    this.#link.say(() => `end ${this.#which} resets ${id}: ${why}`);
    side.wasReset = true;
    side.wasBrokenOff = true;
    side.endSent = true;
    if (this.#which === 0 && side.call !== undefined) side.call.outcome ??= why;
    this.#link.end(this.#which).reset(id, CANCEL);
  }

  /** Reads and sends all there is, for the run is over. */
  finish(): void {
    for (const [id, side] of this.sides) {
      if (side.released) continue;
      const end = this.#link.end(this.#which);
      if (side.received > side.consumed) end.consume(id, side.received - side.consumed);
      side.consumed = side.received;
      this.#send(id, side);
      if (isOver(side)) this.#release(id, side);
    }
  }

  #send(id: number, side: Side): void {
    const random = this.#random;
    const { server } = this.#link;
    const which = this.#which;
    const number = side.call?.number ?? 0;
    if (side.endSent || side.waits) return;
    if (which === 1 && !side.headersSent) {
      const reply = random.below(REPLIES.length);
      this.replies.set(id, reply);
      side.headersSent = true;
      // python-h2 takes one that comes late, after a reset, for a fault.
      const informs = random.percent(5) && !this.#link.isRecorded;
      if (informs) server.sendInformational(id, [[":status", "103"], ["link", "</a>"]]);
      const headers = random.percent(50) ? REPLIES[reply]! : REPLY_BLOCKS[reply]!;
      if (side.toSend < 5000 && random.percent(50)) {
        side.trailers = random.percent(80) ? TRAILERS[reply] : undefined;
        const trailers = side.trailers === undefined ? undefined : TRAILER_BLOCKS[reply];
        server.sendReply(id, headers, contentOf(number, which, 0, side.toSend), trailers);
        side.sent = side.toSend;
        side.endSent = true;
        return;
      }
      server.sendHeaders(id, headers);
    }
    const end = this.#link.end(which);
    const left = side.toSend - side.sent;
    const length = Math.min(left, random.below(2) ? left : random.below(40_000));
    const last = length === left;
    const asTrailers = last && random.percent(50);
    // An empty chunk is nothing, and must not become a frame.
    if (length > 0 || (last && !asTrailers) || random.percent(20)) {
      const goOn = end.sendData(id, contentOf(number, which, side.sent, length), last && !asTrailers);
      side.sent += length;
      side.waits = !goOn;
    }
    if (asTrailers) {
      side.trailers = TRAILERS[random.below(2)]!;
      end.sendTrailers(id, side.trailers);
      side.waits = false;
    }
    if (last) side.endSent = true;
  }

  #release(id: number, side: Side): void {
    this.#link.say(() => `end ${this.#which} releases ${id}`);
    if (this.#which === 0 && side.call !== undefined) side.call.outcome ??= "reset";
    if (this.#which === 1 && !side.endSent) side.wasBrokenOff = true;
    side.released = true;
    side.consumed = side.received;
    if (this.#which === 0) this.#link.client.release(id);
    else this.#link.server.release(id);
  }

  // Events

  /** The side that an event is for. */
  #told(id: number): Side {
    const side = this.sides.get(id);
    if (side === undefined) throw new Error(`an event for stream ${id}, which was never told`);
    assert.ok(!side.released && !side.wasReset, `an event for stream ${id} after its end`);
    if (this.#link.makesMistakes && this.#random.percent(5)) {
      this.#link.excuse ??= "lost";
      // What it is told of this stream, it loses: perhaps its end.
      side.isForgotten = true;
      if (this.#which === 0 && side.call !== undefined) side.call.outcome ??= "lost";
      if (this.#random.percent(50)) throw new ApplicationMistake();
      this.#link.close(this.#which);
    }
    return side;
  }

  /** The other end's side of a stream, where no damage makes the two differ. */
  #peerOf(id: number): Side | undefined {
    return this.#link.isHonest ? this.#link.applications[1 - this.#which]!.sides.get(id) : undefined;
  }

  onData(id: number, bytes: Uint8Array, endStream: boolean): void {
    const side = this.#told(id);
    assert.ok(!side.endReceived);
    if (this.#link.isHonest) {
      const isRight = isContent(bytes, side.call!.number, this.#which === 0 ? 1 : 0, side.received);
      assert.ok(isRight, `stream ${id}: other octets than were sent, from ${side.received} on`);
    }
    side.received += bytes.length;
    if (endStream) this.#onEnd(id, side, undefined);
  }

  onTrailers(id: number, trailers: Fields): void {
    this.#onEnd(id, this.#told(id), trailers);
  }

  /** The other end has sent all that it had to. */
  #onEnd(id: number, side: Side, trailers: Fields | undefined): void {
    side.endReceived = true;
    const peer = this.#peerOf(id);
    if (peer !== undefined) {
      assert.ok(peer.endSent, `stream ${id} ended, though the other end had not ended it`);
      assert.equal(side.received, peer.toSend, `octets of stream ${id} when it ended`);
      assert.deepEqual(trailers, peer.trailers, `trailers of stream ${id}`);
    }
    if (this.#which === 0 && side.call !== undefined) side.call.outcome ??= "ok";
  }

  onReset(id: number, code: number, cause: ResetCause): void {
    this.#link.say(() => `end ${this.#which} is told that ${id} was reset: ${code} ${cause}`);
    const side = this.sides.get(id)!;
    assert.ok(!side.wasReset && !side.released, `stream ${id} was reset twice`);
    side.wasReset = true;
    side.endSent = true;
    if (this.#which === 1 || side.call === undefined || side.call.outcome !== undefined) return;
    const { call } = side;
    const peer = this.#peerOf(id);
    if (!this.#link.isHonest) {
      call.outcome = "lost";
    } else if (cause === "unprocessed" || (cause === "peer" && code === REFUSED_STREAM)) {
      assert.equal(peer, undefined, `the server was told of stream ${id}, and did not act on it`);
      this.#link.world.retry(call);
    } else if (cause === "peer" && peer?.wasBrokenOff) {
      call.outcome = "reset";
    } else {
      assert.ok(this.#link.excuse !== undefined, `stream ${id} was reset for no reason: ${code} ${cause}`);
      call.outcome = this.#link.excuse;
    }
  }

  onWritable(id: number): void {
    const side = this.sides.get(id)!;
    assert.ok(side.waits, `stream ${id} is writable, and did not wait`);
    side.waits = false;
  }

  onRequest(id: number, head: RequestHead, endStream: boolean): void {
    assert.ok(!this.sides.has(id), `stream ${id} was told twice`);
    const { applications, isHonest } = this.#link;
    const call = isHonest ? applications[0].sides.get(id)!.call : undefined;
    const side = newSide(call, call?.replyLength ?? this.#random.below(1000));
    if (call !== undefined) {
      call.executions++;
      assert.equal(call.executions, 1, `call ${call.number} runs twice`);
      assert.equal(head.path, `/a/${call.number % 3}`);
      assert.deepEqual(head.headers.slice(2), call.fields);
    }
    side.headersReceived = true;
    this.sides.set(id, side);
    if (endStream) this.#onEnd(id, side, undefined);
    if (!this.#random.percent(20)) return;
    this.#send(id, side);
    if (side.endSent && this.#random.percent(50)) this.#release(id, side);
  }

  onResponse(id: number, head: ResponseHead, endStream: boolean): void {
    const side = this.#told(id);
    assert.ok(!side.headersReceived, `stream ${id} has two responses`);
    side.headersReceived = true;
    if (this.#link.isHonest) {
      const expected = REPLIES[this.#link.applications[1].replies.get(id)!]!;
      assert.equal(head.status, 200);
      assert.deepEqual(head.headers, expected.slice(1));
    }
    if (endStream) this.#onEnd(id, side, undefined);
  }

  onInformational(id: number, head: ResponseHead): void {
    assert.ok(!this.#told(id).headersReceived);
    if (this.#link.isHonest) assert.equal(head.status, 103);
  }

  /** What the engine of this end is given, each event watched by the link. */
  events(): ClientEvents & ServerEvents {
    const link = this.#link;
    const which = this.#which;
    return {
      onData: (id, bytes, endStream) => link.tell(which, () => this.onData(id, bytes, endStream)),
      onTrailers: (id, trailers) => link.tell(which, () => this.onTrailers(id, trailers)),
      onReset: (id, code, cause) => link.tell(which, () => this.onReset(id, code, cause)),
      onWritable: (id) => link.tell(which, () => this.onWritable(id)),
      onRequest: (id, head, endStream) => link.tell(which, () => this.onRequest(id, head, endStream)),
      onResponse: (id, head, endStream) => link.tell(which, () => this.onResponse(id, head, endStream)),
      onInformational: (id, head) => link.tell(which, () => this.onInformational(id, head)),
      onAvailable: () => link.tell(which, () => link.isSettling ? undefined : this.request()),
      onGoaway: () =>
        link.tell(which, () => which === 0 && this.#random.percent(50) ? link.client.goaway() : undefined),
      onOutput: () => link.tell(which, () => {}),
      onSettings: () => link.tell(which, () => {}),
      onPing: () => link.tell(which, () => {}),
      onPong: () => link.tell(which, () => {}),
      onClosed: (error) => link.tell(which, () => link.onClosed(which, error)),
    };
  }
}
