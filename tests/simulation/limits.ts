// Limits as a seed draws them: small ones mostly, for it is at limits that things go wrong.
import { DEFAULT_HTTP2_LIMITS, type Http2Limits } from "../../src/http2/limits.ts";
import type { Random } from "./random.ts";

/** Limits for one end of a connection whose peer keeps to the rules. */
export function randomLimits(random: Random): Http2Limits {
  return {
    ...DEFAULT_HTTP2_LIMITS,
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

/** Limits for the end of a connection that is attacked: budgets small enough to be used up by one run. */
export function defensiveLimits(random: Random): Http2Limits {
  return {
    ...DEFAULT_HTTP2_LIMITS,
    connectionWindowSize: random.pick([65_535, 200_000]),
    maxConcurrentStreams: random.pick([1, 10, 100]),
    maxRunningRequests: random.pick([1, 10, 100]),
    maxQueuedRequests: random.pick([0, 4, 400]),
    maxRetainedHeaderBytes: random.pick([10_000, 1_048_576]),
    maxOutputBytes: random.pick([16_384, 262_144]),
    resetBudget: random.pick([0, 20, 100]),
    streamErrorBudget: random.pick([0, 20, 100]),
    glitchBudget: random.pick([0, 100, 1000]),
    emptyDataBudget: random.pick([0, 10, 100]),
    smallDataBudget: random.pick([1000, 100_000]),
    pauseAtControlReplies: random.pick([1, 100]),
    maxControlReplies: random.pick([10, 1000]),
    encoderTableSize: random.pick([0, 4096]),
  };
}
