// Our client in a Worker, in workerd: it calls grpc-go's interop server in native gRPC over the Worker's own sockets, in
// cleartext, for a Worker's TLS has no ALPN and grpc-go wants it.
import { join } from "node:path";
import { startWorkerd } from "../../support/workerd.ts";
import { BUILD, type Check, ROOT, type Runtime, ServerProgram } from "../programs.ts";
import { functionalCases, furtherCases } from "../test_service/cases.ts";
import { grpcGo, startGrpcGo } from "./grpc_go.ts";
import type { Peer } from "./peer.ts";

async function* callFromWorker(port: number, cases: readonly string[]): AsyncGenerator<Check> {
  const worker = await startWorkerd(join(ROOT, "tests/interop/test_service/worker.ts"));
  try {
    for (const name of cases) {
      const query = new URLSearchParams({ case: name, server: `http://127.0.0.1:${port}` });
      const response = await fetch(`${worker.url}/?${query}`, { method: "POST" });
      const answer = await response.text();
      yield { name, error: answer === "passed" ? undefined : `${answer}\n${worker.output()}` };
    }
  } finally {
    await worker.stop();
  }
}

export const workerd: Peer = {
  name: "workerd",
  about: "our client in workerd, calling grpc-go's server over the Worker's sockets",
  prepare: grpcGo.prepare,

  async *serveOurClient(runtime: Runtime) {
    if (runtime !== "node") return; // ours runs in workerd, whatever runs the rest
    {
      await using server = await startGrpcGo(false);
      yield* callFromWorker(server.port, Object.keys(functionalCases));
    }
    await using detailed = await ServerProgram.start([join(BUILD, "go", "peer"), "serve"]);
    yield* callFromWorker(detailed.port, Object.keys(furtherCases));
  },
};
