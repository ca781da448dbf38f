// The compressed cases, between grpcio and ours in both directions, with a relay between them that sees which messages are
// compressed.
import { join } from "node:path";
import { type Check, ours, ROOT, runCases, type Runtime, ServerProgram } from "../programs.ts";
import { Tap, type TappedCall } from "../tap.ts";
import { compressedMessages, probeCases } from "../test_service/compressed_cases.ts";
import { buildPython, python, PYTHON_ENV } from "./grpcio.ts";
import type { OurServer, Peer } from "./peer.ts";
import { callTheirs } from "./test_service_peer.ts";

const CASES = Object.keys(compressedMessages);
const command = () => [python(), join(ROOT, "tests/interop/peers/python/peer.py")];

/** What a relay has to see of grpcio's client: it probes first, and compresses all messages of a call or none. */
const ofGrpcio: typeof compressedMessages = {
  ...compressedMessages,
  client_compressed_unary: [{ requests: [false] }, { requests: [true] }, { requests: [false] }],
  client_compressed_streaming: [{}, { requests: [true, true] }],
};

async function throughTap(
  port: number,
  name: string,
  expected: typeof compressedMessages,
  client: (port: number) => Promise<Check[]>,
): Promise<Check> {
  await using tap = await Tap.start(port);
  const [check] = await client(tap.port);
  if (check?.error !== undefined) return check;
  const calls = tap.calls();
  return { name, error: differs(calls, expected[name]!) ? `went by: ${JSON.stringify(calls)}` : undefined };
}

function differs(calls: readonly TappedCall[], expected: (typeof compressedMessages)[string]): boolean {
  return calls.length !== expected.length || expected.some(({ requests, replies }, index) => {
    const seen = calls[index]!;
    return requests !== undefined && String(requests) !== String(seen.requests) ||
      replies !== undefined && String(replies) !== String(seen.replies);
  });
}

export const compression: Peer = {
  name: "compression",
  about: "the compressed cases with grpcio, watched on the wire",
  prepare: buildPython,

  async *callOurServer({ port, runtime }: OurServer) {
    for (const name of CASES) {
      yield await throughTap(port, name, ofGrpcio, (tapped) => {
        const env = { ...PYTHON_ENV, CASES: name };
        return runCases([...command(), "call", `127.0.0.1:${tapped}`], [name], env);
      });
    }
    if (runtime === "node") yield* await callTheirs(runtime, `http://127.0.0.1:${port}`, Object.keys(probeCases));
  },

  async *serveOurClient(runtime: Runtime) {
    await using server = await ServerProgram.start([...command(), "serve"], { env: PYTHON_ENV });
    for (const name of CASES) {
      yield await throughTap(server.port, name, compressedMessages, (tapped) => {
        const url = `http://127.0.0.1:${tapped}`;
        return runCases(ours(runtime, "test_service/client.ts", url, name), [name]);
      });
    }
  },
};
