// Results as text: an aligned table for people, one JSON object a line for programs. Ratios are of medians, and always read
// "times the reference": above 1 is more of the unit, whether more is better (calls a second) or worse (bytes, milliseconds).
import type { Result, Subject } from "./bench.ts";
import { geometricMean, median, spread } from "./statistics.ts";

/** The JSON line of one result. */
export function jsonLine(result: Result): string {
  const cost = costOf(result);
  return JSON.stringify({
    bench: result.bench,
    case: result.case,
    subject: result.subject,
    runtime: result.runtime,
    value: rounded(median(result.values)),
    unit: result.unit,
    cpuMicros: cost === undefined ? undefined : rounded(cost, 2),
  });
}

/**
 * The result that ratios of a line are taken against: the reference subject in the same case, on the same runtime if it
 * ran there, else on Node, else wherever it ran.
 */
export function referenceOf(result: Result, results: readonly Result[], reference: Subject): Result | undefined {
  const candidates = results.filter((each) => each.subject === reference && each.case === result.case);
  return candidates.find((each) => each.runtime === result.runtime) ??
    candidates.find((each) => each.runtime === "node") ??
    candidates[0];
}

/**
 * The table of one bench, with a line on top that says what the ratios are taken against. Where processor time was taken,
 * two columns more have it for one unit, and how many times as much the reference takes.
 */
export function table(title: string, results: readonly Result[], reference: Subject, smallerIsBetter: boolean): string {
  const withCost = results.some((result) => costOf(result) !== undefined);
  const head = [
    "case",
    "subject",
    "runtime",
    "value",
    "unit",
    "spread",
    "ratio",
    ...withCost ? ["CPU", "CPU ratio"] : [],
  ];
  const rows = results.map((result) => {
    const against = referenceOf(result, results, reference);
    const cost = costOf(result);
    const costAgainst = against === undefined ? undefined : costOf(against);
    const costCells = [
      cost === undefined ? "-" : `${grouped(cost, 2)} us`,
      cost === undefined || costAgainst === undefined ? "-" : ratioText(costAgainst, cost),
    ];
    return [
      result.case,
      result.subject,
      result.runtime,
      grouped(median(result.values)),
      result.unit,
      result.values.length < 2 ? "-" : `${(spread(result.values) * 100).toFixed(0)} %`,
      against === undefined ? "-" : ratioText(median(result.values), median(against.values)),
      ...withCost ? costCells : [],
    ];
  });
  const better = smallerIsBetter ? "smaller is better" : "larger is better";
  return [`${title}: median, spread, ratio to ${reference} (${better})`, ...aligned([head, ...rows])].join("\n");
}

/**
 * The geometric means of the ratios, a line for each kind of cases that has several: of each subject on each runtime, with the
 * least of its ratios.
 */
export function means(results: readonly Result[], reference: Subject, kindOf: (caseName: string) => string): string[] {
  const ratios = new Map<string, number[]>();
  for (const result of results) {
    const against = referenceOf(result, results, reference);
    if (against === undefined || result.subject === reference) continue;
    const key = `${kindOf(result.case)}: ${result.subject} on ${result.runtime}`;
    const ratio = median(result.values) / median(against.values);
    ratios.set(key, [...ratios.get(key) ?? [], ratio]);
  }
  return [...ratios].filter(([, each]) => each.length > 1).map(([key, each]) =>
    `${key} ${geometricMean(each).toFixed(2)} x in the geometric mean, ${Math.min(...each).toFixed(2)} x at least`
  );
}

function costOf({ cpuMicros = [] }: Result): number | undefined {
  return cpuMicros.length === 0 ? undefined : median(cpuMicros);
}

/** Lines whose columns line up; columns of figures are set to the right. */
function aligned(rows: readonly string[][]): string[] {
  const right = new Set([3, 5, 6, 7, 8]);
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) =>
    row.map((cell, column) => right.has(column) ? cell.padStart(widths[column]) : cell.padEnd(widths[column]))
      .join("  ").trimEnd()
  );
}

function ratioText(value: number, against: number): string {
  if (against <= 0) return "-"; // a difference of two times can come out so, and says nothing then
  const ratio = value / against;
  return `${ratio >= 10 ? ratio.toFixed(1) : ratio.toFixed(2)} x`;
}

/** Four significant digits at least, and never more than one decimal unless told: 12.3, 1,234, 123,456. */
function grouped(value: number, decimals = 1): string {
  return rounded(value, decimals).toLocaleString("en-US");
}

function rounded(value: number, decimals = 1): number {
  const factor = Math.abs(value) < 1000 ? 10 ** decimals : 1;
  return Math.round(value * factor) / factor;
}
