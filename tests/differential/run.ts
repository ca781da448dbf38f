// `npm run differential`: see USAGE. Traces are made here, by seed, and checked by python-h2 in processes of its own
// (checker.py): what our engines send has to be right by its windows, states and tables, and what arrives has to be what was
// sent. One that fails is named by its seed.
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { dirname, join } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { pythonWithH2 } from "./python.ts";
import { type Content, type Trace, traceOf } from "./trace.ts";

const USAGE = `usage: npm run differential -- [--traces N] [--from S]

  --traces N   how many seeded traces python-h2 checks (default 1000)
  --from S     the seed of the first (default 1)
  --jobs N     how many checkers run at once (default 2)
  --help       print this

Needs Python 3 with its venv module; h2 comes into .ci/cache/h2 the first time. PYTHON names another interpreter, which then
has to have h2.`;

const HERE = dirname(fileURLToPath(import.meta.url));
const PROGRESS_MS = 10_000;

/** What the checker makes of one direction of a stream. */
interface Seen extends Content {
  readonly ended: boolean;
}

interface Verdict {
  readonly error?: string;
  readonly requests?: Readonly<Record<string, Seen>>;
  readonly replies?: Readonly<Record<string, Seen>>;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      traces: { type: "string", default: "1000" },
      from: { type: "string", default: "1" },
      jobs: { type: "string", default: "2" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const [traces, from, jobs] = [Number(values.traces), Number(values.from), Number(values.jobs)];
  if (![traces, from, jobs].every((one) => Number.isSafeInteger(one) && one >= 1)) {
    console.error(`--traces, --from and --jobs are whole numbers from 1 on.\n\n${USAGE}`);
    return 2;
  }
  const python = pythonWithH2();
  const started = performance.now();
  const sums = { traces: 0, octets: 0, messages: 0 };
  let failures = 0;
  let next = from;
  let told = started;
  const work = async (): Promise<void> => {
    const checker = new Checker(python);
    while (next < from + traces) {
      const seed = next++;
      sums.traces++;
      try {
        const trace = traceOf(seed);
        assertAgree(trace, await checker.check(trace));
        sums.messages += trace.requests.size + trace.replies.size;
        for (const [, kind, octets] of trace.steps) if (kind === "sent") sums.octets += octets.length / 2;
      } catch (error) {
        failures++;
        console.error(`seed ${seed}: ${(error as Error).message}\n  replay: ${replayOf(seed)}`);
      }
      if (performance.now() - told < PROGRESS_MS) continue;
      told = performance.now();
      console.error(`${sums.traces} of ${traces} traces, ${failures} failed`);
    }
    checker.end();
  };
  await Promise.all(Array.from({ length: jobs }, work));
  const seconds = (performance.now() - started) / 1000;
  console.log(
    `${sums.traces} traces, ${sums.messages} whole messages, ${
      (sums.octets / 1e6).toFixed(1)
    } MB through python-h2 in ` +
      `${seconds.toFixed(0)} s: ${failures} failed`,
  );
  return failures > 0 ? 1 : 0;
}

/** A process that checks traces, one after the other. */
class Checker {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #answers: AsyncIterator<string>;

  constructor(python: string) {
    this.#child = spawn(python, [join(HERE, "checker.py")], { stdio: ["pipe", "pipe", "inherit"] });
    this.#answers = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  async check(trace: Trace): Promise<Verdict> {
    this.#child.stdin.write(`${JSON.stringify(trace.steps)}\n`);
    const { value, done } = await this.#answers.next();
    if (done) throw new Error("The checker ended before its time.");
    return JSON.parse(value) as Verdict;
  }

  end(): void {
    this.#child.stdin.end();
  }
}

function replayOf(seed: number): string {
  return `npm run differential -- --traces 1 --from ${seed}`;
}

/** @throws Error that says what does not agree. */
function assertAgree(trace: Trace, verdict: Verdict): void {
  if (verdict.error !== undefined) throw new Error(verdict.error);
  assertSame("request", trace.requests, verdict.requests!);
  assertSame("reply", trace.replies, verdict.replies!);
}

function assertSame(what: string, expected: ReadonlyMap<number, Content>, seen: Readonly<Record<string, Seen>>): void {
  for (const [id, content] of expected) {
    const one = seen[id];
    const shown = one && { headers: one.headers, octets: one.octets, crc: one.crc, trailers: one.trailers };
    if (one?.ended && JSON.stringify(shown) === JSON.stringify(content)) continue;
    throw new Error(`the ${what} of stream ${id} is ${JSON.stringify(one)}, and should be ${JSON.stringify(content)}`);
  }
}

process.exitCode = await main();
