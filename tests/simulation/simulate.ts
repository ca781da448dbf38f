// The long form of the simulation: see USAGE. Prints where it is, what came of all seeds, and a number that stands for every
// octet of every seed, which is the same on every runtime.
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { run, shrink, simulate, STEPS, stepsUpTo } from "./outcome.ts";

const USAGE = `usage: npm run simulate -- [--seeds N] [--from S] [--hostile] [--runtime node|bun|deno|all]
       npm run simulate -- --seed S [--hostile]

  --seeds N        how many seeds to run (default 1000)
  --from S         the first of them (default 1)
  --hostile        all of them with a connection that is damaged or attacked; without it, one in 20 is
  --seed S         run one seed, find the fewest of its steps that fail, and print what happens in them
  --steps N        steps of each seed (default ${STEPS})
  --runtime NAME   where to run; all: on Node, Bun and Deno, whose octets must be the same (default node)
  --help           print this`;

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "../..");
const RUNNERS: Readonly<Record<string, readonly string[]>> = {
  node: ["node"],
  bun: ["bun"],
  deno: ["deno", "run", "-A", "--no-check"],
};
/** Of so many seeds one is hostile, where nothing else is asked for. */
const HOSTILE_EVERY = 20;
const PROGRESS_MS = 10_000;

interface Options {
  seeds: number;
  from: number;
  steps: number;
  isHostile: boolean;
}

process.exitCode = main();

function main(): number {
  let values;
  try {
    ({ values } = parseArgs({
      options: {
        seeds: { type: "string", default: "1000" },
        from: { type: "string", default: "1" },
        seed: { type: "string" },
        steps: { type: "string", default: String(STEPS) },
        hostile: { type: "boolean", default: false },
        runtime: { type: "string", default: "here" },
        help: { type: "boolean", default: false },
      },
    }));
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${USAGE}`);
    return 2;
  }
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const [seeds, from, steps, seed] = [values.seeds, values.from, values.steps, values.seed ?? "0"].map(Number);
  const wrong = [seeds, from, steps, seed].find((number) => !Number.isSafeInteger(number) || number! < 0);
  if (wrong !== undefined) {
    console.error(`Seeds and steps are whole numbers from 0 on, not ${wrong}.\n\n${USAGE}`);
    return 2;
  }
  if (values.seed !== undefined) return replay(seed!, values.hostile, steps!);
  if (values.runtime !== "here") return runElsewhere(values.runtime, seeds!, from!, values.hostile);
  return runSeeds({ seeds: seeds!, from: from!, steps: steps!, isHostile: values.hostile });
}

function runSeeds({ seeds, from, steps, isHostile }: Options): number {
  const started = performance.now();
  let told = started;
  const all = stepsUpTo(steps);
  const calls: Record<string, number> = {};
  let trace = 0;
  let octets = 0;
  let hostile = 0;
  const failed: string[] = [];
  for (let seed = from; seed < from + seeds; seed++) {
    const isBad = isHostile || seed % HOSTILE_EVERY === 0;
    if (isBad) hostile++;
    try {
      const outcome = simulate(seed, isBad, all);
      trace = (Math.imul(trace, 33) + outcome.trace) | 0;
      octets += outcome.octets;
      for (const [name, count] of Object.entries(outcome.calls)) calls[name] = (calls[name] ?? 0) + count;
    } catch (error) {
      const replayed = `npm run simulate -- --seed ${seed}${isBad ? " --hostile" : ""}`;
      failed.push(`${(error as Error).message}\n  replay: ${replayed}`);
      console.error(failed.at(-1));
    }
    if (performance.now() - told < PROGRESS_MS) continue;
    told = performance.now();
    const done = seed - from + 1;
    const perSecond = Math.round((done * 1000) / (told - started));
    console.error(`${done} of ${seeds} seeds, ${failed.length} failed, ${perSecond} a second`);
  }
  const seconds = (performance.now() - started) / 1000;
  console.error(`${(octets / 1e6).toFixed(0)} MB over the wire, ${Math.round(seeds / seconds)} seeds a second`);
  console.log(
    `${seeds} seeds from ${from}, ${hostile} hostile: ${failed.length} failed; calls: ` +
      `${Object.entries(calls).map(([name, count]) => `${count} ${name}`).join(", ")}; trace ${hex(trace)}`,
  );
  return failed.length > 0 ? 1 : 0;
}

/** Runs one seed again, with all that happens in its fewest steps that fail. */
function replay(seed: number, isHostile: boolean, steps: number): number {
  const log = (line: string): void => console.log(line);
  const all = stepsUpTo(steps);
  try {
    const { calls, octets, trace } = simulate(seed, isHostile, all);
    const shown = Object.entries(calls).map(([name, count]) => `${count} ${name}`).join(", ");
    run({ seed, isHostile, log }, all);
    console.log(`seed ${seed} passes: ${shown}; ${octets} octets, trace ${hex(trace)}`);
    return 0;
  } catch (error) {
    console.log(`${(error as Error).message}\nfinding the fewest steps...`);
  }
  const fewest = shrink(seed, isHostile, all);
  console.log(`${fewest.length} of ${steps} steps fail too:`);
  try {
    run({ seed, isHostile, log }, fewest);
    console.log("It fails only beside the same run without the hostile connection.");
  } catch (error) {
    console.log(error);
  }
  return 1;
}

/** Runs the seeds on other runtimes; where there are several, they have to agree on every octet. */
function runElsewhere(runtime: string, seeds: number, from: number, isHostile: boolean): number {
  const names = runtime === "all" ? Object.keys(RUNNERS) : [runtime];
  const results = new Set<string>();
  for (const name of names) {
    if (RUNNERS[name] === undefined) {
      console.error(`There is no runtime "${name}": it is node, bun, deno or all.`);
      return 2;
    }
    const [command, ...args] = RUNNERS[name];
    const own = [fileURLToPath(import.meta.url), "--seeds", `${seeds}`, "--from", `${from}`];
    if (isHostile) own.push("--hostile");
    const started = performance.now();
    const { status, stdout } = spawnSync(join(ROOT, "node_modules", ".bin", command!), [...args, ...own], {
      cwd: ROOT,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "inherit"],
    });
    console.log(`${name}, ${((performance.now() - started) / 1000).toFixed(1)} s: ${stdout.trim()}`);
    if (status !== 0) return 1;
    results.add(stdout);
  }
  if (results.size > 1) {
    console.log("The runtimes differ.");
    return 1;
  }
  if (names.length > 1) console.log(`${names.join(", ")}: the same octets`);
  return 0;
}

function hex(trace: number): string {
  return (trace >>> 0).toString(16).padStart(8, "0");
}
