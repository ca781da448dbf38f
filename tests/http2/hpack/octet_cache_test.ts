// When keys are kept, and that none is ever taken for another.

import assert from "node:assert/strict";
import { test } from "node:test";
import { OctetCache } from "../../../src/http2/hpack/octet_cache.ts";
import { newRandom } from "./random.ts";

const encoder = new TextEncoder();

/** Looks a key up and offers its own text for it, as the decoder does; tells whether it was known. */
function look(cache: OctetCache<string>, text: string, salt = 0): boolean {
  const bytes = encoder.encode(text);
  const known = cache.get(bytes, 0, bytes.length);
  if (known !== undefined) {
    assert.equal(known, text);
    return true;
  }
  if (cache.wants(bytes, 0, bytes.length, salt)) cache.set(bytes, 0, bytes.length, text);
  return false;
}

test("a key is known from its fourth time on", () => {
  const cache = new OctetCache<string>(8, 64);
  assert.deepEqual([1, 2, 3, 4, 5].map(() => look(cache, "content-type")), [false, false, false, true, true]);
});

test("a key that comes with another salt each time is never kept", () => {
  const cache = new OctetCache<string>(8, 64);
  for (let time = 0; time < 20; time++) assert.equal(look(cache, "content-type", time), false);
});

test("keys of the longest length are kept, longer ones and those below four octets are not", () => {
  const cache = new OctetCache<string>(8, 64);
  for (let time = 0; time < 5; time++) look(cache, "x".repeat(64));
  assert.equal(look(cache, "x".repeat(64)), true);
  for (const text of ["x".repeat(65), "abc", ""]) {
    for (let time = 0; time < 5; time++) assert.equal(look(cache, text), false);
  }
});

test("no more keys are kept than there are slots, and none after clearing", () => {
  const cache = new OctetCache<string>(8, 64);
  const keys = Array.from({ length: 100 }, (_, index) => `key number ${index}`);
  for (const key of keys) for (let time = 0; time < 4; time++) look(cache, key);
  function known(): number {
    return keys.filter((key) => {
      const bytes = encoder.encode(key);
      return cache.get(bytes, 0, bytes.length) !== undefined;
    }).length;
  }
  assert.equal(known(), 8);
  cache.clear();
  assert.equal(known(), 0);
});

test("the caller's octets may change after they were kept", () => {
  const cache = new OctetCache<string>(8, 64);
  const bytes = encoder.encode("grpc-timeout");
  for (let time = 0; time < 3; time++) {
    cache.get(bytes, 0, bytes.length);
    if (cache.wants(bytes, 0, bytes.length, 0)) cache.set(bytes, 0, bytes.length, "kept");
  }
  bytes.fill(0);
  const again = encoder.encode("grpc-timeout");
  assert.equal(cache.get(again, 0, again.length), "kept");
});

test("no key is taken for another among many alike, whatever is kept", () => {
  const cache = new OctetCache<string>(8, 64);
  const random = newRandom(3);
  let known = 0;
  for (let step = 0; step < 50_000; step++) {
    // Alike in their length and in all that the fingerprint looks at but two octets.
    if (look(cache, `key-${random(3)}${"-".repeat(8)}${random(3)}-tail`)) known++;
  }
  assert.ok(known > 0);
});
