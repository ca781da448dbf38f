// examples/edge in workerd, Cloudflare's runtime, as wrangler.toml says.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { test } from "node:test";
import { startWorkerd } from "../support/workerd.ts";
import { playDice } from "./dice.ts";
import { ROOT } from "./program.ts";

const config = join(ROOT, "examples/edge/wrangler.toml");

function setting(name: string): string {
  const match = new RegExp(`^"?${name}"? = "(.*)"$`, "m").exec(readFileSync(config, "utf8"));
  assert.ok(match, `${config} sets ${name}`);
  return match[1];
}

test("workerd runs the entry of Cloudflare Workers, without compatibility flags", async () => {
  assert.equal(resolve(dirname(config), setting("sigil")), join(ROOT, "src/edge.ts"));
  const worker = await startWorkerd(join(dirname(config), setting("main")), {
    compatibilityDate: setting("compatibility_date"),
  });
  try {
    await playDice(worker.url);
  } finally {
    await worker.stop();
  }
});
