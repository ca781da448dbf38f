// Which requests a server's application works on. A slot is held until the application releases the request, not until its
// stream closes: a peer that resets what it asked for frees nothing (rapid reset, CVE-2023-44487). Requests beyond the slots
// wait here, with what they bring along; flow control bounds that, for nothing of it is consumed.

import type { HeaderList } from "../http/exchange.ts";
import type { Http2Limits } from "./limits.ts";
import type { RequestHead } from "./message_head.ts";
import type { Stream } from "./stream.ts";

/** A request that waits for a slot. */
export class ParkedRequest {
  readonly head: RequestHead;
  endStream: boolean;
  trailers: HeaderList | undefined = undefined;
  #data: Uint8Array = new Uint8Array(0);
  #length = 0;

  constructor(head: RequestHead, endStream: boolean) {
    this.head = head;
    this.endStream = endStream;
  }

  /** The data so far. */
  get data(): Uint8Array {
    return this.#data.subarray(0, this.#length);
  }

  /** Copies data behind what is there, into a buffer of at most twice its length: small frames cost no more than large. */
  append(bytes: Uint8Array): void {
    const needed = this.#length + bytes.length;
    if (needed > this.#data.length) {
      const grown = new Uint8Array(Math.max(needed, this.#data.length * 2));
      grown.set(this.#data.subarray(0, this.#length));
      this.#data = grown;
    }
    this.#data.set(bytes, this.#length);
    this.#length = needed;
  }
}

/** The slots of a server's connection, and the queue before them. */
export class RequestSlots {
  readonly #limits: Http2Limits;
  readonly #queue = new Set<Stream>();
  #running = 0;
  #parkedBytes = 0;

  constructor(limits: Http2Limits) {
    this.#limits = limits;
  }

  get running(): number {
    return this.#running;
  }

  get queued(): number {
    return this.#queue.size;
  }

  /** Takes a slot, if there is one and nobody waits for it. */
  take(): boolean {
    if (this.#running >= this.#limits.maxRunningRequests || this.#queue.size > 0) return false;
    this.#running++;
    return true;
  }

  /** Makes a request wait; answers the name of the limit where the queue is full. */
  park(stream: Stream, request: ParkedRequest): string | undefined {
    if (this.#queue.size >= this.#limits.maxQueuedRequests) {
      return `too_many_resets: more than ${this.#limits.maxQueuedRequests} requests wait for ${this.#limits.maxRunningRequests} slots`;
    }
    stream.parked = request;
    this.#queue.add(stream);
    return undefined;
  }

  /** Keeps data of a request that waits. @returns false where all data that waits came to more than half of the window */
  append(stream: Stream, bytes: Uint8Array, endStream: boolean): boolean {
    stream.parked!.append(bytes);
    stream.parked!.endStream = endStream;
    this.#parkedBytes += bytes.length;
    return this.#parkedBytes * 2 <= this.#limits.connectionWindowSize;
  }

  /** A waiting request is over before it began. */
  forget(stream: Stream): void {
    this.#queue.delete(stream);
    this.#unpark(stream);
  }

  #unpark(stream: Stream): ParkedRequest {
    const request = stream.parked!;
    stream.parked = undefined;
    this.#parkedBytes -= request.data.length;
    return request;
  }

  /** Gives a slot back. */
  release(): void {
    this.#running--;
  }

  /** Takes a slot for the request that waited longest. */
  takeNext(): { stream: Stream; request: ParkedRequest } | undefined {
    if (this.#running >= this.#limits.maxRunningRequests) return undefined;
    for (const stream of this.#queue) {
      this.#queue.delete(stream);
      this.#running++;
      return { stream, request: this.#unpark(stream) };
    }
    return undefined;
  }
}
