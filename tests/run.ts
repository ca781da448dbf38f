// `npm test`: everything the repository asks of a change, in one command. Checks (format, lint, types, publishing) and
// test files run as stages, two at a time; stages print in a fixed order, passing ones in a line, failing ones whole.
// The last line is `N passed, N failed, N skipped`. What the stages are: run/plan.ts.
import { mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { checkStages, type Runtime, RUNTIMES, testStages } from "./run/plan.ts";
import { formatStage, formatSummary, totals } from "./run/report.ts";
import { runStage, type Stage, type StageResult } from "./run/stage.ts";

const USAGE = `usage: npm test -- [--runtime node|bun|deno|workerd] [--only PATH]

  --runtime NAME   run only the test files, and only on this runtime (may be repeated)
  --only PATH      run only the test files whose path contains PATH (may be repeated)
  --checks         run only format, lint, types and publishing
  --help           print this

With SIGIL_NO_SKIP=1 in the environment a skipped test counts as a failure.`;

interface Options {
  runtimes: Runtime[];
  only: string[];
  checks: boolean;
  tests: boolean;
}

// An interrupted run ends its stages: they listen to "exit".
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(130));
process.exitCode = await main(process.argv.slice(2));

async function main(args: string[]): Promise<number> {
  const options = readOptions(args);
  if (typeof options === "string") {
    console.log(options);
    return options === USAGE ? 0 : 2;
  }
  const folder = mkdtempSync(join(tmpdir(), "sigil-tests-"));
  const started = performance.now();
  try {
    const stages = [
      ...(options.tests ? testStages(folder, options.runtimes, options.only) : []),
      ...(options.checks ? checkStages() : []),
    ];
    if (stages.length === 0) {
      console.log(`No test file's path contains "${options.only.join('" or "')}" on ${options.runtimes.join(", ")}.`);
      return 2;
    }
    const results = await runAll(stages);
    const forbidSkips = process.env.SIGIL_NO_SKIP === "1";
    console.log(formatSummary(results, forbidSkips, performance.now() - started));
    const { passed, failed, skipped } = totals(results, forbidSkips);
    console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
    return failed > 0 ? 1 : 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The options, or the text to print in place of a run. */
function readOptions(args: string[]): Options | string {
  let values;
  try {
    ({ values } = parseArgs({
      args,
      options: {
        runtime: { type: "string", multiple: true },
        only: { type: "string", multiple: true },
        checks: { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    }));
  } catch (error) {
    return `${(error as Error).message}\n\n${USAGE}`;
  }
  if (values.help) return USAGE;
  const unknown = values.runtime?.find((name) => !(RUNTIMES as readonly string[]).includes(name));
  if (unknown !== undefined) return `--runtime ${unknown}: expected one of ${RUNTIMES.join(", ")}\n\n${USAGE}`;
  const narrowed = values.runtime !== undefined || values.only !== undefined;
  return {
    runtimes: (values.runtime as Runtime[] | undefined) ?? [...RUNTIMES],
    only: values.only ?? [""],
    checks: values.checks === true || !narrowed,
    tests: values.checks !== true || narrowed,
  };
}

/** Runs the stages, as many at a time as there are cores, and prints each in its turn. */
async function runAll(stages: Stage[]): Promise<StageResult[]> {
  const running = new Array<Promise<StageResult> | undefined>(stages.length);
  const results: StageResult[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < stages.length) {
      const index = next++;
      await (running[index] = runStage(stages[index]));
    }
  };
  const workers = Array.from({ length: Math.min(2, cpus().length) }, work);
  for (let index = 0; index < stages.length; index++) {
    while (running[index] === undefined) await Promise.race(running.filter((one) => one !== undefined));
    const result = await running[index]!;
    console.log(formatStage(result));
    results.push(result);
  }
  await Promise.all(workers);
  return results;
}
