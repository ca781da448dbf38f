// Inputs by seed and number: one and the same however many others are run, so that one that fails can be run alone.
import { Random } from "../simulation/random.ts";
import type { FuzzTarget } from "./fuzz_target.ts";
import { mutate } from "./mutate.ts";

/** The input of a number. Two in three are as the target makes them or out of the corpus, the others are damaged. */
export function inputOf(target: FuzzTarget, corpus: readonly Uint8Array[], seed: number, number: number): Uint8Array {
  const random = Random.of(seed, number);
  const input = corpus.length > 0 && random.percent(10) ? random.pick(corpus) : target.make(random);
  return random.percent(65) ? input : mutate(random, input);
}

/** Runs inputs, and answers the first that fails with why. `onRun` hears of each that is done. */
export async function fuzz(
  target: FuzzTarget,
  corpus: readonly Uint8Array[],
  { seed, from, inputs }: { seed: number; from: number; inputs: number },
  onRun: (number: number) => void = () => {},
): Promise<{ number: number; input: Uint8Array; error: unknown } | undefined> {
  for (let number = from; number < from + inputs; number++) {
    const input = inputOf(target, corpus, seed, number);
    try {
      const running = target.run(input);
      if (running !== undefined) await running;
    } catch (error) {
      return { number, input, error };
    }
    onRun(number);
  }
  return undefined;
}
