// The end of a turn of the event loop, shared by all connections of a server: one callback for all that have something to send.
import type { TurnTask } from "../../transport/http2_server.ts";

/** Collects tasks and runs them when what arrived in this turn has been read. */
export class Turn {
  #tasks: TurnTask[] = [];

  /** Has a task run at the end of this turn; those that are added while it ends come with the next. */
  readonly add = (task: TurnTask): void => {
    if (this.#tasks.push(task) === 1) setImmediate(this.#end);
  };

  readonly #end = (): void => {
    const tasks = this.#tasks;
    this.#tasks = [];
    for (const task of tasks) task.endTurn();
  };
}
