// SIGTERM and SIGINT, sent to this very process.
import assert from "node:assert/strict";
import process from "node:process";
import { test } from "node:test";
import { onShutdownSignal } from "../../src/adapters/process_signals.ts";
import { deferred } from "./exchanges.ts";

test("a listener is told of the signal, once", async () => {
  const told = deferred<string>();
  const stop = onShutdownSignal((signal) => told.resolve(signal));
  // Waiting for a signal keeps no process alive, and need not.
  const alive = setInterval(() => {}, 1000);
  process.kill(process.pid, "SIGTERM");
  assert.equal(await told.promise, "SIGTERM");
  clearInterval(alive);
  stop();
});

test("nothing is left behind after the listener stopped", () => {
  const before = process.listenerCount("SIGTERM") + process.listenerCount("SIGINT");
  const stop = onShutdownSignal(() => {});
  assert.equal(process.listenerCount("SIGTERM") + process.listenerCount("SIGINT"), before + 2);
  stop();
  stop();
  assert.equal(process.listenerCount("SIGTERM") + process.listenerCount("SIGINT"), before);
});

test("a second signal ends the process at once", () => {
  const real = process.exit;
  const statuses: unknown[] = [];
  process.exit = ((status: number) => {
    statuses.push(status);
  }) as typeof process.exit;
  let told = 0;
  const stop = onShutdownSignal(() => told++);
  process.emit("SIGINT", "SIGINT");
  process.emit("SIGTERM", "SIGTERM");
  stop();
  process.exit = real;
  assert.deepEqual(statuses, [143]);
  assert.ok(told >= 1);
});
