// How a subject's program becomes a command. Each is bundled and minified by esbuild to plain JavaScript first (packages stay outside),
// so that decorators are lowered, no loader is measured, and every runtime runs the same file.
import { build } from "esbuild";
import { existsSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { JsRuntime } from "./bench.ts";
import { LeftOut } from "./bench.ts";

const BENCH_FOLDER = dirname(fileURLToPath(import.meta.url));
/** The root of the repository. */
export const ROOT = join(BENCH_FOLDER, "..", "..");
/** Where everything that benches build goes; ignored by git. */
export const BUILD_FOLDER = join(ROOT, ".bench");
/** The schema, for subjects that load it as text. */
export const PROTO_FILE = join(BENCH_FOLDER, "greeter", "greeter.proto");

const compiled = new Map<string, Promise<string>>();

/**
 * The command that runs a program on a runtime.
 * @param source Path of the program's TypeScript file, absolute or from tests/bench/.
 * @throws LeftOut where the runtime is not installed.
 */
export async function command(runtime: JsRuntime, source: string, args: readonly string[] = []): Promise<string[]> {
  return [...runtimeCommand(runtime), await compile(source), ...args];
}

/** The command that runs a JavaScript file, without the file. */
export function runtimeCommand(runtime: JsRuntime): string[] {
  if (runtime === "deno") return [executable("deno"), "run", "--allow-all", "--no-check", "--quiet"];
  return [executable(runtime)];
}

/** Bundles a program, once a run of the harness; answers the path of the JavaScript file. */
export function compile(source: string): Promise<string> {
  const known = compiled.get(source);
  if (known !== undefined) return known;
  const made = bundle(resolve(BENCH_FOLDER, source), join(BUILD_FOLDER, "programs", programName(source)));
  compiled.set(source, made);
  return made;
}

async function bundle(source: string, outfile: string): Promise<string> {
  await build({
    entryPoints: [source],
    outfile,
    bundle: true,
    minify: true, // as for deployment; what lowering adds to decorated classes is long, and parsed at each cold start
    format: "esm",
    platform: "node",
    target: "es2022", // older than decorators, so that they are lowered
    packages: "external",
    external: ["cloudflare:*"],
    logLevel: "silent",
  });
  return outfile;
}

/** peers/grpc_js/server.ts -> grpc_js_server.mjs */
function programName(source: string): string {
  return `${basename(dirname(source))}_${basename(source, ".ts")}.mjs`;
}

/** The runtime that npm brought, or the one on the PATH. */
function executable(runtime: JsRuntime): string {
  const local = join(ROOT, "node_modules", ".bin", runtime);
  if (existsSync(local)) return local;
  if (runtime === "node") return process.execPath;
  throw new LeftOut(`${runtime} is not installed; \`npm ci\` brings it`);
}
