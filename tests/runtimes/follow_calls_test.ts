// Calls made in a handler: they know its deadline and its end by themselves, and pass metadata on that a client names.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  bearerToken,
  type Client,
  type ClientOptions,
  Code,
  ConnectError,
  createClient,
  field,
  grpcTransport,
  implement,
  message,
  serverStreaming,
  service,
  Sigil,
  unary,
} from "sigil";

const Note = message("follow.v1.Note", { text: field(1, "string") });
const Inner = service("follow.v1.Inner", { ask: unary(Note, Note), wait: unary(Note, Note) });
const Outer = service("follow.v1.Outer", {
  ask: unary(Note, Note),
  wait: unary(Note, Note),
  stream: serverStreaming(Note, Note),
});

/** Two servers, of which one calls the other with the options of the test. */
async function setUp(options: ClientOptions = {}) {
  const started = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<void>();
  const inner = new Sigil({
    services: [
      implement(Inner, {
        ask: (_note, { requestHeader, deadline }) => ({
          text: `${requestHeader.get("x-trace")} ${requestHeader.get("x-other")} ${deadline !== undefined}`,
        }),
        wait: (_note, { signal }) =>
          new Promise((_, reject) => {
            started.resolve();
            signal.addEventListener("abort", () => {
              ended.resolve();
              reject(signal.reason);
            });
          }),
      }),
    ],
  });
  const innerServer = await inner.listen({ host: "127.0.0.1", port: 0, shutdownSignals: false });
  const innerTransport = grpcTransport(innerServer.url);
  const client: Client<typeof Inner> = createClient(Inner, innerTransport, options);
  const outer = new Sigil({
    services: [
      implement(Outer, {
        ask: async () => {
          // However far from the handler.
          await new Promise((resolve) => setTimeout(resolve, 1));
          return await client.ask({});
        },
        wait: () => client.wait({}),
        async *stream() {
          yield await client.ask({});
          yield await client.ask({});
        },
      }),
    ],
    onUnknownError: () => {},
  });
  const server = await outer.listen({ host: "127.0.0.1", port: 0, shutdownSignals: false });
  const transport = grpcTransport(server.url);
  const close = async (): Promise<void> => {
    await transport.close();
    await innerTransport.close();
    await Promise.all([server.close({ graceMs: 10 }), innerServer.close({ graceMs: 10 })]);
  };
  return { outer: createClient(Outer, transport), started: started.promise, ended: ended.promise, close };
}

test("a deadline crosses a handler to the call that it makes", async () => {
  const { outer, close } = await setUp();
  await assert.rejects(outer.wait({}, { timeoutMs: 100 }), { code: Code.DeadlineExceeded });
  assert.match((await outer.ask({}, { timeoutMs: 60_000 })).text, /true$/);
  assert.match((await outer.ask({})).text, /false$/);
  await close();
});

test("cancelling a call cancels the one that its handler makes", async () => {
  const { outer, started, ended, close } = await setUp();
  const controller = new AbortController();
  const call = outer.wait({}, { signal: controller.signal });
  started.then(() => controller.abort());
  await assert.rejects(call, { code: Code.Canceled });
  await ended;
  await close();
});

test("named metadata is passed on, in streams too; other metadata is not", async () => {
  const { outer, close } = await setUp({ forwardMetadata: ["x-trace"] });
  const headers = { "x-trace": "t1", "x-other": "o1" };
  assert.equal((await outer.ask({}, { headers })).text, "t1 null false");
  const texts: string[] = [];
  for await (const { text } of outer.stream({}, { headers, timeoutMs: 60_000 })) texts.push(text);
  assert.deepEqual(texts, ["t1 null true", "t1 null true"]);
  await close();
});

test("a client can be told to follow nothing", async () => {
  const { outer, close } = await setUp({ followCalls: false, forwardMetadata: ["x-trace"] });
  assert.equal((await outer.ask({}, { headers: { "x-trace": "t1" }, timeoutMs: 60_000 })).text, "null null false");
  await close();
});

test("credentials are asked for with each call, and a token goes over no cleartext to another machine", async () => {
  let count = 0;
  const { outer, close } = await setUp({ credentials: async () => ({ "x-other": `c${++count}` }) });
  assert.equal((await outer.ask({})).text, "null c1 false");
  assert.equal((await outer.ask({})).text, "null c2 false");
  await close();
  const away = createClient(Inner, "http://away.example:1", { credentials: bearerToken("secret") });
  await assert.rejects(away.ask({}), (error: ConnectError) => {
    assert.equal(error.code, Code.Unauthenticated);
    assert.match(error.rawMessage, /cleartext/);
    return true;
  });
  const request = { service: "s", method: "m", baseUrl: "https://away.example" };
  assert.deepEqual(await bearerToken(() => "t")(request), { authorization: "Bearer t" });
});
