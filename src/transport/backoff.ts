// How long to leave an address alone after connecting to it failed: gRPC's "Connection Backoff Protocol" with its factor and
// jitter. Its delays begin and stay lower, and none follows a first failure, for here an attempt is only made when a call
// asks for one.

/** How long to leave an address alone after connecting to it failed several times in a row. */
export interface BackoffOptions {
  /** Milliseconds after the second failure; after the first one the next call tries again. Default: 100. */
  readonly initialMs?: number;
  /** The most, in milliseconds, before jitter. Default: 10000. */
  readonly maxMs?: number;
  /** By how much each further failure lengthens the delay. Default: 1.6. */
  readonly factor?: number;
  /** By which part a delay is made longer or shorter at random, 0 to 1. Default: 0.2. */
  readonly jitter?: number;
}

/** The delays after failures in a row. */
export class Backoff {
  readonly #options: Required<BackoffOptions>;
  readonly #random: () => number;
  /** The next delay before jitter. */
  #delayMs = 0;

  /** @param random answers 0 to below 1, as `Math.random` does */
  constructor(options: BackoffOptions = {}, random: () => number = Math.random) {
    this.#options = { initialMs: 100, maxMs: 10_000, factor: 1.6, jitter: 0.2, ...options };
    this.#random = random;
  }

  /** Counts a failure and answers for how many milliseconds to wait before the next attempt. */
  next(): number {
    const { initialMs, maxMs, factor, jitter } = this.#options;
    const delayMs = this.#delayMs;
    this.#delayMs = Math.min(delayMs === 0 ? initialMs : delayMs * factor, maxMs);
    return delayMs * (1 + jitter * (2 * this.#random() - 1));
  }

  /** A connection was made: the next failure is a first one again. */
  reset(): void {
    this.#delayMs = 0;
  }
}
