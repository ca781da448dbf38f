// How the suite and the programs under test are run. The suite is one Go binary, installed once into the ignored build
// folder; its protocol files are compiled from the same module, so that binary and descriptors are of one version.
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { DESCRIPTORS_VARIABLE } from "./protocol.ts";

/** The version of the suite. */
export const SUITE_VERSION = "v1.0.5";

const MODULE = "connectrpc.com/conformance";
const FOLDER: string = fileURLToPath(new URL(".", import.meta.url));
const ROOT: string = fileURLToPath(new URL("../..", import.meta.url));
const BIN_FOLDER = join(ROOT, ".bench", "bin");
const BINARY = join(BIN_FOLDER, "connectconformance");
const DESCRIPTORS = join(ROOT, ".bench", "conformance", `${SUITE_VERSION}.binpb`);

/** Runtimes that the programs run on. */
export const RUNTIMES = ["node", "bun", "deno", "workerd"] as const;
export type Runtime = (typeof RUNTIMES)[number];

/** What is under test. */
export const SIDES = ["server", "client"] as const;
export type Side = (typeof SIDES)[number];

/** Installs the suite where it is not there yet, which takes about a minute, and compiles its protocol files. */
export function prepare(say: (line: string) => void): void {
  const environment = { ...process.env, PATH: searchPath(), GOBIN: BIN_FOLDER };
  if (!existsSync(BINARY) || !output([BINARY, "--version"], environment).includes(SUITE_VERSION.slice(1))) {
    say(`installing connectconformance ${SUITE_VERSION}; this takes about a minute`);
    output(["go", "install", `${MODULE}/cmd/connectconformance@${SUITE_VERSION}`], environment);
  }
  if (existsSync(DESCRIPTORS)) return;
  const downloaded = output(["go", "mod", "download", "-json", `${MODULE}@${SUITE_VERSION}`], environment);
  const { Dir: folder } = JSON.parse(downloaded) as { Dir: string };
  mkdirSync(join(DESCRIPTORS, ".."), { recursive: true });
  output(["buf", "build", join(folder, "proto"), "-o", DESCRIPTORS], environment);
}

/** Runs the suite against a program, its words going to this process's output. Answers the suite's exit code. */
export function runSuite(side: Side, runtime: Runtime, args: readonly string[]): Promise<number> {
  const command = [
    ...["--mode", side, "--conf", join(FOLDER, "configs", configOf(side, runtime))],
    ...args,
    ...["--", ...runtimeCommand(runtime), join(FOLDER, programOf(side, runtime))],
  ];
  const env = { ...process.env, PATH: searchPath(), [DESCRIPTORS_VARIABLE]: DESCRIPTORS };
  const child = spawn(BINARY, command, { stdio: ["ignore", "inherit", "inherit"], env });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve(code ?? 1));
  });
}

// Servers are alike on all runtimes; what a client can do depends on the fetch that it runs on.
function configOf(side: Side, runtime: Runtime): string {
  return side === "server" && runtime !== "workerd" ? "server.yaml" : `${side}_${runtime}.yaml`;
}

// In workerd no program can run: one on Node starts it, and speaks for it.
function programOf(side: Side, runtime: Runtime): string {
  return runtime === "workerd" ? `workerd_${side}.ts` : `${side}.ts`;
}

function runtimeCommand(runtime: Runtime): string[] {
  if (runtime === "deno") return ["deno", "run", "--allow-all", "--no-check", "--quiet"];
  // Node 22.18 and later take the types off by themselves; before, tsx does.
  return runtime === "bun" ? ["bun"] : ["node", "--import", "tsx"];
}

// What npm brought comes before what the machine has.
function searchPath(): string {
  return [join(ROOT, "node_modules", ".bin"), process.env.PATH].join(delimiter);
}

function output([file, ...args]: readonly string[], env: NodeJS.ProcessEnv): string {
  return execFileSync(file, args, { encoding: "utf8", env, cwd: ROOT });
}
