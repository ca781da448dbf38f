// The server under test in workerd: reads from stdin how it is to listen, starts the Worker beside this file, and says where it
// answers. SIGTERM ends both.
import { readFileSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { startWorkerd } from "../support/workerd.ts";
import { ConformanceProtocol, DESCRIPTORS_VARIABLE, type ServerCompatRequest } from "./protocol.ts";
import { readMessages, writeMessage } from "./sized_messages.ts";

const descriptors = readFileSync(process.env[DESCRIPTORS_VARIABLE]!);
const protocol = new ConformanceProtocol(descriptors);
const [request] = await Array.fromAsync(readMessages<ServerCompatRequest>(protocol.message("ServerCompatRequest")));
const worker = await startWorkerd(fileURLToPath(new URL("./workerd_service.ts", import.meta.url)), {
  // A Worker is told of a client that went away where it asks for it.
  compatibilityFlags: ["enable_request_signal"],
  bindings: {
    DESCRIPTORS: descriptors.toString("base64"),
    MAX_RECEIVE_BYTES: String(request!.messageReceiveLimit),
  },
});
await writeMessage(protocol.message("ServerCompatResponse"), {
  host: "127.0.0.1",
  port: Number(new URL(worker.url).port),
});
process.once("SIGTERM", () => {
  void worker.stop().then(() => process.exit(0));
});
await new Promise((resolve) => setInterval(resolve, 1 << 30));
