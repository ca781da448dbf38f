// The statistics of the benches.
import assert from "node:assert/strict";
import { test } from "node:test";
import { median, quantile, spread } from "./statistics.ts";

test("the median of an odd number of values is the middle one, in whatever order they come", () => {
  assert.equal(median([9, 1, 5]), 5);
});

test("the median of an even number of values is the mean of the two in the middle", () => {
  assert.equal(median([4, 1, 10, 2]), 3);
});

test("a median leaves the order of the list that it is given", () => {
  const values = [3, 1, 2];
  median(values);
  assert.deepEqual(values, [3, 1, 2]);
});

test("the median of nothing is refused", () => {
  assert.throws(() => median([]), RangeError);
});

test("the spread is the range as a share of the median", () => {
  assert.equal(spread([90, 100, 110]), 0.2);
});

test("the spread of a negative median is positive, and that of equal values is 0", () => {
  assert.equal(spread([-90, -100, -110]), 0.2);
  assert.equal(spread([0, 0]), 0);
});

test("a quantile is the smallest value that so many do not exceed", () => {
  const hundred = Float64Array.from({ length: 100 }, (_, index) => index + 1);
  assert.deepEqual([quantile(hundred, 0.99), quantile(hundred, 0.5), quantile(hundred, 1)], [99, 50, 100]);
  assert.equal(quantile([7], 0.99), 7);
  assert.throws(() => quantile([], 0.5), RangeError);
});
