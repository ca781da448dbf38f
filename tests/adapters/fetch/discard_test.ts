// What becomes of a request whose reply is there before it was read: a host would close the connection under a client that
// is still writing, so the rest is read and dropped first, up to a limit.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fetchExchange } from "../../../src/adapters/fetch/server.ts";

const MIB = 1024 * 1024;

/** A request of so many chunks of 1 MiB, and how many of them were asked for. */
function upload(chunks: number): { request: Request; taken: () => number; cancelled: () => boolean } {
  let taken = 0;
  let cancelled = false;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (taken === chunks) return controller.close();
      taken++;
      controller.enqueue(new Uint8Array(MIB));
    },
    cancel() {
      cancelled = true;
    },
  }, { highWaterMark: 0 });
  const init = { method: "POST", body, duplex: "half" };
  return { request: new Request("http://app.invalid/", init), taken: () => taken, cancelled: () => cancelled };
}

test("the rest of a request is read before a whole reply is sent", async () => {
  const { request, taken, cancelled } = upload(5);
  const response = await fetchExchange((exchange) => exchange.reply(429, [], new Uint8Array([1])), request);
  assert.equal(response.status, 429);
  assert.deepEqual(new Uint8Array(await response.arrayBuffer()), new Uint8Array([1]));
  assert.equal(taken(), 5);
  assert.equal(cancelled(), false);
});

test("a request that goes on and on is given up after 16 MiB", async () => {
  const { request, taken, cancelled } = upload(1000);
  const response = await fetchExchange((exchange) => exchange.reply(429, [], new Uint8Array(0)), request);
  assert.equal(response.status, 429);
  assert.ok(taken() >= 16 && taken() < 20, `${taken()} MiB were read`);
  assert.equal(cancelled(), true);
});

test("a client that waits for the reply before it ends its request gets it", async () => {
  let cancelled = false;
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(new Uint8Array(10)),
    cancel() {
      cancelled = true;
    },
  });
  const request = new Request("http://app.invalid/", { method: "POST", body, duplex: "half" } as RequestInit);
  const response = await fetchExchange((exchange) => exchange.reply(415, [], new Uint8Array(0)), request);
  assert.equal(response.status, 415);
  assert.equal(cancelled, true);
});

test("the rest of a request is read before a streamed reply ends", async () => {
  const { request, taken, cancelled } = upload(5);
  const response = await fetchExchange((exchange) => {
    exchange.replyHead(200, []);
    exchange.write(new Uint8Array([1]));
    exchange.end();
  }, request);
  assert.deepEqual(new Uint8Array(await response.arrayBuffer()), new Uint8Array([1]));
  assert.equal(taken(), 5);
  assert.equal(cancelled(), false);
});
