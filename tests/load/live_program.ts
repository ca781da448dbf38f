// Programs in processes of their own, on any of the runtimes: started, given orders (orders.ts), watched from outside, ended.
import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { compile, ROOT, runtimeCommand } from "../bench/programs.ts";
import type { AnswerLine } from "./orders.ts";

/** The runtimes that a program runs on. */
export const RUNTIMES = ["node", "bun", "deno"] as const;
export type Runtime = (typeof RUNTIMES)[number];

/** Milliseconds that a program may take to be ready, or to answer an order, unless that is told otherwise. */
const PATIENCE_MS = 30_000;
const KEPT_ERROR_CHARACTERS = 4000;

// Each runtime's way to be told to collect its garbage.
const GC_FLAGS: { readonly [R in Runtime]: readonly string[] } = {
  node: ["--expose-gc"],
  bun: [],
  deno: ["--v8-flags=--expose-gc"],
};

const running = new Set<ChildProcess>();
process.on("exit", () => running.forEach((child) => child.kill("SIGKILL")));
// An interrupted script ends its programs: they listen to "exit".
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));

interface Pending {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

/** A running program. */
export class LiveProgram {
  readonly #name: string;
  readonly #child: ChildProcess;
  readonly #pending = new Map<number, Pending>();
  readonly #ready = Promise.withResolvers<unknown>();
  #nextId = 1;
  #errors = "";
  #isOver = false;

  private constructor(name: string, command: readonly string[]) {
    this.#name = name;
    const [file, ...args] = command;
    const child = this.#child = spawn(file, args, {
      cwd: ROOT,
      stdio: ["pipe", "pipe", "pipe"],
      env: { ...process.env, NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" },
    });
    running.add(child);
    child.stdin!.on("error", (error) => this.#keep(String(error)));
    child.stderr!.setEncoding("utf8").on("data", (text: string) => this.#keep(text));
    createInterface({ input: child.stdout! }).on("line", (line) => this.#read(line));
    child.on("error", (error) => this.#end(String(error)));
    child.on("exit", (code, signal) => this.#end(`ended with ${signal ?? code}`));
  }

  /**
   * Starts a program, bundled to plain JavaScript, and waits until it is ready.
   * @param source Path of its TypeScript file, from the root of the repository.
   */
  static async start<Ready>(
    runtime: Runtime,
    source: string,
    args: readonly string[] = [],
  ): Promise<{ program: LiveProgram; ready: Ready }> {
    const [executable, ...flags] = runtimeCommand(runtime);
    const script = await compile(join(ROOT, source));
    const program = new LiveProgram(`${source} on ${runtime}`, [
      executable,
      ...flags,
      ...GC_FLAGS[runtime],
      script,
      ...args,
    ]);
    return { program, ready: await program.#within(program.#ready.promise, PATIENCE_MS, "to be ready") as Ready };
  }

  /** Has an order carried out, and answers what it came to. */
  async order<Result>(order: string, argument: unknown = null, patienceMs: number = PATIENCE_MS): Promise<Result> {
    if (this.#isOver) throw this.#failure("is not running any more");
    const id = this.#nextId++;
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    this.#pending.set(id, { resolve, reject });
    this.#child.stdin!.write(`${JSON.stringify({ id, order, argument })}\n`);
    return await this.#within(promise, patienceMs, `to "${order}"`) as Result;
  }

  /** True where the program has ended. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** What it wrote to stderr last. */
  get errors(): string {
    return this.#errors;
  }

  /** Octets of resident memory, read from outside where the system tells, so that a busy program needs not be asked. */
  rssBytes(): number | undefined {
    try {
      const status = readFileSync(`/proc/${this.#child.pid}/status`, "utf8");
      return Number(/^VmRSS:\s*(\d+) kB/m.exec(status)?.[1]) * 1024 || undefined;
    } catch {
      return undefined;
    }
  }

  /** Asks the program to end by itself (SIGTERM); answers its exit code, or the signal that ended it. */
  async terminate(patienceMs: number): Promise<number | string> {
    const gone = new Promise<number | string>((resolve) =>
      this.#child.once("exit", (code, signal) => resolve(signal ?? code ?? "nothing"))
    );
    this.#child.kill("SIGTERM");
    return await this.#within(gone, patienceMs, "to end by SIGTERM");
  }

  /** Ends the program. */
  async stop(): Promise<void> {
    if (this.#isOver) return;
    const gone = new Promise((resolve) => this.#child.once("exit", resolve));
    this.#child.kill("SIGKILL");
    await gone;
  }

  #read(line: string): void {
    if (!line.startsWith("{")) return this.#keep(`${line}\n`);
    const said = JSON.parse(line) as AnswerLine & { ready?: unknown };
    if (said.ready !== undefined) return this.#ready.resolve(said.ready);
    const pending = this.#pending.get(said.id);
    this.#pending.delete(said.id);
    if (said.error === undefined) pending?.resolve(said.result);
    else pending?.reject(new Error(`${this.#name}: ${said.error}`));
  }

  #end(why: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    running.delete(this.#child);
    const failure = this.#failure(why);
    this.#ready.promise.catch(() => {});
    this.#ready.reject(failure);
    for (const pending of this.#pending.values()) pending.reject(failure);
    this.#pending.clear();
  }

  async #within<T>(promise: Promise<T>, patienceMs: number, what: string): Promise<T> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(this.#failure(`took more than ${patienceMs} ms ${what}`)), patienceMs);
    });
    try {
      return await Promise.race([promise, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  #failure(what: string): Error {
    return new Error(`${this.#name} ${what}.${this.#errors === "" ? "" : `\n${this.#errors.trim()}`}`);
  }

  #keep(text: string): void {
    this.#errors = (this.#errors + text).slice(-KEPT_ERROR_CHARACTERS);
  }
}
