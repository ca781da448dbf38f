// Delays between attempts to connect.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Backoff } from "../../src/transport/backoff.ts";

test("the first failure costs nothing, each further one more, up to the most, and a success forgets them", () => {
  const backoff = new Backoff({ initialMs: 100, factor: 2, maxMs: 500 }, () => 0.5);
  assert.deepEqual([1, 2, 3, 4, 5, 6].map(() => backoff.next()), [0, 100, 200, 400, 500, 500]);
  backoff.reset();
  assert.deepEqual([1, 2].map(() => backoff.next()), [0, 100]);
});

test("a delay is made shorter or longer by no more than the jitter", () => {
  const delays = [0, 0.5, 0.999].map((random) => {
    const backoff = new Backoff({ initialMs: 100, jitter: 0.2 }, () => random);
    backoff.next();
    return Math.round(backoff.next());
  });
  assert.deepEqual(delays, [80, 100, 120]);
});
