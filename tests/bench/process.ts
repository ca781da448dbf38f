// Processes of the harness. A subject's program says in its first line of output that it is ready ({"port":N}) or what its
// runtime cannot do ({"unsupported":"..."}); a driven one then takes orders on stdin, one JSON line each, and answers each
// with one line ({"count":N,"seconds":S}). What it writes to stderr is kept, and shown when it fails.
import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createInterface, type Interface } from "node:readline";
import { LeftOut } from "./bench.ts";
import { pinned, type Side } from "./pin.ts";

/** Characters of a program's stderr that are kept for its failure message. */
const KEPT_ERROR_CHARACTERS = 2000;
/** Milliseconds that a program may take to say that it is ready, or beyond its span to answer an order. */
const PATIENCE_MS = 30_000;

/** Programs that still run; they must not outlive the harness, however it ends. */
const running = new Set<ChildProcess>();
process.on("exit", () => running.forEach((child) => child.kill("SIGKILL")));

export interface RunOptions {
  readonly side: Side;
  readonly environment?: Readonly<Record<string, string>>;
}

/** A running program of a subject. */
export class Program {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  readonly #reader: Interface;
  readonly #name: string;
  #errors = "";

  constructor(command: readonly string[], options: RunOptions) {
    this.#name = command.join(" ");
    const [file, ...args] = pinned(options.side, command);
    this.#child = spawn(file, args, {
      stdio: ["pipe", "pipe", "pipe"],
      env: { ...process.env, NO_COLOR: "1", ...options.environment },
    });
    const child = this.#child;
    running.add(child);
    child.on("exit", () => running.delete(child));
    this.#child.on("error", (error) => this.#keep(String(error)));
    this.#child.stdin!.on("error", (error) => this.#keep(String(error)));
    this.#child.stderr!.setEncoding("utf8").on("data", (text: string) => this.#keep(text));
    this.#reader = createInterface({ input: this.#child.stdout! });
    this.#lines = this.#reader[Symbol.asyncIterator]();
  }

  /**
   * Waits for the first line.
   * @returns The port that the program listens on; 0 where it does not.
   * @throws LeftOut where the program says that its runtime cannot do what is measured.
   */
  async ready(): Promise<number> {
    const first = await this.#next(PATIENCE_MS) as { port?: number; unsupported?: string };
    if (first.unsupported !== undefined) throw new LeftOut(first.unsupported);
    if (typeof first.port !== "number") throw new Error(`${this.#name} did not name its port.`);
    return first.port;
  }

  /** Has a driven program work for `seconds`, and answers how many units it did in a second. */
  async rate(seconds: number): Promise<number> {
    const { count, seconds: taken } = await this.work(seconds);
    return count / taken;
  }

  /** Has a driven program work for `seconds`, and answers what it says of that: `count` and `seconds` at least. */
  async work(seconds: number): Promise<{ count: number; seconds: number } & Record<string, number>> {
    return await this.order({ seconds }, seconds * 1000) as { count: number; seconds: number };
  }

  /** Gives an order, and answers what the program says when it is done; `spanMs` is how long that takes by itself. */
  async order(order: object, spanMs = 0): Promise<Record<string, number>> {
    this.#child.stdin!.write(JSON.stringify(order) + "\n");
    return await this.#next(spanMs + PATIENCE_MS) as Record<string, number>;
  }

  /** Microseconds of processor time that the program has taken, its threads included; undefined where /proc is not there. */
  get cpuMicros(): number | undefined {
    try {
      const stat = readFileSync(`/proc/${this.#child.pid}/stat`, "utf8");
      // Fields 14 and 15 of proc(5), in hundredths of a second; the name in field 2 may hold spaces.
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      return (Number(fields[11]) + Number(fields[12])) * 10_000;
    } catch {
      return undefined;
    }
  }

  /** Ends the program, the hard way where it does not go by itself. */
  async stop(): Promise<void> {
    this.#reader.close();
    if (this.#child.exitCode !== null || this.#child.signalCode !== null || this.#child.pid === undefined) return;
    const gone = new Promise((resolve) => this.#child.once("exit", resolve));
    this.#child.kill("SIGKILL");
    await gone;
  }

  async #next(patienceMs: number): Promise<unknown> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(this.#failure(`said nothing for ${patienceMs} ms`)), patienceMs);
    });
    try {
      const line = await Promise.race([this.#lines.next(), late]);
      if (line.done) throw this.#failure("ended");
      return JSON.parse(line.value);
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

/**
 * Runs a tool to its end and answers what it printed.
 * @throws Error with the tool's own words where it fails or takes longer than `patienceMs`.
 */
export function output(
  command: readonly string[],
  patienceMs: number,
  options: { side?: Side; directory?: string } = {},
): Promise<string> {
  const [file, ...args] = options.side === undefined ? command : pinned(options.side, command);
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { stdio: ["ignore", "pipe", "pipe"], cwd: options.directory, timeout: patienceMs });
    let text = "";
    let errors = "";
    child.stdout.setEncoding("utf8").on("data", (part: string) => text += part);
    child.stderr.setEncoding("utf8").on("data", (part: string) => errors += part);
    child.on("error", reject);
    child.on("close", (code, signal) => {
      if (code === 0) resolve(text);
      else {reject(
          new Error(`${command.join(" ")} ended with ${signal ?? code}.\n${errors.slice(-KEPT_ERROR_CHARACTERS)}`),
        );}
    });
  });
}
