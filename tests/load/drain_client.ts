// The client of the drain proof: its lanes call without rest, over three connections, and go where they are told to when a
// connection is lost. The address is the same all the time, as that of a service whose servers are replaced is.
import { connect } from "node:net";
import process from "node:process";
import { createClient, grpcTransport } from "../../mod.ts";
import { lane, type Tally, type WorkName } from "./load.ts";
import { takeOrders } from "./orders.ts";
import { Target } from "./service.ts";

const LANES: readonly WorkName[] = ["unary", "unary", "unary", "slow", "slow", "serverStream", "clientStream", "bidi"];
const CONNECTIONS = 3;

let port = Number(process.argv[2]);
const tally: Tally = { calls: 0, messages: 0, failures: [] };
let isOver = false;

const lanes = Array.from({ length: CONNECTIONS }, () => {
  const transport = grpcTransport("http://service.test:50051", { connect: () => connect({ host: "127.0.0.1", port }) });
  const client = createClient(Target, transport);
  return LANES.map((work) => lane(client, work, tally, () => isOver));
}).flat();

takeOrders({}, {
  /** Connections from now on go to this port. */
  goTo: (next: number) => void (port = next),
  /** What was done since this was asked last. */
  tally: () => ({ calls: tally.calls, messages: tally.messages, failures: tally.failures.splice(0) }),
  async stop() {
    isOver = true;
    await Promise.all(lanes);
  },
});
