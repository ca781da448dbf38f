// What has come of a body: its octets in order whatever was promised, and memory that a promise alone does not take.
import assert from "node:assert/strict";
import { test } from "node:test";
import { BodyBudget } from "../../src/transport/body_budget.ts";
import { ReceivedBody } from "../../src/transport/received_body.ts";

const MIB = 1 << 20;

function content(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (index * 7 + (index >> 8)) & 0xff);
}

/** Appends by chunks, each in a buffer that is written over afterwards, as the engine's are. */
function feed(body: ReceivedBody, bytes: Uint8Array, chunk: number): void {
  for (let at = 0; at < bytes.length; at += chunk) {
    const lent = bytes.slice(at, at + chunk);
    body.append(lent);
    lent.fill(0xee);
  }
}

test("a body is whole whether its length was promised rightly, wrongly or not", () => {
  const length = 10_000;
  const bytes = content(length);
  for (const promised of [-1, 0, 1, 2_499, 5_000, 9_999, length, 10_001, 12_345, 50_000]) {
    for (const chunk of [1, 999, 2_500, 9_999, length]) {
      const body = new ReceivedBody(new BodyBudget());
      body.promised = promised;
      feed(body, bytes, chunk);
      assert.equal(body.size, length);
      assert.deepEqual(body.start(5).subarray(0, 5), bytes.subarray(0, 5));
      const taken = body.take();
      assert.ok(
        taken.length === length && taken.every((octet, index) => octet === bytes[index]),
        `${promised}, ${chunk}`,
      );
      assert.equal(body.size, 0);
      assert.equal(body.memory, 0);
    }
  }
});

test("memory for what is promised is taken once a quarter of it is there", () => {
  const body = new ReceivedBody(new BodyBudget());
  body.promised = 4 * MIB;
  for (let count = 0; count < 15; count++) body.append(new Uint8Array(MIB / 16));
  assert.equal(body.memory, MIB - MIB / 16);
  body.append(new Uint8Array(MIB / 16));
  assert.equal(body.memory, 4 * MIB);
});

test("bodies of one connection take four megabytes for what has not come, until it has or will not", () => {
  const budget = new BodyBudget();
  const bodies = Array.from({ length: 10 }, () => {
    const body = new ReceivedBody(budget);
    body.promised = MIB;
    feed(body, new Uint8Array(MIB / 2), MIB / 8);
    return body;
  });
  const memory = (): number[] => bodies.map((each) => each.memory / MIB);
  // Half of each is there: eight halves are awaited.
  assert.deepEqual(memory(), [1, 1, 1, 1, 1, 1, 1, 1, 0.5, 0.5]);
  bodies[0].clear();
  feed(bodies[8], new Uint8Array(MIB / 8), MIB / 8);
  assert.deepEqual(memory(), [0, 1, 1, 1, 1, 1, 1, 1, 1, 0.5]);
  // The one that gave way takes none; each that is whole, or longer than it promised, gives all back.
  for (const each of bodies.slice(1, 4)) feed(each, new Uint8Array(MIB), MIB / 4);
  for (const each of bodies.slice(4)) each.take();
  for (const each of bodies.slice(0, 4)) each.clear();
  assert.ok(budget.expect(4 * MIB));
  assert.ok(!budget.expect(1));
});
