// The turns of a bench. All entries of a case are started and proved right first; then they are measured one after the other,
// round by round (A B A B ...), so that a machine that grows slower or faster meanwhile does so for all of them.
import { type Bench, type BenchOptions, type Entry, LeftOut, type Result, type Subject, type Trial } from "./bench.ts";

export interface RoundOptions extends BenchOptions {
  readonly rounds: number;
  /** Subjects to measure; all where absent. The reference is not added to it. */
  readonly subjects?: ReadonlySet<Subject>;
}

/** What was measured, and whether anything failed beyond what this machine lacks. */
export interface Outcome {
  readonly results: Result[];
  readonly failed: boolean;
  /** Who was left out or failed, and why: what the table lacks. Each was given to `say` when it happened. */
  readonly remarks: readonly string[];
}

interface Contestant {
  readonly entry: Entry;
  readonly trial: Trial;
  readonly values: number[];
  readonly cpuMicros: number[];
}

/** Runs one bench. `say` takes progress and remarks, a line each. */
export async function runBench(bench: Bench, options: RoundOptions, say: (line: string) => void): Promise<Outcome> {
  const remarks = new Set<string>();
  let failed = false;
  const remark = (who: string, error: unknown) => {
    const leftOut = error instanceof LeftOut;
    if (!leftOut) failed = true;
    const line = `${bench.name}: ${who === "" ? "" : `${who} `}${leftOut ? "left out" : "FAILED"}: ${
      (error as Error).message
    }`;
    if (!remarks.has(line)) say(line);
    remarks.add(line);
  };
  let entries: Entry[];
  try {
    entries = await bench.entries(options, (line) => say(`${bench.name}: ${line}`));
  } catch (error) {
    remark("", error);
    return { results: [], failed, remarks: [...remarks] };
  }
  const chosen = entries.filter((entry) => options.subjects?.has(entry.subject) ?? true);
  const results: Result[] = [];
  for (const name of new Set(chosen.map((entry) => entry.case))) {
    const contestants = await prepareAll(chosen.filter((entry) => entry.case === name), remark);
    try {
      await measureInTurn(contestants, options.rounds, (line) => say(`${bench.name} ${name}: ${line}`), remark);
    } finally {
      for (const { trial } of contestants) await trial.close();
    }
    for (const { entry, values, cpuMicros } of contestants) {
      const { subject, runtime, unit } = entry;
      if (values.length > 0) results.push({ bench: bench.name, case: name, subject, runtime, unit, values, cpuMicros });
    }
  }
  return { results, failed, remarks: [...remarks] };
}

async function prepareAll(
  entries: readonly Entry[],
  remark: (who: string, error: unknown) => void,
): Promise<Contestant[]> {
  const contestants: Contestant[] = [];
  for (const entry of entries) {
    try {
      contestants.push({ entry, trial: await entry.prepare(), values: [], cpuMicros: [] });
    } catch (error) {
      remark(label(entry), error);
    }
  }
  return contestants;
}

/** Measures round by round. A subject that fails in one round keeps no figure at all and is not asked again. */
async function measureInTurn(
  contestants: readonly Contestant[],
  rounds: number,
  say: (line: string) => void,
  remark: (who: string, error: unknown) => void,
): Promise<void> {
  const lost = new Set<Contestant>();
  for (let round = 1; round <= rounds; round++) {
    for (const contestant of contestants) {
      if (lost.has(contestant)) continue;
      const { entry, trial, values, cpuMicros } = contestant;
      try {
        const measured = await trial.measure();
        const { value, cpuMicros: cost } = typeof measured === "number"
          ? { value: measured, cpuMicros: undefined }
          : measured;
        values.push(value);
        if (cost !== undefined) cpuMicros.push(cost);
        const costText = cost === undefined ? "" : `, ${cost.toPrecision(3)} us of CPU each`;
        say(`round ${round}/${rounds} ${label(entry)} ${value.toPrecision(4)} ${entry.unit}${costText}`);
      } catch (error) {
        lost.add(contestant);
        values.length = cpuMicros.length = 0;
        remark(`${label(entry)} (${entry.case})`, error);
      }
    }
  }
}

function label(entry: Entry): string {
  return entry.runtime === "native" ? entry.subject : `${entry.subject} on ${entry.runtime}`;
}
