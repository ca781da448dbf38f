// A small cache from octets to what they decoded to. Peers send the same blocks and strings again and again; what differs
// each time must cost next to nothing here. So a key is kept only when it is seen twice in a row in its slot, and it is
// told by a few of its octets whether it was.

/** A bounded map from octets to values: one key a slot, a later one takes the place of an earlier one. */
export class OctetCache<T> {
  readonly #maxLength: number;
  readonly #mask: number;
  readonly #keys: (Uint8Array | undefined)[];
  readonly #values: (T | undefined)[];
  /** The fingerprint of the last key that was missed, by slot. */
  readonly #missed: Int32Array;
  #fingerprint = 0;

  /**
   * @param slots how many keys are kept at the most: a power of two
   * @param maxLength the length in octets of the longest key that is kept
   */
  constructor(slots: number, maxLength: number) {
    this.#maxLength = maxLength;
    this.#mask = slots - 1;
    this.#keys = new Array(slots).fill(undefined);
    this.#values = new Array(slots).fill(undefined);
    this.#missed = new Int32Array(slots);
  }

  /** What the octets `bytes[start, end)` decoded to, if it is known. */
  get(bytes: Uint8Array, start: number, end: number): T | undefined {
    const length = end - start;
    if (length > this.#maxLength || length === 0) return undefined;
    // Eight octets spread over the key, and its length.
    let fingerprint = length;
    for (let step = 0; step < 8; step++) {
      fingerprint = Math.imul(fingerprint ^ bytes[start + ((length * step) >> 3)]!, 0x01000193);
    }
    fingerprint = Math.imul(fingerprint ^ bytes[end - 1]!, 0x01000193);
    fingerprint ^= fingerprint >>> 15;
    this.#fingerprint = fingerprint;
    const slot = fingerprint & this.#mask;
    const key = this.#keys[slot];
    if (key === undefined || key.length !== length) return undefined;
    for (let index = 0; index < length; index++) {
      if (key[index] !== bytes[start + index]) return undefined;
    }
    return this.#values[slot];
  }

  /** Offers a value for the octets that {@link get} was last asked for. The octets are copied if they are kept. */
  offer(bytes: Uint8Array, start: number, end: number, value: T): void {
    if (end - start > this.#maxLength || end === start) return;
    const slot = this.#fingerprint & this.#mask;
    if (this.#missed[slot] !== this.#fingerprint) {
      this.#missed[slot] = this.#fingerprint;
      return;
    }
    this.#keys[slot] = bytes.slice(start, end);
    this.#values[slot] = value;
  }
}
