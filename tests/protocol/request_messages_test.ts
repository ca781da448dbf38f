// What a handler iterates over: messages that came together are given one by one, and no faster than others can be heard.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Code } from "@connectrpc/connect";
import type { Exchange } from "../../src/http/exchange.ts";
import type { CallContext } from "../../src/protocol/call_context.ts";
import { encodeEnvelope, EnvelopeReader } from "../../src/protocol/envelope.ts";
import { RequestMessages } from "../../src/protocol/request_messages.ts";

/** Messages of one octet each, in one chunk. */
function messages(count: number, exchange: Partial<Exchange>, isAborted: () => boolean = () => false): RequestMessages {
  const chunk = new Uint8Array(
    Array.from({ length: count }, (_, n) => [...encodeEnvelope(new Uint8Array([n]), 0)]).flat(),
  );
  const chunks = [chunk];
  const reader = new EnvelopeReader(() => Promise.resolve(chunks.shift()), 100, Code.InvalidArgument);
  const context = {
    get isAborted() {
      return isAborted();
    },
    signal: AbortSignal.abort(new Error("gone")),
  };
  return new RequestMessages(
    reader,
    ({ bytes }) => ({ octet: bytes[0] }),
    context as CallContext,
    exchange as Exchange,
    100,
  );
}

test("messages of one chunk come one by one, on a host that has no others to hear", async () => {
  const octets: unknown[] = [];
  for await (const message of messages(3, {})) octets.push(message);
  assert.deepEqual(octets, [{ octet: 0 }, { octet: 1 }, { octet: 2 }]);
});

test("a message waits for the turn that its host asks for", async () => {
  const { promise: turn, resolve } = Promise.withResolvers<void>();
  let asked = 0;
  const octets: unknown[] = [];
  const reading = (async () => {
    for await (const message of messages(4, { pace: () => ++asked === 1 ? turn : undefined })) octets.push(message);
  })();
  await new Promise((done) => setImmediate(done));
  assert.deepEqual(octets, [{ octet: 0 }]);
  resolve();
  await reading;
  assert.equal(octets.length, 4);
});

test("what a call that ends meanwhile has not been given is nobody's any more", async () => {
  let isGone = false;
  const requests = messages(4, { pace: () => Promise.resolve().then(() => void (isGone = true)) }, () => isGone);
  assert.deepEqual(await requests.next(), { done: false, value: { octet: 0 } });
  await assert.rejects(requests.next(), /gone|aborted|cancel/i);
  assert.deepEqual(await requests.next(), { done: true, value: undefined });
});
