// What belongs to the streams of a connection, by their identifiers. Not a Map: one whose keys come and go is made anew all the
// time, and V8 has each outgrown one hold on to its successor. Once a single one of them has been moved to the old generation,
// all that come after it are kept with their streams until a full collection, which costs several times what serving them does.

/** The room for streams at first: a power of two. */
const MIN_CAPACITY = 8;

const NOTHING: readonly never[] = Object.freeze([]);

/** Values by stream identifier: open addressing, at most half full. Made for identifiers that go up by two. */
export class StreamTable<Value> {
  /** Identifiers by slot; 0 where there is none, for 0 is no stream. */
  #ids = new Int32Array(MIN_CAPACITY);
  #values: (Value | undefined)[] = new Array(MIN_CAPACITY).fill(undefined);
  #size = 0;
  /** How many are not in the slot that is theirs: none, as long as the identifiers lie close together. */
  #displaced = 0;

  get size(): number {
    return this.#size;
  }

  get(id: number): Value | undefined {
    const ids = this.#ids;
    const mask = ids.length - 1;
    for (let slot = (id >>> 1) & mask; ids[slot] !== 0; slot = (slot + 1) & mask) {
      if (ids[slot] === id) return this.#values[slot];
    }
    return undefined;
  }

  /** Puts a value in, in the place of the one that the stream had. */
  set(id: number, value: Value): void {
    if ((this.#size + 1) * 2 > this.#ids.length) this.#grow();
    const ids = this.#ids;
    const mask = ids.length - 1;
    const own = (id >>> 1) & mask;
    let slot = own;
    while (ids[slot] !== 0 && ids[slot] !== id) slot = (slot + 1) & mask;
    if (ids[slot] === 0) {
      this.#size++;
      if (slot !== own) this.#displaced++;
    }
    ids[slot] = id;
    this.#values[slot] = value;
  }

  /** Takes a value out; answers false where there was none. */
  delete(id: number): boolean {
    const ids = this.#ids;
    const mask = ids.length - 1;
    const own = (id >>> 1) & mask;
    let slot = own;
    while (ids[slot] !== id) {
      if (ids[slot] === 0) return false;
      slot = (slot + 1) & mask;
    }
    if (slot !== own) this.#displaced--;
    // Those behind it that were pushed on move up, so that no search ends at the gap.
    for (let next = (slot + 1) & mask; this.#displaced > 0 && ids[next] !== 0; next = (next + 1) & mask) {
      const wanted = (ids[next]! >>> 1) & mask;
      if (((next - wanted) & mask) < ((next - slot) & mask)) continue;
      ids[slot] = ids[next]!;
      this.#values[slot] = this.#values[next];
      if (slot === wanted) this.#displaced--;
      slot = next;
    }
    ids[slot] = 0;
    this.#values[slot] = undefined;
    this.#size--;
    return true;
  }

  /** The values as they are now, in the order of their identifiers. */
  values(): readonly Value[] {
    if (this.#size === 0) return NOTHING;
    const slots = [...this.#ids.keys()].filter((slot) => this.#ids[slot] !== 0);
    slots.sort((a, b) => this.#ids[a]! - this.#ids[b]!);
    return slots.map((slot) => this.#values[slot]!);
  }

  clear(): void {
    this.#ids = new Int32Array(MIN_CAPACITY);
    this.#values = new Array(MIN_CAPACITY).fill(undefined);
    this.#size = this.#displaced = 0;
  }

  #grow(): void {
    const ids = this.#ids;
    const values = this.#values;
    this.#ids = new Int32Array(ids.length * 2);
    this.#values = new Array(ids.length * 2).fill(undefined);
    this.#size = this.#displaced = 0;
    for (let slot = 0; slot < ids.length; slot++) if (ids[slot] !== 0) this.set(ids[slot]!, values[slot]!);
  }
}
