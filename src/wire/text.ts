// UTF-8: short strings in plain JavaScript, which is faster than any call out of it; longer ones by what the runtime has:
// TextDecoder and TextEncoder everywhere, or something faster that an adapter installs.
import { WireError } from "./wire_error.ts";

/** How a runtime turns UTF-8 into text and back. */
export interface NativeText {
  /** The text of `bytes` from `start` to `end`; U+FFFD for what is no UTF-8, a byte order mark kept. */
  decode(bytes: Uint8Array, start: number, end: number): string;
  /** Writes text to `target` from `start` on, where there is room for three bytes a code unit; answers how many it wrote. */
  encode(text: string, target: Uint8Array, start: number): number;
}

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const lenient = new TextDecoder("utf-8", { ignoreBOM: true });
const encoder = new TextEncoder();

let native: NativeText = {
  decode: (bytes, start, end) => lenient.decode(bytes.subarray(start, end)),
  encode: (text, target, start) => encoder.encodeInto(text, target.subarray(start)).written,
};

/** Installs a faster way. What it does is the same, so it is installed once for the process and seen by nobody. */
export function useNativeText(text: NativeText): void {
  native = text;
}

/**
 * Decodes UTF-8.
 * @param check whether what is no UTF-8 is refused; where not, U+FFFD stands in for it.
 * @throws WireError for what is no UTF-8.
 */
export function decodeText(bytes: Uint8Array, start: number, end: number, check: boolean): string {
  if (end - start < 16) {
    const text = shortAscii(bytes, start, end - start);
    if (text !== undefined) return text;
  }
  const text = native.decode(bytes, start, end);
  // Who wrote U+FFFD themselves is innocent, so the strict decoder has the last word.
  if (check && text.includes("\ufffd")) return decodeStrictly(bytes, start, end);
  return text;
}

function decodeStrictly(bytes: Uint8Array, start: number, end: number): string {
  try {
    return strict.decode(bytes.subarray(start, end));
  } catch {
    throw new WireError("a string is no valid UTF-8");
  }
}

/** Longer texts are left to the runtime, in UTF-16 code units. */
const maxShortText = 32;

/** Writes text as UTF-8 to `target` from `start` on, where three bytes a code unit have room. Answers how many it wrote. */
export function encodeText(text: string, target: Uint8Array, start: number): number {
  const { length } = text;
  if (length > maxShortText) return native.encode(text, target, start);
  for (let i = 0; i < length; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 0x7f) return native.encode(text, target, start);
    target[start + i] = unit;
  }
  return length;
}

/** The length of text in UTF-8, in bytes. */
export function textBytes(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 0x7ff) {
      bytes += 2;
      // The two halves of a pair are four bytes together; half a pair alone is written as U+FFFD, of three.
      if (unit >= 0xd800 && unit < 0xdc00 && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00) i++;
    } else if (unit > 0x7f) bytes++;
  }
  return bytes;
}

const of = String.fromCharCode;

// Up to fifteen ASCII characters by one call of fromCharCode, whose arguments must not be an array to be fast; undefined
// where a byte is none.
function shortAscii(b: Uint8Array, p: number, n: number): string | undefined {
  if (n < 4) return n === 0 ? "" : tinyAscii(b, p, n);
  const a0 = b[p], a1 = b[p + 1], a2 = b[p + 2], a3 = b[p + 3];
  if ((a0 | a1 | a2 | a3) > 0x7f) return undefined;
  if (n === 4) return of(a0, a1, a2, a3);
  const a4 = b[p + 4];
  if (n === 5) return a4 > 0x7f ? undefined : of(a0, a1, a2, a3, a4);
  const a5 = b[p + 5];
  if ((a4 | a5) > 0x7f) return undefined;
  if (n === 6) return of(a0, a1, a2, a3, a4, a5);
  const a6 = b[p + 6];
  if (n === 7) return a6 > 0x7f ? undefined : of(a0, a1, a2, a3, a4, a5, a6);
  const a7 = b[p + 7];
  if ((a6 | a7) > 0x7f) return undefined;
  if (n === 8) return of(a0, a1, a2, a3, a4, a5, a6, a7);
  const a8 = b[p + 8];
  if (n === 9) return a8 > 0x7f ? undefined : of(a0, a1, a2, a3, a4, a5, a6, a7, a8);
  const a9 = b[p + 9];
  if ((a8 | a9) > 0x7f) return undefined;
  if (n === 10) return of(a0, a1, a2, a3, a4, a5, a6, a7, a8, a9);
  const a10 = b[p + 10];
  if (n === 11) return a10 > 0x7f ? undefined : of(a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10);
  const a11 = b[p + 11];
  if ((a10 | a11) > 0x7f) return undefined;
  if (n === 12) return of(a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11);
  const a12 = b[p + 12];
  if (n === 13) return a12 > 0x7f ? undefined : of(a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12);
  const a13 = b[p + 13];
  if ((a12 | a13) > 0x7f) return undefined;
  if (n === 14) return of(a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13);
  const a14 = b[p + 14];
  return a14 > 0x7f ? undefined : of(a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14);
}

function tinyAscii(b: Uint8Array, p: number, n: number): string | undefined {
  const a0 = b[p];
  if (n === 1) return a0 > 0x7f ? undefined : of(a0);
  const a1 = b[p + 1];
  if ((a0 | a1) > 0x7f) return undefined;
  if (n === 2) return of(a0, a1);
  const a2 = b[p + 2];
  return a2 > 0x7f ? undefined : of(a0, a1, a2);
}
