// RFC 7541 5.2, and how octets become characters.

import assert from "node:assert/strict";
import { test } from "node:test";
import { octetsToString, writeString } from "../../../src/http2/hpack/string.ts";
import { toHex } from "./hex.ts";

test("each octet is one character, at every length and with octets of 0x80 and above anywhere", () => {
  const octets = Uint8Array.from({ length: 600 }, (_, index) => index & 0xff);
  for (let length = 0; length <= 300; length++) {
    for (const start of [0, 5, 120]) {
      const expected = Array.from(octets.subarray(start, start + length), (octet) => String.fromCharCode(octet)).join(
        "",
      );
      assert.equal(octetsToString(octets, start, start + length), expected);
    }
  }
});

test("text that looks like UTF-8 with a mark at its start is kept octet by octet", () => {
  const octets = new Uint8Array(40).fill(0x61);
  octets.set([0xef, 0xbb, 0xbf]);
  assert.equal(octetsToString(octets, 0, 40), `\u00ef\u00bb\u00bf${"a".repeat(37)}`);
});

test("a string is written plain where Huffman code would not be shorter", () => {
  const out = new Uint8Array(16);
  assert.equal(toHex(out.subarray(0, writeString(out, 0, "a", true))), "0161");
  assert.equal(toHex(out.subarray(0, writeString(out, 0, "{}", true))), "027b7d");
  assert.equal(toHex(out.subarray(0, writeString(out, 0, "aaa", true))), "8218c7");
  assert.equal(toHex(out.subarray(0, writeString(out, 0, "aaa", false))), "03616161");
  assert.equal(toHex(out.subarray(0, writeString(out, 0, "", true))), "00");
});

test("characters that no octet holds become question marks, never control octets", () => {
  const out = new Uint8Array(16);
  assert.equal(toHex(out.subarray(0, writeString(out, 0, "\u010a\u010d\u00ff", false))), "033f3fff");
});
