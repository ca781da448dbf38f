// Replies in JSON over fetch, which hands a short one over as text and a long one as bytes: nobody sees a difference, and the
// limits count the bytes of both.
import assert from "node:assert/strict";
import { test } from "node:test";
import { type AppOptions, field, type HandlerContext, implement, message, service, Sigil, unary } from "sigil";

const Note = message("reply.v1.Note", { text: field(1, "string") });
const Notes = service("reply.v1.Notes", { read: unary(Note, Note) });

const own = (_: object, { responseHeader, responseTrailer }: HandlerContext): void => {
  responseHeader.set("x-head", "h");
  responseTrailer.set("x-end", "t");
};

function appOf(options: Omit<AppOptions, "services"> = {}, before: typeof own = () => {}): Sigil {
  return new Sigil({
    services: [implement(Notes, {
      read(note, context) {
        before(note, context);
        return note;
      },
    })],
    ...options,
  });
}

async function read(app: Sigil, text: string, headers: Record<string, string> = {}): Promise<Response> {
  return await app.fetch(
    new Request("http://host.example/reply.v1.Notes/Read", {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify({ text }),
    }),
  );
}

/** What a note of this text takes as JSON. */
const sizeOf = (text: string): number => new TextEncoder().encode(JSON.stringify({ text })).byteLength;

test("a reply is what the bytes of its JSON are, short or long, in any script", async () => {
  const app = appOf();
  for (const text of ["", "Ada", "Straße", "日本語", "😀", '\u0000\u2028"\\', "x".repeat(400), "ß".repeat(5000)]) {
    const reply = await read(app, text);
    assert.equal(reply.status, 200);
    assert.equal(reply.headers.get("content-type"), "application/json");
    const bytes = new Uint8Array(await reply.arrayBuffer());
    assert.deepEqual(JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)), text ? { text } : {});
    assert.equal(bytes[0], 0x7b);
  }
});

test("the limit of a reply counts its bytes, to the last", async () => {
  for (const text of ["Ada", "日本語", "ß".repeat(300)]) {
    const size = sizeOf(text);
    assert.equal((await read(appOf({ maxSendBytes: size }), text)).status, 200, text);
    const over = await read(appOf({ maxSendBytes: size - 1 }), text);
    assert.equal(over.status, 429);
    assert.equal(
      (await over.json()).message,
      `a reply of ${size} bytes is over the limit of ${size - 1} bytes`,
    );
  }
});

test("what is long enough is compressed, also where that is everything", async () => {
  const text = "日本語".repeat(20);
  const size = sizeOf(text);
  const codingAt = async (compressMinBytes: number): Promise<string | null> => {
    const reply = await read(appOf({ compressMinBytes }), text, { "accept-encoding": "gzip" });
    const coding = reply.headers.get("content-encoding");
    const body = coding === null ? reply.body! : reply.body!.pipeThrough(new DecompressionStream("gzip"));
    assert.deepEqual(await new Response(body).json(), { text });
    return coding;
  };
  assert.equal(await codingAt(1), "gzip");
  assert.equal(await codingAt(size), "gzip");
  assert.equal(await codingAt(size + 1), null);
});

test("headers and trailers of a handler come with a text, its own list of headers stays as it was", async () => {
  const reply = await read(appOf({}, own), "Ada");
  assert.equal(reply.headers.get("x-head"), "h");
  assert.equal(reply.headers.get("trailer-x-end"), "t");
  assert.deepEqual(await reply.json(), { text: "Ada" });
  assert.equal((await read(appOf(), "Ada")).headers.get("x-head"), null);
});

test("a page of another origin may read a text", async () => {
  const reply = await read(appOf({ cors: { origins: ["https://page.example"] } }), "Ada", {
    origin: "https://page.example",
  });
  assert.equal(reply.headers.get("access-control-allow-origin"), "https://page.example");
  assert.deepEqual(await reply.json(), { text: "Ada" });
});
