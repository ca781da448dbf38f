// RFC 7541 2.3.2 and 4.

import assert from "node:assert/strict";
import { test } from "node:test";
import { DynamicTable, fieldSize } from "../../../src/http2/hpack/dynamic_table.ts";
import type { HeaderField } from "../../../src/http2/hpack/static_table.ts";
import { newRandom } from "./random.ts";

function names(table: DynamicTable): string[] {
  return Array.from({ length: table.length }, (_, index) => table.get(index)![0]);
}

test("the newest entry has index 0 and the oldest is evicted first", () => {
  const table = new DynamicTable(3 * 34);
  for (const name of ["a", "b", "c", "d"]) table.add([name, "1"]);
  assert.deepEqual(names(table), ["d", "c", "b"]);
  assert.equal(table.size, 3 * 34);
  assert.equal(table.get(3), undefined);
});

test("an entry that fills the table exactly stays, one that is an octet larger empties it", () => {
  const table = new DynamicTable(64);
  table.add(["x", ""]);
  table.add(["a".repeat(16), "b".repeat(16)]);
  assert.deepEqual([table.length, table.size], [1, 64]);
  table.add(["a".repeat(16), "b".repeat(17)]);
  assert.deepEqual([table.length, table.size], [0, 0]);
});

test("a table of size 0 takes nothing", () => {
  const table = new DynamicTable(0);
  table.add(["", ""]);
  assert.equal(table.length, 0);
});

test("a smaller size evicts at once, a larger one brings nothing back", () => {
  const table = new DynamicTable(4096);
  for (const name of ["a", "b", "c"]) table.add([name, "1"]);
  table.resize(2 * 34);
  assert.deepEqual(names(table), ["c", "b"]);
  table.resize(2 * 34 - 1);
  assert.deepEqual(names(table), ["c"]);
  table.resize(4096);
  assert.deepEqual(names(table), ["c"]);
  table.resize(0);
  assert.deepEqual([table.length, table.size], [0, 0]);
});

test("the generation changes with the entries, and not with a size that evicts nothing", () => {
  const table = new DynamicTable(4096);
  table.add(["a", "1"]);
  const generation = table.generation;
  table.resize(100);
  assert.equal(table.generation, generation);
  table.resize(10);
  assert.notEqual(table.generation, generation);
  const emptied = table.generation;
  table.add(["a", "1"]);
  assert.notEqual(table.generation, emptied);
});

test("finding prefers the whole field to its name, and the newest of either", () => {
  const table = new DynamicTable(4096);
  table.add(["a", "1"]);
  table.add(["a", "2"]);
  table.add(["b", "1"]);
  assert.equal(table.find("a", "1"), 2);
  assert.equal(table.find("a", "2"), 1);
  assert.equal(table.find("a", "3"), -2 - 1);
  assert.equal(table.find("c", "1"), -1);
});

test("a table behaves like a plain list of fields over 20,000 random steps", () => {
  const random = newRandom(2541);
  const table = new DynamicTable(4096);
  let model: HeaderField[] = [];
  let maxSize = 4096;
  function evict(size: number): void {
    while (model.length > 0 && model.reduce((sum, field) => sum + fieldSize(field), 0) > size) model.pop();
  }
  for (let step = 0; step < 20_000; step++) {
    if (random(50) === 0) {
      maxSize = random(4097);
      table.resize(maxSize);
      evict(maxSize);
    } else {
      const field: HeaderField = ["n".repeat(random(20)), "v".repeat(random(random(40) === 0 ? 5000 : 40))];
      table.add(field);
      evict(maxSize - fieldSize(field));
      model = fieldSize(field) <= maxSize ? [field, ...model] : [];
    }
    assert.equal(table.length, model.length);
    assert.equal(table.size, model.reduce((sum, field) => sum + fieldSize(field), 0));
    const index = random(model.length + 1);
    assert.equal(table.get(index), model[index]);
  }
});
