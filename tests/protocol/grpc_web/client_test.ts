// What a gRPC-Web client makes of each response. https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-WEB.md
import assert from "node:assert/strict";
import { test } from "node:test";
import { Code, createClient, field, message, serverStreaming, service, unary } from "sigil";
import { encodeBase64Text } from "../../../src/bytes/base64_text.ts";
import { transportOver } from "../../../src/closable_transport.ts";
import type { HeaderList } from "../../../src/http/exchange.ts";
import { grpcWebClient } from "../../../src/protocol/grpc_web/client.ts";
import { streamCompression } from "../../../src/rpc/stream_compression.ts";
import { enveloped, failure, type ScriptedExchange, ScriptedHttpClient } from "../../support/scripted_http_client.ts";

const Note = message("web.v1.Note", { text: field(1, "string") });
const Notes = service("web.v1.Notes", { add: unary(Note, Note), list: serverStreaming(Note, Note) });

const HEAD: HeaderList = [["content-type", "application/grpc-web+proto"]];
const hi = enveloped(new Uint8Array([10, 2, 104, 105]));

function setUp(isText = false) {
  const http = new ScriptedHttpClient();
  const transport = transportOver(grpcWebClient, http, "http://notes.test", { isText }, streamCompression);
  return { http, notes: createClient(Notes, transport) };
}

function answered(respond: (exchange: ScriptedExchange) => void, isText = false) {
  const { http, notes } = setUp(isText);
  http.onSend = respond;
  return { http, reply: notes.add({ text: "x" }) };
}

function trailers(text: string, flags = 0x80): Uint8Array {
  return enveloped(text, flags);
}

test("a reply ends with its trailers in the body, cut anywhere", async () => {
  const body = new Uint8Array([...hi, ...trailers("grpc-status:0\r\n")]);
  for (let at = 0; at <= body.length; at++) {
    const { reply } = answered((exchange) => exchange.respond(200, HEAD, [body.slice(0, at), body.slice(at)]));
    assert.equal((await reply).text, "hi", `split at ${at}`);
  }
});

test("a request says that it is gRPC-Web, and who calls, in the field that the host allows", async () => {
  for (const [hasUserAgent, name] of [[false, "user-agent"], [true, "x-user-agent"]] as const) {
    const http = new ScriptedHttpClient();
    http.hasUserAgent = hasUserAgent;
    http.onSend = (exchange) => exchange.respond(200, HEAD, [hi, trailers("grpc-status:0\r\n")]);
    const transport = transportOver(grpcWebClient, http, "http://notes.test", {}, streamCompression);
    await createClient(Notes, transport).add({});
    assert.equal(http.last.header("x-grpc-web"), "1");
    assert.match(http.last.header(name) ?? "", /^grpc-typescript-sigil\//);
  }
});

test("names of trailers may be in any case, values may follow a space, and duplicates survive", async () => {
  const { http, notes } = setUp();
  http.onSend = (exchange) =>
    exchange.respond(200, HEAD, [hi, trailers("Grpc-Status: 0\r\nX-End: 1\r\nx-end:2\r\nno field\r\n")]);
  let trailer = new Headers();
  await notes.add({}, { onTrailer: (fields) => trailer = fields });
  assert.equal(trailer.get("x-end"), "1, 2");
});

test("an error in the trailers is the call's, with its text decoded", async () => {
  const body = trailers("grpc-status:5\r\ngrpc-message:no%20note\r\nx-end:1\r\n");
  const error = await failure(answered((exchange) => exchange.respond(200, HEAD, [body])).reply);
  assert.equal(error.code, Code.NotFound);
  assert.equal(error.rawMessage, "no note");
  assert.equal(error.metadata.get("x-end"), "1");
});

test("compressed trailers are read", async () => {
  const content = await streamCompression[0].compress(new TextEncoder().encode("grpc-status:9\r\n"));
  const head: HeaderList = [...HEAD, ["grpc-encoding", "gzip"]];
  const { reply } = answered((exchange) => exchange.respond(200, head, [enveloped(content, 0x81)]));
  assert.equal((await failure(reply)).code, Code.FailedPrecondition);
  const { http, notes } = setUp();
  http.onSend = (exchange) => exchange.respond(200, head, [hi, enveloped(content, 0x81)]);
  const replies = notes.list({})[Symbol.asyncIterator]();
  assert.equal((await replies.next()).value?.text, "hi");
  assert.equal((await failure(replies.next())).code, Code.FailedPrecondition);
});

test("a status in the head alone is the call's, where no body follows", async () => {
  const head: HeaderList = [...HEAD, ["grpc-status", "16"]];
  assert.equal((await failure(answered((e) => e.respond(200, head, [])).reply)).code, Code.Unauthenticated);
  const body = [hi, trailers("grpc-status:0\r\n")];
  assert.equal((await answered((exchange) => exchange.respond(200, head, body)).reply).text, "hi");
});

test("missing trailers, what follows them, and unknown flags are internal", async () => {
  const end = trailers("grpc-status:0\r\n");
  for (const body of [[hi], [], [hi, end, hi], [end, end], [enveloped("", 0x40)], [hi, end.slice(0, 7)]]) {
    const { reply } = answered((exchange) => exchange.respond(200, HEAD, body));
    assert.equal((await failure(reply)).code, Code.Internal);
  }
});

test("the text form goes both ways, in pieces that are padded each and cut anywhere", async () => {
  const head: HeaderList = [["content-type", "application/grpc-web-text+proto"]];
  const text = new Uint8Array([...encodeBase64Text(hi), ...encodeBase64Text(trailers("grpc-status:0\r\n"))]);
  for (let at = 0; at <= text.length; at++) {
    const pieces = [text.slice(0, at), text.slice(at)];
    const { http, reply } = answered((exchange) => exchange.respond(200, head, pieces), true);
    assert.equal((await reply).text, "hi", `split at ${at}`);
    assert.equal(http.last.header("content-type"), "application/grpc-web-text+proto");
    assert.deepEqual(http.last.request.body, encodeBase64Text(enveloped(new Uint8Array([10, 1, 120]))));
    assert.equal(http.last.consumed, text.length);
  }
});

test("a text form that is none is internal, and the call is broken off", async () => {
  const head: HeaderList = [["content-type", "application/grpc-web-text+proto"]];
  for (const body of ["AAAA*AAA", "AAA"]) {
    const { reply } = answered((exchange) => exchange.respond(200, head, [new TextEncoder().encode(body)]), true);
    const error = await failure(reply);
    assert.equal(error.code, Code.Internal);
    assert.match(error.rawMessage, /no base64/);
  }
});
