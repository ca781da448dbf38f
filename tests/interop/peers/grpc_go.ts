// grpc-go: its own interop client and server, and a small program for what these don't do.
import { join } from "node:path";
import { functionalCases, furtherCases } from "../test_service/cases.ts";
import { BUILD, build, type Check, freePort, ROOT, run, type Runtime, ServerProgram, TLS } from "../programs.ts";
import type { OurServer, Peer } from "./peer.ts";
import { callOurServer, callTheirs, overTls, serveOurClient } from "./test_service_peer.ts";

const VERSION = "v1.83.2";
const FOLDER = join(BUILD, "go");
/** grpc-go's own client, server, and client of the negative HTTP/2 cases. */
export const GRPC_GO = {
  client: join(FOLDER, "client"),
  server: join(FOLDER, "server"),
  http2: join(FOLDER, "http2"),
} as const;
const small = { command: [join(FOLDER, "peer")], cases: Object.keys(furtherCases) };

/** What its client has; the rest of our list is not in it. */
const CASES = Object.keys(functionalCases).filter((name) => name !== "concurrent_large_unary").concat(
  "pick_first_unary",
);

/** Builds grpc-go's own programs, which takes a minute or two the first time. */
export async function buildGrpcGo(): Promise<void> {
  for (const program of Object.keys(GRPC_GO)) {
    const module = `google.golang.org/grpc/interop/${program}@${VERSION}`;
    await build(["go", "install", module], { env: { GOBIN: FOLDER, GOFLAGS: "-buildvcs=false" } });
  }
}

/** Starts grpc-go's interop server. */
export async function startGrpcGo(tls: boolean): Promise<ServerProgram> {
  const port = await freePort();
  const security = tls ? ["-use_tls", "-tls_cert_file", TLS.cert, "-tls_key_file", TLS.key] : [];
  return await ServerProgram.start([GRPC_GO.server, "-port", String(port), ...security], { port });
}

export const grpcGo: Peer = {
  name: "grpc-go",
  about: `grpc-go ${VERSION}: interop/client, interop/server, and peers/go`,

  async prepare() {
    await buildGrpcGo();
    const cwd = join(ROOT, "tests/interop/peers/go");
    await build(["go", "build", "-o", join(FOLDER, "peer"), "."], { cwd, env: { GOFLAGS: "-buildvcs=false" } });
  },

  async *callOurServer(server: OurServer) {
    for (const name of CASES) yield await theirCase(name, server.port);
    for (const name of CASES) {
      const security = ["-use_tls", "-use_test_ca", "-ca_file", TLS.ca, "-server_host_override", "localhost"];
      yield* overTls([await theirCase(name, server.tlsPort, security)]);
    }
    yield* callOurServer(small, server);
  },

  async *serveOurClient(runtime: Runtime) {
    for (const tls of [false, true]) {
      await using server = await startGrpcGo(tls);
      const url = tls ? `https://localhost:${server.port}` : `http://127.0.0.1:${server.port}`;
      const checks = await callTheirs(runtime, url, Object.keys(functionalCases));
      yield* tls ? overTls(checks) : checks;
    }
    yield* serveOurClient(small, runtime, Object.keys(furtherCases));
  },
};

async function theirCase(name: string, port: number, security: readonly string[] = []): Promise<Check> {
  const target = ["-server_host", "127.0.0.1", "-server_port", String(port)];
  const { code, stderr } = await run([GRPC_GO.client, ...target, ...security, "-test_case", name]);
  return { name, error: code === 0 ? undefined : stderr };
}
