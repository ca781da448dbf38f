// Bytes to frames, RFC 9113 3.4 and 4. Frames are parsed where they lie; only one that is split between two reads is copied
// together, into a buffer of its own length. Knows the preface and the length limit; what a frame means is the sink's.

import { FRAME_HEAD_LENGTH, FrameType, MIN_MAX_FRAME_SIZE, PREFACE, readUint31 } from "./frame.ts";

/** Takes frames as a {@link FrameReader} finds them. */
export interface FrameSink {
  /** The whole preface has been read; told once, by a reader that expects one. */
  onPreface(): void;
  /**
   * A whole frame. Its payload is `bytes[start, end)` and lies there during this call only.
   * The reserved bit of the stream identifier is dropped.
   */
  onFrame(type: number, flags: number, streamId: number, bytes: Uint8Array, start: number, end: number): void;
  /** The bytes are no preface; the reader has stopped. */
  onBadPreface(): void;
  /** A frame is longer than allowed; the reader has stopped. Told before any of its payload is kept. */
  onFrameTooLong(type: number, streamId: number, length: number, limit: number): void;
}

const NOTHING = new Uint8Array(0);

/** Cuts a byte stream into frames. It may be fed in pieces of any size. */
export class FrameReader {
  readonly #sink: FrameSink;
  /** Octets of the preface seen, or its length where none is expected. */
  #prefaceAt: number;
  #maxFrameSize = MIN_MAX_FRAME_SIZE;
  #stopped = false;
  /** The beginning of a frame whose end has not come yet. */
  #partial: Uint8Array = NOTHING;
  #partialLength = 0;
  /** The whole length of that frame with its head, or 0 while the head itself is incomplete. */
  #wanted = 0;

  /** @param expectPreface true at the server's end, where the client's preface comes first */
  constructor(sink: FrameSink, expectPreface: boolean) {
    this.#sink = sink;
    this.#prefaceAt = expectPreface ? 0 : PREFACE.length;
  }

  /** The largest payload taken, in octets; what is longer ends the reading. Not below 16384 (RFC 9113 6.5.2). */
  set maxFrameSize(octets: number) {
    this.#maxFrameSize = Math.max(octets, MIN_MAX_FRAME_SIZE);
  }

  /** Octets kept of a frame that is not complete. */
  get bufferedLength(): number {
    return this.#partialLength;
  }

  /** Stops for good: the rest of the bytes at hand and all that come later are ignored. */
  stop(): void {
    this.#stopped = true;
    this.#partial = NOTHING;
    this.#partialLength = 0;
  }

  /**
   * Reads on. The sink is called for each frame that is complete by now; the bytes are not kept.
   * @param budget frames that are read at the most, and one that had begun before. One of a header block counts once more
   * for each 128 octets, or fewer: decoding them is what costs most.
   * @returns how many octets were read: all, but where the budget does not reach so far
   */
  read(bytes: Uint8Array, budget: number = Infinity): number {
    let at = 0;
    if (this.#prefaceAt < PREFACE.length) {
      at = this.#readPreface(bytes);
      if (this.#prefaceAt < PREFACE.length) return bytes.length;
    }
    if (this.#partialLength > 0) at = this.#finishPartial(bytes, at);
    const length = bytes.length;
    for (let left = budget; !this.#stopped && length - at >= FRAME_HEAD_LENGTH; left--) {
      const payload = (bytes[at]! << 16) | (bytes[at + 1]! << 8) | bytes[at + 2]!;
      if (payload > this.#maxFrameSize) {
        this.#tooLong(bytes, at, payload);
        return length;
      }
      const end = at + FRAME_HEAD_LENGTH + payload;
      if (end > length) break;
      if (left <= 0) return at;
      const start = at + FRAME_HEAD_LENGTH;
      const type = bytes[at + 3]!;
      if (type === FrameType.HEADERS || type === FrameType.CONTINUATION) left -= (payload + 127) >> 7;
      const flags = bytes[at + 4]!;
      const streamId = readUint31(bytes, at + 5);
      at = end;
      this.#sink.onFrame(type, flags, streamId, bytes, start, end);
    }
    if (!this.#stopped && at < length) this.#keep(bytes, at);
    return length;
  }

  #readPreface(bytes: Uint8Array): number {
    let at = 0;
    while (at < bytes.length && this.#prefaceAt < PREFACE.length) {
      if (this.#stopped) return at;
      if (bytes[at] !== PREFACE[this.#prefaceAt]) {
        this.stop();
        this.#sink.onBadPreface();
        return at;
      }
      at++;
      this.#prefaceAt++;
    }
    if (this.#prefaceAt === PREFACE.length) this.#sink.onPreface();
    return at;
  }

  /** Keeps the beginning of a frame; there is room for all of it once its length is known. */
  #keep(bytes: Uint8Array, at: number): void {
    const rest = bytes.length - at;
    if (rest < FRAME_HEAD_LENGTH) {
      this.#partial = new Uint8Array(FRAME_HEAD_LENGTH);
      this.#wanted = 0;
    } else {
      const payload = (bytes[at]! << 16) | (bytes[at + 1]! << 8) | bytes[at + 2]!;
      this.#wanted = FRAME_HEAD_LENGTH + payload;
      this.#partial = new Uint8Array(this.#wanted);
    }
    this.#partial.set(bytes.subarray(at));
    this.#partialLength = rest;
  }

  /** Goes on with a kept frame; answers where in `bytes` the next one begins. */
  #finishPartial(bytes: Uint8Array, at: number): number {
    if (this.#stopped) return bytes.length;
    if (this.#wanted === 0) {
      at = this.#fill(bytes, at, FRAME_HEAD_LENGTH);
      if (this.#partialLength < FRAME_HEAD_LENGTH) return at;
      const head = this.#partial;
      const payload = (head[0]! << 16) | (head[1]! << 8) | head[2]!;
      if (payload > this.#maxFrameSize) {
        this.#tooLong(head, 0, payload);
        return bytes.length;
      }
      this.#wanted = FRAME_HEAD_LENGTH + payload;
      if (payload > 0) {
        this.#partial = new Uint8Array(this.#wanted);
        this.#partial.set(head);
      }
    }
    at = this.#fill(bytes, at, this.#wanted);
    if (this.#partialLength < this.#wanted) return at;
    const frame = this.#partial;
    this.#partial = NOTHING;
    this.#partialLength = 0;
    this.#sink.onFrame(frame[3]!, frame[4]!, readUint31(frame, 5), frame, FRAME_HEAD_LENGTH, this.#wanted);
    return at;
  }

  #fill(bytes: Uint8Array, at: number, upTo: number): number {
    const taken = Math.min(upTo - this.#partialLength, bytes.length - at);
    this.#partial.set(bytes.subarray(at, at + taken), this.#partialLength);
    this.#partialLength += taken;
    return at + taken;
  }

  #tooLong(bytes: Uint8Array, at: number, payload: number): void {
    const limit = this.#maxFrameSize;
    const type = bytes[at + 3]!;
    const streamId = readUint31(bytes, at + 5);
    this.stop();
    this.#sink.onFrameTooLong(type, streamId, payload, limit);
  }
}
