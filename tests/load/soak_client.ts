// The client of the soak: all kinds of calls, small and large, those that fail, are given up, run out of time or are left
// half-way, over connections of its own; and some that are made and closed again all the time.
import process from "node:process";
import { createClient, grpcTransport } from "../../mod.ts";
import { lane, type Tally, type WorkName } from "./load.ts";
import { memory, takeOrders } from "./orders.ts";
import { Target } from "./service.ts";

const LANES: readonly WorkName[] = [
  "unary",
  "unary",
  "unary",
  "unary",
  "slow",
  "large",
  "serverStream",
  "clientStream",
  "bidi",
  "failure",
  "cancelled",
  "late",
  "left",
];
const CONNECTIONS = 2;
/** Milliseconds between two connections that are made for one call. */
const CHURN_MS = 20;

const url = process.argv[2]!;
const tally: Tally = { calls: 0, messages: 0, failures: [] };
let isOver = false;

const transports = Array.from({ length: CONNECTIONS }, () => grpcTransport(url));
const lanes = transports.flatMap((transport) => {
  const client = createClient(Target, transport);
  return LANES.map((name) => lane(client, name, tally, () => isOver));
});

async function churn(): Promise<void> {
  while (!isOver) {
    const transport = grpcTransport(url);
    try {
      await createClient(Target, transport).echo({ text: "once" });
    } catch (error) {
      tally.failures.push(`churn: ${error}`);
    }
    await transport.close();
    tally.calls++;
    await new Promise((resolve) => setTimeout(resolve, CHURN_MS));
  }
}
lanes.push(churn());

takeOrders({}, {
  tally: () => ({ calls: tally.calls, messages: tally.messages, failures: tally.failures.splice(0) }),
  heap: async () => (await memory()).heapBytes,
  async stop() {
    isOver = true;
    await Promise.all(lanes);
    await Promise.all(transports.map((transport) => transport.close()));
  },
});
