import assert from "node:assert/strict";
import { test } from "node:test";
import { ReceiveWindow } from "../../src/http2/window.ts";

function parts(window: ReceiveWindow): number[] {
  return [window.available, window.held, window.owed];
}

test("each octet is available, held or owed", () => {
  const window = new ReceiveWindow(100);
  assert.equal(window.receive(60), true);
  assert.deepEqual(parts(window), [40, 60, 0]);
  assert.equal(window.consume(30), 30);
  assert.deepEqual(parts(window), [40, 30, 30]);
  assert.equal(window.takeUpdate(), 0);
  window.consume(20);
  assert.equal(window.takeUpdate(), 50);
  assert.deepEqual(parts(window), [90, 10, 0]);
});

test("more than is available is not taken in, and no more is consumed than is held", () => {
  const window = new ReceiveWindow(10);
  assert.equal(window.receive(11), false);
  assert.deepEqual(parts(window), [10, 0, 0]);
  assert.equal(window.receive(10), true);
  assert.equal(window.receive(1), false);
  assert.equal(window.consume(11), 10);
});

test("a window that grows owes the difference; one that shrinks can be below 0 and comes back", () => {
  const window = new ReceiveWindow(100);
  window.receive(80);
  window.grow(300);
  assert.deepEqual(parts(window), [20, 80, 200]);
  assert.equal(window.takeUpdate(), 200);
  window.shift(-250);
  assert.deepEqual(parts(window), [-30, 80, 0]);
  assert.equal(window.size, 50);
  assert.equal(window.receive(1), false);
  window.consume(80);
  assert.equal(window.takeUpdate(), 80);
  assert.equal(window.available, 50);
});

test("available + held + owed is the size after any sequence", () => {
  let seed = 7;
  const random = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below;
  for (let run = 0; run < 200; run++) {
    const window = new ReceiveWindow(random(1000));
    for (let step = 0; step < 100; step++) {
      switch (random(5)) {
        case 0:
          window.receive(random(200));
          break;
        case 1:
          window.consume(random(200));
          break;
        case 2:
          window.takeUpdate();
          break;
        case 3:
          window.grow(window.size + random(50));
          break;
        case 4:
          window.shift(random(100) - Math.min(50, window.size));
          break;
      }
      assert.equal(window.available + window.held + window.owed, window.size);
      assert.ok(window.held >= 0 && window.owed >= 0);
    }
  }
});
