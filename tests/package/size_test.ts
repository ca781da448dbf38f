// Runs on: node. What users ship stays small: bundles of the `size` bench, minified and compressed by gzip, within their limits.
import assert from "node:assert/strict";
import { test } from "node:test";
import { bundleBytes } from "../bench/benches/size.ts";

const LIMITS = [
  ["an edge app of one service", "peers/sigil/size_edge.ts", ["workerd", "edge-light", "browser"], 60 * 1024],
  ["a browser client of one method", "peers/sigil/size_browser.ts", ["browser"], 42 * 1024],
  ["a contract alone", "peers/sigil/contract.ts", ["browser"], 2 * 1024],
] as const;

for (const [what, file, conditions, limit] of LIMITS) {
  test(`${what} takes at most ${limit} bytes`, async () => {
    const bytes = await bundleBytes(file, [...conditions]);
    assert.ok(bytes <= limit, `${bytes} bytes`);
  });
}
