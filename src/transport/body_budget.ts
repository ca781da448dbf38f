// How much of bodies that are read whole one connection may have at hand: unary requests of megabytes, hundreds at a time,
// of which none need ever be complete. Beyond the budget only the oldest of them gets more; each other keeps what its
// stream's window has let through, until one ends. So each gets its turn, and whoever stalls holds up no connection but its own.

/**
 * Octets of incomplete bodies on one connection, above which only the oldest gets credit. The others then come to no more than
 * their streams' windows: 64 KiB each, or twice of what they had when they were let through.
 */
export const MAX_INCOMPLETE_BYTES = 4_194_304;

/**
 * Octets of memory that one connection may take for what bodies promise and what has not come of them; beyond, a body is put
 * together when it is whole.
 */
const MAX_AWAITED_BYTES = 4_194_304;

/** A body that is not complete. */
export interface IncompleteBody {
  /** Gives the peer credit for what it held back. */
  takeMore(): void;
}

/** The incomplete bodies of one connection. */
export class BodyBudget {
  readonly #bodies = new Set<IncompleteBody>();
  #bytes = 0;
  #room = MAX_AWAITED_BYTES;

  /** A body has grown by so many octets; answers whether the peer may have credit for them. */
  grow(body: IncompleteBody, bytes: number): boolean {
    this.#bodies.add(body);
    this.#bytes += bytes;
    return this.#isFree(body);
  }

  /** A body is complete, or given up, with so many octets in all. */
  end(body: IncompleteBody, bytes: number): void {
    if (!this.#bodies.delete(body)) return;
    this.#bytes -= bytes;
    for (const each of this.#bodies) {
      if (!this.#isFree(each)) return;
      each.takeMore();
    }
  }

  /** Answers whether memory may be taken for so many octets that have not come; {@link settle} gives it back. */
  expect(octets: number): boolean {
    if (octets > this.#room) return false;
    this.#room -= octets;
    return true;
  }

  /** So many octets have come for which there was memory, or will not come any more. */
  settle(octets: number): void {
    this.#room += octets;
  }

  #isFree(body: IncompleteBody): boolean {
    if (this.#bytes <= MAX_INCOMPLETE_BYTES) return true;
    const [oldest] = this.#bodies;
    return oldest === body;
  }
}
