// Peers that are not ours, both ways, on real sockets: `npm run interop`. docs/interop.md tells what each of them exercises.
import process from "node:process";
import { parseArgs } from "node:util";
import { chromium } from "./peers/chromium.ts";
import { compression } from "./peers/compression.ts";
import { curl } from "./peers/curl.ts";
import { grpcGo } from "./peers/grpc_go.ts";
import { grpcJs } from "./peers/grpc_js.ts";
import { grpcJava } from "./peers/grpc_java.ts";
import { grpcio } from "./peers/grpcio.ts";
import { negativeHttp2 } from "./peers/negative_http2.ts";
import { nghttp2 } from "./peers/nghttp2.ts";
import { nginx } from "./peers/nginx.ts";
import type { OurServer, Peer } from "./peers/peer.ts";
import { schemaTools } from "./peers/schema_tools.ts";
import { tonic } from "./peers/tonic.ts";
import { workerd } from "./peers/workerd.ts";
import { type Check, ours, type Runtime, RUNTIMES, ServerProgram } from "./programs.ts";

const PEERS: readonly Peer[] = [
  grpcGo,
  grpcio,
  grpcJava,
  tonic,
  grpcJs,
  compression,
  negativeHttp2,
  nghttp2,
  curl,
  nginx,
  chromium,
  workerd,
  schemaTools,
];
/** What is under test: our server, or our client. */
const DIRECTIONS = ["server", "client"] as const;

const HELP = `usage: npm run interop -- [options]

  --peer NAME[,NAME...]         who is called or calls (default: all)
  --runtime node|bun|deno|all   where ours runs (default: node)
  --direction server|client|all what of ours is under test (default: all)
  --verbose                     a line for each check
  --help                        this text

Peers:
${PEERS.map(({ name, about }) => `  ${name.padEnd(16)}${about}`).join("\n")}

Needs the tools of the peers that are asked for: Go, Java 17 with Maven, Rust, Python with grpcio; docs/interop.md has how
to install them. What is built goes to .ci/cache/interop.
`;

/** Thrown for a command line that makes no sense. */
class UsageError extends Error {}

function chosen<T extends string>(option: string, value: string, known: readonly T[]): readonly T[] {
  if (value === "all") return known;
  return value.split(",").map((word) => {
    const one = known.find((each) => each === word);
    if (one === undefined) throw new UsageError(`--${option} is ${known.join(", ")} or all, not "${word}".`);
    return one;
  });
}

/** Counts checks, and tells of them as they come. */
class Report {
  readonly #verbose: boolean;
  passed = 0;
  failed = 0;

  constructor(verbose: boolean) {
    this.#verbose = verbose;
  }

  async take(title: string, checks: AsyncIterable<Check>): Promise<void> {
    const started = performance.now();
    let passed = 0;
    let failed = 0;
    try {
      for await (const { name, error } of checks) {
        if (error === undefined) passed++;
        else failed++;
        if (error !== undefined) console.log(`  FAILED ${title}: ${name}\n${error.replace(/^/gm, "    ")}`);
        else if (this.#verbose) console.log(`  passed ${title}: ${name}`);
      }
    } catch (error) {
      failed++;
      console.log(`  FAILED ${title}\n${String(error).replace(/^/gm, "    ")}`);
    }
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    console.log(`${title}: ${passed} passed, ${failed} failed (${seconds} s)`);
    this.passed += passed;
    this.failed += failed;
  }
}

async function onRuntime(
  runtime: Runtime,
  peers: readonly Peer[],
  directions: readonly (typeof DIRECTIONS)[number][],
  report: Report,
): Promise<void> {
  if (directions.includes("server") && peers.some((peer) => peer.callOurServer)) {
    await using plain = await ServerProgram.start(ours(runtime, "test_service/server.ts"));
    await using tls = await ServerProgram.start(ours(runtime, "test_service/server.ts", "--tls"));
    const server: OurServer = { runtime, port: plain.port, tlsPort: tls.port };
    for (const peer of peers) {
      const checks = peer.callOurServer?.(server);
      if (checks) await report.take(`${peer.name} -> Sigil on ${runtime}`, checks);
    }
  }
  if (!directions.includes("client")) return;
  for (const peer of peers) {
    const checks = peer.serveOurClient?.(runtime);
    if (checks) await report.take(`Sigil on ${runtime} -> ${peer.name}`, checks);
  }
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      peer: { type: "string", default: "all" },
      runtime: { type: "string", default: "node" },
      direction: { type: "string", default: "all" },
      verbose: { type: "boolean", short: "v", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const names = chosen("peer", values.peer, PEERS.map(({ name }) => name));
  const peers = PEERS.filter(({ name }) => names.includes(name));
  const runtimes = chosen("runtime", values.runtime, RUNTIMES);
  const directions = chosen("direction", values.direction, DIRECTIONS);
  const report = new Report(values.verbose);
  for (const peer of peers) {
    if (!peer.prepare) continue;
    const started = performance.now();
    await peer.prepare();
    console.log(`${peer.name} is ready after ${((performance.now() - started) / 1000).toFixed(1)} s`);
  }
  for (const runtime of runtimes) await onRuntime(runtime, peers, directions, report);
  console.log(`interop: ${report.passed} passed, ${report.failed} failed`);
  return report.failed === 0 ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  const usage = error instanceof UsageError || (error as { code?: string }).code?.startsWith("ERR_PARSE_ARGS");
  console.error(usage ? `${(error as Error).message} See --help.` : (error as Error).message);
  process.exitCode = 2;
}
process.exit();
