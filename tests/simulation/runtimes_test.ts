// Runs on: node. The same seed gives the same octets on Node, Bun and Deno.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { ROOT } from "../run/stage.ts";

test("the octets of 60 seeds are the same on all three runtimes", () => {
  const script = fileURLToPath(new URL("./simulate.ts", import.meta.url));
  const args = ["--import", "tsx", script, "--runtime", "all", "--seeds", "60"];
  const { stdout, stderr, status } = spawnSync(process.execPath, args, { cwd: ROOT, encoding: "utf8" });
  assert.equal(status, 0, stdout + stderr);
  assert.match(stdout, /node, bun, deno: the same octets/);
  assert.equal(new Set(stdout.match(/trace [0-9a-f]{8}/g)).size, 1, stdout);
});
