// One receive window, RFC 9113 5.2 and 6.9: where all credit of a stream, or of the connection, is kept. Each octet of the
// window is in exactly one of three places, so none can leak:
//
//   available + held + owed === size
//
//   available   the peer may send it        (below 0 after a SETTINGS that made the window smaller)
//   held        received, not yet consumed
//   owed        consumed, not yet given back with a WINDOW_UPDATE
//
// Example, size 100: receive(60) -> 40/60/0; consume(30) -> 40/30/30; consume(20) -> 40/10/50, and takeUpdate() is 50.

/** A flow-control window for what we receive. */
export class ReceiveWindow {
  #size: number;
  #available: number;
  #held = 0;
  #owed = 0;

  constructor(size: number) {
    this.#size = size;
    this.#available = size;
  }

  /** Octets of the whole window. */
  get size(): number {
    return this.#size;
  }

  /** Octets that the peer may still send, as it knows it. */
  get available(): number {
    return this.#available;
  }

  /** Octets received that nobody has consumed. */
  get held(): number {
    return this.#held;
  }

  /** Octets consumed that the peer does not know of. */
  get owed(): number {
    return this.#owed;
  }

  /** Takes in octets from the peer; answers false, and takes none, where it was not allowed as many. */
  receive(octets: number): boolean {
    if (octets > this.#available) return false;
    this.#available -= octets;
    this.#held += octets;
    return true;
  }

  /** Marks received octets as consumed, no more than are held; answers how many. */
  consume(octets: number): number {
    const consumed = octets < this.#held ? octets : this.#held;
    this.#held -= consumed;
    this.#owed += consumed;
    return consumed;
  }

  /**
   * What a WINDOW_UPDATE should give back now, or 0. Updates wait until half of the window is owed, so that there are few
   * of them and none is ever too late for a peer that still has the other half.
   */
  takeUpdate(): number {
    const owed = this.#owed;
    if (owed === 0 || owed * 2 < this.#size) return 0;
    this.#owed = 0;
    this.#available += owed;
    return owed;
  }

  /** Makes the window larger; the difference is owed to the peer. */
  grow(size: number): void {
    this.#owed += size - this.#size;
    this.#size = size;
  }

  /** Follows a change of SETTINGS_INITIAL_WINDOW_SIZE, which the peer has made to what it may send (RFC 9113 6.9.2). */
  shift(difference: number): void {
    this.#size += difference;
    this.#available += difference;
  }
}
