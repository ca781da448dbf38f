// The text that `npm test` prints: a line for each stage that passed, the whole output of each that failed, and the
// closing table of how many tests ran where.
import { RUNTIMES } from "./plan.ts";
import type { StageResult } from "./stage.ts";

/** Sums of all stages. With `forbidSkips`, what was skipped counts as failed. */
export interface Totals {
  passed: number;
  failed: number;
  skipped: number;
}

/** A stage's line, with its output below when it failed. */
export function formatStage(result: StageResult): string {
  const { stage, counts } = result;
  const mark = result.ok ? "ok  " : "FAIL";
  const tests = stage.tests === undefined
    ? ""
    : ` · ${formatCounts(counts.passed, counts.failed, counts.skipped.length)}`;
  const line = `${mark} ${stage.name}${tests} · ${formatSeconds(result.elapsedMs)}`;
  const reasons = counts.skipped.length === 0 ? [] : result.output.match(/skipped: .* is not installed \(.*\)/g) ?? [];
  if (result.ok) return [line, ...new Set(reasons.map((text) => `       ${text}`))].join("\n");
  return `${line}\n${"-".repeat(100)}\n$ ${shorten(stage.command.join(" "))}\n${failureText(result)}\n${
    "-".repeat(100)
  }`;
}

/** The closing table. */
export function formatSummary(results: StageResult[], forbidSkips: boolean, elapsedMs: number): string {
  const rows: string[] = [];
  const checks = results.filter((result) => result.stage.tests === undefined);
  if (checks.length > 0) {
    rows.push(`  checks   ${checks.filter((check) => check.ok).length} of ${checks.length} passed`);
  }
  for (const runtime of RUNTIMES) {
    const own = results.filter((result) => result.stage.tests?.runtime === runtime);
    if (own.length === 0) continue;
    const sum = totals(own, false);
    const files = own.reduce((count, result) => count + result.stage.tests!.files, 0);
    rows.push(`  ${runtime.padEnd(8)} ${formatCounts(sum.passed, sum.failed, sum.skipped)} (${files} files)`);
  }
  const skipped = results.flatMap((result) =>
    result.counts.skipped.map((name) => `  skipped on ${result.stage.tests?.runtime}: ${name}`)
  );
  if (forbidSkips && skipped.length > 0) skipped.push("  SIGIL_NO_SKIP=1: skipped tests count as failed");
  const failed = results.filter((result) => !result.ok).map((result) => `  failed: ${result.stage.name}`);
  return ["", `Summary (${formatSeconds(elapsedMs)})`, ...rows, ...skipped, ...failed].join("\n");
}

/** Adds up the counts of the stages. */
export function totals(results: StageResult[], forbidSkips: boolean): Totals {
  const sum: Totals = { passed: 0, failed: 0, skipped: 0 };
  for (const { counts } of results) {
    sum.passed += counts.passed;
    sum.failed += counts.failed + (forbidSkips ? counts.skipped.length : 0);
    sum.skipped += forbidSkips ? 0 : counts.skipped.length;
  }
  return sum;
}

function formatCounts(passed: number, failed: number, skipped: number): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

function formatSeconds(elapsedMs: number): string {
  return `${(elapsedMs / 1000).toFixed(1)} s`;
}

function shorten(command: string): string {
  return command.length <= 300 ? command : `${command.slice(0, 300)} ...`;
}

/** The failing part of an output: what says that a test passed is left out. */
function failureText(result: StageResult): string {
  const output = result.output;
  // Node repeats failed tests at its end, but not the reason why a file could not be loaded.
  const repeated = output.indexOf("✖ failing tests:");
  if (repeated >= 0 && !output.includes("'test failed'", repeated)) return output.slice(repeated).trimEnd();
  const passing = /^(\(pass\)|✔|ok \||.*\.\.\. .*ok \().*$/;
  return output.split("\n").filter((line) => !passing.test(line)).join("\n").trimEnd();
}
