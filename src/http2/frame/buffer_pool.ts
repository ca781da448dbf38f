// Buffers for large outputs, used again once they have been written: a new one costs its zeros, the pages of its memory and its
// collection, which together are several times what copying frames into it costs.

/** The length of each buffer: `maxOutputBytes` as it is by default, and what may be written once it is not quite reached. */
export const POOLED_LENGTH: number = 336 * 1024;

/** Buffers that are kept for whoever needs one next. One pool serves any number of connections. */
export class BufferPool {
  readonly #most: number;
  readonly #free: Uint8Array[] = [];

  /** @param most buffers that are kept, of {@link POOLED_LENGTH} octets each */
  constructor(most = 0) {
    this.#most = most;
  }

  /** A buffer that is free, with whatever content it had. */
  take(): Uint8Array | undefined {
    return this.#free.pop();
  }

  /** Takes a buffer back, by any part of it; those of another length, and more than are kept, are left to be collected. */
  give({ buffer }: Uint8Array): void {
    if (buffer.byteLength !== POOLED_LENGTH || this.#free.length >= this.#most) return;
    this.#free.push(new Uint8Array(buffer));
  }
}
