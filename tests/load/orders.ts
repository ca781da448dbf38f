// A program's side of live_program.ts: it says that it is ready, takes orders on stdin, one JSON line each, and answers each
// with one line. It ends when stdin does, so that none outlives the script that started it.
import process from "node:process";
import { createInterface } from "node:readline";

/** What a program does when it is told to: the name of an order, and what it comes to. */
export type Orders = { readonly [order: string]: (argument: never) => unknown };

/** An order on its way. */
export interface OrderLine {
  readonly id: number;
  readonly order: string;
  readonly argument: unknown;
}

/** Its answer. */
export interface AnswerLine {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: string;
}

/** Says that the program is ready, with what its starter has to know, and takes orders from then on. */
export function takeOrders(ready: object, orders: Orders): void {
  const lines = createInterface({ input: process.stdin });
  lines.on("line", async (line) => {
    const { id, order, argument } = JSON.parse(line) as OrderLine;
    try {
      say({ id, result: await orders[order]!(argument as never) });
    } catch (error) {
      say({ id, error: error instanceof Error ? error.stack ?? error.message : String(error) });
    }
  });
  lines.on("close", () => process.exit());
  say({ ready });
}

function say(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

interface WithGc {
  readonly gc?: () => void;
  readonly Bun?: { gc(force: boolean): void };
}

/** Octets of the program's memory: resident, and of its heap after what is garbage was collected. */
export async function memory(): Promise<{ rssBytes: number; heapBytes: number }> {
  const { gc, Bun } = globalThis as WithGc;
  // Twice, with a turn between: finalizers of the first round free more.
  for (let round = 0; round < 2; round++) {
    if (Bun !== undefined) Bun.gc(true);
    else gc?.();
    await new Promise((resolve) => setImmediate(resolve));
  }
  const { rss, heapUsed, external } = process.memoryUsage();
  return { rssBytes: rss, heapBytes: heapUsed + external };
}
