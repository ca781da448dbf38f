// Reading the kernel's lists of cores.
import assert from "node:assert/strict";
import { test } from "node:test";
import { parseCpuList } from "./pin.ts";

test("a list of cores is read with its ranges", () => {
  assert.deepEqual(parseCpuList("0-2,5,8-9\n"), [0, 1, 2, 5, 8, 9]);
});

test("an empty list has no cores", () => {
  assert.deepEqual(parseCpuList("\n"), []);
});
