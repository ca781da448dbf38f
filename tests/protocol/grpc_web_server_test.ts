// gRPC-Web as walks over the neck: its binary form, base64 text, and JSON in both; trailers as a last envelope.
// https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-WEB.md
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import { Code, ConnectError, field, implement, message, serverStreaming, service, Sigil, unary } from "sigil";
import { encodeEnvelope } from "../../src/protocol/envelope.ts";
import { MemoryExchange, type MemoryReply, type MemoryRequest } from "../support/memory_exchange.ts";

const Note = message("web.v1.Note", { text: field(1, "string") });
const Notes = service("web.v1.Notes", { call: unary(Note, Note), list: serverStreaming(Note, Note) });

const app = new Sigil({
  services: [implement(Notes, {
    call(note, context) {
      context.responseTrailer.set("x-trail", "T1");
      if (note.text === "fail") throw new ConnectError("no: such\r\nthing", Code.NotFound);
      return note;
    },
    async *list(note) {
      for (const text of note.text) yield { text };
    },
  })],
  maxReceiveBytes: 100,
});

function note(text: string): Uint8Array {
  return encodeEnvelope(new Uint8Array([0x0a, text.length, ...new TextEncoder().encode(text)]), 0);
}

function call(contentType: string, chunks: readonly Uint8Array[], request: MemoryRequest = {}): Promise<MemoryReply> {
  const exchange = new MemoryExchange({
    path: "/web.v1.Notes/Call",
    trailers: false,
    ...request,
    headers: [["content-type", contentType]],
    chunks,
  });
  app.handler(exchange);
  return exchange.replied;
}

const text = (bytes: Uint8Array): Uint8Array => new TextEncoder().encode(Buffer.from(bytes).toString("base64"));
const untext = (bytes: Uint8Array): Uint8Array =>
  // Each quantum on its own, since Buffer stops at the first padding.
  Uint8Array.from(
    (new TextDecoder().decode(bytes).match(/.{4}/gs) ?? []).flatMap((quantum) => [...Buffer.from(quantum, "base64")]),
  );

function envelopes(body: Uint8Array): { flags: number; content: string }[] {
  const all: { flags: number; content: string }[] = [];
  for (let at = 0; at < body.byteLength;) {
    const length = new DataView(body.buffer, body.byteOffset + at + 1, 4).getUint32(0);
    all.push({ flags: body[at], content: new TextDecoder().decode(body.subarray(at + 5, at + 5 + length)) });
    at += 5 + length;
  }
  return all;
}

for (const form of ["grpc-web", "grpc-web-text"]) {
  const [write, read] = form === "grpc-web"
    ? [(bytes: Uint8Array) => bytes, (bytes: Uint8Array) => bytes]
    : [text, untext];

  test(`${form} answers a message and trailers, lower-case, without a space after the colon`, async () => {
    const reply = await call(`application/${form}`, [write(note("Ada"))]);
    assert.equal(reply.status, 200);
    assert.equal(reply.headers.get("content-type"), `application/${form}+proto`);
    assert.equal(reply.headers.get("content-length"), null);
    assert.deepEqual(envelopes(read(reply.body)), [
      { flags: 0, content: "\n\x03Ada" },
      { flags: 0x80, content: "x-trail:T1\r\ngrpc-status:0\r\n" },
    ]);
  });

  test(`${form} answers JSON in JSON`, async () => {
    const json = encodeEnvelope(new TextEncoder().encode('{"text":"Ada"}'), 0);
    const reply = await call(`application/${form}+json`, [write(json)]);
    assert.equal(reply.headers.get("content-type"), `application/${form}+json`);
    assert.equal(envelopes(read(reply.body))[0].content, '{"text":"Ada"}');
  });

  test(`${form} puts an error in the trailers, on a line of its own`, async () => {
    const reply = await call(`application/${form}+proto`, [write(note("fail"))]);
    const [{ flags, content }] = envelopes(read(reply.body));
    assert.equal(flags, 0x80);
    assert.ok(content.includes("grpc-status:5\r\n"), content);
    assert.ok(content.includes("grpc-message:no: such%0D%0Athing\r\n"), content);
  });

  test(`${form} streams`, async () => {
    const reply = await call(`application/${form}+proto`, [write(note("abc"))], { path: "/web.v1.Notes/List" });
    assert.deepEqual(envelopes(read(reply.body)).map(({ content }) => content), [
      "\n\x01a",
      "\n\x01b",
      "\n\x01c",
      "grpc-status:0\r\n",
    ]);
    assert.equal(reply.pieces, 4);
  });

  test(`${form} refuses a message over the limit`, async () => {
    const reply = await call(`application/${form}+proto`, [write(new Uint8Array(400))]);
    assert.match(envelopes(read(reply.body))[0].content, /grpc-status:8\r\n/);
  });
}

test("text is taken in pieces that are padded each, wherever they are cut", async () => {
  const whole = note("Ada");
  const pieces = Uint8Array.from([0, 1, 3, 6].flatMap((at, i, all) => [...text(whole.subarray(at, all[i + 1]))]));
  for (let cut = 1; cut < pieces.byteLength; cut++) {
    const reply = await call("application/grpc-web-text", [pieces.subarray(0, cut), pieces.subarray(cut)]);
    assert.equal(envelopes(untext(reply.body))[0].content, "\n\x03Ada", `cut at ${cut}`);
  }
});

test("what is no base64 is an internal error, not a crash", async () => {
  for (const path of ["/web.v1.Notes/Call", "/web.v1.Notes/List"]) {
    for (const body of ["!!!!", "AAAA=", "AAA"]) {
      const reply = await call("application/grpc-web-text", [new TextEncoder().encode(body)], { path });
      assert.match(envelopes(untext(reply.body))[0].content, /grpc-status:13\r\n/, body);
    }
  }
});
