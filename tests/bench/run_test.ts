// The command line of the benches, run as a process: what it prints where, and its exit codes.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { ROOT, runtimeCommand } from "./programs.ts";

function run(...args: string[]) {
  const [node] = runtimeCommand("node");
  return spawnSync(node, ["tests/bench/run.ts", ...args], { cwd: ROOT, encoding: "utf8" });
}

test("--list names the nine benches, a line each", () => {
  const { stdout, status } = run("--list");
  assert.deepEqual(stdout.trim().split("\n").map((line) => line.split(" ")[0]), [
    "unary",
    "latency",
    "allocation",
    "h2",
    "bodies",
    "edge",
    "client",
    "stream",
    "codec",
    "startup",
    "size",
  ]);
  assert.equal(status, 0);
});

test("a command line that makes no sense ends with 2 and one line that says what to write", () => {
  for (
    const [args, complaint] of [
      [["speed"], /no bench "speed"/],
      [[], /Name one bench/],
      [["unary", "--rounds", "0"], /--rounds takes a whole number above 0, not "0"/],
      [["unary", "--subject", "sigil,nobody"], /"nobody" is none of/],
      [["unary", "--runtime", "rhino"], /not "rhino"/],
      [["unary", "--slowly"], /--slowly/],
    ] as const
  ) {
    const { stdout, stderr, status } = run(...args);
    assert.match(stderr, complaint);
    assert.equal(stderr.trim().split("\n").length, 1);
    assert.deepEqual([stdout, status], ["", 2]);
  }
});

test("--json prints one object a line to stdout, and nothing else", () => {
  const { stdout, status } = run("size", "--json", "--subject", "connect-es");
  const lines = stdout.trim().split("\n").map((line) => JSON.parse(line));
  assert.deepEqual(lines.map((line) => line.case), ["edge", "browser"]);
  for (const { value, ...rest } of lines) {
    assert.deepEqual(rest, { bench: "size", case: rest.case, subject: "connect-es", runtime: "node", unit: "bytes" });
    assert.ok(value > 10_000 && value < 200_000);
  }
  assert.equal(status, 0);
});
