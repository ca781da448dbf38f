// grpc-java, on its shaded Netty.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { BUILD, build, protoFolder, ROOT } from "../programs.ts";
import type { Peer } from "./peer.ts";
import { callOurServer, serveOurClient } from "./test_service_peer.ts";

const FOLDER = join(BUILD, "java");
const small = { command: ["java", "-cp", `${join(FOLDER, "classes")}:${join(FOLDER, "libraries")}/*`, "Peer"] };

export const grpcJava: Peer = {
  name: "grpc-java",
  about: "grpc-java, on its shaded Netty",
  async prepare() {
    const proto = await protoFolder();
    const offline = existsSync(join(FOLDER, "classes", "Peer.class")) ? ["--offline"] : [];
    const folders = [`-Dproto.folder=${proto}`, `-Dbuild.folder=${FOLDER}`];
    await build(["mvn", ...offline, "--quiet", "--batch-mode", "compile", ...folders], {
      cwd: join(ROOT, "tests/interop/peers/java"),
    });
  },
  callOurServer: (server) => callOurServer(small, server),
  serveOurClient: (runtime) => serveOurClient(small, runtime),
};
