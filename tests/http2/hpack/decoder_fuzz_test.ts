// Seeded damage to good blocks, and blocks of random octets: the decoder never throws, stays within its limits, and gives
// what a decoder without caches would have given.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { HeaderList } from "../../../src/http/exchange.ts";
import { HpackDecoder } from "../../../src/http2/hpack/decoder.ts";
import { HpackEncoder } from "../../../src/http2/hpack/encoder.ts";
import { COMPRESSION_ERROR, ENHANCE_YOUR_CALM, HpackError } from "../../../src/http2/hpack/hpack_error.ts";
import { toHex } from "./hex.ts";
import { newRandom } from "./random.ts";

const BLOCKS = 30_000;
const MAX_LIST = 2000;
const MAX_FIELDS = 20;
const MAX_TABLE = 512;

type Random = (below: number) => number;

function newDecoder(): HpackDecoder {
  return new HpackDecoder({ maxTableSize: MAX_TABLE, maxHeaderListSize: MAX_LIST, maxFields: MAX_FIELDS });
}

function randomList(random: Random): HeaderList {
  const names = [":method", ":path", ":authority", "te", "cookie", "grpc-timeout", "x-a", "x-b", "content-type"];
  const values = ["GET", "POST", "/", "trailers", "application/grpc", "1S", "\u00e9\u00ff{}", "v".repeat(random(90))];
  return Array.from({ length: random(9) }, () => [names[random(names.length)]!, values[random(values.length)]!]);
}

function randomBlock(random: Random, encoder: HpackEncoder): Uint8Array {
  if (random(4) === 0) return Uint8Array.from({ length: random(60) }, () => random(256));
  const list = randomList(random);
  const out = new Uint8Array(encoder.maxEncodedLength(list) + 8);
  let end = encoder.encode(list, out, 0);
  for (let damage = random(3); damage > 0 && end > 0; damage--) {
    const at = random(end);
    switch (random(4)) {
      case 0:
        out[at] = random(256);
        break;
      case 1:
        out[at]! ^= 1 << random(8);
        break;
      case 2:
        end = at;
        break;
      default:
        out.copyWithin(at + 1, at, end++);
    }
  }
  return out.slice(0, end);
}

/** Checks one result; answers whether the connection could go on. */
function check(result: HeaderList | HpackError, decoder: HpackDecoder, block: Uint8Array): boolean {
  assert.ok(decoder.tableSize <= MAX_TABLE, toHex(block));
  if (result instanceof HpackError) {
    assert.ok(result.code === COMPRESSION_ERROR || result.code === ENHANCE_YOUR_CALM);
    assert.ok(result.code === ENHANCE_YOUR_CALM || result.scope === "connection");
    assert.match(result.message, /^[\x20-\x7e]{10,200}$/);
    return result.scope === "stream";
  }
  const size = result.reduce((sum, [name, value]) => sum + name.length + value.length + 32, 0);
  assert.ok(result.length <= MAX_FIELDS && size <= MAX_LIST, toHex(block));
  return true;
}

test("damaged blocks never make the decoder throw or leave its limits", () => {
  const random = newRandom(20261123);
  let encoder = new HpackEncoder({ tableSize: MAX_TABLE, huffman: true });
  let decoder = newDecoder();
  let lists = 0;
  let errors = 0;
  for (let index = 0; index < BLOCKS; index++) {
    const block = randomBlock(random, encoder);
    const result = decoder.decode(block, 0, block.length);
    if (result instanceof HpackError) errors++;
    else lists++;
    if (check(result, decoder, block) && random(30) !== 0) continue;
    encoder = new HpackEncoder({ tableSize: random(2) * MAX_TABLE, huffman: random(2) === 0 });
    decoder = newDecoder();
  }
  // Both ways of ending were well exercised.
  assert.ok(lists > BLOCKS / 10 && errors > BLOCKS / 10, `${lists} lists and ${errors} errors`);
});

test("a block gives the same list from the cache as without it, whatever the table went through", () => {
  const random = newRandom(7);
  let kept = 0;
  // A size update to what the table has anyway: it changes nothing, but a block with one is never kept.
  const idle = [0x3f, 0xe1, 0x03];
  for (let round = 0; round < 200; round++) {
    const cached = newDecoder();
    const uncached = newDecoder();
    // Few blocks in many orders: most come again, between changes of the table.
    const pool = [[0xbe, 0x82, 0x86, 0x84], [0xbf, 0x82, 0x86, 0xbe], [0x7e, 0x01, 0x62], [0x82, 0x86, 0x84, 0x83]];
    for (let count = 0; count < 3; count++) {
      const list = randomList(random);
      const out = new Uint8Array(2000);
      pool.push([...out.subarray(0, new HpackEncoder().encode(list, out, 0))]);
    }
    for (const value of [0x31, 0x32]) pool.push([0x40, 1, 0x61, 1, value]);
    const seen = new Set<HeaderList | HpackError>();
    let last = pool[0]!;
    for (let step = 0; step < 80; step++) {
      if (random(3) === 0) last = pool[random(pool.length)]!;
      const block = Uint8Array.from(last);
      const result = cached.decode(block, 0, block.length);
      const expected = uncached.decode(Uint8Array.from([...idle, ...last]), 0, block.length + idle.length);
      assert.deepEqual(result, expected, toHex(block));
      assert.equal(cached.tableSize, uncached.tableSize);
      if (result instanceof HpackError) break;
      assert.equal(seen.has(expected), false);
      if (seen.has(result)) kept++;
      seen.add(result).add(expected);
    }
  }
  assert.ok(kept > 500, `${kept} lists from the cache`);
});
