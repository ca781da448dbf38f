// What can happen to bytes on their way from a peer that is broken or evil: single octets, and whole frames that are lost,
// doubled, swapped, changed in one of their fields, or made up.
import type { Random } from "./random.ts";

/** Damages what one end sent, now and then. */
export type Damage = (random: Random, output: Uint8Array) => Uint8Array;

/** Flips, drops or doubles a few octets. */
export function damageOctets(random: Random, output: Uint8Array): Uint8Array {
  if (!random.percent(5)) return output;
  const at = random.below(output.length);
  const damaged = output.slice();
  switch (random.below(3)) {
    case 0:
      damaged[at]! ^= 1 << random.below(8);
      return damaged;
    case 1:
      return damaged.slice(at);
    default:
      return Uint8Array.from([...damaged.slice(0, at), ...damaged.slice(random.below(at + 1))]);
  }
}

/** Loses, doubles, swaps, changes or makes up frames. */
export function damageFrames(random: Random, output: Uint8Array): Uint8Array {
  if (!random.percent(8)) return output;
  // A greeting begins with the preface, which is no frame.
  const start = output[0] === 0x50 && output[1] === 0x52 ? 24 : 0;
  const frames = splitFrames(output, start);
  if (frames.length === 0) return output;
  const at = random.below(frames.length);
  const frame = frames[at]!;
  switch (random.below(10)) {
    case 0:
      frames.splice(at, 1);
      break;
    case 1:
      frames.splice(at, 0, frame);
      break;
    case 2:
      frames.push(frames.splice(at, 1)[0]!);
      break;
    case 3:
      // Its length lies.
      frame[random.below(3)]! ^= 1 << random.below(8);
      break;
    case 4:
      frame[3] = random.below(12);
      break;
    case 5:
      frame[4] = random.below(64);
      break;
    case 6:
      frame.set([0, 0, 0, random.below(12)], 5);
      break;
    case 7:
      if (frame.length > 9) frame[9 + random.below(frame.length - 9)] = random.pick([0, 1, 0x7f, 0xff]);
      break;
    case 8:
      frames.splice(at, 0, madeUpFrame(random));
      break;
    default:
      for (let count = random.below(50); count > 0; count--) frames.splice(at, 0, frame);
  }
  return join([output.subarray(0, start), ...frames]);
}

/** A frame of any kind that is nearly right. */
export function madeUpFrame(random: Random): Uint8Array {
  const type = random.below(11);
  const lengths = [random.below(300), random.below(60), 5, 4, 6 * random.below(4), 4, 8, 8, 4, random.below(60), 3];
  const length = random.percent(90) ? lengths[type]! : random.below(40);
  const frame = new Uint8Array(9 + length);
  frame.set([0, length >> 8, length & 255, type, random.percent(70) ? random.pick([0, 1, 4, 5]) : random.below(256)]);
  frame.set([0, 0, 0, random.percent(50) ? random.pick([0, 1, 3]) : random.below(40)], 5);
  for (let at = 9; at < frame.length; at++) frame[at] = random.percent(60) ? 0 : random.below(256);
  return frame;
}

/** The frames from `start` on, one by one, each with its head. */
export function splitFrames(output: Uint8Array, start: number): Uint8Array[] {
  const frames: Uint8Array[] = [];
  for (let at = start; at < output.length;) {
    const end = at + 9 + ((output[at]! << 16) | (output[at + 1]! << 8) | output[at + 2]!);
    frames.push(output.slice(at, end));
    at = end;
  }
  return frames;
}

/** All of them as one. */
export function join(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
