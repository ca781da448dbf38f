// Huffman coding of string literals, RFC 7541 5.2. Decoding goes by table, one or two symbols a look-up, and checks the
// rules of padding. Both ways work on octets; where strings come from is no concern of this file.

import { CODE_LENGTHS, CODES, DECODING, ROOT_BITS } from "./huffman_table.ts";

const ROOT_MASK = (1 << ROOT_BITS) - 1;

/** The most octets that `length` octets of Huffman code decode to: the shortest code has five bits. */
export function maxDecodedLength(length: number): number {
  return Math.floor((length * 8) / 5);
}

/**
 * Decodes `bytes[at, end)` to `out` at offset 0, which has room for {@link maxDecodedLength} octets.
 * @returns the number of octets written, or -1 where the code holds EOS, ends within a symbol, or its padding is longer
 * than seven bits or not all ones (RFC 7541 5.2)
 */
export function decodeHuffman(bytes: Uint8Array, at: number, end: number, out: Uint8Array): number {
  let written = 0;
  let bits = 0; // the low `count` bits are read but not consumed; what lies above them is left over from before
  let count = 0;
  for (;;) {
    while (count < ROOT_BITS) {
      if (at === end) return decodeTail(bits, count, out, written);
      bits = (bits << 8) | bytes[at++]!;
      count += 8;
    }
    let entry = DECODING[(bits >>> (count - ROOT_BITS)) & ROOT_MASK]!;
    if (entry >= 1 << 24) {
      out[written++] = entry;
      out[written++] = entry >> 8;
      count -= (entry >> 20) & 15;
      continue;
    }
    let lookedUp = ROOT_BITS;
    while (entry < 0) {
      count -= lookedUp;
      lookedUp = -entry & 15;
      while (count < lookedUp && at < end) {
        bits = (bits << 8) | bytes[at++]!;
        count += 8;
      }
      const missing = lookedUp - count;
      const next = missing <= 0 ? bits >>> -missing : (bits << missing) | ((1 << missing) - 1);
      entry = DECODING[(-entry >> 4) + (next & ((1 << lookedUp) - 1))]!;
      // The symbol has to end within the string: what is left began with ten ones or more, too many for padding.
      if ((entry < 0 ? lookedUp : (entry >> 16) & 15) > count) return -1;
    }
    if (entry === 0) return -1; // RFC 7541 5.2: a string with EOS in it is a decoding error
    out[written++] = entry;
    count -= (entry >> 20) & 15;
  }
}

/** Decodes the last, fewer than twelve, bits: whole symbols, then padding. */
function decodeTail(bits: number, count: number, out: Uint8Array, written: number): number {
  for (;;) {
    const missing = ROOT_BITS - count;
    const entry = DECODING[((bits << missing) | ((1 << missing) - 1)) & ROOT_MASK]!;
    const length = (entry >> 16) & 15;
    if (entry < 0 || length > count) break;
    out[written++] = entry;
    count -= length;
  }
  // RFC 7541 5.2: padding is the most significant bits of EOS, all ones, and shorter than an octet.
  const padding = (1 << count) - 1;
  return count < 8 && (bits & padding) === padding ? written : -1;
}

/** The length in octets of a string's Huffman code. Characters above U+00FF count as `?`. */
export function huffmanLength(text: string): number {
  let bits = 0;
  for (let index = 0; index < text.length; index++) {
    const octet = text.charCodeAt(index);
    bits += CODE_LENGTHS[octet > 0xff ? 0x3f : octet]!;
  }
  return (bits + 7) >> 3;
}

/**
 * Writes a string's Huffman code, {@link huffmanLength} octets. Characters above U+00FF become `?`.
 * @returns the offset after it
 */
export function writeHuffman(out: Uint8Array, at: number, text: string): number {
  let bits = 0;
  let count = 0; // fewer than eight between two symbols
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    const octet = unit > 0xff ? 0x3f : unit;
    const code = CODES[octet]!;
    let length = CODE_LENGTHS[octet]!;
    if (length > 24) {
      // Seven bits and thirty would not fit into 32: the upper part goes first.
      length -= 8;
      bits = (bits << length) | (code >>> 8);
      count += length;
      while (count >= 8) out[at++] = bits >>> (count -= 8);
      length = 8;
      bits = (bits << 8) | (code & 0xff);
    } else {
      bits = (bits << length) | code;
    }
    count += length;
    while (count >= 8) out[at++] = bits >>> (count -= 8);
  }
  if (count > 0) out[at++] = (bits << (8 - count)) | (0xff >> count);
  return at;
}
