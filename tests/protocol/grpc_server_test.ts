// gRPC calls as walks over the neck, without a socket: what is answered to requests right and wrong, to the letter of
// https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  Code,
  ConnectError,
  field,
  type HandlerContext,
  implement,
  message,
  serverStreaming,
  service,
  Sigil,
  unary,
} from "sigil";
import { clientStreaming } from "sigil";
import { encodeEnvelope } from "../../src/protocol/envelope.ts";
import { streamCompression } from "../../src/rpc/stream_compression.ts";
import { MemoryExchange, type MemoryReply, type MemoryRequest } from "../support/memory_exchange.ts";

const [gzip] = streamCompression;

const Note = message("walk.v1.Note", { text: field(1, "string") });
type Note = InstanceType<typeof Note>;
const Notes = service("walk.v1.Notes", {
  call: unary(Note, Note),
  list: serverStreaming(Note, Note),
  join: clientStreaming(Note, Note),
});

let onCall: (note: Note, context: HandlerContext) => Promise<{ text: string }> | { text: string } = (note) => note;

const app = new Sigil({
  services: [implement(Notes, {
    call: (note, context) => onCall(note, context),
    async *list(note, context) {
      if (note.text === "secrets") {
        for (const compress of [true, false, true]) {
          context.compress = compress;
          yield { text: "x".repeat(2000) };
        }
        return;
      }
      for (const text of note.text) yield { text };
      if (note.text === "fail") throw new ConnectError("midway", Code.Aborted);
    },
    async join(notes) {
      let text = "";
      for await (const note of notes) text += note.text;
      return { text };
    },
  })],
  onUnknownError: () => {},
  maxReceiveBytes: 100,
});

/** A message of the one field, as protobuf writes it. */
function note(text: string): Uint8Array {
  const utf8 = new TextEncoder().encode(text);
  return new Uint8Array([0x0a, utf8.length, ...utf8]);
}

const ada = encodeEnvelope(note("Ada"), 0);

function call(request: MemoryRequest = {}, contentType = "application/grpc"): Promise<MemoryReply> {
  const headers = [["content-type", contentType] as const, ...(request.headers ?? [])];
  const exchange = new MemoryExchange({ path: "/walk.v1.Notes/Call", chunks: [ada], ...request, headers });
  app.handler(exchange);
  return exchange.replied;
}

test("a unary call is answered in one piece, with status 0 in the trailers", async () => {
  onCall = (note) => note;
  const reply = await call();
  assert.equal(reply.status, 200);
  assert.equal(reply.headers.get("content-type"), "application/grpc+proto");
  assert.deepEqual(reply.body, ada);
  assert.equal(reply.pieces, 1);
  assert.deepEqual([...reply.trailers], [["grpc-status", "0"]]);
});

test("JSON is answered in JSON", async () => {
  onCall = (note) => note;
  const json = encodeEnvelope(new TextEncoder().encode('{"text":"Ada"}'), 0);
  const reply = await call({ chunks: [json] }, "application/grpc+json");
  assert.equal(reply.headers.get("content-type"), "application/grpc+json");
  assert.deepEqual(reply.body, json);
});

test("an error is code, text and metadata in the trailers, without a message", async () => {
  onCall = () => {
    throw new ConnectError("näin, ei", Code.NotFound, { "x-why": "gone", "x-bin": "AAE" });
  };
  const reply = await call();
  assert.equal(reply.body.byteLength, 0);
  assert.equal(reply.trailers.get("grpc-status"), "5");
  assert.equal(reply.trailers.get("grpc-message"), "n%C3%A4in, ei");
  assert.equal(reply.trailers.get("x-why"), "gone");
});

test("a handler's headers and trailers are sent, but not under the protocol's own names", async () => {
  onCall = (note, { responseHeader, responseTrailer }) => {
    responseHeader.set("x-head", "1");
    responseHeader.set("grpc-status", "9");
    responseHeader.set("content-type", "text/html");
    responseTrailer.set("x-trail", "2");
    responseTrailer.set("grpc-status", "9");
    return note;
  };
  const reply = await call();
  assert.equal(reply.headers.get("x-head"), "1");
  assert.equal(reply.headers.get("grpc-status"), null);
  assert.equal(reply.headers.get("content-type"), "application/grpc+proto");
  assert.equal(reply.trailers.get("x-trail"), "2");
  assert.equal(reply.trailers.get("grpc-status"), "0");
});

const refusals: [string, MemoryRequest, Code][] = [
  ["no message", { chunks: [] }, Code.Unimplemented],
  ["two messages", { chunks: [ada, ada] }, Code.Unimplemented],
  ["a message cut short", { chunks: [ada.subarray(0, 7)] }, Code.Internal],
  ["a prefix over the limit", { chunks: [new Uint8Array([0, 0, 0, 0, 101])] }, Code.ResourceExhausted],
  ["a body over the limit", { chunks: [new Uint8Array(200)] }, Code.ResourceExhausted],
  ["unknown flags", { chunks: [new Uint8Array([2, 0, 0, 0, 0])] }, Code.Internal],
  ["no protobuf", { chunks: [encodeEnvelope(new Uint8Array([0x0a, 9]), 0)] }, Code.Internal],
  ["an unknown compression", { headers: [["grpc-encoding", "lzma"]] }, Code.Unimplemented],
  ["a flag without a compression", { chunks: [encodeEnvelope(note("Ada"), 1)] }, Code.Internal],
  ["broken gzip", {
    headers: [["grpc-encoding", "gzip"]],
    chunks: [encodeEnvelope(new Uint8Array([1, 2, 3]), 1)],
  }, Code.Internal],
  ["junk as timeout", { headers: [["grpc-timeout", "soon"]] }, Code.InvalidArgument],
];

for (const [name, request, code] of refusals) {
  test(`${name} is ${Code[code]}`, async () => {
    onCall = (note) => note;
    const reply = await call(request);
    assert.equal(reply.status, 200);
    assert.equal(reply.trailers.get("grpc-status"), String(code));
    assert.equal(reply.body.byteLength, 0);
  });
}

test("a compressed request is read, and a bomb is refused", async () => {
  onCall = (note) => note;
  const headers = [["grpc-encoding", "gzip"]] as const;
  const small = encodeEnvelope(await gzip.compress(note("Ada")), 1);
  assert.deepEqual((await call({ headers, chunks: [small] })).body, ada);
  const bomb = encodeEnvelope(await gzip.compress(new Uint8Array(100_000)), 1);
  const huge = await call({ headers, chunks: [bomb.subarray(0)] });
  assert.equal(huge.trailers.get("grpc-status"), String(Code.ResourceExhausted));
});

test("a reply that holds a secret is not compressed where its handler says so", async () => {
  onCall = (_, context) => {
    context.compress = false;
    return { text: "x".repeat(5000) };
  };
  const reply = await call({ headers: [["grpc-accept-encoding", "gzip"]] });
  assert.equal(reply.body[0], 0);
  assert.ok(reply.body.byteLength > 5000);
});

test("a stream compresses the messages that its handler lets it, each on its own", async () => {
  const reply = await call({
    path: "/walk.v1.Notes/List",
    headers: [["grpc-accept-encoding", "gzip"]],
    chunks: [encodeEnvelope(note("secrets"), 0)],
  });
  const flags: number[] = [];
  for (let at = 0; at < reply.body.length;) {
    flags.push(reply.body[at]);
    at += 5 + new DataView(reply.body.buffer, reply.body.byteOffset + at + 1, 4).getUint32(0);
  }
  assert.deepEqual(flags, [1, 0, 1]);
});

test("the coding that a caller weighs most is taken, and one that it forbids or did not list is not", async () => {
  onCall = () => ({ text: "x".repeat(5000) });
  const lists: [string, string | null][] = [
    ["gzip", "gzip"],
    ["identity,deflate,gzip", "deflate"],
    ["gzip;q=0.5, br;q=0.9, identity;q=1", "br"],
    ["gzip;q=0", null],
    ["GZIP; q=1.0", "gzip"],
    ["*", null],
    ["lzma", null],
    ["gzip;q=junk", null],
    ["", null],
  ];
  for (const [list, coding] of lists) {
    const reply = await call({ headers: [["grpc-accept-encoding", list]] });
    assert.equal(reply.headers.get("grpc-encoding"), coding, list);
    assert.equal(reply.body[0], coding === null ? 0 : 1, list);
  }
});

test("an app speaks the codings it was given, and no others", async () => {
  const app = new Sigil({
    services: [implement(Notes, {
      call: (note) => note,
      list: async function* () {},
      join: async () => ({}),
    })],
    compression: ["deflate"],
    compressMinBytes: 1,
  });
  const send = (headers: MemoryRequest["headers"]): Promise<MemoryReply> => {
    const exchange = new MemoryExchange({
      path: "/walk.v1.Notes/Call",
      headers: [["content-type", "application/grpc"], ...headers ?? []],
      chunks: [ada],
    });
    app.handler(exchange);
    return exchange.replied;
  };
  const refused = await send([["grpc-encoding", "gzip"]]);
  assert.equal(refused.trailers.get("grpc-status"), String(Code.Unimplemented));
  assert.equal(refused.headers.get("grpc-accept-encoding"), "deflate");
  assert.match(decodeURIComponent(refused.trailers.get("grpc-message") ?? ""), /this server knows deflate/);
  assert.equal((await send([["grpc-accept-encoding", "gzip"]])).headers.get("grpc-encoding"), null);
  assert.equal((await send([["grpc-accept-encoding", "gzip, deflate"]])).headers.get("grpc-encoding"), "deflate");
  assert.throws(() => new Sigil({ services: [], compression: ["lzma" as "gzip"] }), /"lzma".*"gzip"/);
});

test("a large reply is compressed for who accepts it, and a small one is not", async () => {
  onCall = () => ({ text: "x".repeat(5000) });
  const headers = [["grpc-accept-encoding", "identity, gzip"]] as const;
  const large = await call({ headers });
  assert.equal(large.headers.get("grpc-encoding"), "gzip");
  assert.equal(large.body[0], 1);
  assert.ok(large.body.byteLength < 200);
  assert.equal((await call()).body[0], 0);
  onCall = (note) => note;
  assert.equal((await call({ headers })).body[0], 0);
});

test("the head goes before the first message where the handler flushes it", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  onCall = async (note, context) => {
    context.responseHeader.set("x-early", "1");
    context.flushHeaders();
    context.responseHeader.set("x-late", "1");
    context.flushHeaders();
    await promise;
    return note;
  };
  const exchange = new MemoryExchange({
    path: "/walk.v1.Notes/Call",
    headers: [["content-type", "application/grpc"]],
    chunks: [ada],
  });
  app.handler(exchange);
  await new Promise((done) => setTimeout(done));
  assert.deepEqual(exchange.head?.headers.find(([name]) => name === "x-early"), ["x-early", "1"]);
  resolve();
  const reply = await exchange.replied;
  assert.equal(reply.headers.get("x-late"), null);
  assert.deepEqual(reply.body, ada);
  assert.equal(reply.trailers.get("grpc-status"), "0");
});

test("a deadline answers deadline_exceeded, and the signal tells the handler", async () => {
  let reason: unknown;
  onCall = (_, { signal }) =>
    new Promise((_, reject) =>
      signal.addEventListener("abort", () => {
        reason = signal.reason;
        reject(signal.reason);
      })
    );
  const reply = await call({ headers: [["grpc-timeout", "20m"]] });
  assert.equal(reply.trailers.get("grpc-status"), String(Code.DeadlineExceeded));
  assert.equal((reason as ConnectError).code, Code.DeadlineExceeded);
});

test("a peer that goes away aborts the signal", async () => {
  let asked: AbortSignal | undefined;
  onCall = (note, { signal }) => {
    asked = signal;
    return new Promise((resolve) => signal.addEventListener("abort", () => resolve(note)));
  };
  const exchange = new MemoryExchange({
    path: "/walk.v1.Notes/Call",
    headers: [["content-type", "application/grpc"]],
    chunks: [ada],
  });
  app.handler(exchange);
  while (!asked) await Promise.resolve();
  exchange.leave();
  await exchange.replied;
  assert.equal(asked.aborted, true);
});

test("the signal aborts when the call has ended", async () => {
  let signal: AbortSignal | undefined;
  onCall = (note, context) => {
    signal = context.signal;
    return note;
  };
  await call();
  await Promise.resolve();
  assert.equal(signal?.aborted, true);
});

test("a stream is answered message by message, its status at the end", async () => {
  const reply = await call({ path: "/walk.v1.Notes/List" });
  assert.equal(reply.pieces, 3);
  assert.equal(reply.trailers.get("grpc-status"), "0");
  const failed = await call({ path: "/walk.v1.Notes/List", chunks: [encodeEnvelope(note("fail"), 0)] });
  assert.equal(failed.pieces, 4);
  assert.equal(failed.trailers.get("grpc-status"), String(Code.Aborted));
});

test("client streaming reads to the end, however chunks are cut", async () => {
  const stream = new Uint8Array([...ada, ...ada, ...ada]);
  const chunks = [...stream].map((byte) => new Uint8Array([byte]));
  const reply = await call({ path: "/walk.v1.Notes/Join", chunks });
  assert.deepEqual(reply.body, encodeEnvelope(note("AdaAdaAda"), 0));
});

test("a host without trailers, and a path without a method, are unimplemented in gRPC's words", async () => {
  for (const request of [{ trailers: false }, { path: "/walk.v1.Notes/Nothing" }, { path: "/" }]) {
    const reply = await call(request);
    assert.equal(reply.status, 200);
    assert.equal(reply.headers.get("grpc-status"), "12");
  }
});
