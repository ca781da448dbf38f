// examples/edge on Deno and Bun, each started by the command in its README.
// Runs on: node (it starts the runtimes itself)
import assert from "node:assert/strict";
import { test } from "node:test";
import { playDice } from "./dice.ts";
import { start } from "./program.ts";

test("deno serve runs the entry of Deno Deploy", async () => {
  await using host = await start(
    ["deno", "serve", "--no-check", "--host", "127.0.0.1", "--port", "0", "examples/edge/deno.ts"],
    /Listening on (http:\/\/127\.0\.0\.1:\d+)/,
  );
  await playDice(host.ready[1]);
  await host.stop("SIGTERM");
});

test("Bun.serve runs the entry of Bun, and stops at SIGTERM with exit code 0", async () => {
  await using host = await start(["bun", "examples/edge/bun.ts"], /served on (http:\S+?)\/?\n/, { PORT: "0" });
  await playDice(host.ready[1]);
  assert.equal(await host.stop("SIGTERM"), 0, host.output());
});
