// The turns that the connections of a server share: who is put off comes first in the next one, and a turn is full after so
// many requests.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Turn } from "../../../src/adapters/sockets/turn.ts";

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test("tasks run once, at the end of the turn; those that were put off before the others", async () => {
  const turn = new Turn();
  const ran: string[] = [];
  const late = { endTurn: () => void ran.push("late") };
  turn.atEnd({ endTurn: () => void ran.push("first") });
  turn.atEnd({
    endTurn: () => {
      ran.push("put off");
      turn.atEnd(late);
      turn.atNext({ endTurn: () => void ran.push("again") });
    },
  });
  assert.deepEqual(ran, []);
  await nextTurn();
  assert.deepEqual(ran, ["first", "put off"]);
  await nextTurn();
  assert.deepEqual(ran, ["first", "put off", "again", "late"]);
  await nextTurn();
  assert.equal(ran.length, 4);
});

test("a turn is full after 64 requests, and empty again when its end begins", async () => {
  const turn = new Turn();
  for (let requests = 0; requests < 63; requests++) turn.count();
  assert.equal(turn.isFull, false);
  turn.count();
  assert.equal(turn.isFull, true);
  const seen: boolean[] = [];
  turn.atEnd({
    endTurn() {
      seen.push(turn.isFull);
      for (let requests = 0; requests < 64; requests++) turn.count();
    },
  });
  turn.atEnd({ endTurn: () => void seen.push(turn.isFull) });
  await nextTurn();
  assert.deepEqual(seen, [false, true]);
  assert.equal(turn.isFull, false);
});

test("where turns do not look at all sockets, one that has gone on for a while is full until that was done", async () => {
  const turn = new Turn();
  const busy = (milliseconds: number): void => {
    for (const until = performance.now() + milliseconds; performance.now() < until;);
  };
  turn.connections = 2;
  assert.equal(turn.isFull, false);
  const period = turn.hear(turn.hear(-1));
  turn.hear(-1);
  busy(3);
  assert.equal(turn.isFull, false, "both connections were heard");
  assert.equal(turn.hear(period) === period, !("Deno" in globalThis));
  busy(3);
  assert.equal(turn.isFull, "Deno" in globalThis, "one was not");
  const ran = await new Promise<boolean>((resolve) => turn.atNext({ endTurn: () => resolve(true) }));
  assert.equal(ran, true);
  assert.equal(turn.isFull, false);
});
