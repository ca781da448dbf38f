// Large bodies on many connections at once, each with content of its own: buffers are used again by whichever connection needs
// one next, and nothing of one may show up in another.
import assert from "node:assert/strict";
import { test } from "node:test";
import { socketsClient } from "../clients.ts";
import { sockets } from "../../../src/adapters/sockets/server.ts";
import { certificates } from "../../support/tls/certificates.ts";
import { echo, once } from "../exchanges.ts";

const LENGTH = 1_000_000;
const CONNECTIONS = 3;
const CALLS = 4;

/** Content that tells call and position: no two of its pieces of four octets are alike. */
function content(call: number): Uint8Array {
  const words = new Uint32Array(LENGTH / 4);
  for (let index = 0; index < words.length; index++) words[index] = call * words.length + index;
  return new Uint8Array(words.buffer);
}

for (const tls of [undefined, certificates.server]) {
  test(`bodies of many calls stay apart, ${tls ? "over TLS" : "in cleartext"}`, async () => {
    const listener = await sockets().listen(echo, { host: "127.0.0.1", port: 0, tls });
    const clients = Array.from({ length: CONNECTIONS }, () => socketsClient({ tls: { ca: certificates.ca } }));
    const url = `${tls ? "https" : "http"}://localhost:${listener.port}/s/m`;
    const call = async (number: number): Promise<void> => {
      const sent = content(number);
      const response = await clients[number % CONNECTIONS]({
        url,
        method: "POST",
        header: new Headers(),
        body: once(sent) as AsyncIterable<Uint8Array<ArrayBuffer>>,
      });
      let at = 0;
      for await (const chunk of response.body) {
        const isSame = chunk.every((octet, index) => octet === sent[at + index]);
        assert.ok(isSame, `call ${number} got something else from octet ${at} on`);
        at += chunk.length;
      }
      assert.equal(at, LENGTH);
    };
    await Promise.all(Array.from({ length: CONNECTIONS * CALLS }, (_, number) => call(number)));
    for (const client of clients) await client.close();
    await listener.destroy();
  });
}
