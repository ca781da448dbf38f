// Programs of the interop suite: ours on a runtime, and peers'. Servers print `{"port":N}` when they listen; clients print one
// line of JSON for each case that they made, `{"case":NAME}`, with an `error` where it failed.
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { delimiter, join } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** The root of the repository. */
export const ROOT: string = fileURLToPath(new URL("../..", import.meta.url));
/** Where peers are built; what is downloaded for them is wherever their tools keep it. */
export const BUILD: string = join(ROOT, ".ci", "cache", "interop");
/** The certificates: an authority, and what it signed for localhost. */
export const TLS = {
  ca: join(ROOT, "tests/support/tls/ca.pem"),
  cert: join(ROOT, "tests/support/tls/server.pem"),
  key: join(ROOT, "tests/support/tls/server.key.pem"),
} as const;

/** Milliseconds until a server has to listen. */
const START_MS = 60_000;
/** Milliseconds that a client may take for all its cases. */
const RUN_MS = 180_000;
/** Milliseconds that building a peer from nothing may take. */
const BUILD_MS = 20 * 60_000;
/** Characters of a program's words that go into an error. */
const MAX_WORDS = 4000;

/** Runtimes that ours runs on. */
export const RUNTIMES = ["node", "bun", "deno"] as const;
export type Runtime = (typeof RUNTIMES)[number];

const RUNNERS: Readonly<Record<Runtime, readonly string[]>> = {
  node: ["node", "--import", "tsx"],
  bun: ["bun"],
  deno: ["deno", "run", "--allow-all", "--no-check", "--quiet"],
};

/** What came of one case. */
export interface Check {
  readonly name: string;
  /** What was wrong; undefined where it passed. */
  readonly error?: string;
}

/** The command that runs one of our programs, `path` from `tests/interop/`. */
export function ours(runtime: Runtime, path: string, ...args: string[]): string[] {
  return [...RUNNERS[runtime], join(ROOT, "tests/interop", path), ...args];
}

const running = new Set<ChildProcess>();
process.on("exit", () => running.forEach((child) => child.kill("SIGKILL")));

function environment(more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const path = [join(ROOT, "node_modules", ".bin"), process.env.PATH].join(delimiter);
  return { ...process.env, PATH: path, NO_COLOR: "1", ...more };
}

/** A server that runs. */
export class ServerProgram {
  readonly port: number;
  readonly #child: ChildProcess;
  readonly #lines: string[];

  private constructor(child: ChildProcess, port: number, lines: string[]) {
    this.#child = child;
    this.port = port;
    this.#lines = lines;
  }

  /**
   * Starts a server and waits until it listens: until it has printed its port, or takes connections at `port`.
   * @throws Error with the program's own words.
   */
  static async start(
    [file, ...args]: readonly string[],
    options: { env?: NodeJS.ProcessEnv; port?: number } = {},
  ): Promise<ServerProgram> {
    const child = spawn(file!, args, { cwd: ROOT, env: environment(options.env), stdio: ["pipe", "pipe", "pipe"] });
    running.add(child);
    child.once("exit", () => running.delete(child));
    child.stdin!.on("error", () => {});
    let words = "";
    child.stderr!.setEncoding("utf8").on("data", (text: string) => words = (words + text).slice(-MAX_WORDS));
    const lines: string[] = [];
    const port = new Promise<number>((resolve, reject) => {
      const fail = (why: string) => reject(new Error(`${[file, ...args].join(" ")} ${why}\n${words}`));
      const timer = setTimeout(() => fail(`did not listen within ${START_MS} ms`), START_MS);
      child.once("error", (error) => fail(`cannot be started: ${error.message}`));
      child.once("exit", (code, signal) => fail(`ended with ${signal ?? code}`));
      createInterface({ input: child.stdout! }).on("line", (line) => {
        lines.push(line);
        const told = /"port":\s*(\d+)/.exec(line)?.[1];
        if (told === undefined) return;
        clearTimeout(timer);
        resolve(Number(told));
      });
      if (options.port !== undefined) {
        listening(options.port, child).then(() => {
          clearTimeout(timer);
          resolve(options.port!);
        }, () => {});
      }
    });
    return new ServerProgram(child, await port, lines);
  }

  /** Ends its standard input, and answers what it printed last before it ended by itself. */
  async finish(): Promise<string> {
    this.#child.stdin!.end();
    if (this.#child.exitCode === null) await once(this.#child, "close");
    return this.#lines.at(-1) ?? "";
  }

  /** Asks it to end, and waits until it has. */
  async terminate(): Promise<void> {
    await this.#end("SIGTERM");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#end("SIGKILL");
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = once(this.#child, "exit");
    this.#child.kill(signal);
    await gone;
  }
}

async function listening(port: number, child: ChildProcess): Promise<void> {
  while (child.exitCode === null) {
    if (await takesConnections(port)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function takesConnections(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}

/** A port that nothing listens on, for servers that must be told theirs. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}

/** What a program that ran to its end printed. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end, whatever that is. */
export function run(
  [file, ...args]: readonly string[],
  options: { env?: NodeJS.ProcessEnv; cwd?: string; timeoutMs?: number } = {},
): Promise<Outcome> {
  const { cwd = ROOT, timeoutMs = RUN_MS } = options;
  return new Promise((resolve) => {
    const child = execFile(file!, args, {
      cwd,
      env: environment(options.env),
      timeout: timeoutMs,
      killSignal: "SIGKILL",
      maxBuffer: 1 << 28,
    }, (error, stdout, stderr) => {
      running.delete(child);
      const code = error === null ? 0 : typeof error.code === "number" ? error.code : 1;
      const why = error === null || stderr !== "" ? stderr : error.message;
      resolve({ code, stdout, stderr: why });
    });
    running.add(child);
  });
}

/** Runs a client that prints a line a case. A case of `names` that it says nothing of has failed. */
export async function runCases(
  command: readonly string[],
  names: readonly string[],
  env?: NodeJS.ProcessEnv,
): Promise<Check[]> {
  const { stdout, stderr } = await run(command, { env });
  const said = new Map<string, Check>();
  for (const line of stdout.split("\n").filter((line) => line.startsWith("{"))) {
    const { case: name, error } = JSON.parse(line) as { case: string; error?: string };
    said.set(name, { name, error });
  }
  return names.map((name) => said.get(name) ?? { name, error: `nothing was said of it: ${stderr.slice(-MAX_WORDS)}` });
}

/**
 * Builds something of a peer.
 * @throws Error with the tool's own words.
 */
export async function build(
  command: readonly string[],
  options: { env?: NodeJS.ProcessEnv; cwd?: string } = {},
): Promise<void> {
  const { code, stdout, stderr } = await run(command, { ...options, timeoutMs: BUILD_MS });
  if (code !== 0) throw new Error(`${command.join(" ")} failed:\n${(stdout + stderr).slice(-MAX_WORDS)}`);
}

let proto: Promise<string> | undefined;

/** Writes the `.proto` of the suite's service as Sigil exports it, once a run, and answers its folder. */
export function protoFolder(): Promise<string> {
  const folder = join(BUILD, "proto");
  return proto ??= build(ours("node", "proto_file.ts", join(folder, "interop.proto"))).then(() => folder);
}
