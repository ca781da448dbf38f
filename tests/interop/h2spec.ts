// h2spec, the conformance suite for HTTP/2 servers (RFC 9113, RFC 7541), in strict mode against the engine over sockets:
//
//   npm run h2spec -- [--runtime node|bun|deno|all]
//
// Cleartext and TLS. Needs Go, which builds the tool into .bench/; fails where a case fails or is skipped.
import { execFileSync, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "../..");
const TOOL_FOLDER = join(ROOT, ".bench", "bin");
const TOOL = join(TOOL_FOLDER, "h2spec");
const MODULE = "github.com/summerwind/h2spec/cmd/h2spec@v2.2.1+incompatible";
/** Seconds in which a server has to react. */
const PATIENCE_S = 5;

const RUNNERS: Readonly<Record<string, readonly string[]>> = {
  node: ["node", "--import", "tsx"],
  bun: ["bun"],
  deno: ["deno", "run", "-A", "--no-check"],
};

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

/** Runs the suite; answers its summary, and all that it printed where a case did not pass. */
function runSuite(port: string, tls: boolean): Promise<{ passed: boolean; report: string }> {
  const args = ["-h", "127.0.0.1", "-p", port, "--strict", "-o", String(PATIENCE_S), ...(tls ? ["-t", "-k"] : [])];
  return new Promise((resolve, reject) => {
    const child = spawn(TOOL, args, { stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (chunk: string) => output += chunk);
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

const { runtime } = parseArgs({ options: { runtime: { type: "string", default: "all" } } }).values;
const runtimes = runtime === "all" ? Object.keys(RUNNERS) : [runtime];
const unknown = runtimes.find((name) => !(name in RUNNERS));
if (unknown !== undefined) {
  console.error(`There is no runtime "${unknown}": it is node, bun, deno or all.`);
  process.exit(2);
}
if (!existsSync(TOOL)) {
  execFileSync("go", ["install", MODULE], { env: { ...process.env, GOBIN: TOOL_FOLDER }, stdio: "inherit" });
}
for (const name of runtimes) {
  for (const tls of [false, true]) {
    const server = await serve(name, tls);
    const { passed, report } = await runSuite(server.port, tls).finally(() => server.stop());
    console.log(`h2spec on ${name} over ${tls ? "TLS" : "cleartext"}: ${report}`);
    if (!passed) process.exitCode = 1;
  }
}
process.exit();
