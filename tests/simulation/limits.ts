// Limits as a seed draws them: small ones mostly, for it is at limits that things go wrong.
import type { Http2Limits } from "../../src/http2/limits.ts";
import type { Random } from "./random.ts";

export function randomLimits(random: Random): Partial<Http2Limits> {
  return {
    initialWindowSize: random.pick([0, 1, 100, 16_384, 65_535, 200_000]),
    maxStreamWindowSize: random.pick([0, 65_535, 1_048_576]),
    connectionWindowSize: random.pick([65_535, 100_000, 1_048_576]),
    maxOutputBytes: random.pick([16_384, 30_000, 262_144]),
    maxUnsentStreamBytes: random.pick([0, 1000, 262_144]),
    maxUnsentConnectionBytes: random.pick([0, 5000, 1_048_576]),
    maxConcurrentStreams: random.pick([1, 3, 100]),
    maxRunningRequests: random.pick([1, 2, 100]),
    encoderTableSize: random.pick([0, 200, 4096]),
    headerTableSize: random.pick([0, 100, 4096, 8192]),
    // Reading and resetting at random looks like an attack; the budgets have tests of their own.
    windowUpdateAllowance: 1_000_000,
    resetBudget: 1_000_000,
    streamErrorBudget: 1_000_000,
    glitchBudget: 1_000_000,
    minPingIntervalMs: 0,
    minIdlePingIntervalMs: 0,
    smallDataBudget: 2 ** 30,
  };
}
