// The wheel that tells connections the time.
import assert from "node:assert/strict";
import { test } from "node:test";
import { SweepWheel } from "../../../src/adapters/sockets/sweep_wheel.ts";

test("each member is told the time, again and again, until it is taken out", async () => {
  const told = new Map<string, number>();
  let enough = (): void => {};
  const wheel = new SweepWheel<string>((member, nowMs) => {
    assert.ok(nowMs <= performance.now());
    told.set(member, (told.get(member) ?? 0) + 1);
    if (member === "leaver") wheel.delete(member);
    if ([...told.values()].filter((times) => times >= 3).length === 2) enough();
  });
  wheel.add("first");
  wheel.add("leaver");
  const all = new Promise<void>((resolve) => enough = resolve);
  wheel.start(10);
  // The wheel keeps no process alive; the test does.
  const alive = setInterval(() => {}, 1_000);
  setTimeout(() => wheel.add("late"), 3);
  await all;
  clearInterval(alive);
  wheel.stop();
  assert.equal(told.get("leaver"), 1);
  const sum = told.get("first")! + told.get("late")!;
  await new Promise((resolve) => setTimeout(resolve, 30));
  assert.equal(told.get("first")! + told.get("late")!, sum);
});
