// tonic, on hyper and rustls.
import { join } from "node:path";
import { BUILD, build, ROOT } from "../programs.ts";
import type { Peer } from "./peer.ts";
import { callOurServer, serveOurClient } from "./test_service_peer.ts";

const FOLDER = join(BUILD, "rust");
const small = { command: [join(FOLDER, "debug", "peer")] };

export const tonic: Peer = {
  name: "tonic",
  about: "tonic, in Rust, on hyper and rustls",
  async prepare() {
    const command = ["cargo", "build", "--locked", "--quiet", "--target-dir", FOLDER];
    await build(command, { cwd: join(ROOT, "tests/interop/peers/rust") });
  },
  callOurServer: (server) => callOurServer(small, server),
  serveOurClient: (runtime) => serveOurClient(small, runtime),
};
