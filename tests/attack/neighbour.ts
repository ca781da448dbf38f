// The well-behaved client beside an attacker: two calls of gRPC at a time, one after the other, on a connection of its own.
// Told to, it says how long they took since it was told so last.
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

async function call(lane: number): Promise<never> {
  for (let count = 0;; count++) {
    const started = performance.now();
    try {
      const { text } = await client.echo({ text: `${lane} ${count}` }, { timeoutMs: 10_000 });
      if (text !== `${lane} ${count}`) failures.push(`answered "${text}" to "${lane} ${count}"`);
    } catch (error) {
      failures.push(String(error));
    }
    latencies.push(performance.now() - started);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

for (const lane of [1, 2]) void call(lane);
takeOrders({}, {
  lap(): Lap {
    const sorted = latencies.sort((a, b) => a - b);
    const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
    const lap = { calls: sorted.length, p50Ms: at(0.5), p99Ms: at(0.99), failures };
    latencies = [];
    failures = [];
    return lap;
  },
});
