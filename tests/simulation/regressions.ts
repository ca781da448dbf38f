// Seeds that once failed, and what was wrong: the tests run each of them again, with damage and without. A seed stands for a
// run of this simulator; where the simulator itself changes, so does what its seeds do, and each fault has a test of its
// own besides. Add to this list, never take away.

/** Seeds by what they showed. */
export const REGRESSIONS: Readonly<Record<string, readonly number[]>> = {
  "writable after the end; streams opened out of order; credit kept back; requests that starve": [
    2,
    3,
    8,
    32,
    50,
    84,
    211,
  ],
  "credit for requests that waited, after the last GOAWAY": [118, 129],
  "more streams than a server takes that lowered its limit while requests waited for the transport": [
    1,
    122,
    394,
    633,
    994,
  ],
  "the same streams out of order": [1124],
  "dynamic tables that were kept after the end": [6],
  "more events than the simulation thought right: all streams of a connection that ends": [1_003_700, 1_269_220],
};
