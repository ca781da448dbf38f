// The call that code runs in, so that clients called by a handler know its deadline and its end without being told. Who makes
// clients brings the store, where the host has one (AsyncLocalStorage); before that a handler runs as it is. The store is
// the process's, for so is what it keeps apart: the one thing here that is.
import type { HandlerContext } from "./handler_context.ts";

/** Keeps the call of each thread of asynchronous work. */
export interface CurrentCalls {
  run<R>(call: HandlerContext, action: () => R): R;
  getStore(): HandlerContext | undefined;
}

let store: CurrentCalls | undefined;

/** Has handlers that are called from now on run with their calls at hand. The first store given stays. */
export function keepCurrentCalls(make: () => CurrentCalls | undefined): void {
  store ??= make();
}

/** The call that this runs in; undefined outside of handlers, and where nothing keeps it. */
export function currentCall(): HandlerContext | undefined {
  return store?.getStore();
}

/** Runs what a handler answers, and each step of a stream that it answers, in its call. */
export function inCall(call: HandlerContext, handle: () => unknown): unknown {
  if (store === undefined) return handle();
  const calls = store;
  const answer = calls.run(call, handle);
  if (typeof (answer as AsyncIterable<unknown> | undefined)?.[Symbol.asyncIterator] !== "function") return answer;
  const iterable = answer as AsyncIterable<unknown>;
  // A generator runs in whatever asks for its next value.
  return {
    [Symbol.asyncIterator]() {
      const iterator = calls.run(call, () => iterable[Symbol.asyncIterator]());
      return {
        next: () => calls.run(call, () => iterator.next()),
        return: (value?: unknown) =>
          calls.run(call, () => iterator.return?.(value) ?? Promise.resolve({ done: true, value })),
      };
    },
  };
}
