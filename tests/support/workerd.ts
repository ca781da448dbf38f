// Runs a Worker in workerd, Cloudflare's runtime, on this machine: bundles a module with esbuild as wrangler would, writes
// workerd's configuration and waits until it listens. For tests that run on Node and call the Worker from outside.
import { build } from "esbuild";
import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** Longest time until workerd listens. */
const START_LIMIT_MS = 30_000;

/** How a Worker is run. */
export interface WorkerdOptions {
  /** Version date of the runtime's behaviour. Default: `"2026-11-01"`. */
  compatibilityDate?: string;
  /** Default: none, so a Worker that needs Node's modules fails. */
  compatibilityFlags?: string[];
  /** Text bindings, members of the `env` that the Worker's `fetch` receives. */
  bindings?: Record<string, string>;
}

/** A running Worker. */
export interface RunningWorker {
  /** Where it answers: `http://127.0.0.1:PORT`, without a slash at the end. */
  url: string;
  /** All that it has printed, errors included. */
  output(): string;
  /** Ends workerd and removes what was written for it. */
  stop(): Promise<void>;
}

/**
 * Bundles a module whose default export has a `fetch` method and serves it on a free port of 127.0.0.1.
 *
 * @param entry path of the module; `sigil` means the entry for edges in it, as the condition `workerd` has it.
 * @throws Error with workerd's own words where the Worker does not start.
 */
export async function startWorkerd(entry: string, options: WorkerdOptions = {}): Promise<RunningWorker> {
  const folder = await mkdtemp(join(tmpdir(), "sigil-workerd-"));
  try {
    await bundleWorker(entry, join(folder, "worker.js"));
    await writeFile(join(folder, "worker.capnp"), configuration(options));
    return await serve(folder);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

/** Bundles a Worker into one ES module, with standard decorators lowered. */
export async function bundleWorker(entry: string, outfile: string): Promise<void> {
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    format: "esm",
    target: "es2024",
    conditions: ["workerd", "worker", "browser"],
    alias: {
      "sigil/client": join(ROOT, "src/client.ts"),
      "sigil/cloudflare": join(ROOT, "src/cloudflare.ts"),
      "sigil/edge": join(ROOT, "src/edge.ts"),
      "sigil": join(ROOT, "src/edge.ts"),
    },
    external: ["cloudflare:*", "node:*"],
    nodePaths: [join(ROOT, "node_modules")],
    logLevel: "silent",
  });
}

function configuration(options: WorkerdOptions): string {
  const text = (value: string): string => JSON.stringify(value);
  const flags = (options.compatibilityFlags ?? []).map(text).join(", ");
  const bindings = Object.entries(options.bindings ?? {}).map(([name, value]) =>
    `(name = ${text(name)}, text = ${text(value)})`
  ).join(", ");
  return `using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "main", worker = .main),
    (name = "internet", network = (allow = ["private"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);

const main :Workerd.Worker = (
  modules = [(name = "worker.js", esModule = embed "worker.js")],
  compatibilityDate = ${text(options.compatibilityDate ?? "2026-11-01")},
  compatibilityFlags = [${flags}],
  bindings = [${bindings}],
);
`;
}

function serve(folder: string): Promise<RunningWorker> {
  const child = spawn(join(ROOT, "node_modules/.bin/workerd"), [
    "serve",
    "--control-fd=3",
    join(folder, "worker.capnp"),
  ], {
    stdio: ["ignore", "pipe", "pipe", "pipe"],
  });
  let output = "";
  const collect = (chunk: string): void => {
    output += chunk;
  };
  child.stdout!.setEncoding("utf8").on("data", collect);
  child.stderr!.setEncoding("utf8").on("data", collect);
  const end = (): void => {
    child.kill("SIGKILL");
  };
  process.once("exit", end);
  const exited = new Promise<void>((resolve) => {
    child.once("close", () => {
      process.off("exit", end);
      resolve();
    });
  });
  const stop = async (): Promise<void> => {
    end();
    await exited;
    await rm(folder, { recursive: true, force: true });
  };
  return new Promise((resolve, reject) => {
    const fail = (reason: string): void => {
      clearTimeout(timer);
      end();
      reject(new Error(`workerd ${reason}\n${output}`));
    };
    const timer = setTimeout(() => fail(`did not listen within ${START_LIMIT_MS} ms`), START_LIMIT_MS);
    child.once("error", (error) => fail(`cannot be started: ${error.message}`));
    exited.then(() => fail("ended before it listened"));
    let events = "";
    (child.stdio[3] as Readable).setEncoding("utf8").on("data", (chunk: string) => {
      // One JSON object a line: {"event":"listen","socket":"http","port":40123}
      events += chunk;
      const port = /"event"\s*:\s*"listen"[^\n]*"port"\s*:\s*(\d+)/.exec(events)?.[1];
      if (port === undefined) return;
      clearTimeout(timer);
      resolve({ url: `http://127.0.0.1:${port}`, output: () => output, stop });
    });
  });
}
