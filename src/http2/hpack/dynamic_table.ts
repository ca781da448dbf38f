// The dynamic table, RFC 7541 2.3.2 and 4: a ring of fields, the newest first, that evicts the oldest to stay within a size
// in octets. Both coders have one. It holds whole fields, so lists share them and a reference costs no copy.

import type { HeaderField } from "./static_table.ts";

/** What each entry costs beside its octets (RFC 7541 4.1), in header list sizes too (RFC 9113 6.5.2). */
export const FIELD_OVERHEAD = 32;

/** The size of a field in octets as RFC 7541 4.1 counts it. */
export function fieldSize(field: HeaderField): number {
  return field[0].length + field[1].length + FIELD_OVERHEAD;
}

/** The dynamic table of one direction of one connection. */
export class DynamicTable {
  /** The ring; its length is a power of two, and grows with the number of entries up to what `maxSize` admits. */
  #ring: (HeaderField | undefined)[] = new Array(8).fill(undefined);
  /** Where the next entry goes; only its low bits count. */
  #next = 0;
  #length = 0;
  #size = 0;
  #maxSize: number;
  #generation = 0;

  /** @param maxSize the size in octets to stay within */
  constructor(maxSize: number) {
    this.#maxSize = maxSize;
  }

  /** The number of entries. */
  get length(): number {
    return this.#length;
  }

  /** The size of all entries in octets (RFC 7541 4.1). */
  get size(): number {
    return this.#size;
  }

  /** The size in octets to stay within. */
  get maxSize(): number {
    return this.#maxSize;
  }

  /** Changes whenever the entries do. What was decoded by one generation holds as long as it lasts. */
  get generation(): number {
    return this.#generation;
  }

  /** The entry at `index`, 0 being the newest, or `undefined` beyond the oldest. */
  get(index: number): HeaderField | undefined {
    if (index >= this.#length) return undefined;
    return this.#ring[(this.#next - 1 - index) & (this.#ring.length - 1)];
  }

  /** Adds an entry and evicts as needed. One larger than the whole table empties it, which is no error (RFC 7541 4.4). */
  add(field: HeaderField): void {
    const size = fieldSize(field);
    this.#evict(this.#maxSize - size);
    this.#generation++;
    if (size > this.#maxSize) return;
    if (this.#length === this.#ring.length) this.#grow();
    this.#ring[this.#next & (this.#ring.length - 1)] = field;
    this.#next = (this.#next + 1) & 0x3fffffff;
    this.#length++;
    this.#size += size;
  }

  /** Changes the size to stay within and evicts as needed (RFC 7541 4.3). */
  resize(maxSize: number): void {
    this.#maxSize = maxSize;
    if (this.#size > maxSize) {
      this.#evict(maxSize);
      this.#generation++;
    }
  }

  /**
   * The entry that has this name and value, or else one that has this name.
   * @returns the index, 0 being the newest, of the first; `-2 - index` of the second; -1 where there is neither
   */
  find(name: string, value: string): number {
    let named = -1;
    for (let index = 0; index < this.#length; index++) {
      const field = this.#ring[(this.#next - 1 - index) & (this.#ring.length - 1)]!;
      if (field[0] !== name) continue;
      if (field[1] === value) return index;
      if (named === -1) named = -2 - index;
    }
    return named;
  }

  #evict(maxSize: number): void {
    while (this.#length > 0 && this.#size > maxSize) {
      const at = (this.#next - this.#length) & (this.#ring.length - 1);
      this.#size -= fieldSize(this.#ring[at]!);
      this.#ring[at] = undefined;
      this.#length--;
    }
  }

  #grow(): void {
    const ring: (HeaderField | undefined)[] = new Array(this.#ring.length * 2).fill(undefined);
    for (let index = 0; index < this.#length; index++) ring[this.#length - 1 - index] = this.get(index);
    this.#ring = ring;
    this.#next = this.#length;
  }
}
