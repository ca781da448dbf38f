// Connect as walks over the neck: its version, GET and entity tags, and what an app that serves fewer protocols answers.
// https://connectrpc.com/docs/protocol
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type AppOptions,
  bidiStreaming,
  Code,
  ConnectError,
  field,
  type HandlerContext,
  implement,
  message,
  type ProtocolName,
  service,
  Sigil,
  unary,
} from "sigil";
import { encodeEnvelope } from "../../src/protocol/envelope.ts";
import { MemoryExchange, type MemoryReply, type MemoryRequest } from "../support/memory_exchange.ts";

const Note = message("walk.v1.Note", { text: field(1, "string") });
const Notes = service("walk.v1.Notes", {
  read: unary(Note, Note, { idempotency: "NO_SIDE_EFFECTS" }),
  chat: bidiStreaming(Note, Note),
});

let onRead: (note: { text: string }, context: HandlerContext) => { text: string } = (note) => note;

function appOf(options: Omit<AppOptions, "services">): Sigil {
  return new Sigil({
    services: [implement(Notes, {
      read: (note, context) => onRead(note, context),
      async *chat(notes) {
        for await (const { text } of notes) yield { text: text.toUpperCase() };
      },
    })],
    ...options,
  });
}

function send(app: Sigil, request: MemoryRequest): Promise<MemoryReply> {
  const exchange = new MemoryExchange({ path: "/walk.v1.Notes/Read", ...request });
  app.handler(exchange);
  return exchange.replied;
}

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const textOf = (reply: MemoryReply): string => new TextDecoder().decode(reply.body);
const json = ["content-type", "application/json"] as const;
const post: MemoryRequest = { headers: [json], chunks: [utf8('{"text":"Ada"}')] };
const get = (more = ""): MemoryRequest => ({
  method: "GET",
  query: `?encoding=json&message=${encodeURIComponent('{"text":"Ada"}')}${more}`,
});

test("a version is taken where it is 1, and required where the app says so", async () => {
  const [lax, strict] = [appOf({}), appOf({ requireConnectProtocolVersion: true })];
  const versions: [string | undefined, number, number][] = [["1", 200, 200], [undefined, 200, 400], ["2", 400, 400]];
  for (const [version, laxStatus, strictStatus] of versions) {
    const headers = [json, ...(version ? [["connect-protocol-version", version] as const] : [])];
    assert.equal((await send(lax, { ...post, headers })).status, laxStatus, `version ${version}`);
    const reply = await send(strict, { ...post, headers });
    assert.equal(reply.status, strictStatus, `version ${version}`);
    if (strictStatus === 400) {
      const { code, message } = JSON.parse(textOf(reply));
      assert.equal(code, "invalid_argument");
      assert.match(message, /connect-protocol-version is .*speaks "1"/);
    }
  }
  assert.equal((await send(strict, get())).status, 400);
  assert.equal((await send(strict, get("&connect=v1"))).status, 200);
  assert.equal((await send(lax, get("&connect=v2"))).status, 400);
});

test("a stream without its version is refused at its end, where the version is required", async () => {
  const app = appOf({ requireConnectProtocolVersion: true });
  const path = "/walk.v1.Notes/Chat";
  const reply = await send(app, { path, headers: [["content-type", "application/connect+json"]], chunks: [] });
  assert.equal(reply.status, 200);
  assert.match(textOf(reply), /"code":"invalid_argument"/);
});

test("a GET has an entity tag where the app gives them, and 304 for who has it", async () => {
  const app = appOf({ etag: true });
  onRead = (note, { responseHeader }) => {
    responseHeader.set("cache-control", "max-age=60");
    return note;
  };
  const first = await send(app, get());
  const tag = first.headers.get("etag")!;
  assert.match(tag, /^W\/"[\w-]{22}"$/);
  assert.equal(first.status, 200);
  const matches: [string, number][] = [[tag, 304], [`"x", ${tag}`, 304], ["*", 304], [tag.slice(2), 304], ['"x"', 200]];
  for (const [match, status] of matches) {
    const reply = await send(app, { ...get(), headers: [["if-none-match", match]] });
    assert.equal(reply.status, status, match);
    assert.equal(reply.headers.get("etag"), tag);
    assert.equal(reply.headers.get("cache-control"), "max-age=60");
    if (status === 304) assert.equal(reply.body.byteLength, 0);
  }
  onRead = () => ({ text: "Bob" });
  const changed = await send(app, { ...get(), headers: [["if-none-match", tag]] });
  assert.equal(changed.status, 200);
  assert.notEqual(changed.headers.get("etag"), tag);
});

test("a handler's own entity tag stands, and neither POST nor an app without the option has one", async () => {
  onRead = (note, { responseHeader }) => {
    responseHeader.set("etag", '"mine"');
    return note;
  };
  const app = appOf({ etag: true });
  assert.equal((await send(app, get())).headers.get("etag"), '"mine"');
  assert.equal((await send(app, { ...get(), headers: [["if-none-match", '"mine"']] })).status, 304);
  onRead = (note) => note;
  assert.equal((await send(app, post)).headers.get("etag"), null);
  assert.equal((await send(appOf({}), get())).headers.get("etag"), null);
});

test("a GET that is compressed for some is told apart by caches", async () => {
  onRead = () => ({ text: "x".repeat(5000) });
  const app = appOf({});
  const plain = await send(app, get());
  const small = await send(app, { ...get(), headers: [["accept-encoding", "gzip"]] });
  onRead = (note) => note;
  for (const reply of [plain, small]) assert.equal(reply.headers.get("vary"), "accept-encoding");
  assert.equal(small.headers.get("content-encoding"), "gzip");
  assert.ok(small.body.byteLength < 200);
});

test("an app serves the protocols that it was given", async () => {
  onRead = (note) => note;
  const requests: [ProtocolName, MemoryRequest][] = [
    ["connect", post],
    ["grpc", { headers: [["content-type", "application/grpc"]], chunks: [encodeEnvelope(new Uint8Array(), 0)] }],
    ["grpc-web", {
      headers: [["content-type", "application/grpc-web"]],
      chunks: [encodeEnvelope(new Uint8Array(), 0)],
    }],
  ];
  for (const [only] of requests) {
    const app = appOf({ protocols: [only] });
    for (const [protocol, request] of requests) {
      const { status, headers, trailers } = await send(app, request);
      const refused = status === 415 || headers.get("grpc-status") === "12" || trailers.get("grpc-status") === "12";
      assert.equal(refused, protocol !== only, `${protocol} of ${only}`);
    }
  }
  assert.throws(() => appOf({ protocols: ["soap" as "grpc"] }), /"soap": this host can serve grpc, connect, grpc-web/);
});

test("a bidi stream is served where the host cannot do both directions at once", async () => {
  const path = "/walk.v1.Notes/Chat";
  const chunks = ["a", "b"].map((text) => encodeEnvelope(utf8(JSON.stringify({ text })), 0));
  const headers = [["content-type", "application/connect+json"]] as const;
  const reply = await send(appOf({}), { path, headers, chunks, trailers: false, fullDuplex: false });
  assert.match(textOf(reply), /"A".*"B"/s);
});

test("the head of a unary call says how the call ended, so a handler that flushes it changes nothing", async () => {
  const app = appOf({});
  onRead = (note, context) => {
    context.responseHeader.set("x-early", "1");
    context.flushHeaders();
    context.responseHeader.set("x-late", "1");
    if (note.text === "") throw new ConnectError("no text", Code.NotFound);
    return note;
  };
  const reply = await send(app, post);
  assert.deepEqual([reply.status, textOf(reply)], [200, '{"text":"Ada"}']);
  assert.deepEqual(["x-early", "x-late"].map((name) => reply.headers.get(name)), ["1", "1"]);
  const refusal = await send(app, { headers: [json], chunks: [utf8("{}")] });
  assert.deepEqual([refusal.status, textOf(refusal)], [404, '{"code":"not_found","message":"no text"}']);
  onRead = (note) => note;
});
