// A stage: one process with a name. Its output is kept, not shown while it runs, so that stages may run side by side
// and still print one after the other. A stage that outlives its limit is ended with all its children.
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { type Counts, readJunit } from "./junit.ts";
import type { Runtime } from "./plan.ts";

/** The repository's root folder. */
export const ROOT: string = fileURLToPath(new URL("../..", import.meta.url));

/** Longest time one stage may take. */
const STAGE_LIMIT_MS = 8 * 60_000;

/** One command to run. */
export interface Stage {
  name: string;
  command: string[];
  env?: Record<string, string>;
  /** Set on stages that run test files: where they run, and the JUnit file they leave behind. */
  tests?: { runtime: Runtime; report: string; files: number };
}

/** What became of a stage. */
export interface StageResult {
  stage: Stage;
  ok: boolean;
  output: string;
  elapsedMs: number;
  counts: Counts;
}

/** Runs a stage to its end. Never rejects: a command that cannot start is a failed stage. */
export async function runStage(stage: Stage): Promise<StageResult> {
  const started = performance.now();
  const { code, output } = await run(stage);
  const counts: Counts = { passed: 0, failed: 0, skipped: [] };
  if (stage.tests === undefined) {
    if (code === 0) counts.passed = 1;
    else counts.failed = 1;
  } else {
    if (existsSync(stage.tests.report)) Object.assign(counts, readJunit(readFileSync(stage.tests.report, "utf8")));
    // A file that cannot be loaded, or a runtime that dies, leaves no failed test behind.
    if (code !== 0 && counts.failed === 0) counts.failed = 1;
    if (code === 0 && counts.passed + counts.skipped.length === 0) counts.failed = 1;
  }
  return { stage, ok: code === 0 && counts.failed === 0, output, elapsedMs: performance.now() - started, counts };
}

function run(stage: Stage): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    const [command, ...args] = stage.command;
    const child = spawn(command, args, {
      cwd: ROOT,
      env: { ...environment(), ...stage.env },
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    const chunks: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => chunks.push(chunk));
    const end = (): void => {
      try {
        process.kill(-child.pid!, "SIGKILL");
      } catch {
        // Already gone.
      }
    };
    const timer = setTimeout(() => {
      chunks.push(Buffer.from(`\nended after ${STAGE_LIMIT_MS / 60_000} minutes, the limit of one stage\n`));
      end();
    }, STAGE_LIMIT_MS);
    process.once("exit", end);
    const finish = (code: number): void => {
      clearTimeout(timer);
      process.off("exit", end);
      resolve({ code, output: Buffer.concat(chunks).toString("utf8") });
    };
    child.on("error", (error) => {
      chunks.push(Buffer.from(`${command} cannot be started: ${error.message}\n`));
      finish(1);
    });
    child.on("close", (code) => finish(code ?? 1));
  });
}

/** The environment without what `npm test` says of itself, or a `bun run` in a test would take itself for npm. */
function environment(): Record<string, string | undefined> {
  const ofNpm = /^npm_(command|config_user_agent|execpath|node_execpath|lifecycle_|package_)/;
  const inherited = Object.entries(process.env).filter(([name]) => !ofNpm.test(name));
  return {
    ...Object.fromEntries(inherited),
    PATH: join(ROOT, "node_modules", ".bin") + delimiter + (process.env.PATH ?? ""),
    NO_COLOR: "1",
    DENO_NO_UPDATE_CHECK: "1",
    DENO_NO_PROMPT: "1",
    RUST_BACKTRACE: "0",
  };
}
