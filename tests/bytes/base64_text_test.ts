// Base64 as a stream: what is written comes back, however it is cut and in however many padded pieces; what is no base64 is
// refused.
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import { Base64Reader, encodeBase64Text } from "../../src/bytes/base64_text.ts";

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);

function readIn(sizes: number, text: Uint8Array): number[] {
  const reader = new Base64Reader();
  const bytes: number[] = [];
  for (let at = 0; at < text.byteLength; at += sizes) bytes.push(...reader.read(text.subarray(at, at + sizes)));
  reader.end();
  return bytes;
}

test("text is that of RFC 4648", () => {
  const vectors = [["", ""], ["f", "Zg=="], ["fo", "Zm8="], ["foo", "Zm9v"], ["foob", "Zm9vYg=="], [
    "fooba",
    "Zm9vYmE=",
  ]];
  for (const [bytes, text] of vectors) {
    assert.equal(new TextDecoder().decode(encodeBase64Text(ascii(bytes))), text);
    assert.deepEqual(readIn(100, ascii(text)), [...ascii(bytes)]);
  }
  const all = Uint8Array.from({ length: 256 }, (_, byte) => byte);
  assert.equal(new TextDecoder().decode(encodeBase64Text(all)), Buffer.from(all).toString("base64"));
});

test("pieces that are padded each are read as one, cut anywhere", () => {
  const pieces = ["a", "bc", "", "def", "ghij"].map(ascii);
  const text = Uint8Array.from(pieces.flatMap((piece) => [...encodeBase64Text(piece)]));
  for (let size = 1; size <= text.byteLength; size++) {
    assert.deepEqual(readIn(size, text), [...ascii("abcdefghij")], `in chunks of ${size}`);
  }
});

test("what is no base64 is refused", () => {
  for (const text of ["Zg", "Zg=", "Zm9v!", "Z===", "====", "=m9v", "Zg=v", "Zm9v\n", "Zm9-"]) {
    assert.throws(() => readIn(100, ascii(text)), RangeError, text);
  }
});
