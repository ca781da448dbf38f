// String literals, RFC 7541 5.2, between octets and JavaScript strings. One octet is one character, U+0000 to U+00FF
// (latin1): header values may hold any octet from 0x80 on, and nothing else brings them through unchanged.

import { huffmanLength, writeHuffman } from "./huffman.ts";
import { writeInteger } from "./integer.ts";

/** Makes a string of octets, one character each: those from `start` to `end`. */
export type NativeLatin1 = (bytes: Uint8Array, start: number, end: number) => string;

/** The lengths in octets from which on a call out of JavaScript is faster: to TextDecoder, and to what an adapter installs. */
const LONG = 24;
const LONG_FOR_NATIVE = 9;

const ascii = new TextDecoder();
let native: NativeLatin1 | undefined;

/** Installs a faster way. What it does is the same, so it is installed once for the process and seen by nobody. */
export function useNativeLatin1(decode: NativeLatin1): void {
  native = decode;
}

/** The string of the octets `bytes[at, end)`. */
export function octetsToString(bytes: Uint8Array, at: number, end: number): string {
  if (native !== undefined && end - at >= LONG_FOR_NATIVE) return native(bytes, at, end);
  if (end - at >= LONG) {
    let all = 0;
    for (let index = at; index < end; index++) all |= bytes[index]!;
    // The web has no decoder for latin1 (its label means windows-1252), but for ASCII UTF-8 is the same.
    if (all < 0x80) return ascii.decode(bytes.subarray(at, end));
  }
  let text = "";
  for (; at + 8 <= end; at += 8) text += eight(bytes, at);
  return at < end ? text + fewer(bytes, at, end - at) : text;
}

const character = String.fromCharCode;

function eight(bytes: Uint8Array, at: number): string {
  return character(
    bytes[at]!,
    bytes[at + 1]!,
    bytes[at + 2]!,
    bytes[at + 3]!,
    bytes[at + 4]!,
    bytes[at + 5]!,
    bytes[at + 6]!,
    bytes[at + 7]!,
  );
}

function fewer(bytes: Uint8Array, at: number, count: number): string {
  const first = bytes[at]!;
  switch (count) {
    case 1:
      return character(first);
    case 2:
      return character(first, bytes[at + 1]!);
    case 3:
      return character(first, bytes[at + 1]!, bytes[at + 2]!);
    case 4:
      return character(first, bytes[at + 1]!, bytes[at + 2]!, bytes[at + 3]!);
    case 5:
      return character(first, bytes[at + 1]!, bytes[at + 2]!, bytes[at + 3]!, bytes[at + 4]!);
    case 6:
      return character(first, bytes[at + 1]!, bytes[at + 2]!, bytes[at + 3]!, bytes[at + 4]!, bytes[at + 5]!);
    default:
      return character(
        first,
        bytes[at + 1]!,
        bytes[at + 2]!,
        bytes[at + 3]!,
        bytes[at + 4]!,
        bytes[at + 5]!,
        bytes[at + 6]!,
      );
  }
}

/**
 * Writes a string literal. Characters above U+00FF, which no header value may hold, become `?`.
 * @param huffman take the Huffman code where it is shorter
 * @returns the offset after it
 */
export function writeString(out: Uint8Array, at: number, text: string, huffman: boolean): number {
  if (huffman) {
    const length = huffmanLength(text);
    if (length < text.length) return writeHuffman(out, writeInteger(out, at, 0x80, 0x7f, length), text);
  }
  at = writeInteger(out, at, 0, 0x7f, text.length);
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    out[at++] = unit > 0xff ? 0x3f : unit;
  }
  return at;
}
