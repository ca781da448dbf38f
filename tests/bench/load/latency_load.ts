// How long a server takes to answer at a rate, from raw sockets. Without one: at half of the most that it answers, which is found
// out first, with so many requests in flight on each connection.
// A driven program (../process.ts): node latency_load.ts ADDRESS CONNECTIONS STREAMS [RATE]
import process from "node:process";
import { createInterface } from "node:readline";
import { announce } from "../greeter/program.ts";
import { closedLoad } from "./closed_load.ts";
import { openLoad } from "./open_load.ts";
import { rawConnections } from "./raw_connection.ts";

const [address = "", count = "8", streams = "32", fixedRate] = process.argv.slice(2);
const connections = await rawConnections(address, Number(count), "same");
announce(0);
for await (const line of createInterface({ input: process.stdin })) {
  const { seconds } = JSON.parse(line) as { seconds: number };
  let rate = Number(fixedRate);
  if (fixedRate === undefined) {
    const top = await closedLoad(connections, Number(streams), seconds);
    rate = top.count / top.seconds / 2;
  }
  process.stdout.write(JSON.stringify({ ...await openLoad(connections, rate, seconds), rate }) + "\n");
}
