// The messages that a handler answers, on their way out: each is asked for when there is room for it. Callbacks, not `await`,
// for a stream of small messages is paid by the number of promises that each of them takes.
import { abortError, type Leave } from "../rpc/abort.ts";
import { isPromiseLike } from "../rpc/and_then.ts";

/** Takes a message; answers a promise where there is no room for the next one yet. */
export type Take = (message: object) => Promise<void> | undefined;

/**
 * Gives each message to `take`, at most until the signal aborts; then rejects with {@link abortError}. The iterator is told to
 * return where it was not read to its end. Once the signal has aborted that is not waited for, but given to `leave`.
 */
export function deliver(
  messages: AsyncIterable<object>,
  take: Take,
  signal: AbortSignal,
  leave: Leave,
): Promise<void> {
  return new Promise((resolve, reject) => new Delivery(messages, take, signal, leave, resolve, reject).start());
}

class Delivery {
  readonly #messages: AsyncIterable<object>;
  readonly #take: Take;
  readonly #signal: AbortSignal;
  readonly #leave: Leave;
  readonly #resolve: () => void;
  readonly #reject: (reason: unknown) => void;
  #iterator!: AsyncIterator<object>;
  #over = false;

  constructor(
    messages: AsyncIterable<object>,
    take: Take,
    signal: AbortSignal,
    leave: Leave,
    resolve: () => void,
    reject: (reason: unknown) => void,
  ) {
    this.#messages = messages;
    this.#take = take;
    this.#signal = signal;
    this.#leave = leave;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  start(): void {
    this.#iterator = this.#messages[Symbol.asyncIterator]();
    if (this.#signal.aborted) return this.#onAbort();
    this.#signal.addEventListener("abort", this.#onAbort, { once: true });
    this.#pull();
  }

  #pull = (): void => {
    while (!this.#over) {
      let next: unknown;
      try {
        next = this.#iterator.next();
      } catch (error) {
        return this.#fail(error);
      }
      // Iterators written by hand may answer without a promise, as `for await` allows.
      if (isPromiseLike(next)) return void next.then(this.#onNext, this.#fail);
      if (!this.#accept(next as IteratorResult<object>)) return;
    }
  };

  #onNext = (next: unknown): void => {
    if (!this.#over && this.#accept(next as IteratorResult<object>)) this.#pull();
  };

  /** Answers whether the next message may be asked for at once. */
  #accept(next: IteratorResult<object>): boolean {
    if (next.done) {
      this.#end();
      this.#resolve();
      return false;
    }
    let room: Promise<void> | undefined;
    try {
      room = this.#take(next.value);
    } catch (error) {
      this.#stop(error);
      return false;
    }
    if (room === undefined) return true;
    room.then(this.#pull, this.#stop);
    return false;
  }

  /** The iterator itself has failed: there is nothing to tell it. */
  #fail = (error: unknown): void => {
    if (this.#over) return;
    this.#end();
    this.#reject(error);
  };

  #stop = (error: unknown): void => {
    if (this.#over) return;
    this.#end();
    this.#return().then(() => this.#reject(error), this.#reject);
  };

  #onAbort = (): void => {
    if (this.#over) return;
    this.#end();
    const returned = this.#return();
    // The caller is told nothing any more.
    returned.catch(() => {});
    this.#leave(returned);
    this.#reject(abortError(this.#signal));
  };

  async #return(): Promise<void> {
    await this.#iterator.return?.();
  }

  #end(): void {
    this.#over = true;
    this.#signal.removeEventListener("abort", this.#onAbort);
  }
}
