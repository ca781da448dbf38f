import assert from "node:assert/strict";
import { test } from "node:test";
import { StreamTable } from "../../src/http2/stream_table.ts";
import { Random } from "../simulation/random.ts";

test("a table holds what a Map would, whichever streams come and go", () => {
  for (let seed = 1; seed <= 20; seed++) {
    const random = new Random(seed);
    const table = new StreamTable<string>();
    const map = new Map<number, string>();
    let nextId = 1;
    for (let step = 0; step < 2000; step++) {
      // Some streams stay while thousands pass by, and their identifiers wrap around the table.
      const known = [...map.keys()];
      if (known.length < 40 && random.percent(55) || known.length === 0) {
        map.set(nextId, `${nextId}`);
        table.set(nextId, `${nextId}`);
        nextId += random.percent(5) ? 2 + 2 * random.below(500) : 2;
      } else {
        const id = random.percent(90) ? random.pick(known) : nextId;
        assert.equal(table.delete(id), map.delete(id));
      }
      if (step % 50 > 0) continue;
      assert.deepEqual([...table.values()], [...map.values()]);
      for (const id of known) assert.equal(table.get(id), map.get(id));
    }
    assert.equal(table.size, map.size);
    assert.equal(table.get(nextId), undefined);
    table.clear();
    assert.deepEqual([table.size, table.values()], [0, []]);
  }
});

test("a second value takes the place of the first, and highest identifiers are as good as low ones", () => {
  const table = new StreamTable<string>();
  for (const id of [1, 2 ** 31 - 1, 2 ** 31 - 17, 17]) table.set(id, "first");
  table.set(2 ** 31 - 17, "second");
  assert.equal(table.size, 4);
  assert.deepEqual(table.values(), ["first", "first", "second", "first"]);
  assert.equal(table.get(2 ** 31 - 17), "second");
});
