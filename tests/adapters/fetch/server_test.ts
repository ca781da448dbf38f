// One fetch Request as an Exchange: no socket, the Request and Response of the runtime itself.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fetchExchange } from "../../../src/adapters/fetch/server.ts";
import type { Exchange } from "../../../src/http/exchange.ts";
import { bytes, deferred, describe, echo, serve, until } from "../exchanges.ts";

function post(body: BodyInit | null, headers: Record<string, string> = {}, signal?: AbortSignal): Request {
  const init: RequestInit & { duplex: "half" } = { method: "POST", body, headers, signal, duplex: "half" };
  return new Request("http://host.example/pkg.Service/Method?q=%20#f", init);
}

function streamOf(...chunks: Uint8Array[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    pull(controller) {
      const chunk = chunks.shift();
      if (chunk === undefined) controller.close();
      else controller.enqueue(chunk);
    },
  });
}

test("a request is described whole and answered without a stream", async () => {
  const response = await fetchExchange(describe, post("abc", { "x-note": "n" }), { address: "10.0.0.1" });
  assert.equal(response.status, 200);
  assert.equal(response.headers.get("content-type"), "application/json");
  const said = await response.json();
  assert.equal(said.path, "/pkg.Service/Method");
  assert.equal(said.method, "POST");
  assert.equal(said.note, "n");
  assert.equal(said.size, 3);
  assert.equal(said.peer.address, "10.0.0.1");
});

test("a body is read up to the limit, in one chunk, in many, and by its declared length", async () => {
  const read = async (request: Request): Promise<unknown> => (await fetchExchange(describe, request)).status;
  assert.equal(await read(post(new Uint8Array(10))), 200);
  assert.equal(await read(post(new Uint8Array(11))), 413);
  assert.equal(await read(post(streamOf(new Uint8Array(4), new Uint8Array(6)))), 200);
  assert.equal(await read(post(streamOf(new Uint8Array(4), new Uint8Array(6), new Uint8Array(1)))), 413);
  assert.equal(await read(post(streamOf(new Uint8Array(10)), { "content-length": "10" })), 200);
  assert.equal(await read(post(streamOf(new Uint8Array(10)), { "content-length": "11" })), 413);
});

test("a body declared far too large is refused before any of it is read, and cancelled", async () => {
  let cancelled = false;
  let pulled = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      pulled++;
      controller.enqueue(new Uint8Array(1));
    },
    cancel() {
      cancelled = true;
    },
  }, { highWaterMark: 0 });
  const response = await fetchExchange(describe, post(body, { "content-length": "1000000000" }));
  assert.equal(response.status, 413);
  assert.equal(pulled, 0);
  await until(() => cancelled);
});

test("a request without a body is empty at once", async () => {
  let whole: unknown;
  await fetchExchange((exchange) => {
    whole = exchange.readWhole(0);
    exchange.reply(204, [], new Uint8Array(0));
  }, new Request("http://host/"));
  assert.deepEqual(whole, new Uint8Array(0));
});

test("chunks come back in order", async () => {
  const response = await fetchExchange(echo, post(streamOf(bytes("a"), bytes(""), bytes("b"))));
  assert.equal(response.headers.get("x-head"), "first");
  assert.equal(response.headers.get("content-length"), null);
  assert.equal(await response.text(), "ab");
});

test("a reader that does not read holds the writer back, until it reads", async () => {
  let written = 0;
  const response = await fetchExchange(
    serve(async (exchange) => {
      exchange.replyHead(200, []);
      for (; written < 10; written++) await exchange.write(new Uint8Array(65_536));
      exchange.end();
    }),
    post(null),
  );
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
  assert.ok(written <= 1, `${written} chunks were written before any was read`);
  assert.equal((await response.arrayBuffer()).byteLength, 655_360);
});

test("a reader that cancels aborts the signal and sets the writer free", async () => {
  const freed = deferred();
  let exchange: Exchange | undefined;
  const response = await fetchExchange(
    serve(async (served) => {
      exchange = served;
      served.replyHead(200, []);
      while (!served.signal.aborted) await served.write(new Uint8Array(65_536));
      freed.resolve();
    }),
    post(null),
  );
  await response.body?.cancel();
  await freed.promise;
  assert.equal(exchange?.signal.reason.name, "AbortError");
  assert.equal(exchange?.write(bytes("late")), undefined);
});

test("the request's signal aborts the exchange, and is let go of when the exchange has ended", async () => {
  const aborter = new AbortController();
  let exchange: Exchange | undefined;
  const response = fetchExchange((served) => {
    exchange = served;
    void served.signal;
  }, post("x", {}, aborter.signal));
  aborter.abort();
  assert.equal((await response).status, 499);
  assert.equal(exchange?.signal.aborted, true);

  const later = new AbortController();
  await fetchExchange((served) => {
    exchange = served;
    void served.signal;
    served.reply(200, [], bytes("ok"));
  }, post("x", {}, later.signal));
  later.abort();
  assert.equal(exchange?.signal.aborted, false);
});

test("a reset before the head answers 500, one after it breaks the body off", async () => {
  assert.equal((await fetchExchange((exchange) => exchange.reset(), post("x"))).status, 500);
  const response = await fetchExchange((exchange) => {
    exchange.replyHead(200, []);
    exchange.write(bytes("part"));
    exchange.reset(new Error("broken"));
  }, post("x"));
  await assert.rejects(response.text());
});

test("a handler that throws, a status and a header that fetch refuses answer 500", async () => {
  const statusOf = async (handler: (exchange: Exchange) => void): Promise<number> =>
    (await fetchExchange(handler, post("x"))).status;
  assert.equal(
    await statusOf(() => {
      throw new Error("a mistake");
    }),
    500,
  );
  assert.equal(await statusOf((exchange) => exchange.reply(1000, [], bytes("x"))), 500);
  assert.equal(await statusOf((exchange) => exchange.replyHead(200, [["x-bad", "a\r\nb"]])), 500);
});

test("statuses without a body take none, and set-cookie headers stay apart", async () => {
  const response = await fetchExchange(
    (exchange) => exchange.reply(204, [["set-cookie", "a=1"], ["set-cookie", "b=2"]], bytes("dropped")),
    post("x"),
  );
  assert.equal(response.body, null);
  assert.deepEqual(response.headers.getSetCookie(), ["a=1", "b=2"]);
});

test("a chunk written stays with whoever wrote it", async () => {
  const pool = new Uint8Array(100).fill(7);
  const response = await fetchExchange((exchange) => {
    exchange.replyHead(200, []);
    exchange.write(pool.subarray(0, 10));
    exchange.end();
  }, post("x"));
  assert.equal((await response.arrayBuffer()).byteLength, 10);
  assert.equal(pool.byteLength, 100);
});

test("nothing is sent after the end, and a second end does nothing", async () => {
  const response = await fetchExchange((exchange) => {
    exchange.replyHead(200, []);
    exchange.write(bytes("all"));
    exchange.end();
    exchange.end();
    assert.equal(exchange.write(bytes("more")), undefined);
    exchange.reply(500, [], bytes("again"));
    exchange.reset();
  }, post("x"));
  assert.equal(await response.text(), "all");
});

test("a reply that must not tell its length is a stream of one chunk", async () => {
  const response = await fetchExchange((exchange) => exchange.reply(200, [], bytes("all"), undefined, true), post("x"));
  assert.equal(response.headers.get("content-length"), null);
  const chunks: Uint8Array[] = [];
  for await (const chunk of response.body!) chunks.push(chunk);
  assert.deepEqual(chunks, [bytes("all")]);
});
