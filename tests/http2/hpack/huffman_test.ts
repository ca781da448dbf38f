// RFC 7541 5.2 and Appendix B.

import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeHuffman, huffmanLength, maxDecodedLength, writeHuffman } from "../../../src/http2/hpack/huffman.ts";
import { CODE_LENGTHS, CODES } from "../../../src/http2/hpack/huffman_table.ts";
import { fromHex, toHex } from "./hex.ts";
import { newRandom } from "./random.ts";

/** The octets that bits, written as `0` and `1`, decode to, or `undefined`. */
function decodeBits(bits: string): number[] | undefined {
  assert.equal(bits.length % 8, 0);
  return decode(Uint8Array.from(bits.match(/.{8}/g) ?? [], (octet) => Number.parseInt(octet, 2)));
}

function decode(bytes: Uint8Array): number[] | undefined {
  const out = new Uint8Array(maxDecodedLength(bytes.length));
  const length = decodeHuffman(bytes, 0, bytes.length, out);
  return length < 0 ? undefined : [...out.subarray(0, length)];
}

function encode(octets: Iterable<number>): Uint8Array {
  const text = String.fromCharCode(...octets);
  const out = new Uint8Array(huffmanLength(text));
  assert.equal(writeHuffman(out, 0, text), out.length);
  return out;
}

function codeOf(octet: number): string {
  return CODES[octet]!.toString(2).padStart(CODE_LENGTHS[octet]!, "0");
}

/** Ones up to the next whole octet. */
function pad(bits: string): string {
  return bits.padEnd(Math.ceil(bits.length / 8) * 8, "1");
}

const EOS = "1".repeat(30);

test("codes are those of Appendix B", () => {
  // One of each length, as the appendix prints them.
  const codes: Record<number, string> = {
    48: "00000",
    32: "010100",
    58: "1011100",
    38: "11111000",
    33: "1111111000",
    124: "11111111100",
    35: "111111111010",
    0: "1111111111000",
    94: "11111111111100",
    60: "111111111111100",
    92: "1111111111111110000",
    128: "11111111111111100110",
    153: "111111111111111011100",
    129: "1111111111111111010010",
    1: "11111111111111111011000",
    9: "111111111111111111101010",
    199: "1111111111111111111101100",
    192: "11111111111111111111100000",
    203: "111111111111111111111011110",
    2: "1111111111111111111111100010",
    10: "111111111111111111111111111100",
    22: "111111111111111111111111111110",
  };
  for (const [octet, code] of Object.entries(codes)) assert.equal(codeOf(Number(octet)), code, `octet ${octet}`);
});

test("every octet alone, and every pair of octets, comes back", () => {
  for (let first = 0; first < 256; first++) {
    assert.deepEqual(decode(encode([first])), [first]);
    for (let second = 0; second < 256; second++) assert.deepEqual(decode(encode([first, second])), [first, second]);
  }
});

test("strings of random octets come back, each length from 0 to 300", () => {
  const random = newRandom(7541);
  for (let length = 0; length <= 300; length++) {
    // Mostly text, so that every mix of short and long codes comes up.
    const octets = Array.from({ length }, () => random(4) === 0 ? random(256) : 0x20 + random(0x5f));
    const coded = encode(octets);
    assert.ok(maxDecodedLength(coded.length) >= length);
    assert.deepEqual(decode(coded), octets);
  }
});

test("only the octets between start and end are read", () => {
  const out = new Uint8Array(32);
  const bytes = fromHex("ff f1e3c2e5f23a6ba0ab90f4ff 00");
  assert.equal(decodeHuffman(bytes, 1, 13, out), 15);
  assert.equal(String.fromCharCode(...out.subarray(0, 15)), "www.example.com");
});

test("padding of one to seven ones is taken after every octet, of eight or more refused", () => {
  for (let octet = 0; octet < 256; octet++) {
    const bits = pad(codeOf(octet));
    assert.deepEqual(decodeBits(bits), [octet]);
    assert.equal(decodeBits(`${bits}11111111`), undefined, `octet ${octet} and too much padding`);
  }
  assert.equal(decodeBits("11111111"), undefined);
  assert.equal(decodeBits("1".repeat(16)), undefined);
  assert.equal(decodeBits("1".repeat(24)), undefined);
  assert.deepEqual(decodeBits(""), []);
});

test("padding with a zero anywhere in it is refused", () => {
  for (let octet = 0; octet < 256; octet++) {
    const code = codeOf(octet);
    const padding = (8 - code.length % 8) % 8;
    for (let zero = 0; zero < padding; zero++) {
      const bits = code + "1".repeat(zero) + "0" + "1".repeat(padding - zero - 1);
      const decoded = decodeBits(bits);
      // Five zeros or more may be a symbol of their own; what is left of the octet then has to be right again.
      if (decoded !== undefined) assert.deepEqual([...encode(decoded)].length, bits.length / 8);
      if (padding < 5) assert.equal(decoded, undefined, bits);
    }
  }
});

test("EOS is refused at the start, within and at the end of a string", () => {
  assert.equal(decodeBits(pad(EOS)), undefined);
  assert.equal(decodeBits(pad(codeOf(97) + EOS + codeOf(97))), undefined);
  assert.equal(decodeBits(pad(codeOf(97) + EOS)), undefined);
  assert.equal(decodeBits(pad(EOS + EOS)), undefined);
});

test("a string that ends within a symbol is refused at each octet", () => {
  for (let octet = 0; octet < 256; octet++) {
    const code = codeOf(octet);
    for (let cut = 8; cut < code.length; cut += 8) assert.equal(decodeBits(code.slice(0, cut)), undefined);
  }
});

test("characters that no octet holds become question marks", () => {
  const out = new Uint8Array(8);
  assert.equal(huffmanLength("\u0100\u{1f600}"), huffmanLength("???"));
  assert.equal(
    toHex(out.subarray(0, writeHuffman(out, 0, "\u010a\u{1f600}"))),
    toHex(encode([0x3f, 0x3f, 0x3f])),
  );
});
