// The client under test in workerd: reads from stdin which calls to make, has the Worker beside this file make them, some at a
// time, and tells how each ended.
import { Buffer } from "node:buffer";
import { readFileSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { toBinary } from "@bufbuild/protobuf";
import { startWorkerd } from "../support/workerd.ts";
import { type ClientCompatRequest, ConformanceProtocol, DESCRIPTORS_VARIABLE } from "./protocol.ts";
import { readMessages, writeEncoded, writeMessage } from "./sized_messages.ts";

/** Calls that run at a time. */
const MAX_RUNNING = 16;

const descriptors = readFileSync(process.env[DESCRIPTORS_VARIABLE]!);
const protocol = new ConformanceProtocol(descriptors);
const worker = await startWorkerd(fileURLToPath(new URL("./workerd_caller.ts", import.meta.url)), {
  bindings: { DESCRIPTORS: descriptors.toString("base64") },
});

async function answer(request: ClientCompatRequest): Promise<void> {
  const body = toBinary(protocol.message("ClientCompatRequest"), request) as Uint8Array<ArrayBuffer>;
  const response = await fetch(worker.url, { method: "POST", body });
  if (response.ok) return await writeEncoded(Buffer.from(await response.arrayBuffer()));
  const result = { case: "error", value: { message: `${await response.text()}\n${worker.output()}` } };
  await writeMessage(protocol.message("ClientCompatResponse"), { testName: request.testName, result });
}

const running = new Set<Promise<void>>();
for await (const request of readMessages<ClientCompatRequest>(protocol.message("ClientCompatRequest"))) {
  const one: Promise<void> = answer(request).finally(() => running.delete(one));
  running.add(one);
  if (running.size >= MAX_RUNNING) await Promise.race(running);
}
await Promise.all(running);
await worker.stop();
process.exit(0);
