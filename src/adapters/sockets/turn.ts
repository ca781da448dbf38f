// The turns of the event loop, shared by all connections of a server: one callback for all that have something to send, and a
// limit to how much is begun for some of them before others are heard.
import type { Turns, TurnTask } from "../../transport/turns.ts";

/** Requests that begin, or are lost, in one turn; and those that were over in the input of the last connection. */
const MAX_TURN_REQUESTS = 128;

/** Collects tasks and runs them when what arrived in this turn has been read. */
export class Turn implements Turns {
  #tasks: TurnTask[] = [];
  #next: TurnTask[] = [];
  #requests = 0;

  get isFull(): boolean {
    return this.#requests >= MAX_TURN_REQUESTS;
  }

  count(): void {
    this.#requests++;
  }

  atEnd(task: TurnTask): void {
    this.#ask();
    this.#tasks.push(task);
  }

  atNext(task: TurnTask): void {
    this.#ask();
    this.#next.push(task);
  }

  #ask(): void {
    if (this.#tasks.length === 0 && this.#next.length === 0) setImmediate(this.#end);
  }

  readonly #end = (): void => {
    const next = this.#next;
    const tasks = this.#tasks;
    this.#next = [];
    this.#tasks = [];
    // What is read at a turn's end is counted apart from what arrives before it.
    this.#requests = 0;
    for (const task of next) task.endTurn();
    for (const task of tasks) task.endTurn();
    this.#requests = 0;
  };
}
