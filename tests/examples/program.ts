// Runs an example as a user would: a process of its own, known by what it prints, ended by a signal.
import { spawn } from "node:child_process";
import { delimiter, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

/** The repository. */
export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** What stands in front of a module's path to run it, by runtime. */
export const RUNNERS = {
  node: ["node", "--import", "tsx"],
  bun: ["bun"],
  deno: ["deno", "run", "-A", "--no-check"],
} as const;

/** Longest time until a program is ready, or ends. */
const LIMIT_MS = 60_000;

/** A program that runs; `await using` ends it also where a test fails. */
export interface Program extends AsyncDisposable {
  /** What the pattern of readiness matched. */
  readonly ready: RegExpExecArray;
  /** All that it has printed, errors included. */
  output(): string;
  /** Ends it by a signal; answers its exit code, or the signal's name where that ended it. */
  stop(signal?: NodeJS.Signals): Promise<number | string>;
}

/** How a program ended. */
export interface Outcome {
  readonly code: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts a program and waits until what it printed matches `ready`. */
export function start(command: readonly string[], ready: RegExp, env: Record<string, string> = {}): Promise<Program> {
  const running = launch(command, env);
  return new Promise((resolve, reject) => {
    const fail = (reason: string): void => {
      clearTimeout(timer);
      running.kill("SIGKILL");
      reject(new Error(`${command.join(" ")} ${reason}\n${running.stdout()}${running.stderr()}`));
    };
    const timer = setTimeout(() => fail(`was not ready within ${LIMIT_MS} ms`), LIMIT_MS);
    const ended = (): void => fail("ended before it was ready");
    running.ended.then(ended, (error) => fail(`cannot be started: ${error}`));
    running.onOutput(() => {
      const match = ready.exec(running.stdout() + running.stderr());
      if (match === null) return;
      clearTimeout(timer);
      const stop = (signal: NodeJS.Signals = "SIGTERM"): Promise<number | string> => {
        running.kill(signal);
        return running.ended;
      };
      const output = (): string => running.stdout() + running.stderr();
      resolve({
        ready: match,
        output,
        stop,
        [Symbol.asyncDispose]: async () => void await stop("SIGKILL"),
      });
    });
  });
}

/** Runs a program to its end. */
export async function run(command: readonly string[], env: Record<string, string> = {}): Promise<Outcome> {
  const running = launch(command, env);
  const timer = setTimeout(() => running.kill("SIGKILL"), LIMIT_MS);
  try {
    const code = await running.ended;
    return { code, stdout: running.stdout(), stderr: running.stderr() };
  } finally {
    clearTimeout(timer);
  }
}

function launch([program, ...args]: readonly string[], env: Record<string, string>) {
  const path = join(ROOT, "node_modules/.bin") + delimiter + process.env.PATH;
  const child = spawn(program, args, {
    cwd: ROOT,
    env: { ...process.env, NO_COLOR: "1", ...env, PATH: path },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  let listener = (): void => {};
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    stdout += chunk;
    listener();
  });
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
    stderr += chunk;
    listener();
  });
  const end = (): void => void child.kill("SIGKILL");
  process.once("exit", end);
  const ended = new Promise<number | string>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      process.off("exit", end);
      resolve(code ?? signal ?? "unknown");
    });
  });
  return {
    ended,
    stdout: () => stdout,
    stderr: () => stderr,
    kill: (signal: NodeJS.Signals) => void child.kill(signal),
    onOutput: (take: () => void) => void (listener = take),
  };
}
