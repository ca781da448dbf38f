// h2spec and h2specd, the conformance suites for HTTP/2 servers and clients (RFC 9113, RFC 7541), in strict mode against the
// engine over sockets:
//
//   npm run h2spec -- [--runtime node|bun|deno|all] [--side server|client|all]
//
// Cleartext and TLS. Needs Go, which builds the tools into .bench/; fails where a case fails or is skipped.
import { execFileSync, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "../..");
const TOOL_FOLDER = join(ROOT, ".bench", "bin");
const MODULE = "github.com/summerwind/h2spec/cmd";
const VERSION = "v2.2.1+incompatible";
const SIDES = ["server", "client"] as const;
/** Seconds in which a server, or a client, has to react; a client's case must end within three. */
const PATIENCE_S = { server: 5, client: 2 };

const RUNNERS: Readonly<Record<string, readonly string[]>> = {
  node: ["node", "--import", "tsx"],
  bun: ["bun"],
  deno: ["deno", "run", "-A", "--no-check"],
};

/** The client is plain TypeScript, and started for each case: the sooner the better. */
const CLIENT_RUNNERS: Readonly<Record<string, readonly string[]>> = { ...RUNNERS, node: ["node"] };
const FIRST_CLIENT_PORT = 30_100;

/** Starts the server; answers its port and what ends it. */
function serve(runtime: string, tls: boolean): Promise<{ port: string; stop(): void }> {
  const [program, ...args] = RUNNERS[runtime]!;
  const child = spawn(join(ROOT, "node_modules", ".bin", program), [
    ...args,
    "tests/interop/h2spec_server.ts",
    ...(tls ? ["--tls"] : []),
  ], { cwd: ROOT, stdio: ["ignore", "pipe", "inherit"] });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`The server on ${runtime} ended with ${code}.`)));
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      output += chunk;
      const port = /listening on (\d+)/.exec(output)?.[1];
      if (port !== undefined) resolve({ port, stop: () => child.kill("SIGKILL") });
    });
  });
}

interface SuiteResult {
  readonly passed: boolean;
  /** The tool's summary, and all that it printed where a case did not pass. */
  readonly report: string;
}

/** Runs the suite for servers against one on a port. */
function runServerSuite(port: string, tls: boolean): Promise<SuiteResult> {
  return runTool("h2spec", ["-h", "127.0.0.1", "-p", port, "-o", `${PATIENCE_S.server}`, ...(tls ? ["-t", "-k"] : [])]);
}

/** Runs the suite for clients, which starts one on a runtime for each case, and listens on a port for each. */
function runClientSuite(runtime: string, tls: boolean): Promise<SuiteResult> {
  // The tool takes the command apart at spaces.
  const [program, ...args] = CLIENT_RUNNERS[runtime]!;
  const command = [join("node_modules", ".bin", program!), ...args, "tests/interop/h2spec_client.ts"].join(" ");
  const folder = "tests/support/tls";
  const certificate = ["-t", "-c", `${folder}/server.pem`, "-k", `${folder}/server.key.pem`];
  const ports = ["-p", "80", "-f", `${FIRST_CLIENT_PORT}`, "-o", `${PATIENCE_S.client}`];
  return runTool("h2specd", ["-h", "127.0.0.1", ...ports, "-e", command, ...(tls ? certificate : [])]);
}

function runTool(name: string, args: readonly string[]): Promise<SuiteResult> {
  const tool = join(TOOL_FOLDER, name);
  if (!existsSync(tool)) {
    const env = { ...process.env, GOBIN: TOOL_FOLDER };
    execFileSync("go", ["install", `${MODULE}/${name}@${VERSION}`], { env, stdio: "inherit" });
  }
  return new Promise((resolve, reject) => {
    const child = spawn(tool, [...args, "--strict"], {
      cwd: ROOT,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      // At its end h2specd complains about each port that it has closed, for as long as it takes.
      stream.setEncoding("utf8").on("data", (chunk: string) => output += chunk.replace(/^accept tcp .*\n/gm, ""));
    }
    child.once("error", reject);
    child.once("close", (code) => {
      const summary = /^(\d+) tests, (\d+) passed, .*$/m.exec(output);
      const passed = code === 0 && summary !== null && summary[1] === summary[2];
      const failures = output.slice(Math.max(0, output.indexOf("Failures:")));
      resolve({ passed, report: passed ? summary[0] : failures });
    });
  });
}

const { runtime, side } = parseArgs({
  options: { runtime: { type: "string", default: "all" }, side: { type: "string", default: "all" } },
}).values;
const runtimes = runtime === "all" ? Object.keys(RUNNERS) : [runtime];
const sides = SIDES.filter((one) => side === "all" || side === one);
const unknown = runtimes.find((name) => !(name in RUNNERS));
if (unknown !== undefined || sides.length === 0) {
  console.error(`--runtime is node, bun, deno or all; --side is server, client or all.`);
  process.exit(2);
}
for (const name of runtimes) {
  for (const one of sides) {
    for (const tls of [false, true]) {
      const { passed, report } = one === "client" ? await runClientSuite(name, tls) : await serverResult(name, tls);
      console.log(`h2spec of a ${one} on ${name} over ${tls ? "TLS" : "cleartext"}: ${report}`);
      if (!passed) process.exitCode = 1;
    }
  }
}
process.exit();

async function serverResult(name: string, tls: boolean): Promise<SuiteResult> {
  const server = await serve(name, tls);
  return await runServerSuite(server.port, tls).finally(() => server.stop());
}
