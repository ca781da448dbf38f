// The short form of the simulation: see simulate.ts for the long one. A seed that fails goes into REGRESSIONS for good.
import assert from "node:assert/strict";
import { test } from "node:test";
import { simulate } from "./outcome.ts";

/** Seeds that once failed: writable after the end, streams opened out of order, credit kept back, requests that starve. */
const REGRESSIONS = [2, 3, 8, 32, 50, 84, 211];

test("seeded exchanges between two engines end, each once, with all credit back and nothing kept", () => {
  let completed = 0;
  for (let seed = 10_001; seed <= 10_100; seed++) completed += simulate(seed).completed;
  assert.ok(completed > 500, `only ${completed}`);
});

test("bytes damaged on the way harm their own connection alone", () => {
  for (let seed = 20_001; seed <= 20_030; seed++) simulate(seed, true);
});

test("seeds that once failed", () => {
  for (const seed of REGRESSIONS) {
    simulate(seed);
    simulate(seed, true);
  }
});

test("the same seed gives the same bytes", () => {
  for (const seed of [1, 2, 3]) assert.deepEqual(simulate(seed), simulate(seed));
});
