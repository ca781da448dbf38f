// Blocks of replies' headers: what is remembered, what is left out, what is refused.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { HeaderList } from "../../src/http/exchange.ts";
import { HeaderBlocks } from "../../src/transport/header_blocks.ts";

const frozen: HeaderList = Object.freeze([Object.freeze(["x-a", "1"] as const)]);

test("a frozen list is encoded once for each status in a row", () => {
  const blocks = new HeaderBlocks();
  const first = blocks.blockOf(frozen, 200);
  assert.ok(first instanceof Uint8Array);
  assert.equal(blocks.blockOf(frozen, 200), first);
  assert.notDeepEqual(blocks.blockOf(frozen, 404), first);
  assert.deepEqual(blocks.blockOf(frozen, 200), first);
});

test("a list that can still change is taken as it is each time", () => {
  const blocks = new HeaderBlocks();
  const list: [string, string][] = [["x-a", "1"]];
  assert.deepEqual(blocks.blockOf(list, 200), [[":status", "200"], ["x-a", "1"]]);
  list[0][1] = "2";
  assert.deepEqual(blocks.blockOf(list, 0), [["x-a", "2"]]);
  const half = Object.freeze([["x-a", "1"]]) as unknown as HeaderList;
  assert.ok(!(blocks.blockOf(half, 200) instanceof Uint8Array));
});

test("fields of an HTTP/1.1 connection are left out, and what HTTP cannot carry is refused", () => {
  const blocks = new HeaderBlocks();
  assert.deepEqual(blocks.blockOf([["connection", "close"], ["upgrade", "x"], ["x-a", "1"]], 0), [["x-a", "1"]]);
  for (const field of [["X-A", "1"], ["x a", "1"], ["", "1"], ["x-a", "a\r\nb"], ["x-a", "\u0100"], [":path", "/"]]) {
    assert.throws(() => blocks.blockOf([field as [string, string]], 200), TypeError);
  }
});
