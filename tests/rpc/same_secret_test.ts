// Comparing secrets: what is equal. That it takes the same time cannot be asserted.
import assert from "node:assert/strict";
import { test } from "node:test";
import { sameSecret } from "sigil";

test("a secret is the same where every byte is, and nothing else is", () => {
  for (const secret of ["Bearer abc", "x", "schlüssel", "abcabc"]) {
    assert.equal(sameSecret(secret, secret), true, secret);
  }
  for (
    const [given, secret] of [
      ["Bearer abd", "Bearer abc"],
      ["Bearer ab", "Bearer abc"],
      ["Bearer abcd", "Bearer abc"],
      ["abcabc", "abc"],
      ["abc", "abcabc"],
      ["", "abc"],
      [null, "abc"],
      [undefined, "abc"],
    ] as const
  ) assert.equal(sameSecret(given, secret), false, `${given} ${secret}`);
});

test("an empty secret is nobody's", () => {
  for (const given of ["", null, undefined, "a"]) assert.equal(sameSecret(given, ""), false);
});
