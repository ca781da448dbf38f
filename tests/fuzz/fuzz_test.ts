// The short form of `npm run fuzz`: some new inputs for each target, and all that were found before.
import { test } from "node:test";
import { corpusOf, toHex } from "./corpus.ts";
import { fuzz } from "./fuzzer.ts";
import { TARGETS } from "./targets.ts";

const INPUTS = 500;

for (const target of TARGETS) {
  test(`${target.name}: ${target.about}`, async () => {
    const corpus = corpusOf(target.name);
    for (const input of corpus) await target.run(input);
    const failure = await fuzz(target, corpus, { seed: 1, from: 0, inputs: INPUTS });
    if (failure === undefined) return;
    throw new Error(`input ${failure.number}, ${toHex(failure.input)}: ${failure.error}`, { cause: failure.error });
  });
}
