// Load on an HTTP/2 server from raw sockets: so many requests in flight on each connection, a new one for each answer.
// A driven program (../process.ts): node raw_load.ts ADDRESS CONNECTIONS STREAMS KIND
import process from "node:process";
import { createInterface } from "node:readline";
import { announce } from "../greeter/program.ts";
import { closedLoad } from "./closed_load.ts";
import { rawConnections, type RawLoadKind } from "./raw_connection.ts";

const [address = "", count = "8", streams = "32", kind = "same"] = process.argv.slice(2);
const connections = await rawConnections(address, Number(count), kind as RawLoadKind);
announce(0);
for await (const line of createInterface({ input: process.stdin })) {
  const { seconds } = JSON.parse(line) as { seconds: number };
  process.stdout.write(JSON.stringify(await closedLoad(connections, Number(streams), seconds)) + "\n");
}
