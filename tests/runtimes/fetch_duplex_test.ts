// Bidi streaming over `fetch`, both ways at once, on TLS: there a runtime may choose HTTP/2. Over cleartext the case list has it.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  bidiStreaming,
  createClient,
  fetchTransport,
  type FetchTransportOptions,
  field,
  implement,
  message,
  service,
  Sigil,
} from "sigil";
import { certificates } from "../support/tls/certificates.ts";

const Word = message("duplex.v1.Word", { text: field(1, "string") });
const Chat = service("duplex.v1.Chat", { talk: bidiStreaming(Word, Word) });

interface Runtime {
  Deno?: { createHttpClient(options: object): { close(): void } };
  Bun?: object;
}

/** Has this runtime's fetch trust the certificates of the tests; each has its own way. */
async function trusting(): Promise<{ init: FetchTransportOptions["init"]; close(): void }> {
  const { Deno, Bun } = globalThis as Runtime;
  if (Deno !== undefined) {
    const client = Deno.createHttpClient({ caCerts: [certificates.ca] });
    return { init: { client } as FetchTransportOptions["init"], close: () => client.close() };
  }
  const init = { tls: { ca: certificates.ca } } as FetchTransportOptions["init"];
  if (Bun !== undefined) return { init, close() {} };
  const { getCACertificates, setDefaultCACertificates } = await import("node:tls");
  const before = getCACertificates("default");
  setDefaultCACertificates([certificates.ca]);
  return { init: {}, close: () => setDefaultCACertificates(before) };
}

for (const protocol of ["connect", "grpc-web"] as const) {
  test(`bidi streaming over fetch and TLS answers while it is asked, in ${protocol}`, async () => {
    const app = new Sigil({
      services: [implement(Chat, {
        async *talk(words) {
          for await (const { text } of words) yield { text: text.toUpperCase() };
        },
      })],
    });
    const server = await app.listen({ host: "127.0.0.1", port: 0, shutdownSignals: false, tls: certificates.server });
    const trust = await trusting();
    const url = `https://localhost:${new URL(server.url).port}`;
    const client = createClient(Chat, fetchTransport(url, { protocol, init: trust.init }));
    let answered: (() => void) | undefined;
    async function* ask(): AsyncGenerator<{ text: string }> {
      for (const text of ["a", "b", "c"]) {
        const answer = new Promise<void>((resolve) => answered = resolve);
        yield { text };
        await answer;
      }
    }
    const answers: string[] = [];
    for await (const { text } of client.talk(ask())) {
      answers.push(text);
      answered?.();
    }
    assert.deepEqual(answers, ["A", "B", "C"]);
    trust.close();
    await server.close({ graceMs: 10 });
  });
}
