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

/** Waits for a promise, at most until the signal aborts; then throws {@link abortError}. */
export function untilAborted<T>(promise: PromiseLike<T>, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const onAbort = (): void => reject(abortError(signal));
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
 * return, whether it was read to its end or not, but not waited for once the signal has aborted.
 */
export async function* messagesUntilAborted<T>(
  messages: AsyncIterable<T>,
  signal: AbortSignal,
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
      // A rejection here has no one to tell: the call is over.
      if (signal.aborted) returned.catch(() => {});
      else await returned;
    }
  }
}
