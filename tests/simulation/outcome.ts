// One seed from its beginning to what came of it.
import { World } from "./world.ts";

/** What came of a run. */
export interface Outcome {
  /** A number that stands for every octet that went over the wire, in order. */
  trace: number;
  requests: number;
  completed: number;
  octets: number;
}

/** Runs one seed. @throws what went wrong, with the seed. */
export function simulate(seed: number, hostile = false, steps = 400): Outcome {
  const world = new World(seed, hostile);
  try {
    const outcome = world.run(steps);
    if (world.failure !== undefined) throw world.failure;
    return outcome;
  } catch (error) {
    throw new Error(`seed ${seed}${hostile ? " (hostile)" : ""}: ${(world.failure ?? error) as Error}`, {
      cause: world.failure ?? error,
    });
  }
}
