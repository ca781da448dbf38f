// What calls carry, known by call, direction and offset without being kept: views of one long pattern. It is never written
// to, so that an engine that changed what it was given would be found out.
import { Buffer } from "node:buffer";
import { Random } from "./random.ts";

/** 0 for what clients send, 1 for what servers send. */
export type Direction = 0 | 1;

const LENGTH = 1 << 20;
const STARTS = 1 << 19;

const PATTERN = new Uint8Array(LENGTH);
const random = new Random(1981);
for (let at = 0; at < LENGTH; at++) PATTERN[at] = random.below(256);

/** The octets of a call's content from an offset on; offset and length together are at most 2^19. */
export function contentOf(call: number, direction: Direction, offset: number, length: number): Uint8Array {
  const start = (Math.imul(call, 7919) + direction * 104_729) & (STARTS - 1);
  return PATTERN.subarray(start + offset, start + offset + length);
}

/** True where these are those octets. */
export function isContent(bytes: Uint8Array, call: number, direction: Direction, offset: number): boolean {
  return Buffer.compare(bytes, contentOf(call, direction, offset, bytes.length)) === 0;
}

/** Goes on with a number that stands for all octets so far, in order. */
export function traceOf(trace: number, bytes: Uint8Array): number {
  const whole = bytes.length & ~3;
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
  const words = new Int32Array(aligned.buffer, aligned.byteOffset, whole / 4);
  for (let at = 0; at < words.length; at++) trace = (Math.imul(trace, 31) + words[at]!) | 0;
  for (let at = whole; at < bytes.length; at++) trace = (Math.imul(trace, 31) + bytes[at]!) | 0;
  return (Math.imul(trace, 31) + bytes.length) | 0;
}
