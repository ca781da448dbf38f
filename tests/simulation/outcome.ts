// One seed from its beginning to what came of it; and, where it fails, the fewest of its steps that fail too.
import assert from "node:assert/strict";
import type { Outcome as CallOutcome } from "./call.ts";
import { World, type WorldOptions } from "./world.ts";

/** What came of a run. */
export interface Outcome {
  /** A number that stands for every octet that went over the wire, in order. */
  readonly trace: number;
  readonly calls: Readonly<Record<CallOutcome, number>>;
  readonly octets: number;
}

/** How many steps a run has unless it is told. */
export const STEPS = 300;

/** Runs one seed. @throws what went wrong, with the seed. */
export function simulate(seed: number, isHostile = false, steps: Iterable<number> = stepsUpTo(STEPS)): Outcome {
  try {
    const world = run({ seed, isHostile }, steps);
    // What one connection does changes nothing of what another one does.
    if (isHostile) {
      const alone = run({ seed, isHostile, isAlone: true }, steps);
      assert.equal(world.links[0]!.trace, alone.links[0]!.trace, "a hostile connection changed another one");
    }
    return outcomeOf(world);
  } catch (error) {
    throw new Error(`seed ${seed}${isHostile ? " (hostile)" : ""}: ${(error as Error).message}`, { cause: error });
  }
}

export function run(options: WorldOptions, steps: Iterable<number>): World {
  const world = new World(options);
  try {
    world.run(steps);
  } catch (error) {
    throw world.failure ?? error;
  }
  return world;
}

export function stepsUpTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

function outcomeOf(world: World): Outcome {
  const calls = { ok: 0, reset: 0, deadline: 0, lost: 0, overdue: 0, unavailable: 0 };
  let trace = 0;
  let octets = 0;
  for (const link of [...world.links, ...(world.attacked === undefined ? [] : [world.attacked])]) {
    trace = (Math.imul(trace, 33) + link.trace) | 0;
    octets += link.octets;
  }
  for (const link of world.links) for (const call of link.calls) calls[call.outcome!]++;
  return { trace, calls, octets };
}

/** The fewest steps that are found to fail: halves, then smaller and smaller parts are left out where it fails without. */
export function shrink(seed: number, isHostile: boolean, steps: readonly number[]): number[] {
  const fails = (some: readonly number[]): boolean => {
    try {
      simulate(seed, isHostile, some);
      return false;
    } catch {
      return true;
    }
  };
  let left = [...steps];
  for (let size = Math.ceil(left.length / 2); size > 0; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < left.length;) {
      const without = [...left.slice(0, at), ...left.slice(at + size)];
      if (fails(without)) left = without;
      else at += size;
    }
  }
  return left;
}
