// The bench harness: `npm run bench -- NAME`. Figures go to stdout, progress and remarks to stderr.
import { parseArgs } from "node:util";
import { type Bench, JS_RUNTIMES, type JsRuntime, type Subject, SUBJECTS } from "./bench.ts";
import { allocation } from "./benches/allocation.ts";
import { bodies } from "./benches/bodies.ts";
import { client } from "./benches/client.ts";
import { codec } from "./benches/codec.ts";
import { edge } from "./benches/edge.ts";
import { h2 } from "./benches/h2.ts";
import { latency } from "./benches/latency.ts";
import { size } from "./benches/size.ts";
import { startup } from "./benches/startup.ts";
import { stream } from "./benches/stream.ts";
import { unary } from "./benches/unary.ts";
import { placement } from "./pin.ts";
import { runBench } from "./rounds.ts";
import { jsonLine, means, table } from "./table.ts";

const BENCHES: readonly Bench[] = [unary, latency, allocation, h2, bodies, edge, client, stream, codec, startup, size];

const HELP = `usage: npm run bench -- NAME [options]

Runs Sigil and its peers in turn and prints medians with their ratios. NAME is one of
  ${BENCHES.map((bench) => bench.name).join(", ")}, or all.

  --runtime node|bun|deno|all   where Sigil runs (default: node)
  --subject a,b                 measure these only: ${SUBJECTS.join(", ")}
  --rounds N                    rounds (default: by bench)
  --seconds N                   seconds a measurement (default: by bench)
  --json                        one JSON object a line in place of the table
  --list                        the benches, a line each
  --help                        this text

Peers in other languages need Go (grpc-go) and Cargo (tonic); load comes from h2load
(Debian, Ubuntu: apt install nghttp2-client). What is missing is said and left out.
`;

/** Thrown for a command line that makes no sense. */
class UsageError extends Error {}

function parse(args: readonly string[]) {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      runtime: { type: "string", default: "node" },
      subject: { type: "string" },
      rounds: { type: "string" },
      seconds: { type: "string" },
      json: { type: "boolean", default: false },
      list: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  return { values, positionals };
}

function benchesNamed(names: readonly string[]): readonly Bench[] {
  if (names.length !== 1) throw new UsageError("Name one bench, or all.");
  if (names[0] === "all") return BENCHES;
  const bench = BENCHES.find((each) => each.name === names[0]);
  if (bench === undefined) {
    throw new UsageError(
      `There is no bench "${names[0]}"; it is one of ${BENCHES.map((each) => each.name).join(", ")}, all.`,
    );
  }
  return [bench];
}

function runtimesNamed(name: string): readonly JsRuntime[] {
  if (name === "all") return JS_RUNTIMES;
  const runtime = JS_RUNTIMES.find((each) => each === name);
  if (runtime === undefined) throw new UsageError(`--runtime is node, bun, deno or all, not "${name}".`);
  return [runtime];
}

function subjectsNamed(list: string | undefined): ReadonlySet<Subject> | undefined {
  if (list === undefined) return undefined;
  return new Set(
    list.split(",").map((name) => {
      const subject = SUBJECTS.find((each) => each === name.trim());
      if (subject === undefined) throw new UsageError(`--subject "${name}" is none of ${SUBJECTS.join(", ")}.`);
      return subject;
    }),
  );
}

function positive(option: string, text: string | undefined, whole: boolean): number | undefined {
  if (text === undefined) return undefined;
  const number = Number(text);
  if (!(number > 0 && Number.isFinite(number)) || (whole && !Number.isInteger(number))) {
    throw new UsageError(`--${option} takes a ${whole ? "whole " : ""}number above 0, not "${text}".`);
  }
  return number;
}

function say(line: string): void {
  process.stderr.write(line + "\n");
}

/** Runs the command line; answers the exit code: 0, 1 where a subject failed or nothing was measured, 2 for a wrong use. */
async function main(args: readonly string[]): Promise<number> {
  const { values, positionals } = parse(args);
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  if (values.list) {
    for (const bench of BENCHES) console.log(`${bench.name.padEnd(10)} ${bench.summary}`);
    return 0;
  }
  const benches = benchesNamed(positionals);
  const runtimes = runtimesNamed(values.runtime);
  const subjects = subjectsNamed(values.subject);
  const rounds = positive("rounds", values.rounds, true);
  const seconds = positive("seconds", values.seconds, false);
  say(placement());
  let failed = false;
  for (const bench of benches) {
    const options = { runtimes, subjects, rounds: rounds ?? bench.rounds, seconds: seconds ?? bench.seconds };
    const outcome = await runBench(bench, options, say);
    failed ||= outcome.failed || outcome.results.length === 0 && benches.length === 1;
    if (values.json) { for (const result of outcome.results) console.log(jsonLine(result)); }
    else if (outcome.results.length > 0) {
      console.log(table(bench.name, outcome.results, bench.reference, bench.smallerIsBetter));
      if (bench.kindOf) console.log(means(outcome.results, bench.reference, bench.kindOf).join("\n"));
      console.log([...outcome.remarks, ""].join("\n")); // again, as progress has long pushed them off the screen
    }
  }
  return failed ? 1 : 0;
}

for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => process.exit(130)); // ends the programs too

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const usage = error instanceof UsageError || (error as { code?: string }).code?.startsWith("ERR_PARSE_ARGS");
  say(usage ? `${(error as Error).message} See --help.` : `${(error as Error).stack}`);
  process.exitCode = 2;
}
