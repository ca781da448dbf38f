// Values that may be there at once. On the unary path they mostly are, and a promise a hop is what a small call would cost most.

/** Goes on with a value: at once where it is there, when it comes where it is promised. */
export function andThen<T, R>(value: T | Promise<T>, next: (value: T) => R | Promise<R>): R | Promise<R> {
  return value instanceof Promise ? value.then(next) : next(value);
}

/** Whether a value is one to wait for. */
export function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | undefined)?.then === "function";
}
