// Points of the specifications that are easily got wrong and have no test elsewhere. docs/status_paths.md lists all of them.
// https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md, https://connectrpc.com/docs/protocol
import assert from "node:assert/strict";
import { test } from "node:test";
import { field, type HandlerContext, implement, message, service, Sigil, unary } from "sigil";
import { encodeEnvelope } from "../../src/protocol/envelope.ts";
import { parseGrpcTimeout } from "../../src/rpc/deadline.ts";
import { MemoryExchange, type MemoryReply, type MemoryRequest } from "../support/memory_exchange.ts";

const Note = message("points.v1.Note", { text: field(1, "string") });
const Notes = service("points.v1.Notes", {
  call: unary(Note, Note),
  read: unary(Note, Note, { idempotency: "NO_SIDE_EFFECTS" }),
});

let seen: HandlerContext;

const app = new Sigil({
  services: [implement(Notes, {
    call(note, context) {
      seen = context;
      return note;
    },
    read: (note) => note,
  })],
});

const ada = new Uint8Array([0x0a, 3, 0x41, 0x64, 0x61]);

function send(contentType: string | undefined, request: MemoryRequest): Promise<MemoryReply> {
  const headers = [
    ...contentType === undefined ? [] : [["content-type", contentType] as const],
    ...request.headers ?? [],
  ];
  const exchange = new MemoryExchange({ path: "/points.v1.Notes/Call", chunks: [ada], ...request, headers });
  app.handler(exchange);
  return exchange.replied;
}

function read(query: string): Promise<MemoryReply> {
  return send(undefined, { method: "GET", path: "/points.v1.Notes/Read", query, chunks: [] });
}

test("content types that only begin like gRPC's are 415, and gRPC by another verb than POST is 405", async () => {
  for (const type of ["application/grpcfoo", "application/grpc+xml", "application/grpc-web+xml", "text/plain"]) {
    assert.equal((await send(type, {})).status, 415, type);
  }
  const chunks = [encodeEnvelope(ada, 0)];
  for (const type of ["application/grpc", "application/grpc;v=1", "application/grpc+proto"]) {
    assert.equal((await send(type, { chunks })).trailers.get("grpc-status"), "0", type);
  }
  assert.equal((await send("application/grpc", { method: "PUT", chunks })).status, 405);
});

test("grpc-timeout has six units, of which M is minutes and m milliseconds; other letters are none", () => {
  const times = ["2H", "2M", "2S", "2m", "2u", "2n", "00000002S"].map((text) => parseGrpcTimeout(text, Infinity));
  assert.deepEqual(times, [7_200_000, 120_000, 2_000, 2, 0.002, 0.000002, 2_000]);
  for (const text of ["2h", "2s", "2U", "2", "S", "-2S", "2.5S", " 2S", "000000002S"]) {
    assert.throws(() => parseGrpcTimeout(text, Infinity), /is no grpc-timeout/, text);
  }
});

test("binary metadata of one name keeps its values and their order, padded or not", async () => {
  const headers = [["x-note-bin", "YQ"], ["x-note-bin", "Yg=="], ["x-note-bin", ""]] as const;
  const reply = await send("application/grpc", { headers, chunks: [encodeEnvelope(ada, 0)] });
  assert.equal(reply.trailers.get("grpc-status"), "0");
  assert.equal(seen.requestHeader.get("x-note-bin"), "YQ, Yg==, ");
});

test("metadata beyond ASCII does not fail a call, and reaches its handler", async () => {
  const headers = [["x-note", "caf\u00e9"], ["x-bin-less", "\u00ff\u0080"]] as const;
  const reply = await send("application/grpc", { headers, chunks: [encodeEnvelope(ada, 0)] });
  assert.equal(reply.trailers.get("grpc-status"), "0");
  assert.equal(seen.requestHeader.get("x-note"), "caf\u00e9");
});

test("a GET's parameters come in any order, and those that are not known are passed over", async () => {
  for (
    const query of [
      "?connect=v1&encoding=proto&base64=1&message=CgNBZGE",
      "?message=CgNBZGE&base64=1&utm=x&encoding=proto&connect=v1",
    ]
  ) assert.deepEqual((await read(query)).body, ada, query);
});

test("a GET's base64 is that of URLs, padded or not, and other values of base64 than 1 are none", async () => {
  const question = new Uint8Array([0x0a, 3, 0x3f, 0x3f, 0x3e]); // "??>", whose base64 has both letters that differ
  for (const message of ["CgM_Pz4", "CgM_Pz4="]) {
    assert.deepEqual((await read(`?encoding=proto&base64=1&message=${message}`)).body, question, message);
  }
  const json = encodeURIComponent('{"text":"Ada"}');
  for (const base64 of ["0", "true", ""]) {
    const reply = await read(`?encoding=json&base64=${base64}&message=${json}`);
    assert.equal(new TextDecoder().decode(reply.body), '{"text":"Ada"}', base64);
  }
  assert.equal((await read("?encoding=proto&base64=1&message=%21%21")).status, 400);
});

test("an empty body of Connect is in no coding, whatever its head says", async () => {
  const reply = await send("application/proto", { headers: [["content-encoding", "gzip"]], chunks: [] });
  assert.equal(reply.status, 200);
  assert.equal(reply.body.byteLength, 0);
});

test("Connect by another verb is 405 with the verbs that there are, and a format of no message 415", async () => {
  const put = await send("application/json", { method: "PUT" });
  assert.deepEqual([put.status, put.headers.get("allow")], [405, "POST"]);
  assert.equal((await send("application/connect+proto", {})).status, 415);
  assert.equal((await read("?encoding=xml&message=x")).status, 415);
  assert.equal((await send("application/json", { path: "/points.v1.Notes/Nothing" })).status, 404);
});
