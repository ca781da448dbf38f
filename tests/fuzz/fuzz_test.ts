// The short form of `npm run fuzz`: some new inputs for each target, and all that were found before.
import assert from "node:assert/strict";
import { test } from "node:test";
import { corpusOf, toHex } from "./corpus.ts";
import { fuzz } from "./fuzzer.ts";
import { TARGETS } from "./targets.ts";
import { reached } from "./targets/connection.ts";
import { statuses } from "./targets/http.ts";

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

test("inputs of connections lead to every kind of event", () => {
  for (
    const kind of ["request", "response", "informational", "data", "trailers", "reset", "ping", "goaway", "closed"]
  ) {
    assert.ok((reached.get(kind) ?? 0) > 5, `${kind}: ${reached.get(kind)}`);
  }
});

test("inputs of requests lead to every kind of answer", () => {
  for (const status of [200, 400, 404, 405, 415, 501]) {
    assert.ok((statuses.get(status) ?? 0) > 5, `${status}: ${statuses.get(status)}`);
  }
});
