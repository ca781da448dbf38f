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

test("a turn is full after 128 requests, and empty again when its end begins", async () => {
  const turn = new Turn();
  for (let requests = 0; requests < 127; requests++) turn.count();
  assert.equal(turn.isFull, false);
  turn.count();
  assert.equal(turn.isFull, true);
  const seen: boolean[] = [];
  turn.atEnd({
    endTurn() {
      seen.push(turn.isFull);
      for (let requests = 0; requests < 128; requests++) turn.count();
    },
  });
  turn.atEnd({ endTurn: () => void seen.push(turn.isFull) });
  await nextTurn();
  assert.deepEqual(seen, [false, true]);
  assert.equal(turn.isFull, false);
});
