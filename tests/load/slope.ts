// The slope of a heap over time: the median of the slopes between all pairs of samples (Theil and Sen), which a single
// collection of garbage that came early or late does not move.

/** By how much y grows for each of x. */
export function slopePerHour(samples: readonly (readonly [x: number, y: number])[]): number {
  const slopes: number[] = [];
  for (let i = 0; i < samples.length; i++) {
    for (let j = i + 1; j < samples.length; j++) {
      const [fromX, fromY] = samples[i]!;
      const [toX, toY] = samples[j]!;
      if (toX > fromX) slopes.push((toY - fromY) / (toX - fromX));
    }
  }
  slopes.sort((a, b) => a - b);
  return slopes[Math.floor(slopes.length / 2)] ?? 0;
}
