// A request body that may have to be sent twice.
import assert from "node:assert/strict";
import { test } from "node:test";
import { ReplayBody } from "../../src/transport/replay_body.ts";
import { bytes, deferred, once } from "../adapters/exchanges.ts";

async function readAll(body: ReplayBody): Promise<string> {
  const cursor = { position: 0 };
  let text = "";
  for (let chunk = await body.next(cursor); chunk !== undefined; chunk = await body.next(cursor)) {
    text += new TextDecoder().decode(chunk);
  }
  return text;
}

test("a body within the limit is given twice, one byte beyond it is not", async () => {
  const small = new ReplayBody(once(bytes("ab"), bytes("cd")), 4);
  assert.equal(await readAll(small), "abcd");
  assert.equal(small.replayable, true);
  assert.equal(await readAll(small), "abcd");
  const large = new ReplayBody(once(bytes("ab"), bytes("cde")), 4);
  assert.equal(await readAll(large), "abcde");
  assert.equal(large.replayable, false);
});

test("a second attempt gets the chunk that the first one was waiting for", async () => {
  const go = deferred();
  const body = new ReplayBody(
    (async function* () {
      yield bytes("a");
      await go.promise;
      yield bytes("b");
    })(),
    100,
  );
  const first = { position: 0 };
  await body.next(first);
  const waiting = body.next(first);
  const second = readAll(body);
  go.resolve();
  assert.deepEqual(await waiting, bytes("b"));
  assert.equal(await second, "ab");
});

test("a failure of the iterable is passed on, and cancel ends a generator", async () => {
  const failing = new ReplayBody(
    (async function* (): AsyncGenerator<Uint8Array> {
      yield bytes("x");
      throw new Error("mine");
    })(),
    100,
  );
  await assert.rejects(readAll(failing), { message: "mine" });
  const ended = deferred();
  const body = new ReplayBody(
    (async function* () {
      try {
        for (;;) yield bytes("x");
      } finally {
        ended.resolve();
      }
    })(),
    100,
  );
  await body.next({ position: 0 });
  body.cancel();
  await ended.promise;
  assert.equal(await body.next({ position: 1 }), undefined);
});
