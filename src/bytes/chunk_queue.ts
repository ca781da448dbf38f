// Bytes that come in chunks and are taken in lengths of their own. Small chunks are copied together: a peer that sends a
// message octet by octet must not make an object of each, nor an array that is slow to take from.

/** Chunks below this length are copied behind one another. */
const SMALL = 1024;

/** The most that they are copied into at a time; less where little is there. */
const MAX_SEGMENT = 16_384;

/** Bytes in order, first in, first out. */
export class ChunkQueue {
  readonly #chunks: Uint8Array[] = [];
  /** The first chunk that is not taken, and where in it the next byte is. */
  #head = 0;
  #offset = 0;
  #size = 0;
  /** The last chunk is a part of this, up to so many bytes, where small ones were copied; else there is none. */
  #segment: Uint8Array | undefined;
  #filled = 0;

  /** Bytes that are not taken. */
  get size(): number {
    return this.#size;
  }

  /** Adds bytes, which may be kept as they are: leave them alone. */
  push(chunk: Uint8Array): void {
    const length = chunk.length;
    if (length === 0) return;
    const wasEmpty = this.#size === 0;
    this.#size += length;
    // The only chunk is most often a message, or all of one that there is: it stays as it is.
    if (wasEmpty || length >= SMALL) {
      this.#segment = undefined;
      this.#chunks.push(chunk);
      return;
    }
    if (this.#segment === undefined || this.#filled + length > this.#segment.length) {
      this.#segment = new Uint8Array(Math.min(MAX_SEGMENT, Math.max(SMALL, this.#size)));
      this.#filled = 0;
      this.#chunks.push(this.#segment.subarray(0, 0));
    }
    this.#segment.set(chunk, this.#filled);
    this.#filled += length;
    this.#chunks[this.#chunks.length - 1] = this.#segment.subarray(0, this.#filled);
  }

  /** The byte at a place, which is there. */
  byteAt(index: number): number {
    let at = this.#offset + index;
    for (let chunk = this.#head;; chunk++) {
      const { length } = this.#chunks[chunk];
      if (at < length) return this.#chunks[chunk][at];
      at -= length;
    }
  }

  /** Takes so many bytes, no more than there are: a view where they lie in one piece, else a copy. */
  take(size: number): Uint8Array {
    this.#size -= size;
    const first = this.#chunks[this.#head];
    if (first !== undefined && first.length - this.#offset >= size) {
      const taken = first.subarray(this.#offset, this.#offset + size);
      this.#advance(size);
      return taken;
    }
    const taken = new Uint8Array(size);
    for (let written = 0; written < size;) {
      const part = this.#chunks[this.#head].subarray(this.#offset, this.#offset + size - written);
      taken.set(part, written);
      written += part.length;
      this.#advance(part.length);
    }
    return taken;
  }

  /** Passes over so many bytes, no more than there are. */
  skip(size: number): void {
    this.#size -= size;
    while (size > 0) {
      const part = Math.min(size, this.#chunks[this.#head].length - this.#offset);
      size -= part;
      this.#advance(part);
    }
  }

  #advance(size: number): void {
    this.#offset += size;
    const first = this.#chunks[this.#head];
    if (first === undefined || this.#offset < first.length) return;
    this.#offset = 0;
    this.#head++;
    if (this.#head === this.#chunks.length) {
      this.#chunks.length = this.#head = 0;
      this.#segment = undefined;
    } else if (this.#head >= 64 && this.#head * 2 >= this.#chunks.length) {
      // Not one by one: to shift a long array is to move all of it.
      this.#chunks.splice(0, this.#head);
      this.#head = 0;
    }
  }
}
