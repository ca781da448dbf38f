// What Buffer does for texts, in place of the runtime's decoders: the same, whatever the octets are.
import assert from "node:assert/strict";
import { test } from "node:test";
import "../../src/adapters/buffer_text.ts";
import { octetsToString } from "../../src/http2/hpack/string.ts";
import { decodeText, encodeText } from "../../src/wire/text.ts";

test("each octet of a header is one character, at every length and with octets of 0x80 and above anywhere", () => {
  const octets = Uint8Array.from({ length: 600 }, (_, index) => index & 0xff);
  for (let length = 0; length <= 300; length++) {
    for (const start of [0, 5, 120]) {
      const expected = Array.from(octets.subarray(start, start + length), (octet) => String.fromCharCode(octet));
      assert.equal(octetsToString(octets, start, start + length), expected.join(""));
    }
  }
});

test("text goes to bytes and back, short and long, with a mark at its start", () => {
  for (const text of ["", "Ada", "Straße ".repeat(20), "\ufeff日本語 ".repeat(20), "😀".repeat(40)]) {
    const bytes = new TextEncoder().encode(text);
    assert.equal(decodeText(bytes, 0, bytes.length, true), text);
    const target = new Uint8Array(text.length * 3 + 2);
    assert.equal(encodeText(text, target, 2), bytes.length);
    assert.deepEqual(target.subarray(2, 2 + bytes.length), bytes);
  }
});
