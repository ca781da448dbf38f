// The short form of the simulation, see simulate.ts for the long one; docs/proofs.md says which invariant is checked where.
import assert from "node:assert/strict";
import { test } from "node:test";
import { simulate } from "./outcome.ts";
import { REGRESSIONS } from "./regressions.ts";

test("calls over seeded connections end, each once, with all credit back and nothing kept", () => {
  let ok = 0;
  for (let seed = 10_001; seed <= 10_150; seed++) ok += simulate(seed).calls.ok;
  assert.ok(ok > 1000, `only ${ok}`);
});

test("a connection that is damaged or attacked harms itself alone", () => {
  for (let seed = 20_001; seed <= 20_060; seed++) simulate(seed, true);
});

test("seeds that once failed", () => {
  for (const seed of Object.values(REGRESSIONS).flat()) {
    simulate(seed);
    simulate(seed, true);
  }
});

test("the same seed gives the same octets", () => {
  for (const seed of [1, 2, 3]) {
    for (const isHostile of [false, true]) assert.deepEqual(simulate(seed, isHostile), simulate(seed, isHostile));
  }
});
