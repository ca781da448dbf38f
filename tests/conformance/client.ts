// The client under test: reads from stdin which calls to make, makes them, some at a time, and tells how each ended.
import { readFileSync } from "node:fs";
import process from "node:process";
import { ConformanceCall } from "./call.ts";
import { type ClientCompatRequest, ConformanceProtocol, DESCRIPTORS_VARIABLE } from "./protocol.ts";
import { readMessages, writeMessage } from "./sized_messages.ts";
import { closeTransports, transportFor } from "./transports.ts";

/** Calls that run at a time. */
const MAX_RUNNING = 16;

const protocol = new ConformanceProtocol(readFileSync(process.env[DESCRIPTORS_VARIABLE]!));

async function answer(request: ClientCompatRequest): Promise<void> {
  const { testName } = request;
  let result: object;
  try {
    result = { case: "response", value: await new ConformanceCall(protocol, request, transportFor(request)).run() };
  } catch (error) {
    result = { case: "error", value: { message: String(error) } };
  }
  await writeMessage(protocol.message("ClientCompatResponse"), { testName, result });
}

const running = new Set<Promise<void>>();
for await (const request of readMessages<ClientCompatRequest>(protocol.message("ClientCompatRequest"))) {
  const one: Promise<void> = answer(request).finally(() => running.delete(one));
  running.add(one);
  if (running.size >= MAX_RUNNING) await Promise.race(running);
}
await Promise.all(running);
await closeTransports();
process.exit(0);
