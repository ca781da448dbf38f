// The little statistics that a bench needs: a median is robust against the one round in which the machine did something else.

/**
 * The middle value; the mean of the two middle values where their number is even.
 * @throws RangeError for an empty list.
 */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError("A median needs at least one value.");
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The mean of ratios: twice and half as much come to once. */
export function geometricMean(ratios: readonly number[]): number {
  return Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length);
}

/** The distance from the smallest to the largest value, as a share of the median: 0.1 means that they lie within 10 %. */
export function spread(values: readonly number[]): number {
  const range = Math.max(...values) - Math.min(...values);
  return range === 0 ? 0 : range / Math.abs(median(values));
}

/**
 * The smallest value that at least this share of them does not exceed: 0.99 is the 99th percentile.
 * @param sorted in order, the smallest first.
 * @throws RangeError for an empty list.
 */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  if (sorted.length === 0) throw new RangeError("A quantile needs at least one value.");
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
}
