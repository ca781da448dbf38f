// How verdicts are printed: a line for each attack as soon as there is one.
import type { Verdict } from "./judge.ts";

/** Characters of what the server did that fit a line. */
const TOLD_LENGTH = 72;

/** The head of the table. */
export function head(runtime: string): string {
  return [
    `attacks on ${runtime}: what the server did, in ms, x rounds | growth of its memory | octets it sent for each it got |`,
    "p99 of the neighbour beside the attack (ten times a second, and once where that is much), and without it | verdict",
  ].join(" ");
}

/** One attack. */
export function line(verdict: Verdict): string {
  const { attack, told, rounds, milliseconds, rssGrowthBytes, amplification, faults } = verdict;
  const p99s = [verdict.besideP99Ms, verdict.rareP99Ms, verdict.quietP99Ms].filter((each) => each !== undefined);
  const short = told.length > TOLD_LENGTH ? `${told.slice(0, TOLD_LENGTH - 3)}...` : told;
  const figures = [
    `${milliseconds} ms x ${rounds}`,
    `${(rssGrowthBytes / 1048576).toFixed(0)} MiB`,
    amplification.toFixed(2),
    `${p99s.map((each) => each.toFixed(1)).join(" / ")} ms`,
  ];
  const told2 = faults.length === 0 ? short : told;
  const verdictText = faults.length === 0 ? "ok" : `FAIL: ${faults.join("; ")}`;
  return `${attack.id.padEnd(4)}${attack.name}\n      ${told2}\n      ${figures.join(" | ")} | ${verdictText}`;
}
