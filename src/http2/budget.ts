// What a peer may waste. Waste spends, useful traffic earns back, and so no clock is needed to tell an attack from heavy
// use; where the owner has a clock, time earns back too, for connections that are quiet but long-lived.

/** An allowance that is spent and earned back, never above its beginning. */
export class Budget {
  readonly #most: number;
  readonly #perSecond: number;
  #left: number;

  /**
   * @param most what it begins with
   * @param perSecond what each second earns, where time is told
   */
  constructor(most: number, perSecond = 0) {
    this.#most = most;
    this.#perSecond = perSecond;
    this.#left = most;
  }

  /** Spends; answers false where less than that is left. */
  spend(amount: number): boolean {
    this.#left -= amount;
    return this.#left >= 0;
  }

  earn(amount: number): void {
    this.#left = Math.min(this.#most, this.#left + amount);
  }

  /** Earns for the time that has gone by. */
  advance(elapsedMs: number): void {
    if (this.#perSecond > 0) this.earn((elapsedMs * this.#perSecond) / 1000);
  }
}
