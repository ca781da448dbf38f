// What a Connect client makes of each response. https://connectrpc.com/docs/protocol
import assert from "node:assert/strict";
import { test } from "node:test";
import { type CallOptions, Code, createClient, field, map, message, serverStreaming, service, unary } from "sigil";
import { type TransportOptions, transportOver } from "../../../src/closable_transport.ts";
import type { HeaderList } from "../../../src/http/exchange.ts";
import { connectClient } from "../../../src/protocol/connect/client.ts";
import { streamCompression } from "../../../src/rpc/stream_compression.ts";
import { enveloped, failure, type ScriptedExchange, ScriptedHttpClient } from "../../support/scripted_http_client.ts";

const Note = message("conn.v1.Note", { text: field(1, "string"), tags: map(2, "string", "string") });
const Notes = service("conn.v1.Notes", {
  add: unary(Note, Note),
  find: unary(Note, Note, { idempotency: "NO_SIDE_EFFECTS" }),
  list: serverStreaming(Note, Note),
});

const HEAD: HeaderList = [["content-type", "application/proto"]];
const JSON_HEAD: HeaderList = [["content-type", "application/json"]];
const STREAM: HeaderList = [["content-type", "application/connect+proto"]];
const hi = new Uint8Array([10, 2, 104, 105]);

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function setUp(options: TransportOptions & { useHttpGet?: boolean } = {}) {
  const http = new ScriptedHttpClient();
  const transport = transportOver(connectClient, http, "http://notes.test/api/", options, streamCompression);
  return { http, notes: createClient(Notes, transport) };
}

function answered(
  respond: (exchange: ScriptedExchange) => void,
  options: TransportOptions & { useHttpGet?: boolean } = {},
  call: CallOptions = {},
) {
  const { http, notes } = setUp(options);
  http.onSend = respond;
  return { http, reply: notes.add({ text: "x" }, call) };
}

/** The replies of a stream, and what it ended with. */
async function streamed(body: readonly Uint8Array[], headers = STREAM) {
  const { http, notes } = setUp();
  http.onSend = (exchange) => exchange.respond(200, headers, body);
  const texts: string[] = [];
  let trailer = new Headers();
  try {
    for await (const { text } of notes.list({}, { onTrailer: (fields) => trailer = fields })) texts.push(text);
  } catch (error) {
    return { texts, trailer, error: error as { code: Code; rawMessage: string; metadata: Headers } };
  }
  return { texts, trailer, error: undefined };
}

test("a unary call is its message, and trailers are headers with a prefix", async () => {
  const { http, notes } = setUp();
  http.onSend = (exchange) => exchange.respond(200, [...HEAD, ["x-a", "1"], ["trailer-x-b", "2"]], [hi]);
  let header = new Headers();
  let trailer = new Headers();
  const options = { onHeader: (h: Headers) => header = h, onTrailer: (t: Headers) => trailer = t, timeoutMs: 1500 };
  assert.equal((await notes.add({ text: "x" }, options)).text, "hi");
  assert.deepEqual([header.get("x-a"), header.get("trailer-x-b"), trailer.get("x-b")], ["1", null, "2"]);
  const { last } = http;
  assert.equal(last.request.endpoint.url, "http://notes.test/api/conn.v1.Notes/Add");
  assert.deepEqual(last.request.body, new Uint8Array([10, 1, 120]));
  assert.equal(last.header("connect-protocol-version"), "1");
  assert.equal(last.header("connect-timeout-ms"), "1500");
});

test("an error is its JSON: code, text, details padded or not, metadata of both kinds", async () => {
  const json = JSON.stringify({ code: "permission_denied", message: "no", details: [{ type: "a.B", value: "AQI" }] });
  const head: HeaderList = [...JSON_HEAD, ["x-a", "1"], ["trailer-x-b", "2"]];
  const error = await failure(answered((exchange) => exchange.respond(403, head, [bytes(json)])).reply);
  assert.equal(error.code, Code.PermissionDenied);
  assert.equal(error.rawMessage, "no");
  assert.deepEqual(error.details, [{ type: "a.B", value: new Uint8Array([1, 2]) }]);
  assert.deepEqual([error.metadata.get("x-a"), error.metadata.get("x-b")], ["1", "2"]);
});

test("the code comes from HTTP where the JSON says none, or one that is none", async () => {
  const cases: [string, number, Code][] = [
    ["{}", 404, Code.Unimplemented],
    ['{"code":null}', 503, Code.Unavailable],
    ['{"code":"no_such_code","message":"x"}', 401, Code.Unauthenticated],
    ['{"code":3}', 429, Code.Unavailable],
    ["[]", 403, Code.PermissionDenied],
    ["not JSON", 502, Code.Unavailable],
    ['{"code":"aborted","message":1}', 500, Code.Unknown],
    ['{"code":"not_found","more":true}', 500, Code.NotFound],
  ];
  for (const [json, status, code] of cases) {
    const { reply } = answered((exchange) => exchange.respond(status, JSON_HEAD, [bytes(json)]));
    assert.equal((await failure(reply)).code, code, json);
  }
  const html = answered((exchange) => exchange.respond(504, [["content-type", "text/html"]], [bytes("<p>")]));
  assert.equal((await failure(html.reply)).code, Code.Unavailable);
});

test("another content type is unknown, another of Connect's internal", async () => {
  for (const [type, code] of [["text/html", 2], ["application/json", 13], ["application/connect+proto", 13]] as const) {
    const { reply } = answered((exchange) => exchange.respond(200, [["content-type", type]], [hi]));
    assert.equal((await failure(reply)).code, code, type);
  }
});

test("a body over the limit is resource_exhausted, by its length before it comes", async () => {
  const options = { maxReceiveBytes: 3 };
  const { http, reply } = answered(
    (exchange) => exchange.request.onHead(200, [...HEAD, ["content-length", "4"]]),
    options,
  );
  assert.equal((await failure(reply)).code, Code.ResourceExhausted);
  assert.equal(http.last.isCancelled, true);
  const streamed = answered((exchange) => exchange.respond(200, HEAD, [hi.slice(0, 2), hi.slice(2)]), options);
  assert.equal((await failure(streamed.reply)).code, Code.ResourceExhausted);
});

test("bodies are compressed both ways, and an empty one never is", async () => {
  const [gzip] = streamCompression;
  const head: HeaderList = [...HEAD, ["content-encoding", "gzip"]];
  const compressed = await gzip.compress(hi);
  const { http, reply } = answered((exchange) => exchange.respond(200, head, [compressed]), {
    sendCompression: "gzip",
    compressMinBytes: 1,
  });
  assert.equal((await reply).text, "hi");
  assert.equal(http.last.header("content-encoding"), "gzip");
  assert.equal((await answered((exchange) => exchange.respond(200, head, [])).reply).text, "");
  const unknown = answered((exchange) => exchange.respond(200, [...HEAD, ["content-encoding", "snappy"]], [hi]));
  assert.equal((await failure(unknown.reply)).code, Code.Internal);
  const damaged = answered((exchange) => exchange.respond(200, head, [hi]));
  assert.equal((await failure(damaged.reply)).code, Code.Internal);
});

test("a method without side effects goes by GET: the same message is the same URL", async () => {
  const { http, notes } = setUp({ useHttpGet: true });
  http.onSend = (exchange) => exchange.respond(200, HEAD, [hi]);
  await notes.find({ text: "x", tags: new Map([["b", "2"], ["a", "1"]]) });
  await notes.find({ text: "x", tags: new Map([["a", "1"], ["b", "2"]]) });
  const [first, second] = http.exchanges;
  assert.equal(first.request.endpoint.verb, "GET");
  assert.equal(first.request.endpoint.url, second.request.endpoint.url);
  assert.match(
    first.request.endpoint.url,
    /^http:\/\/notes\.test\/api\/conn\.v1\.Notes\/Find\?connect=v1&base64=1&encoding=proto&message=[\w-]+$/,
  );
  assert.equal(first.request.body, undefined);
  assert.equal(first.header("content-type"), undefined);
  await notes.add({ text: "x" });
  assert.equal(http.last.request.endpoint.verb, "POST");
  await notes.find({ text: "x".repeat(10_000) });
  assert.equal(http.last.request.endpoint.verb, "POST", "a URL would be too long");
});

test("JSON by GET has its members in order", async () => {
  const { http, notes } = setUp({ useHttpGet: true, format: "json" });
  http.onSend = (exchange) => exchange.respond(200, JSON_HEAD, [bytes('{"text":"hi"}')]);
  assert.equal((await notes.find({ text: "é", tags: new Map([["b", "2"], ["a", "1"]]) })).text, "hi");
  const url = new URL(http.last.request.endpoint.url);
  assert.equal(url.searchParams.get("message"), '{"tags":{"a":"1","b":"2"},"text":"é"}');
});

test("a stream ends with its end-of-stream message: trailers, or an error after what came before", async () => {
  const ended = await streamed([enveloped(hi), enveloped('{"metadata":{"X-B":["1","2"]}}', 2)]);
  assert.deepEqual([ended.texts, ended.trailer.get("x-b"), ended.error], [["hi"], "1, 2", undefined]);
  const failed = await streamed([
    enveloped(hi),
    enveloped('{"error":{"code":"aborted","message":"no"},"metadata":{"x-b":["1"]}}', 2),
  ]);
  assert.deepEqual(failed.texts, ["hi"]);
  assert.deepEqual([failed.error?.code, failed.error?.rawMessage], [Code.Aborted, "no"]);
  assert.equal(failed.error?.metadata.get("x-b"), "1");
});

test("an end-of-stream message that is missing, malformed, or not the last is internal", async () => {
  const bodies = [
    [enveloped(hi)],
    [enveloped("{", 2)],
    [enveloped("[]", 2)],
    [enveloped('{"metadata":{"a":"1"}}', 2)],
    [enveloped("{}", 2), enveloped(hi)],
    [enveloped("{}", 2), enveloped("{}", 2)],
    [enveloped(hi, 8)],
    [enveloped("{}", 2).slice(0, 6)],
  ];
  for (const body of bodies) assert.equal((await streamed(body)).error?.code, Code.Internal);
  assert.equal((await streamed([enveloped('{"error":{}}', 2)])).error?.code, Code.Unknown);
});

test("a compressed end-of-stream message is read", async () => {
  const end = await streamCompression[0].compress(bytes('{"error":{"code":"not_found"}}'));
  const head: HeaderList = [...STREAM, ["connect-content-encoding", "gzip"]];
  assert.equal((await streamed([enveloped(end, 3)], head)).error?.code, Code.NotFound);
});
