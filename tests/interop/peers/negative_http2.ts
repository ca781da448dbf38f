// The negative HTTP/2 cases: a server on python-h2 that resets, goes away and pings at the wrong moments, and our client.
// grpc-go's client of these cases shows that the server does what they are about.
import { join } from "node:path";
import { type Check, ours, ROOT, run, runCases, type Runtime, ServerProgram, TLS } from "../programs.ts";
import { negativeCases } from "../test_service/negative_cases.ts";
import { buildGrpcGo, GRPC_GO } from "./grpc_go.ts";
import { buildPython, python, PYTHON_ENV } from "./grpcio.ts";
import type { Peer } from "./peer.ts";
import { overTls } from "./test_service_peer.ts";

// Its client wants UNKNOWN of a reset that its table of codes makes INTERNAL, and fails on all servers.
const WRONG_IN_GRPC_GO = "rst_during_data";

type Client = (name: string, port: number) => Promise<Check>;

async function against(name: string, client: Client, files: readonly string[] = []): Promise<Check> {
  const command = [python(), join(ROOT, "tests/interop/peers/python/http2_server.py"), name, ...files];
  await using server = await ServerProgram.start(command, { env: PYTHON_ENV });
  const { error } = await client(name, server.port);
  const { faults } = JSON.parse(await server.finish()) as { faults: string[] };
  return { name, error: error ?? (faults.length > 0 ? faults.join("; ") : undefined) };
}

async function grpcGoClient(name: string, port: number): Promise<Check> {
  const args = ["-server_host", "127.0.0.1", "-server_port", String(port), "-test_case", name];
  const { code, stderr } = await run([GRPC_GO.http2, ...args]);
  return { name, error: code === 0 ? undefined : stderr };
}

export const negativeHttp2: Peer = {
  name: "negative-http2",
  about: "the negative HTTP/2 cases, by a server on python-h2",

  async prepare() {
    await buildGrpcGo();
    await buildPython();
  },

  async *serveOurClient(runtime: Runtime) {
    const client = (origin: string): Client => async (name, port) => {
      const command = ours(runtime, "test_service/client.ts", `${origin}:${port}`, name);
      return (await runCases(command, [name]))[0]!;
    };
    const names = Object.keys(negativeCases);
    for (const name of names) {
      yield await against(name, client("http://127.0.0.1"));
      yield* overTls([await against(name, client("https://localhost"), [TLS.cert, TLS.key])]);
    }
    if (runtime !== "node") return;
    for (const name of names.filter((name) => name !== WRONG_IN_GRPC_GO)) {
      const { error } = await against(name, grpcGoClient);
      yield { name: `${name}, grpc-go's client in our place`, error };
    }
  },
};
