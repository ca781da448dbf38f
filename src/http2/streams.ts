// The streams of a connection by identifier: the living ones, those that the application still holds, and a bounded memory
// of how the last ones ended (RFC 9113 5.1: frames that come late mean different things after different ends).

import type { Stream } from "./stream.ts";
import { isClosed, StreamState, transition } from "./stream_state.ts";
import { StreamTable } from "./stream_table.ts";

/** How many ended and how many reset streams are remembered. Resets are apart, so that fast traffic doesn't push them out. */
const REMEMBERED_ENDS = 64;
const REMEMBERED_RESETS = 256;

/** Which streams there are. */
export class Streams {
  readonly #byId = new StreamTable<Stream>();
  readonly #ended = new StreamMemory(REMEMBERED_ENDS);
  readonly #resetByPeer = new StreamMemory(REMEMBERED_ENDS);
  readonly #resetByUs = new StreamMemory(REMEMBERED_RESETS);
  /** Identifiers that we open are odd (client) or even (server: none, without push). */
  readonly #localParity: number;
  #openCount = 0;
  /** The highest identifier that the peer opened. */
  lastPeerId = 0;
  /** The highest identifier that we opened. */
  lastLocalId = 0;
  /** Octets of data that the peer may have sent on streams before it heard that we had reset them, and that did not come. */
  lateOctets = 0;
  /** Octets of header names and values of the streams in the table. */
  retainedHeaderBytes = 0;

  /** @param localParity 1 at the client's end, whose identifiers are odd; 0 at the server's */
  constructor(localParity: number) {
    this.#localParity = localParity;
  }

  /** Streams that are not closed. */
  get openCount(): number {
    return this.#openCount;
  }

  /** Streams in the table: those open, and those closed that the application holds. */
  get size(): number {
    return this.#byId.size;
  }

  get(id: number): Stream | undefined {
    return this.#byId.get(id);
  }

  /** The streams in the table as they are now, in the order of their identifiers. */
  all(): readonly Stream[] {
    return this.#byId.values();
  }

  /** Puts in a new stream, in the state `OPEN`. */
  add(stream: Stream): void {
    stream.state = StreamState.OPEN;
    this.#byId.set(stream.id, stream);
    this.#openCount++;
    this.retainedHeaderBytes += stream.headerSize;
  }

  /**
   * Puts an input through the table for a stream that is there.
   * @returns the next state, which it now has, or an effect below 0, which left it as it was
   */
  apply(stream: Stream, input: number): number {
    const next = transition(stream.state, input);
    if (next < 0 || next === stream.state) return next;
    stream.state = next;
    if (isClosed(next)) {
      this.#openCount--;
      if (next === StreamState.CLOSED_BY_US) this.lateOctets += Math.max(0, stream.receiveWindow.available);
      this.#memoryOf(next).add(stream.id);
      if (stream.released) this.#delete(stream);
    }
    return next;
  }

  /** The application has let go of a stream: it leaves the table, now or when it closes. */
  release(stream: Stream): void {
    stream.released = true;
    if (isClosed(stream.state)) this.#delete(stream);
  }

  /** Remembers that we reset a stream that was never in the table. */
  rememberReset(id: number): void {
    this.#resetByUs.add(id);
  }

  /** The state of a stream that is not in the table. */
  stateOf(id: number): number {
    const isLocal = (id & 1) === this.#localParity;
    const last = isLocal ? this.lastLocalId : this.lastPeerId;
    if (id > last) return StreamState.IDLE;
    if (this.#resetByUs.has(id)) return StreamState.CLOSED_BY_US;
    if (this.#ended.has(id)) return StreamState.CLOSED;
    if (this.#resetByPeer.has(id)) return StreamState.CLOSED_BY_PEER;
    // We passed over none of our own: it was open, and we may have reset it before the peer answered, however late that is.
    return isLocal ? StreamState.CLOSED_BY_US : StreamState.FORGOTTEN;
  }

  /** Forgets all of them. */
  clear(): void {
    this.#byId.clear();
    this.#openCount = 0;
    this.retainedHeaderBytes = 0;
  }

  #delete(stream: Stream): void {
    if (this.#byId.delete(stream.id)) this.retainedHeaderBytes -= stream.headerSize;
  }

  #memoryOf(state: number): StreamMemory {
    if (state === StreamState.CLOSED) return this.#ended;
    return state === StreamState.CLOSED_BY_PEER ? this.#resetByPeer : this.#resetByUs;
  }
}

/** The last so many identifiers, later ones in the place of earlier ones. */
class StreamMemory {
  readonly #capacity: number;
  #ids: Int32Array | undefined;
  #next = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  add(id: number): void {
    this.#ids ??= new Int32Array(this.#capacity);
    this.#ids[this.#next] = id;
    this.#next = this.#next + 1 === this.#capacity ? 0 : this.#next + 1;
  }

  has(id: number): boolean {
    return this.#ids !== undefined && this.#ids.includes(id);
  }
}
