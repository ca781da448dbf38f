// Clients over a transport of connect-es's: messages cross as protobuf-es's, and arrive as the caller's.
import type { DescService } from "@bufbuild/protobuf";
import { createRouterTransport } from "@connectrpc/connect";
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  bidiStreaming,
  clientStreaming,
  createClient,
  createSchema,
  field,
  message,
  serverStreaming,
  service,
  unary,
} from "../../mod.ts";

const Text = message("foreign.v1.Text", { text: field(1, "string"), at: field(2, Date) });
const Words = service("foreign.v1.Words", {
  one: unary(Text, Text),
  many: serverStreaming(Text, Text),
  sum: clientStreaming(Text, Text),
  both: bidiStreaming(Text, Text),
});

const desc = createSchema({ contracts: [Words] }).service(Words);
type Message = { text: string };

const transport = createRouterTransport((router) => {
  router.service(desc as DescService, {
    one: ({ text }: Message) => ({ text: `one ${text}` }),
    async *many({ text }: Message) {
      yield { text: `1 ${text}` };
      yield { text: `2 ${text}` };
    },
    async sum(requests: AsyncIterable<Message>) {
      let text = "";
      for await (const request of requests) text += request.text;
      return { text };
    },
    async *both(requests: AsyncIterable<Message>) {
      for await (const { text } of requests) yield { text: `re ${text}` };
    },
  } as never);
});

async function* requests() {
  yield { text: "a" };
  yield { text: "b" };
}

test("all kinds of calls work over it", async () => {
  const words = createClient(Words, transport);
  const one = await words.one({ text: "a", at: new Date(0) });
  assert.ok(one instanceof Text);
  assert.equal(one.text, "one a");
  const many = await Array.fromAsync(words.many({ text: "a" }));
  assert.deepEqual(many.map(({ text }) => text), ["1 a", "2 a"]);
  assert.ok(many[0] instanceof Text);
  assert.equal((await words.sum(requests())).text, "ab");
  assert.deepEqual((await Array.fromAsync(words.both(requests()))).map(({ text }) => text), ["re a", "re b"]);
});
