import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { DEFAULT_HTTP2_LIMITS, type Http2Limits, resolveLimits } from "../../src/http2/limits.ts";

test("limits are checked: a whole number in its range, and a name that there is", () => {
  assert.deepEqual(resolveLimits(), DEFAULT_HTTP2_LIMITS);
  assert.equal(resolveLimits({ resetBudget: undefined }).resetBudget, 1000);
  assert.throws(
    () => resolveLimits({ maxFrameSize: 16_383 }),
    /maxFrameSize is 16383; it has to be .* 16384 to 16777215/,
  );
  assert.throws(() => resolveLimits({ resetBudget: 1.5 }), /resetBudget is 1.5/);
  assert.throws(() => resolveLimits({ resetBudgit: 1 } as Partial<Http2Limits>), /no HTTP\/2 limit "resetBudgit"/);
});

test("docs/engine.md tells every limit with its default", () => {
  const page = readFileSync(new URL("../../docs/engine.md", import.meta.url), "utf8");
  const told = [...page.matchAll(/^\| `(\w+)` +\| (\d+) +\|/gm)].map(([, name, value]) => [name, Number(value)]);
  assert.deepEqual(told, Object.entries(DEFAULT_HTTP2_LIMITS));
});

test("the docstring of every limit tells its default", () => {
  const source = readFileSync(new URL("../../src/http2/limits.ts", import.meta.url), "utf8");
  const names = [...source.matchAll(/^ {2}\/\*\*.*Default [\d^]+.*\n {2}readonly (\w+): number;/gm)].map(([, name]) =>
    name
  );
  assert.deepEqual(names, Object.keys(DEFAULT_HTTP2_LIMITS));
});
