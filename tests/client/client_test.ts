// What interceptors of a client see of a call.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createClient, fetchTransport, field, message, service, unary } from "sigil";

const Note = message("client.v1.Note", { text: field(1, "string") });
const Notes = service("client.v1.Notes", { read: unary(Note, Note) });

test("an interceptor sees the absolute URL of a call", async () => {
  const called: string[] = [];
  const transport = fetchTransport("https://edge.example/api/", {
    fetch: (url) => {
      called.push(String(url instanceof Request ? url.url : url));
      return Promise.resolve(new Response(new Uint8Array(), { headers: { "content-type": "application/proto" } }));
    },
  });
  const seen: string[] = [];
  const client = createClient(Notes, transport, {
    interceptors: [(next) => (request) => {
      seen.push(request.url);
      return next(request);
    }],
  });
  await client.read({ text: "a" });
  assert.deepEqual(seen, ["https://edge.example/api/client.v1.Notes/Read"]);
  assert.deepEqual(called, seen);
});
