// One growable buffer that all frames of a connection are written into, and that is taken away whole, once a turn.
// Small outputs are copied out, so that the buffer stays; large ones leave with it, so that nothing is copied twice. Where the
// transport can write many pieces at once, large payloads are not copied at all: they leave as they are, between the others.

import { joinChunks } from "../../bytes/join_chunks.ts";
import { BufferPool, POOLED_LENGTH } from "./buffer_pool.ts";

/** The length of the buffer for small outputs, in octets: up to it they are copied out and the buffer kept. */
const SMALL = 4096;

/** An output of more than this gets a buffer that the pool will take; one of less takes such a buffer where one is free. */
const LARGE = 65_536;

/** A payload of so many octets is cheaper to write as a piece of its own than to copy. */
const MIN_PIECE = 8192;

const NOTHING = new Uint8Array(0);
const NO_POOL = new BufferPool();

/** Bytes on their way to the transport. Writers reserve room, then write at {@link length} themselves. */
export class OutputBuffer {
  /** Where the bytes are. Another one after each {@link reserve}. */
  bytes: Uint8Array = NOTHING;
  /** How many octets of {@link bytes} are written. A writer moves it on. */
  length = 0;
  /** Where large buffers come from; where none is set, each is made anew. */
  pool: BufferPool = NO_POOL;
  /** Keep large payloads as pieces of their own. */
  gathers = false;
  /** Pieces that go before what of {@link bytes} is written from `#from` on, and the octets of payloads among them. */
  #pieces: Uint8Array[] = [];
  #payloadLength = 0;
  #from = 0;
  /** The length to begin the next buffer with: as long as the last one had to be. */
  #foreseen = SMALL;

  /** How many octets there are to take. */
  get total(): number {
    return this.length + this.#payloadLength;
  }

  /** Adds a part of a payload, which the caller leaves alone from now on. */
  append(payload: Uint8Array): void {
    if (this.gathers && payload.length >= MIN_PIECE) {
      this.#cut();
      this.#pieces.push(payload);
      this.#payloadLength += payload.length;
      return;
    }
    this.reserve(payload.length);
    this.bytes.set(payload, this.length);
    this.length += payload.length;
  }

  /** Makes room for `octets` more behind {@link length}. */
  reserve(octets: number): void {
    if (this.length + octets > this.bytes.length) this.#grow(this.length + octets);
  }

  /**
   * Takes all bytes away. They belong to the caller, who may give them to the pool when nobody needs them any more; this
   * buffer never writes to them again.
   * @param rest gets what follows where there are several pieces; where none is given, they are joined
   */
  take(rest?: Uint8Array[]): Uint8Array {
    if (this.#pieces.length > 0) return this.#takePieces(rest);
    const { bytes, length } = this;
    if (length === 0) return NOTHING;
    this.length = 0;
    this.#foreseen = Math.min(Math.max(length, SMALL), LARGE);
    if (length > SMALL) {
      this.bytes = NOTHING;
      return bytes.subarray(0, length);
    }
    const taken = bytes.slice(0, length);
    if (bytes.length > LARGE) {
      // One of the pool's is not for a connection that may have nothing more to say.
      this.bytes = NOTHING;
      this.pool.give(bytes);
    }
    return taken;
  }

  /** Lets all bytes go. */
  clear(): void {
    if (this.#pieces.length === 0) this.pool.give(this.bytes);
    this.#pieces = [];
    this.bytes = NOTHING;
    this.length = this.#from = this.#payloadLength = 0;
  }

  /** Makes a piece of what was written since the last one. */
  #cut(): void {
    if (this.length > this.#from) this.#pieces.push(this.bytes.subarray(this.#from, this.length));
    this.#from = this.length;
  }

  #takePieces(rest: Uint8Array[] | undefined): Uint8Array {
    this.#cut();
    const pieces = this.#pieces;
    const size = this.total;
    // The buffer leaves with those of its parts that are among the pieces.
    this.clear();
    this.#foreseen = SMALL;
    if (rest === undefined) return joinChunks(pieces, size);
    for (let index = 1; index < pieces.length; index++) rest.push(pieces[index]!);
    return pieces[0]!;
  }

  #grow(needed: number): void {
    const former = this.bytes;
    const grown = this.#bufferFor(needed);
    if (this.length > 0) grown.set(former.subarray(0, this.length));
    this.bytes = grown;
    if (this.#pieces.length === 0) this.pool.give(former);
  }

  #bufferFor(needed: number): Uint8Array {
    if (Math.max(needed, this.#foreseen) > SMALL && needed <= POOLED_LENGTH) {
      const free = this.pool.take();
      if (free !== undefined) return free;
    }
    if (needed > LARGE && needed <= POOLED_LENGTH) return new Uint8Array(POOLED_LENGTH);
    let capacity = Math.max(this.bytes.length * 2, this.#foreseen);
    while (capacity < needed) capacity *= 2;
    return new Uint8Array(capacity);
  }
}
