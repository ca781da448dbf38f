// The program's half of the harness's protocol (process.ts has the other): saying that it is ready, and working to order.
// Runs unchanged on Node, Bun and Deno.
import process from "node:process";
import { createInterface } from "node:readline";

/** Tells the harness that this program is ready, and where it listens. */
export function announce(port: number): void {
  process.stdout.write(JSON.stringify({ port }) + "\n");
}

/** Tells the harness that this runtime cannot do what is measured, and ends. */
export function unsupported(why: string): never {
  process.stdout.write(JSON.stringify({ unsupported: why }) + "\n");
  process.exit(0);
}

/**
 * Keeps `inFlight` calls of `once` running for as long as each order says, and answers how many it made. `once` throws
 * where it got a wrong answer, which ends the program.
 */
export async function driven(inFlight: number, once: () => Promise<void>): Promise<void> {
  await once();
  announce(0);
  for await (const line of createInterface({ input: process.stdin })) {
    const { seconds } = JSON.parse(line) as { seconds: number };
    const start = performance.now();
    const end = start + seconds * 1000;
    let count = 0;
    const worker = async () => {
      while (performance.now() < end) {
        await once();
        count++;
      }
    };
    await Promise.all(Array.from({ length: inFlight }, worker));
    process.stdout.write(JSON.stringify({ count, seconds: (performance.now() - start) / 1000 }) + "\n");
  }
}

/** @throws Error where `answer` is not what was expected. */
export function expectAnswer(answer: unknown, expected: string): void {
  if (answer !== expected) {
    throw new Error(`The answer was ${JSON.stringify(answer)}, not ${JSON.stringify(expected)}.`);
  }
}
