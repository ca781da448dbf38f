// The messages of a reply as an async iterator. Written by hand: leaving it must not wait for the read under way, as the
// return() of a generator does.
import type { MessageStream } from "./client_protocol.ts";

/** An iterator over a reply; leaving it ends the call. */
export function messageIterator(stream: MessageStream): AsyncIterableIterator<object, undefined> {
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next: () => stream.next(),
    return() {
      stream.leave();
      return Promise.resolve({ done: true, value: undefined });
    },
    throw(error) {
      stream.leave();
      return Promise.reject(error);
    },
  };
}
