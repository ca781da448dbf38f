// The turns of the event loop, shared by all connections of a server: one callback for all that have something to send, and a
// limit to how much is begun for some of them before others are heard.
import type { Turns, TurnTask } from "../../transport/turns.ts";
import { pollSockets } from "./poll_sockets.ts";

/** Requests that begin, or are lost, in one turn; and those that were over in the input of the last connection. */
const MAX_TURN_REQUESTS = 64;

/** Whether the loop looks at all sockets by itself with every turn. */
const POLLS_EACH_TURN = !("Deno" in globalThis);

/**
 * Milliseconds that Deno's loop goes on for before it is made to look at all sockets; and between two turns, if the loop has
 * waited meanwhile, and so looked at them: more than the promises take that a full turn leaves behind.
 */
const MAX_UNPOLLED_MS = 2;
const PAUSE_MS = 2.5;

/** Collects tasks and runs them when what arrived in this turn has been read. */
export class Turn implements Turns {
  /** Open connections, of all protocols. */
  connections = 0;
  #tasks: TurnTask[] = [];
  #next: TurnTask[] = [];
  #requests = 0;
  #isAsked = false;
  /** Where turns do not poll: when sockets were looked at last, or may have been, and when the last turn ended. */
  #polledMs = 0;
  #endedMs = 0;
  #isPolling = false;
  /** Counts the times between two looks; and the connections that were heard in the present one. */
  #period = 0;
  #heard = 0;

  get isFull(): boolean {
    return (!POLLS_EACH_TURN && this.#waitsForPoll()) || this.#requests >= MAX_TURN_REQUESTS;
  }

  count(): void {
    this.#requests++;
  }

  hear(period: number): number {
    if (period !== this.#period) this.#heard++;
    return this.#period;
  }

  atEnd(task: TurnTask): void {
    this.#tasks.push(task);
    this.#ask();
  }

  atNext(task: TurnTask): void {
    this.#next.push(task);
    if (!this.#isPolling) this.#ask();
  }

  #ask(): void {
    if (this.#isAsked) return;
    this.#isAsked = true;
    setImmediate(this.#end);
  }

  readonly #end = (): void => {
    this.#isAsked = false;
    // Those that were put off until sockets have been looked at still wait for it.
    const next = this.#isPolling ? [] : this.#next;
    const tasks = this.#tasks;
    if (!this.#isPolling) this.#next = [];
    this.#tasks = [];
    // What is read at a turn's end is counted apart from what arrives before it.
    this.#requests = 0;
    for (const task of next) task.endTurn();
    for (const task of tasks) task.endTurn();
    this.#requests = 0;
    if (!POLLS_EACH_TURN) this.#endedMs = performance.now();
  };

  /** Begins to look at all sockets, where that is due, and where one of them may be waiting for it. */
  #waitsForPoll(): boolean {
    if (this.#isPolling) return true;
    const now = performance.now();
    // Only the first look of a turn can tell: with the others, the loop has been busy with what it read before.
    if (now - this.#endedMs > PAUSE_MS) this.#onPolled(now);
    this.#endedMs = Infinity;
    if (now - this.#polledMs < MAX_UNPOLLED_MS) return false;
    if (this.#heard >= this.connections) {
      this.#onPolled(now);
      return false;
    }
    this.#isPolling = true;
    pollSockets(() => {
      this.#isPolling = false;
      this.#endedMs = performance.now();
      this.#onPolled(this.#endedMs);
      if (this.#next.length > 0) this.#ask();
    });
    return true;
  }

  /** No connection waits for having been looked at, as far as that can be known. */
  #onPolled(nowMs: number): void {
    this.#polledMs = nowMs;
    this.#period++;
    this.#heard = 0;
  }
}
