// A call ends once, when its signal aborts (cancel, deadline, disconnect), also where the handler ignores the signal: what
// it still does is no longer waited for.
import { Code, ConnectError } from "@connectrpc/connect";

/** What an aborted signal means to the caller. */
export function abortError(signal: AbortSignal): ConnectError {
  const { reason } = signal;
  if (reason instanceof ConnectError) return reason;
  const timedOut = reason instanceof Error && reason.name === "TimeoutError";
  return new ConnectError(
    timedOut ? "the deadline passed" : "the call was canceled",
    timedOut ? Code.DeadlineExceeded : Code.Canceled,
  );
}

/** Is given what still runs when its call has ended. */
export type Leave = (running: PromiseLike<unknown>) => void;

/** Waits for a promise, at most until the signal aborts; then gives it to `leave`, and throws {@link abortError}. */
export function untilAborted<T>(promise: PromiseLike<T>, signal: AbortSignal, leave?: Leave): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const onAbort = (): void => {
      leave?.(promise);
      reject(abortError(signal));
    };
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort, { once: true });
    promise.then(
      (value) => {
        signal.removeEventListener("abort", onAbort);
        resolve(value);
      },
      (error) => {
        signal.removeEventListener("abort", onAbort);
        reject(error);
      },
    );
  });
}

/**
 * The messages of an iterable, at most until the signal aborts; then throws {@link abortError}. The iterator is told to
 * return where it was not read to its end; once the signal has aborted that is not waited for, but given to `leave`.
 */
export async function* messagesUntilAborted<T>(
  messages: AsyncIterable<T>,
  signal: AbortSignal,
  leave?: Leave,
): AsyncGenerator<T, void> {
  const iterator = messages[Symbol.asyncIterator]();
  let done = false;
  try {
    while (true) {
      if (signal.aborted) throw abortError(signal);
      // Iterators written by hand may answer without a promise, as `for await` allows.
      const next = await untilAborted(Promise.resolve(iterator.next()), signal);
      if (next.done) {
        done = true;
        return;
      }
      yield next.value;
    }
  } finally {
    if (!done) {
      const returned = Promise.resolve(iterator.return?.());
      if (!signal.aborted) await returned;
      else {
        // The caller is told nothing any more.
        returned.catch(() => {});
        leave?.(returned);
      }
    }
  }
}
