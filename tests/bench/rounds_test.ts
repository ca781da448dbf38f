// The turns of a bench, with entries that write down what is done to them.
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Bench, type Entry, LeftOut, type Subject } from "./bench.ts";
import { runBench } from "./rounds.ts";

const OPTIONS = { runtimes: ["node"] as const, seconds: 1, rounds: 2 };

function benchOf(...entries: Entry[]): Bench {
  const common = { summary: "", reference: "bare" as const, rounds: 1, seconds: 1, smallerIsBetter: false };
  return { ...common, name: "turns", entries: () => Promise.resolve(entries) };
}

function entry(subject: Subject, log: string[], measure: () => number = () => 1, name = "only"): Entry {
  const noted = (what: string) => log.push(`${subject} ${what}`);
  const prepare = () => {
    noted("starts");
    return Promise.resolve({
      measure: async () => {
        noted("runs");
        return measure();
      },
      close: async () => void noted("stops"),
    });
  };
  return { case: name, subject, runtime: "node", unit: "calls/s", prepare };
}

test("the entries of a case start first, then are measured in turn, then stop", async () => {
  const log: string[] = [];
  const { results, failed } = await runBench(benchOf(entry("sigil", log), entry("bare", log)), OPTIONS, () => {});
  assert.deepEqual(log, [
    "sigil starts",
    "bare starts",
    "sigil runs",
    "bare runs",
    "sigil runs",
    "bare runs",
    "sigil stops",
    "bare stops",
  ]);
  assert.deepEqual(results.map(({ subject, values }) => [subject, values]), [["sigil", [1, 1]], ["bare", [1, 1]]]);
  assert.equal(failed, false);
});

test("one case is over before the next one starts", async () => {
  const log: string[] = [];
  const bench = benchOf(entry("sigil", log, () => 1, "a"), entry("bare", log, () => 1, "b"));
  await runBench(bench, { ...OPTIONS, rounds: 1 }, () => {});
  assert.deepEqual(log, ["sigil starts", "sigil runs", "sigil stops", "bare starts", "bare runs", "bare stops"]);
});

test("what this machine lacks is said in one line for all cases, and is no failure", async () => {
  const lines: string[] = [];
  const missing = (name: string) => ({
    ...entry("grpc-go", [], undefined, name),
    prepare: () => Promise.reject(new LeftOut("go is not installed")),
  });
  const bench = benchOf(missing("a"), missing("b"));
  const { results, failed, remarks } = await runBench(bench, OPTIONS, (line) => lines.push(line));
  assert.deepEqual(lines, ["turns: grpc-go on node left out: go is not installed"]);
  assert.deepEqual([results, failed, remarks], [[], false, lines]);
});

test("a whole bench that lacks its tool is said in one line, and is no failure", async () => {
  const lines: string[] = [];
  const bench = { ...benchOf(), entries: () => Promise.reject(new LeftOut("h2load is not installed")) };
  const { failed, remarks } = await runBench(bench, OPTIONS, (line) => lines.push(line));
  assert.deepEqual(lines, ["turns: left out: h2load is not installed"]);
  assert.deepEqual(remarks, lines);
  assert.equal(failed, false);
});

test("a subject that fails in a round loses its figures, and the others go on", async () => {
  const log: string[] = [];
  const lines: string[] = [];
  let rounds = 0;
  const failing = entry("sigil", log, () => {
    if (++rounds === 2) throw new Error("3 of the requests failed");
    return 1;
  });
  const bench = benchOf(failing, entry("bare", log));
  const { results, failed } = await runBench(bench, { ...OPTIONS, rounds: 3 }, (line) => lines.push(line));
  assert.deepEqual(results.map(({ subject, values }) => [subject, values.length]), [["bare", 3]]);
  assert.equal(failed, true);
  assert.equal(rounds, 2);
  assert.ok(lines.includes("turns: sigil on node (only) FAILED: 3 of the requests failed"));
  assert.deepEqual(log.slice(-2), ["sigil stops", "bare stops"]);
});

test("only the subjects asked for are started", async () => {
  const log: string[] = [];
  const options = { ...OPTIONS, rounds: 1, subjects: new Set(["bare" as const]) };
  await runBench(benchOf(entry("sigil", log), entry("bare", log)), options, () => {});
  assert.deepEqual(log, ["bare starts", "bare runs", "bare stops"]);
});
