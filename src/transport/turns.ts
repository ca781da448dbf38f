// Turns of the event loop as the connections of a server share them.

/** What is left to do at the end of a turn. */
export interface TurnTask {
  endTurn(): void;
}

/** The turns of the event loop. */
export interface Turns {
  /** Runs a task when this turn ends: once what arrived has been read, and handlers have had a chance. */
  atEnd(task: TurnTask): void;
  /** Runs a task that was put off when the next turn ends, before all others. */
  atNext(task: TurnTask): void;
  /** Counts a request that begins or is lost: each is some ten microseconds' work, much of it after this turn. */
  count(): void;
  /**
   * Notes that a connection is heard.
   * @param period what this answered when it was heard last; at first, -1
   */
  hear(period: number): number;
  /** Whether that is enough for one turn: a connection that has much to say waits, so that those with little are heard. */
  readonly isFull: boolean;
}
