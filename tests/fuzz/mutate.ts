// Damage to an input without a thought for its structure: flips, numbers that are often special, cuts, copies, repeats.
import type { Random } from "../simulation/random.ts";

const SPECIAL = [0, 1, 0x1f, 0x20, 0x3f, 0x40, 0x7f, 0x80, 0x81, 0xfe, 0xff];
const MOST_OCTETS = 70_000;

/** A damaged copy. */
export function mutate(random: Random, input: Uint8Array): Uint8Array {
  let octets: Uint8Array = input.slice();
  for (let count = 1 + random.below(3); count > 0; count--) {
    const at = random.below(octets.length + 1);
    const end = Math.min(octets.length, at + random.below(12));
    switch (random.below(7)) {
      case 0:
        if (at < octets.length) octets[at]! ^= 1 << random.below(8);
        break;
      case 1:
        if (at < octets.length) octets[at] = random.pick(SPECIAL);
        break;
      case 2:
        octets = joined(octets.subarray(0, at), octets.subarray(end));
        break;
      case 3:
        octets = octets.slice(0, at);
        break;
      case 4:
        octets = joined(octets.subarray(0, end), octets.subarray(at));
        break;
      case 5:
        octets = joined(octets.subarray(0, at), Uint8Array.of(random.below(256)), octets.subarray(at));
        break;
      default: {
        const times = random.below(20);
        octets = joined(
          octets.subarray(0, at),
          ...new Array(times).fill(octets.subarray(at, end)),
          octets.subarray(at),
        );
      }
    }
  }
  return octets.subarray(0, MOST_OCTETS);
}

/** The smallest input that is found to fail as well: parts are left out for as long as it does. */
export async function smallest(input: Uint8Array, fails: (input: Uint8Array) => Promise<boolean>): Promise<Uint8Array> {
  let left = input;
  for (let size = Math.ceil(left.length / 2); size > 0; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < left.length;) {
      const without = joined(left.subarray(0, at), left.subarray(at + size));
      if (await fails(without)) left = without;
      else at += size;
    }
  }
  return left;
}

function joined(...parts: Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
