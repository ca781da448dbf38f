// grpc-js, on Node.
import { join } from "node:path";
import { ours, protoFolder } from "../programs.ts";
import type { Peer } from "./peer.ts";
import { callOurServer, serveOurClient, type SmallProgram } from "./test_service_peer.ts";

const small = async (): Promise<SmallProgram> => ({
  command: ours("node", "peers/grpc_js/peer.ts"),
  env: { PROTO: join(await protoFolder(), "interop.proto") },
});

export const grpcJs: Peer = {
  name: "grpc-js",
  about: "grpc-js, on Node's http2",
  async *callOurServer(server) {
    yield* callOurServer(await small(), server);
  },
  async *serveOurClient(runtime) {
    yield* serveOurClient(await small(), runtime);
  },
};
