// A call ends once, when its signal aborts (cancel, deadline, disconnect), also where the handler ignores the signal: what
// it still does is no longer waited for.
import { Code } from "@connectrpc/connect";
import { ConnectError } from "./connect_error.ts";
import { stacklessError } from "./stackless_error.ts";

/** What an aborted signal means to the caller. */
export function abortError(signal: AbortSignal): ConnectError {
  const { reason } = signal;
  if (reason instanceof ConnectError) return reason;
  const timedOut = reason instanceof Error && reason.name === "TimeoutError";
  return timedOut
    ? stacklessError("the deadline passed", Code.DeadlineExceeded)
    : stacklessError("the call was canceled", Code.Canceled);
}

/**
 * The error of a client's call that its own signal ended: the reason where that is a ConnectError, `deadline_exceeded` for
 * `AbortSignal.timeout`, else `canceled` with the reason as its cause.
 */
export function canceledBy(signal: AbortSignal): ConnectError {
  const error = abortError(signal);
  if (error === signal.reason) return error;
  return new ConnectError(error.rawMessage, error.code, undefined, undefined, signal.reason);
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
