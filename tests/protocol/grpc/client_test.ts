// What a gRPC client makes of each response: the statuses that specifications name, where clients are known to get them wrong.
// gRPC: PROTOCOL-HTTP2.md, statuscodes.md, http-grpc-status-mapping.md, compression.md.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Code, ConnectError, createClient, field, message, service } from "sigil";
import { bidiStreaming, type CallOptions, clientStreaming, serverStreaming, unary } from "sigil";
import { type TransportOptions, transportOver } from "../../../src/closable_transport.ts";
import type { HeaderList } from "../../../src/http/exchange.ts";
import { grpcClient } from "../../../src/protocol/grpc/client.ts";
import { streamCompression } from "../../../src/rpc/stream_compression.ts";
import { settled } from "../../support/fake_clock.ts";
import { enveloped, failure, type ScriptedExchange, ScriptedHttpClient } from "../../support/scripted_http_client.ts";

const Note = message("answers.v1.Note", { text: field(1, "string") });
const Notes = service("answers.v1.Notes", {
  add: unary(Note, Note),
  list: serverStreaming(Note, Note),
  collect: clientStreaming(Note, Note),
  chat: bidiStreaming(Note, Note),
});

const HEAD: HeaderList = [["content-type", "application/grpc+proto"]];
const OK: HeaderList = [["grpc-status", "0"]];
const hi = enveloped(new Uint8Array([10, 2, 104, 105]));

function setUp(options: TransportOptions = {}) {
  const http = new ScriptedHttpClient();
  const notes = createClient(Notes, transportOver(grpcClient, http, "http://notes.test", options, streamCompression));
  return { http, notes };
}

/** A unary call against one response. */
function answered(
  respond: (exchange: ScriptedExchange) => void,
  options: TransportOptions = {},
  call: CallOptions = {},
) {
  const { http, notes } = setUp(options);
  http.onSend = respond;
  return { http, reply: notes.add({ text: "x" }, call) };
}

async function codeOf(respond: (exchange: ScriptedExchange) => void, options?: TransportOptions): Promise<Code> {
  return (await failure(answered(respond, options).reply)).code;
}

test("a request says what gRPC wants of it, and a reply is read", async () => {
  const { http, reply } = answered((exchange) => exchange.respond(200, HEAD, [hi], OK), { userAgent: "shop/1.0" });
  assert.equal((await reply).text, "hi");
  const { last } = http;
  assert.equal(last.request.endpoint.url, "http://notes.test/answers.v1.Notes/Add");
  assert.equal(last.header("te"), "trailers");
  assert.equal(last.header("content-type"), "application/grpc+proto");
  assert.match(last.header("user-agent") ?? "", /^shop\/1\.0 grpc-typescript-sigil\/\d/);
  assert.deepEqual(last.request.body, enveloped(new Uint8Array([10, 1, 120])));
  assert.equal(last.consumed, hi.length);
});

test("a body may come in any pieces", async () => {
  for (let at = 0; at <= hi.length; at++) {
    const pieces = [hi.slice(0, at), hi.slice(at)];
    const { reply } = answered((exchange) => exchange.respond(200, HEAD, pieces, OK));
    assert.equal((await reply).text, "hi", `split at ${at}`);
  }
});

test("trailers-only: a head that ends the response has the status", async () => {
  const head: HeaderList = [...HEAD, ["grpc-status", "5"], ["grpc-message", "no%20note %e2%82%ac"]];
  const error = await failure(answered((exchange) => exchange.respond(200, head, [])).reply);
  assert.equal(error.code, Code.NotFound);
  assert.equal(error.rawMessage, "no note €");
});

test("a status in a head is ignored where a body or trailers follow", async () => {
  const head: HeaderList = [...HEAD, ["grpc-status", "5"]];
  assert.equal((await answered((exchange) => exchange.respond(200, head, [hi], OK)).reply).text, "hi");
  assert.equal(await codeOf((exchange) => exchange.respond(200, head, [], [["grpc-status", "9"]])), 9);
});

test("a missing status is internal, one that is none of gRPC's is unknown", async () => {
  assert.equal(await codeOf((exchange) => exchange.respond(200, HEAD, [hi])), Code.Internal);
  for (const status of ["17", "-1", "abc", "", "5.0"]) {
    const code = await codeOf((exchange) => exchange.respond(200, HEAD, [], [["grpc-status", status]]));
    assert.equal(code, Code.Unknown, JSON.stringify(status));
  }
});

test("HTTP statuses become the codes of gRPC's table, where there is no grpc-status", async () => {
  const table: [number, Code][] = [
    [400, Code.Internal],
    [401, Code.Unauthenticated],
    [403, Code.PermissionDenied],
    [404, Code.Unimplemented],
    [429, Code.Unavailable],
    [502, Code.Unavailable],
    [503, Code.Unavailable],
    [504, Code.Unavailable],
    ...[409, 412, 413, 415, 418, 431, 500, 505].map((status): [number, Code] => [status, Code.Unknown]),
  ];
  for (const [status, code] of table) {
    const got = await codeOf((exchange) => exchange.respond(status, [["content-type", "text/html"]], []));
    assert.equal(got, code, String(status));
  }
  const own: HeaderList = [["content-type", "application/grpc"], ["grpc-status", "8"]];
  assert.equal(await codeOf((exchange) => exchange.respond(503, own, [])), Code.ResourceExhausted);
});

test("a response of another content type is refused: unknown, or internal in another format", async () => {
  const respond = (type: string) => (exchange: ScriptedExchange) =>
    exchange.respond(200, [["content-type", type]], [hi], OK);
  for (const type of ["text/html", "application/grpcfoo", "application/json", "application/grpc-web+proto", ""]) {
    assert.equal(await codeOf(respond(type)), Code.Unknown, type);
  }
  assert.equal(await codeOf(respond("application/grpc+json")), Code.Internal);
  for (const type of ["application/grpc", "application/grpc+proto;v=1", "Application/gRPC"]) {
    assert.equal((await answered(respond(type)).reply).text, "hi", type);
  }
});

test("no message, or more than one, where one is due is unimplemented", async () => {
  const missing = await failure(answered((exchange) => exchange.respond(200, HEAD, [], OK)).reply);
  assert.equal(missing.code, Code.Unimplemented);
  assert.match(missing.rawMessage, /Add answered no message/);
  const twice = await failure(answered((exchange) => exchange.respond(200, HEAD, [hi, hi], OK)).reply);
  assert.equal(twice.code, Code.Unimplemented);
  for (const [body, what] of [[[], "no message"], [[hi, hi], "more than one message"]] as const) {
    const { http, notes } = setUp();
    http.onSend = (exchange) => exchange.respond(200, HEAD, body, OK);
    const error = await failure(notes.collect((async function* () {})()));
    assert.equal(error.code, Code.Unimplemented);
    assert.match(error.rawMessage, new RegExp(`Collect answered ${what}`));
  }
});

test("the status goes before what is wrong with messages", async () => {
  const trailers: HeaderList = [["grpc-status", "7"]];
  assert.equal(await codeOf((exchange) => exchange.respond(200, HEAD, [hi, hi], trailers)), Code.PermissionDenied);
  assert.equal(await codeOf((exchange) => exchange.respond(200, HEAD, [hi.slice(0, 7)], trailers)), 7);
});

test("an end within an envelope, unknown flags, and what is no message are internal", async () => {
  for (const size of [1, 4, 5, 8]) {
    assert.equal(await codeOf((exchange) => exchange.respond(200, HEAD, [hi.slice(0, size)], OK)), 13, String(size));
  }
  for (const flags of [2, 4, 0x80, 0xff]) {
    assert.equal(await codeOf((exchange) => exchange.respond(200, HEAD, [enveloped("", flags)], OK)), 13);
  }
  const garbage = await failure(answered((e) => e.respond(200, HEAD, [enveloped("\u0007junk")], OK)).reply);
  assert.equal(garbage.code, Code.Internal);
  assert.match(garbage.rawMessage, /^the response is no answers\.v1\.Note: /);
});

test("compressed: without a name, in one that was not asked for, and damaged are internal", async () => {
  assert.equal(await codeOf((exchange) => exchange.respond(200, HEAD, [enveloped("x", 1)], OK)), Code.Internal);
  const foreign: HeaderList = [...HEAD, ["grpc-encoding", "snappy"]];
  const error = await failure(answered((exchange) => exchange.respond(200, foreign, [hi], OK)).reply);
  assert.equal(error.code, Code.Internal);
  assert.match(error.rawMessage, /unknown compression "snappy": this client takes gzip, deflate/);
  const gzip: HeaderList = [...HEAD, ["grpc-encoding", "gzip"]];
  assert.equal(await codeOf((exchange) => exchange.respond(200, gzip, [enveloped("x", 1)], OK)), Code.Internal);
});

test("compressed replies and requests are read and written, and flags may be 0", async () => {
  const [gzip] = streamCompression;
  const reply = new Uint8Array([10, 2, 104, 105]);
  const head: HeaderList = [...HEAD, ["grpc-encoding", "gzip"]];
  const compressed = enveloped(await gzip.compress(reply), 1);
  for (const body of [compressed, hi]) {
    assert.equal((await answered((exchange) => exchange.respond(200, head, [body], OK)).reply).text, "hi");
  }
  const options: TransportOptions = { sendCompression: "gzip", compressMinBytes: 1 };
  const { http, reply: sent } = answered((exchange) => exchange.respond(200, HEAD, [hi], OK), options);
  await sent;
  assert.equal(http.last.header("grpc-encoding"), "gzip");
  assert.equal(http.last.request.body?.[0], 1);
  const secret = answered((exchange) => exchange.respond(200, HEAD, [hi], OK), options, { compress: false });
  await secret.reply;
  assert.equal(secret.http.last.header("grpc-encoding"), undefined);
  assert.equal(secret.http.last.request.body?.[0], 0);
});

test("a stream can be cancelled while what came is unread, its end included", async () => {
  const { http, notes } = setUp();
  http.onSend = (exchange) => exchange.respond(200, HEAD, [hi, hi], OK);
  const controller = new AbortController();
  const replies = notes.list({}, { signal: controller.signal })[Symbol.asyncIterator]();
  assert.equal((await replies.next()).value.text, "hi");
  controller.abort();
  await assert.rejects(replies.next(), { code: Code.Canceled });
});

test("a call says of each message of a stream whether it may be compressed", async () => {
  const { http, notes } = setUp({ sendCompression: "gzip", compressMinBytes: 1 });
  http.onSend = (exchange) => setTimeout(() => exchange.respond(200, HEAD, [hi], OK), 50);
  async function* lines() {
    for (const text of ["public", "secret", "public"]) yield { text };
  }
  await notes.collect(lines(), { compress: (message) => (message as { text: string }).text !== "secret" });
  assert.deepEqual(http.last.written.map(([flags]) => flags), [1, 0, 1]);
});

test("a message over the limit is resource_exhausted before it is kept, whole or once decompressed", async () => {
  const prefix = new Uint8Array([0, 0xff, 0xff, 0xff, 0xff]);
  const { http, reply } = answered((exchange) => {
    exchange.request.onHead(200, HEAD);
    exchange.request.onData(prefix);
  }, { maxReceiveBytes: 100 });
  const error = await failure(reply);
  assert.equal(error.code, Code.ResourceExhausted);
  assert.match(error.rawMessage, /4294967295 bytes is over the limit of 100 bytes/);
  assert.equal(http.last.isCancelled, true);
  const bomb = enveloped(await streamCompression[0].compress(new Uint8Array(1_000_000)), 1);
  const head: HeaderList = [...HEAD, ["grpc-encoding", "gzip"]];
  assert.equal(await codeOf((e) => e.respond(200, head, [bomb], OK), { maxReceiveBytes: 10_000 }), 8);
  const large = answered(() => {}, { maxSendBytes: 2 });
  assert.equal((await failure(large.reply)).code, Code.ResourceExhausted);
  assert.equal(large.http.exchanges.length, 0);
});

test("grpc-message is decoded whatever it is, and details are left out where they can't be read", async () => {
  const message = async (text: string) =>
    (await failure(
      answered((e) => e.respond(200, [...HEAD, ["grpc-status", "2"], ["grpc-message", text]], [])).reply,
    )).rawMessage;
  assert.equal(await message("100% sure"), "100% sure");
  assert.equal(await message("%"), "%");
  assert.equal(await message("%zz%4"), "%zz%4");
  assert.equal(await message("%ff%41"), "\ufffdA");
  const details: HeaderList = [["grpc-status", "3"], ["grpc-status-details-bin", "!!! no base64"]];
  const error = await failure(answered((exchange) => exchange.respond(200, HEAD, [], details)).reply);
  assert.equal(error.code, Code.InvalidArgument);
  assert.deepEqual(error.details, []);
});

test("details are read, padded or not, and metadata of head and trailers is the error's", async () => {
  // google.rpc.Status { code: 3, details: [Any { type_url: "type.googleapis.com/a.B", value: 01 02 }] }
  const status = [8, 3, 26, 29, 10, 23, ...new TextEncoder().encode("type.googleapis.com/a.B"), 18, 2, 1, 2];
  const bin = btoa(String.fromCharCode(...status));
  for (const value of [bin, bin.replace(/=+$/, "")]) {
    const trailers: HeaderList = [["grpc-status", "3"], ["grpc-status-details-bin", value], ["x-end", "2"]];
    const head: HeaderList = [...HEAD, ["x-begin", "1"]];
    const error = await failure(answered((exchange) => exchange.respond(200, head, [], trailers)).reply);
    assert.deepEqual(error.details, [{ type: "a.B", value: new Uint8Array([1, 2]) }]);
    assert.equal(error.metadata.get("x-begin"), "1");
    assert.equal(error.metadata.get("x-end"), "2");
  }
});

test("a deadline is told in eight digits, ends the call here, and resets the stream", async () => {
  const cases: [number, string][] = [[0.4, "1m"], [500, "500m"], [99_999_999, "99999999m"], [100_000_000, "100000S"]];
  for (const [timeoutMs, header] of cases) {
    const { http, reply } = answered((exchange) => exchange.respond(200, HEAD, [hi], OK), {}, { timeoutMs });
    await reply;
    assert.equal(http.last.header("grpc-timeout"), header);
    assert.equal(http.clock.timers, 0, "a call that ended leaves no timer");
  }
  const { http, reply } = answered(() => {}, {}, { timeoutMs: 50 });
  const failed = failure(reply);
  await http.clock.pass(49);
  assert.equal(http.last.isCancelled, false);
  await http.clock.pass(1);
  assert.equal((await failed).code, Code.DeadlineExceeded);
  assert.equal(http.last.isCancelled, true);
});

test("what a server cancels once the deadline has passed is deadline_exceeded, and canceled before it", async () => {
  for (const [waitMs, code] of [[50, Code.DeadlineExceeded], [10, Code.Canceled]] as const) {
    for (const how of ["status", "reset"]) {
      const { http, notes } = setUp();
      // The timer of this side is late: time moves, and nothing runs.
      const { clock } = http;
      const call = failure(notes.add({}, { timeoutMs: 50 }));
      await settled();
      const now = clock.now() + waitMs;
      clock.now = () => now;
      if (how === "status") http.last.respond(200, HEAD, [], [["grpc-status", "1"]]);
      else http.last.request.onError(new ConnectError("reset with CANCEL", Code.Canceled));
      assert.equal((await call).code, code, `${how} after ${waitMs} ms`);
    }
  }
});

test("a signal ends a call as its reason says", async () => {
  const reasons: [unknown, Code][] = [
    [undefined, Code.Canceled],
    [new Error("mine"), Code.Canceled],
    [new ConnectError("busy", Code.Aborted), Code.Aborted],
    [new DOMException("late", "TimeoutError"), Code.DeadlineExceeded],
  ];
  for (const [reason, code] of reasons) {
    const controller = new AbortController();
    const { http, reply } = answered(() => controller.abort(reason), {}, { signal: controller.signal });
    assert.equal((await failure(reply)).code, code);
    assert.equal(http.last.isCancelled, true);
  }
  const before = answered(() => {}, {}, { signal: AbortSignal.abort() });
  assert.equal((await failure(before.reply)).code, Code.Canceled);
  assert.equal(before.http.exchanges.length, 0);
});

test("metadata keeps its values apart, loses what is the protocol's, and can't become another field", async () => {
  const headers: [string, string][] = [["x-a", "1"], ["X-A", "2"], ["grpc-timeout", "1S"], ["te", "gzip"]];
  const { http, reply } = answered((exchange) => exchange.respond(200, HEAD, [hi], OK), {}, { headers });
  await reply;
  assert.deepEqual(http.last.request.headers, [["x-a", "1"], ["x-a", "2"]]);
  for (const bad of [{ "x-a": "1\r\ngrpc-status: 0" }, { "x a": "1" }, { ":path": "/" }] as Record<string, string>[]) {
    const refused = answered(() => {}, {}, { headers: bad });
    assert.equal((await failure(refused.reply)).code, Code.InvalidArgument);
    assert.equal(refused.http.exchanges.length, 0);
  }
});

test("a stream gives what came before its error, and its trailers at its end", async () => {
  const { http, notes } = setUp();
  http.onSend = (exchange) => {
    exchange.request.onHead(200, HEAD);
    exchange.request.onData(hi);
    exchange.request.onError(new ConnectError("lost", Code.Unavailable));
  };
  const replies = notes.list({})[Symbol.asyncIterator]();
  assert.equal((await replies.next()).value?.text, "hi");
  assert.equal((await failure(replies.next())).code, Code.Unavailable);
  http.onSend = (exchange) => exchange.respond(200, HEAD, [hi], [...OK, ["x-end", "1"]]);
  let trailer: string | null = null;
  for await (const _ of notes.list({}, { onTrailer: (fields) => trailer = fields.get("x-end") }));
  assert.equal(trailer, "1");
});

test("only what was read of a stream is credited, and leaving it cancels the call", async () => {
  const { http, notes } = setUp();
  http.onSend = (exchange) => {
    exchange.request.onHead(200, HEAD);
    for (let count = 0; count < 10; count++) exchange.request.onData(hi);
  };
  const replies = notes.list({})[Symbol.asyncIterator]();
  await replies.next();
  assert.equal(http.last.consumed, hi.length);
  await replies.next();
  assert.equal(http.last.consumed, 2 * hi.length);
  await replies.return?.();
  assert.equal(http.last.isCancelled, true);
});

test("a message larger than what is credited is credited while it is waited for", async () => {
  const { http, notes } = setUp();
  http.onSend = (exchange) => {
    exchange.request.onHead(200, HEAD);
    exchange.request.onData(hi.slice(0, 6));
  };
  const reply = notes.list({})[Symbol.asyncIterator]().next();
  await settled();
  assert.equal(http.last.consumed, 6);
  http.last.request.onData(hi.slice(6));
  assert.equal((await reply).value?.text, "hi");
  assert.equal(http.last.consumed, hi.length);
});

test("requests are taken as the server takes them, and their iterable is left when the call ends", async () => {
  const { http, notes } = setUp();
  let made = 0;
  let left = false;
  async function* requests() {
    try {
      for (;;) yield { text: `${++made}` };
    } finally {
      left = true;
    }
  }
  http.onSend = (exchange) => exchange.hasRoom = false;
  const first = notes.chat(requests())[Symbol.asyncIterator]().next();
  await settled();
  const before = made;
  assert.ok(before <= 2, `${before} requests`);
  http.last.request.onWritable();
  await settled();
  assert.equal(made, before + 1);
  http.last.respond(200, HEAD, [hi], OK);
  assert.equal((await first).value?.text, "hi");
  await settled();
  assert.equal(left, true);
});

test("an iterable of requests that fails ends the call with its error", async () => {
  const { http, notes } = setUp();
  const failing = (async function* (): AsyncGenerator<{ text: string }> {
    yield { text: "1" };
    throw new ConnectError("no more", Code.DataLoss);
  })();
  assert.equal((await failure(notes.collect(failing))).code, Code.DataLoss);
  assert.equal(http.last.isCancelled, true);
});
