// One growable buffer that all frames of a connection are written into, and that is taken away whole, once a turn.
// Small outputs are copied out, so that the buffer stays; large ones leave with it, so that nothing is copied twice.

/** The buffer's least length, in octets. */
const MIN_CAPACITY = 4096;

/** The most that is set aside because the last output was as long. */
const MAX_FORESEEN = 65_536;

/** Up to this length an output is copied out and the buffer kept. */
const COPY_UP_TO = 4096;

const NOTHING = new Uint8Array(0);

/** Bytes on their way to the transport. Writers reserve room, then write at {@link length} themselves. */
export class OutputBuffer {
  /** Where the bytes are. Another one after each {@link reserve}. */
  bytes: Uint8Array = NOTHING;
  /** How many octets of {@link bytes} are written. A writer moves it on. */
  length = 0;
  /** The length to begin the next buffer with: as long as the last one had to be. */
  #foreseen = MIN_CAPACITY;

  /** Makes room for `octets` more behind {@link length}. */
  reserve(octets: number): void {
    const needed = this.length + octets;
    if (needed <= this.bytes.length) return;
    let capacity = Math.max(this.bytes.length * 2, this.#foreseen);
    while (capacity < needed) capacity *= 2;
    const grown = new Uint8Array(capacity);
    if (this.length > 0) grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
  }

  /** Takes all bytes away. They belong to the caller; this buffer never writes to them again. */
  take(): Uint8Array {
    const length = this.length;
    if (length === 0) return NOTHING;
    this.length = 0;
    if (length <= COPY_UP_TO) return this.bytes.slice(0, length);
    const taken = this.bytes.subarray(0, length);
    this.#foreseen = Math.min(this.bytes.length, MAX_FORESEEN);
    this.bytes = NOTHING;
    return taken;
  }

  /** Lets all bytes go. */
  clear(): void {
    this.bytes = NOTHING;
    this.length = 0;
  }
}
