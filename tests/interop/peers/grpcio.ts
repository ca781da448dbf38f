// grpcio, gRPC's C core in Python.
import { join } from "node:path";
import { BUILD, build, protoFolder, ROOT } from "../programs.ts";
import { locate, PYTHON_GRPC } from "../../support/requirement.ts";
import type { Peer } from "./peer.ts";
import { callOurServer, serveOurClient } from "./test_service_peer.ts";

const FOLDER = join(BUILD, "python");

/** Python with what the peers in it need. */
export function python(): string {
  const found = locate(PYTHON_GRPC);
  if (found === undefined) throw new Error(`There is no ${PYTHON_GRPC.name}: ${PYTHON_GRPC.install}`);
  return found;
}

/** The environment in which Python finds the messages of the suite. */
export const PYTHON_ENV = { PYTHONPATH: FOLDER };

/** Makes the messages and stubs of the suite. */
export async function buildPython(): Promise<void> {
  const proto = await protoFolder();
  await build(["mkdir", "-p", FOLDER]);
  const out = [`--python_out=${FOLDER}`, `--grpc_python_out=${FOLDER}`];
  await build([python(), "-m", "grpc_tools.protoc", `-I${proto}`, ...out, "interop.proto"]);
}

const small = () => ({ command: [python(), join(ROOT, "tests/interop/peers/python/peer.py")], env: PYTHON_ENV });

export const grpcio: Peer = {
  name: "grpcio",
  about: "grpcio, in Python, on gRPC's C core",
  prepare: buildPython,
  callOurServer: (server) => callOurServer(small(), server),
  serveOurClient: (runtime) => serveOurClient(small(), runtime),
};
