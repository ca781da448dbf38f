// RFC 7541 5.1.

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  MAX_INTEGER,
  MAX_INTEGER_OCTETS,
  OVERFLOW,
  readContinuation,
  skipContinuation,
  TRUNCATED,
  writeInteger,
} from "../../../src/http2/hpack/integer.ts";
import { fromHex, toHex } from "./hex.ts";

test("every prefix writes and reads back the values around each change of length", () => {
  const values = [
    0,
    1,
    126,
    127,
    128,
    254,
    255,
    256,
    16383,
    16384,
    2097151,
    2097152,
    268435456,
    MAX_INTEGER - 1,
    MAX_INTEGER,
  ];
  for (const prefix of [15, 31, 63, 127]) {
    for (const value of [...values, prefix - 1, prefix, prefix + 1, prefix + 127, prefix + 128]) {
      const out = new Uint8Array(MAX_INTEGER_OCTETS);
      const end = writeInteger(out, 0, 0, prefix, value);
      if (value < prefix) {
        assert.deepEqual([end, out[0]], [1, value]);
      } else {
        assert.equal(out[0], prefix);
        assert.equal(readContinuation(out, 1, end, prefix), value, `${value} by a prefix of ${prefix}`);
        assert.equal(skipContinuation(out, 1), end);
        for (let cut = 1; cut < end; cut++) assert.equal(readContinuation(out, 1, cut, prefix), TRUNCATED);
      }
    }
  }
});

test("the pattern of the representation is kept beside the prefix", () => {
  const out = new Uint8Array(3);
  assert.equal(toHex(out.subarray(0, writeInteger(out, 0, 0x40, 0x3f, 62))), "7e");
  assert.equal(toHex(out.subarray(0, writeInteger(out, 0, 0x80, 0x7f, 127))), "ff00");
});

test("a value one above the largest is refused", () => {
  assert.equal(readContinuation(fromHex("80ffffff07"), 0, 5, 0x7f), MAX_INTEGER);
  assert.equal(readContinuation(fromHex("81ffffff07"), 0, 5, 0x7f), OVERFLOW);
  assert.equal(readContinuation(fromHex("ffffffff7f"), 0, 5, 0x7f), OVERFLOW);
});

test("leading zeros are read up to five octets and refused beyond", () => {
  assert.equal(readContinuation(fromHex("8180808000"), 0, 5, 0x1f), 32);
  assert.equal(readContinuation(fromHex("818080808000"), 0, 6, 0x1f), OVERFLOW);
});
