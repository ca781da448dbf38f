// Runs many seeds: `node tests/simulation/simulate.ts --seeds 20000 [--from 1] [--hostile 5] [--steps 400]`. Of a hundred
// seeds, `--hostile` are run with damage. Prints every seed that fails and a number that stands for all traces: it is the
// same on every runtime. Leaves with code 1 where a seed failed.
import { simulate } from "./outcome.ts";

function option(name: string, otherwise: number): number {
  const at = process.argv.indexOf(`--${name}`);
  return at === -1 ? otherwise : Number(process.argv[at + 1]);
}

const seeds = option("seeds", 1000);
const from = option("from", 1);
const hostile = option("hostile", 5);
const steps = option("steps", 400);
let failed = 0;
let trace = 0;
let requests = 0;
let completed = 0;
for (let seed = from; seed < from + seeds; seed++) {
  try {
    const outcome = simulate(seed, seed % 100 < hostile, steps);
    trace = (Math.imul(trace, 33) + outcome.trace) | 0;
    requests += outcome.requests;
    completed += outcome.completed;
  } catch (error) {
    failed++;
    console.error((error as Error).message);
    if (failed === 1) console.error((error as Error).cause);
  }
}
console.log(
  `${seeds} seeds, ${failed} failed, ${requests} requests, ${completed} completed, trace ${(trace >>> 0).toString(16)}`,
);
process.exitCode = failed > 0 ? 1 : 0;
