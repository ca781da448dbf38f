// The fetch client: what it hands to fetch, and what it makes of what fetch gives back. Whole calls over sockets are in
// default_transport_test.ts.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Code, ConnectError } from "@connectrpc/connect";
import { defaultTransport } from "../../../src/adapters/default_transport.ts";
import { bytes, call, deferred, echo, once } from "../exchanges.ts";
import { streamCompression } from "../../../src/rpc/stream_compression.ts";
import { fetchClient } from "../clients.ts";
import { bidiStreaming, createClient, fetchTransport, field, message, service } from "sigil";

async function* none(): AsyncGenerator<{ text: string }> {}

const Word = message("duplex.v1.Word", { text: field(1, "string") });

type Fetch = typeof globalThis.fetch;

function recorder(answer: () => Response | Promise<Response>): { fetch: Fetch; requests: Request[] } {
  const requests: Request[] = [];
  const fetch = ((url: string, init: RequestInit) => {
    requests.push(new Request(url, init));
    return Promise.resolve(answer());
  }) as Fetch;
  return { fetch, requests };
}

test("the request body is handed over whole, and the further options of fetch are passed on", async () => {
  const { fetch, requests } = recorder(() => new Response("ok", { status: 201, headers: { "x-a": "1" } }));
  const client = fetchClient({ fetch, init: { redirect: "manual" } });
  const reply = await call(client, "http://host/s/m", { body: bytes("abc"), header: { "x-b": "2" } });
  assert.equal(reply.status, 201);
  assert.equal(reply.text, "ok");
  assert.equal(reply.header.get("x-a"), "1");
  assert.equal(await requests[0].text(), "abc");
  assert.equal(requests[0].headers.get("x-b"), "2");
  assert.equal(requests[0].redirect, "manual");
});

test("a GET has no body", async () => {
  const { fetch, requests } = recorder(() => new Response("ok"));
  await fetchClient({ fetch })({ url: "http://host/", method: "GET", header: new Headers() });
  assert.equal(requests[0].body, null);
});

test("a response is decoded, or says what it is coded in", async () => {
  const listener = await defaultTransport().listen((exchange) => {
    const coding = streamCompression.find(({ name }) => exchange.path === `/${name}`)!;
    void (async () =>
      exchange.reply(200, [["content-encoding", coding.name]], await coding.compress(bytes("hello"))))();
  }, { host: "127.0.0.1", port: 0 });
  for (const { name, decompress } of streamCompression) {
    const response = await fetchClient()({ url: `${listener.url}/${name}`, method: "GET", header: new Headers() });
    const [body] = await Array.fromAsync(response.body);
    const isCoded = response.header.get("content-encoding") === name;
    assert.deepEqual(isCoded ? await decompress(body!, 100) : body, bytes("hello"), name);
  }
  await listener.destroy();
});

test("giving a response up cancels its body", async () => {
  const cancelled = deferred();
  const endless = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(bytes("x")),
    cancel: () => cancelled.resolve(),
  });
  const { fetch } = recorder(() => new Response(endless));
  const response = await fetchClient({ fetch })({ url: "http://host/", method: "POST", header: new Headers() });
  for await (const _ of response.body) break;
  await cancelled.promise;
});

test("an aborted call is canceled, or fails with the signal's own reason", async () => {
  const fetch = ((_: string, init: RequestInit) =>
    new Promise((_resolve, reject) => {
      init.signal?.addEventListener("abort", () => reject(init.signal?.reason));
    })) as Fetch;
  for (const [reason, code] of [[undefined, Code.Canceled], [new ConnectError("late", Code.DeadlineExceeded), 4]]) {
    const aborter = new AbortController();
    const reply = call(fetchClient({ fetch }), "http://host/", { signal: aborter.signal });
    aborter.abort(reason);
    await assert.rejects(reply, { name: "ConnectError", code });
  }
});

test("a server that is not there is unavailable, and the URL is named", async () => {
  const listener = await defaultTransport().listen(echo, { host: "127.0.0.1", port: 0 });
  const url = `${listener.url}/s/m`;
  await listener.destroy();
  await assert.rejects(call(fetchClient(), url), (error: ConnectError) => {
    assert.equal(error.code, Code.Unavailable);
    assert.ok(error.message.includes(url), error.message);
    return true;
  });
});

test("a streamed request arrives", async () => {
  const listener = await defaultTransport().listen(echo, { host: "127.0.0.1", port: 0 });
  const client = fetchClient();
  const reply = await call(client, `${listener.url}/s/m`, { body: once(bytes("one "), bytes("two")) });
  assert.equal(reply.text, "one two");
  await listener.destroy();
});

test("where requests cannot be streamed, the error says so, names the URL and what to use", async () => {
  const real = globalThis.Request;
  // As browsers without request streams do it: the stream is taken for text.
  globalThis.Request = class {
    headers = new Headers({ "content-type": "text/plain;charset=UTF-8" });
  } as unknown as typeof Request;
  try {
    const { fetch } = recorder(() => new Response("ok"));
    const reply = call(fetchClient({ fetch }), "http://host/s/m", { body: once(bytes("x")) });
    await assert.rejects(reply, (error: ConnectError) => {
      assert.equal(error.code, Code.Unimplemented);
      assert.match(
        error.rawMessage,
        /^Cannot call http:\/\/host\/s\/m: this runtime's fetch cannot stream a request\. Use/,
      );
      return true;
    });
  } finally {
    globalThis.Request = real;
  }
});

test("an abort ends a call and drops its reply, also where fetch does not hear of it", async () => {
  const cancelled = deferred();
  const answer = deferred<Response>();
  const fetch = (() => answer.promise) as Fetch;
  const controller = new AbortController();
  const late = call(fetchClient({ fetch }), "http://host/s/m", { signal: controller.signal });
  controller.abort();
  await assert.rejects(late, (error: ConnectError) => error.code === Code.Canceled);
  answer.resolve(new Response(new ReadableStream({ cancel: () => cancelled.resolve() })));
  await cancelled.promise;
});

test("an abort ends the reading of a body, also where fetch does not hear of it", async () => {
  const cancelled = deferred();
  const { fetch } = recorder(() => new Response(new ReadableStream({ cancel: () => cancelled.resolve() })));
  const controller = new AbortController();
  const { signal } = controller;
  const reply = await fetchClient({ fetch })({ url: "http://host/", method: "GET", header: new Headers(), signal });
  const next = reply.body[Symbol.asyncIterator]().next();
  controller.abort();
  await assert.rejects(next, (error: ConnectError) => error.code === Code.Canceled);
  await cancelled.promise;
});

test("where a response waits for its request's end, calls both ways at once are refused, and say so", async () => {
  const agent = Object.getOwnPropertyDescriptor(globalThis, "navigator");
  const real = globalThis.Request;
  // As Chromium does it: a request takes a stream and asks for its mode, of which there is one.
  Object.defineProperty(globalThis, "navigator", { value: { userAgent: "Mozilla/5.0" }, configurable: true });
  globalThis.Request = class {
    headers = new Headers();
    constructor(_: string, { duplex }: { duplex: string }) {
      assert.equal(duplex, "half");
    }
  } as unknown as typeof Request;
  try {
    const transport = fetchTransport("http://host");
    const chat = service("duplex.v1.Chat", { talk: bidiStreaming(Word, Word) });
    await assert.rejects(Array.fromAsync(createClient(chat, transport).talk(none())), (error: ConnectError) => {
      assert.equal(error.code, Code.Unimplemented);
      assert.match(
        error.rawMessage,
        /^Cannot call http:\/\/host\/duplex\.v1\.Chat\/Talk: .* no response before its end/,
      );
      return true;
    });
  } finally {
    Object.defineProperty(globalThis, "navigator", agent!);
    globalThis.Request = real;
  }
});
