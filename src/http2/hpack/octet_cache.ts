// A small cache from octets to what they decoded to. Peers send the same blocks and strings again and again; what differs
// each time must cost next to nothing here. So a key is told by its length and a few of its octets first, and is kept only
// when a key with the same few was missed before, and one with the very same octets after that.

/** A bounded map from octets to values, two keys a set; a third one takes the place of the one found less recently. */
export class OctetCache<T> {
  readonly #maxLength: number;
  readonly #mask: number;
  readonly #keys: (Uint8Array | undefined)[];
  readonly #values: (T | undefined)[];
  /** Fingerprints that were missed of late, four a slot, each with a hash of all the octets once it came again. */
  readonly #missed: Int32Array;
  #fingerprint = 0;

  /**
   * @param slots how many keys are kept at the most: a power of two, 2 or more
   * @param maxLength the length in octets of the longest key that is kept
   */
  constructor(slots: number, maxLength: number) {
    this.#maxLength = maxLength;
    this.#mask = slots - 2;
    this.#keys = new Array(slots).fill(undefined);
    this.#values = new Array(slots).fill(undefined);
    this.#missed = new Int32Array(slots * 8);
  }

  /** What the octets `bytes[start, end)` decoded to, if it is known. */
  get(bytes: Uint8Array, start: number, end: number): T | undefined {
    const length = end - start;
    if (length > this.#maxLength || length < 4) return undefined;
    const middle = start + (length >> 1);
    const sample = bytes[start + 1]! | (bytes[middle]! << 8) | (bytes[end - 1]! << 16) | (bytes[end - 2]! << 24);
    const more = bytes[middle - 1]! | (bytes[end - 3]! << 8) | (length << 16);
    let mixed = Math.imul(sample, 0x2545f491) ^ Math.imul(more, 0x1b873593);
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x45d9f3b);
    const fingerprint = mixed ^ (mixed >>> 16);
    this.#fingerprint = fingerprint;
    const set = fingerprint & this.#mask;
    const first = this.#keys[set];
    if (first !== undefined && first.length === length && equals(first, bytes, start)) return this.#values[set];
    const second = this.#keys[set + 1];
    if (second !== undefined && second.length === length && equals(second, bytes, start)) return this.#values[set + 1];
    return undefined;
  }

  /**
   * Tells whether the octets that {@link get} just missed are worth keeping: from the third time on.
   * @param salt what the value holds for; a time with another one does not count
   */
  wants(bytes: Uint8Array, start: number, end: number, salt: number): boolean {
    const length = end - start;
    if (length > this.#maxLength || length < 4) return false;
    const missed = this.#missed;
    const at = (this.#fingerprint >>> 7) & (missed.length - 2);
    if (missed[at] !== this.#fingerprint) {
      missed[at] = this.#fingerprint;
      missed[at + 1] = 0;
      return false;
    }
    let hash = length ^ (salt << 10);
    for (let index = start; index < end; index++) hash = Math.imul(hash ^ bytes[index]!, 0x01000193);
    if (missed[at + 1] === hash) return true;
    missed[at + 1] = hash;
    return false;
  }

  /** Keeps a value for the octets that {@link get} was last asked for and that are wanted. The octets are copied. */
  set(bytes: Uint8Array, start: number, end: number, value: T): void {
    const set = this.#fingerprint & this.#mask;
    this.#keys[set + 1] = this.#keys[set];
    this.#values[set + 1] = this.#values[set];
    this.#keys[set] = bytes.slice(start, end);
    this.#values[set] = value;
  }

  /** Forgets all keys. */
  clear(): void {
    this.#keys.fill(undefined);
    this.#values.fill(undefined);
  }
}

function equals(key: Uint8Array, bytes: Uint8Array, start: number): boolean {
  // From the end: blocks that differ at all often differ there, where the timeouts and the trace ids are.
  for (let index = key.length - 1; index >= 0; index--) {
    if (key[index] !== bytes[start + index]) return false;
  }
  return true;
}
