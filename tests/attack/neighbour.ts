// The well-behaved client beside an attacker: two calls of gRPC at a time, one after the other, on a connection of its own.
// Told to, it says how long they took since it was told so last. A call that takes long keeps others from being made: those
// count as well, or one long wait would look like one slow call among thousands (coordinated omission).
import process from "node:process";
import { createClient, grpcTransport } from "../../mod.ts";
import { takeOrders } from "../load/orders.ts";
import { Target } from "../load/service.ts";

/** What a span of calls came to. */
export interface Lap {
  readonly calls: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** What calls failed by. */
  readonly failures: readonly string[];
}

const client = createClient(Target, grpcTransport(process.argv[2]!));
let latencies: number[] = [];
let failures: string[] = [];

/** How often a lane would call if nothing was slow, in milliseconds. */
const INTERVAL_MS = 3;
/** When the call of each lane began, while it is under way. */
const begun = new Map<number, number>();

/** Counts a call that took so long, and those that could not be made meanwhile. */
function count(tookMs: number): void {
  for (let left = tookMs; left > 0; left -= INTERVAL_MS) latencies.push(left);
}

async function call(lane: number): Promise<never> {
  for (let number = 0;; number++) {
    begun.set(lane, performance.now());
    const words = `${lane} ${number}`;
    try {
      const { text } = await client.echo({ text: words }, { timeoutMs: 10_000 });
      if (text !== words) failures.push(`answered "${text}" to "${words}"`);
    } catch (error) {
      failures.push(String(error));
    }
    count(performance.now() - begun.get(lane)!);
    begun.delete(lane);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

for (const lane of [1, 2]) void call(lane);
takeOrders({}, {
  lap(): Lap {
    const now = performance.now();
    for (const [lane, since] of begun) {
      count(now - since);
      begun.set(lane, now);
    }
    const sorted = latencies.sort((a, b) => a - b);
    const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
    const lap = { calls: sorted.length, p50Ms: at(0.5), p99Ms: at(0.99), failures };
    latencies = [];
    failures = [];
    return lap;
  },
});
