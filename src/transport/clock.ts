// Time and turns of the event loop as transports need them, so that tests can be their own clock.

/** Time of the host. */
export interface Clock {
  /** Milliseconds from any moment in the past; never goes back. */
  now(): number;
  /**
   * Runs `action` once, `delayMs` from now or later.
   * @param background the process does not stay alive for it
   * @returns takes it back; comes to nothing once it ran
   */
  after(delayMs: number, action: () => void, background?: boolean): () => void;
  /** Runs `action` when what can go on without waiting has gone on: once a turn, after the input of this turn. */
  soon(action: () => void): void;
}
