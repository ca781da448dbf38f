// A strict checker of what one end sends, written apart from the engine: whole frames, streams in order and no more than the
// other end takes, nothing after the end of a stream or of the connection, header blocks in one piece and in HPACK, no empty
// DATA, never more DATA than the other end gave credit for, and never more credit than octets that came. Where the other
// end's frames are damaged on the way, only what does not depend on them is checked.
import type { Http2Limits } from "../../src/http2/limits.ts";
import { join } from "./damage.ts";
import { ReferenceDecoder } from "./hpack_reference.ts";

const DATA = 0, HEADERS = 1, PRIORITY = 2, RST_STREAM = 3, SETTINGS = 4, PUSH_PROMISE = 5, GOAWAY = 7;
const WINDOW_UPDATE = 8, CONTINUATION = 9;
const END_STREAM = 1, ACK = 1, END_HEADERS = 4;

/** The largest initial window that applications of the simulation set while they run. */
export const MOST_INITIAL_WINDOW = 300_000;

interface CheckedStream {
  ended: boolean;
  reset: boolean;
  /** What the other end did counts for the number of open streams only: what is sent may have been written before it came. */
  peerEnded: boolean;
  peerReset: boolean;
  /** What this end may send. */
  window: number;
  /** What the other end may send beyond the initial window. */
  credit: number;
}

export class FrameChecker {
  readonly #isClient: boolean;
  readonly #isLenient: boolean;
  readonly #limits: Http2Limits;
  readonly #streams = new Map<number, CheckedStream>();
  readonly #decoder = new ReferenceDecoder();
  #block: Uint8Array[] = [];
  #blockOf = 0;
  /** The beginning of a frame that arrives, and how much of it is wanted before it is looked at again. */
  #parts: Uint8Array[] = [];
  #partsLength = 0;
  #wanted = 9;
  #lastId = 0;
  #openCount = 0;
  #connectionWindow = 65_535;
  #connectionCredit = 0;
  #initialWindow = 65_535;
  #maxConcurrentStreams = Infinity;
  #lastGoaway = 2 ** 31;
  #isOver = false;
  /** Entries of the other end's SETTINGS that this end has not acknowledged. */
  readonly #settings: [id: number, value: number][][] = [];
  /** The size of the HPACK table after each block that was sent and not yet taken with {@link takeTableSize}. */
  readonly #tableSizes: number[] = [];
  /** Frames sent so far. */
  frames = 0;
  /** Header blocks of the other end that came to their end in the last {@link received}. */
  blocksReceived = 0;

  constructor(isClient: boolean, limits: Http2Limits, isLenient: boolean) {
    this.#isClient = isClient;
    this.#limits = limits;
    this.#isLenient = isLenient;
  }

  /** The size of this end's encoding table after its last block. */
  get tableSize(): number {
    return this.#decoder.size;
  }

  /** The size of this end's encoding table after the next block that the other end gets. */
  takeTableSize(): number {
    return this.#tableSizes.shift()!;
  }

  /** What this end sends: whole frames. */
  sent(output: Uint8Array): void {
    let at = 0;
    while (at < output.length) {
      const end = frameEnd(output, at);
      if (end > output.length) throw new Error("half a frame was sent");
      this.#check(output[at + 3]!, output[at + 4]!, number(output, at + 5), output.subarray(at + 9, end));
      this.frames++;
      at = end;
    }
  }

  /** What the other end sends, when it arrives here: its credit counts from then on. */
  received(input: Uint8Array): void {
    this.blocksReceived = 0;
    this.#parts.push(input);
    this.#partsLength += input.length;
    if (this.#partsLength < this.#wanted) return;
    const all = this.#parts.length === 1 ? input : join(this.#parts);
    let at = 0;
    this.#wanted = 9;
    while (all.length - at >= 9) {
      const end = frameEnd(all, at);
      if (end > all.length) {
        this.#wanted = end - at;
        break;
      }
      this.#onReceived(all[at + 3]!, all[at + 4]!, number(all, at + 5), all.subarray(at + 9, end));
      at = end;
    }
    this.#parts = at < all.length ? [all.subarray(at)] : [];
    this.#partsLength = all.length - at;
  }

  #onReceived(type: number, flags: number, streamId: number, payload: Uint8Array): void {
    let stream = this.#streams.get(streamId);
    switch (type) {
      case HEADERS:
        if (stream === undefined && !this.#isClient) stream = this.#open(streamId);
        if (stream !== undefined && flags & END_STREAM) this.#end(stream, "peerEnded");
        if (flags & END_HEADERS) this.blocksReceived++;
        break;
      case CONTINUATION:
        if (flags & END_HEADERS) this.blocksReceived++;
        break;
      case DATA:
        this.#connectionCredit -= payload.length;
        if (stream !== undefined) {
          stream.credit -= payload.length;
          if (flags & END_STREAM) this.#end(stream, "peerEnded");
        }
        break;
      case RST_STREAM:
        if (stream !== undefined) this.#end(stream, "peerReset");
        break;
      case WINDOW_UPDATE:
        if (streamId === 0) this.#connectionWindow += number(payload, 0);
        else if (stream !== undefined) stream.window += number(payload, 0);
        break;
      case SETTINGS: {
        if (flags & ACK) break;
        // What was written before the acknowledgement still went by the old values.
        const entries: [number, number][] = [];
        for (let at = 0; at < payload.length; at += 6) entries.push([payload[at + 1]!, number(payload, at + 2)]);
        this.#settings.push(entries);
      }
    }
  }

  #open(streamId: number): CheckedStream {
    const window = this.#initialWindow;
    const stream = { ended: false, reset: false, peerEnded: false, peerReset: false, window, credit: 0 };
    this.#streams.set(streamId, stream);
    this.#openCount++;
    return stream;
  }

  #end(stream: CheckedStream, how: "ended" | "reset" | "peerEnded" | "peerReset"): void {
    const wasOpen = isOpen(stream);
    stream[how] = true;
    if (wasOpen && !isOpen(stream)) this.#openCount--;
  }

  #acknowledge(entries: [id: number, value: number][]): void {
    for (const [id, value] of entries) {
      if (id === 3) this.#maxConcurrentStreams = value;
      if (id !== 4) continue;
      for (const stream of this.#streams.values()) stream.window += value - this.#initialWindow;
      this.#initialWindow = value;
    }
  }

  #check(type: number, flags: number, streamId: number, payload: Uint8Array): void {
    const fail = (why: string): never => {
      throw new Error(`${this.#isClient ? "client" : "server"} sent a frame of type ${type} on ${streamId}: ${why}`);
    };
    if (this.#isOver) fail("after a GOAWAY with an error");
    if (payload.length > 16_384) fail(`${payload.length} octets`);
    if (this.#blockOf !== 0 && (type !== CONTINUATION || streamId !== this.#blockOf)) fail("within a header block");
    let stream = this.#streams.get(streamId);
    if (stream === undefined && this.#isLenient && !this.#isClient && streamId > 0) stream = this.#open(streamId);
    switch (type) {
      case HEADERS:
        if (stream === undefined) {
          if (!this.#isClient || streamId % 2 === 0 || streamId <= this.#lastId) fail("not a new stream of this end");
          this.#lastId = streamId;
          if (this.#openCount >= this.#maxConcurrentStreams) fail(`more than ${this.#maxConcurrentStreams} streams`);
          stream = this.#open(streamId);
        } else if (stream.ended || (stream.reset && !this.#isLenient)) {
          fail("the stream is over");
        }
        this.#onBlock(flags, streamId, payload);
        if (flags & END_STREAM) this.#end(stream, "ended");
        break;
      case CONTINUATION:
        if (this.#blockOf !== streamId) fail("no header block");
        this.#onBlock(flags, streamId, payload);
        break;
      case DATA: {
        if (stream === undefined || stream.ended) return fail("the stream is not open");
        if (payload.length === 0 && !(flags & END_STREAM)) fail("empty, and not the end");
        stream.window -= payload.length;
        this.#connectionWindow -= payload.length;
        const isOverdrawn = payload.length > 0 && (stream.window < 0 || this.#connectionWindow < 0);
        if (!this.#isLenient && (isOverdrawn || stream.reset)) fail("above the window, or after a reset");
        if (flags & END_STREAM) this.#end(stream, "ended");
        break;
      }
      case RST_STREAM:
        if (this.#isLenient) break;
        if (stream === undefined) return fail("idle");
        if (stream.reset) fail("twice");
        this.#end(stream, "reset");
        break;
      case WINDOW_UPDATE: {
        const increment = number(payload, 0);
        if (increment === 0) fail("of 0");
        if (this.#isLenient) break;
        const { connectionWindowSize, maxStreamWindowSize } = this.#limits;
        if (streamId === 0) {
          this.#connectionCredit += increment;
          if (this.#connectionCredit > connectionWindowSize - 65_535) fail("more credit than the window has");
          break;
        }
        if (stream === undefined || stream.reset) return fail("the stream is over");
        stream.credit += increment;
        if (stream.credit > maxStreamWindowSize + MOST_INITIAL_WINDOW) fail("more credit than the window may have");
        break;
      }
      case GOAWAY:
        if (number(payload, 0) > this.#lastGoaway) fail("a higher stream than before");
        this.#lastGoaway = number(payload, 0);
        this.#isOver = number(payload, 4) !== 0;
        break;
      case SETTINGS:
        if (!(flags & ACK)) break;
        if (this.#settings.length > 0) this.#acknowledge(this.#settings.shift()!);
        else if (!this.#isLenient) fail("acknowledges nothing");
        break;
      case PUSH_PROMISE:
      case PRIORITY:
        fail("never sent");
    }
  }

  #onBlock(flags: number, streamId: number, payload: Uint8Array): void {
    this.#block.push(payload);
    this.#blockOf = streamId;
    if (!(flags & END_HEADERS)) return;
    const block = join(this.#block);
    this.#block = [];
    this.#blockOf = 0;
    this.#decoder.decode(block);
    if (!this.#isLenient) this.#tableSizes.push(this.#decoder.size);
  }
}

function isOpen(stream: CheckedStream): boolean {
  return !stream.reset && !stream.peerReset && !(stream.ended && stream.peerEnded);
}

function frameEnd(bytes: Uint8Array, at: number): number {
  return at + 9 + ((bytes[at]! << 16) | (bytes[at + 1]! << 8) | bytes[at + 2]!);
}

function number(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
}
