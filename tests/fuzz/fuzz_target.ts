// What a fuzz target is. An input is bytes and nothing else, so that one that was found can be kept in the corpus and run by
// anyone: where a target needs choices (limits, how its input is cut), the first octets of the input make them.
import type { Random } from "../simulation/random.ts";

/** One thing that is fed. */
export interface FuzzTarget {
  readonly name: string;
  /** What is fed, and what it is held to, in a line. */
  readonly about: string;
  /** Makes an input, right in its structure more often than not. */
  make(random: Random): Uint8Array;
  /** Runs an input. Throws, or rejects, where it shows a fault. */
  run(input: Uint8Array): void | Promise<void>;
}

/** Octets of an input, read one after the other; zeros past its end. */
export class InputReader {
  readonly #input: Uint8Array;
  #at = 0;

  constructor(input: Uint8Array) {
    this.#input = input;
  }

  /** A number from 0 to below `below`, of one octet. */
  choice(below: number): number {
    return (this.#input[this.#at++] ?? 0) % below;
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.choice(choices.length)]!;
  }

  /** The next so many octets, or all that are left. */
  take(length = Infinity): Uint8Array {
    const taken = this.#input.subarray(this.#at, Math.min(this.#input.length, this.#at + length));
    this.#at += taken.length;
    return taken;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#input.length;
  }
}

/** A number that stands for an input: choices that its octets do not make can be drawn from it. */
export function hashOf(input: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < input.length; at++) hash = Math.imul(hash ^ input[at]!, 0x01000193);
  return hash >>> 0;
}

/** Cuts octets into pieces, as an octet of the input says: whole, one by one, or of growing lengths. */
export function cut(octets: Uint8Array, way: number): Uint8Array[] {
  if (way % 4 === 0) return octets.length > 0 ? [octets] : [];
  const pieces: Uint8Array[] = [];
  for (let at = 0, length = 1; at < octets.length; at += length, length += way % 4 === 1 ? 0 : way % 7) {
    if (length < 1) length = 1;
    pieces.push(octets.subarray(at, at + length));
  }
  return pieces;
}
