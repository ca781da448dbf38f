// Native gRPC out of workerd: the case list is run inside a Worker, which calls servers of this process over h2c on its own
// sockets.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { type Server, Sigil } from "sigil";
import { grpcJsServer } from "../interop/grpc_js.ts";
import { type RunningWorker, startWorkerd } from "../support/workerd.ts";
import { Probes, Scoped } from "./app.ts";
import { cases } from "./cases.ts";

/** What grpc-js's server of the probes serves: the methods that stream and that answer, without what is Sigil's own. */
const SERVED_BY_GRPC_JS = [
  "a large message crosses whole, both ways",
  "server streaming answers every message in order",
  "client streaming takes none",
  "bidi streaming answers while it is asked",
  "a hundred calls at once are kept apart",
];

const app = new Sigil({ services: [Probes, Scoped], onUnknownError: () => {} });
let server: Server;
let peer: { url: string; stop(): void };
let worker: RunningWorker;

before(async () => {
  server = await app.listen({ host: "127.0.0.1", port: 0, shutdownSignals: false });
  peer = await grpcJsServer(app);
  worker = await startWorkerd(fileURLToPath(new URL("./outbound_worker.ts", import.meta.url)));
});

after(async () => {
  await worker?.stop();
  peer.stop();
  await server.close({ graceMs: 100 });
});

async function passes(name: string, url: string): Promise<void> {
  const query = new URLSearchParams({ case: name, server: url });
  const response = await fetch(`${worker.url}/?${query}`, { method: "POST" });
  assert.equal(await response.text(), "passed", worker.output());
}

for (const { name } of cases) {
  test(`a Worker calls Sigil's server: ${name}`, () => passes(name, server.url));
}

for (const name of SERVED_BY_GRPC_JS) {
  test(`a Worker calls grpc-js's server: ${name}`, () => passes(name, peer.url));
}
