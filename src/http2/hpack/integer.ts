// Integers with a prefix of N bits, RFC 7541 5.1. The first octet is the caller's: its low bits hold either the value or,
// all ones, the sign that continuation octets follow. Only these are read here, so that the common case stays inline there.
// Values above 2^31 - 1 are refused: nothing that HPACK counts gets near it.

/** What {@link readContinuation} answers where the octets end before the integer does. */
export const TRUNCATED = -1;
/** What {@link readContinuation} answers for a value above {@link MAX_INTEGER} or more than five continuation octets. */
export const OVERFLOW = -2;

/** The largest integer read or written: 2^31 - 1. */
export const MAX_INTEGER = 0x7fffffff;

/** The most octets {@link writeInteger} ever needs: the prefix and five more. */
export const MAX_INTEGER_OCTETS = 6;

/** RFC 7541 5.1 allows leading zeros without end; five octets hold any value up to {@link MAX_INTEGER}. */
const MAX_CONTINUATION_OCTETS = 5;

/**
 * Reads the continuation octets of an integer whose prefix was all ones.
 * @param prefix the prefix's value, all ones: 15, 31, 63 or 127
 * @returns the whole integer, {@link TRUNCATED} or {@link OVERFLOW}
 */
export function readContinuation(bytes: Uint8Array, at: number, end: number, prefix: number): number {
  let value = prefix;
  let scale = 1;
  for (let count = 0; count < MAX_CONTINUATION_OCTETS; count++) {
    if (at >= end) return TRUNCATED;
    const octet = bytes[at++]!;
    value += (octet & 0x7f) * scale;
    if (octet < 0x80) return value > MAX_INTEGER ? OVERFLOW : value;
    scale *= 128;
  }
  return OVERFLOW;
}

/** The offset after the continuation octets at `at`, which {@link readContinuation} has read without an error. */
export function skipContinuation(bytes: Uint8Array, at: number): number {
  while (bytes[at]! >= 0x80) at++;
  return at + 1;
}

/**
 * Writes an integer.
 * @param pattern the high bits of the first octet, which name the representation
 * @param prefix the largest value the prefix holds: 15, 31, 63 or 127
 * @param value 0 to {@link MAX_INTEGER}
 * @returns the offset after it
 */
export function writeInteger(out: Uint8Array, at: number, pattern: number, prefix: number, value: number): number {
  if (value < prefix) {
    out[at++] = pattern | value;
    return at;
  }
  out[at++] = pattern | prefix;
  value -= prefix;
  while (value >= 0x80) {
    out[at++] = 0x80 | (value & 0x7f);
    value >>>= 7;
  }
  out[at++] = value;
  return at;
}
