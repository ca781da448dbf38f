// Streams that have something to send, in turn: a doubly linked list through the streams themselves, so that one that ends
// leaves at once from wherever it stands, and nothing is allocated to queue.

import type { Stream } from "./stream.ts";

/** A first-in, first-out queue of streams; a stream stands in one queue at a time. */
export class SendQueue {
  #first: Stream | undefined = undefined;
  #last: Stream | undefined = undefined;

  /** The stream whose turn it is. */
  get first(): Stream | undefined {
    return this.#first;
  }

  /** Puts a stream at the end; one that stands in a queue already stays where it is. */
  push(stream: Stream): void {
    if (stream.queue !== undefined) return;
    stream.queue = this;
    stream.previous = this.#last;
    if (this.#last === undefined) this.#first = stream;
    else this.#last.next = stream;
    this.#last = stream;
  }

  /** Takes a stream out. It stands in this queue. */
  remove(stream: Stream): void {
    if (stream.previous === undefined) this.#first = stream.next;
    else stream.previous.next = stream.next;
    if (stream.next === undefined) this.#last = stream.previous;
    else stream.next.previous = stream.previous;
    stream.queue = undefined;
    stream.previous = undefined;
    stream.next = undefined;
  }

  /** Moves all streams of another queue to the end of this one. */
  append(other: SendQueue): void {
    for (let stream = other.first; stream !== undefined; stream = other.first) {
      other.remove(stream);
      this.push(stream);
    }
  }
}
