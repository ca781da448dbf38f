// What is special to Deno.serve; what it shares with the other hosts is in ../default_transport_test.ts.
import assert from "node:assert/strict";
import { test } from "node:test";
import { denoServe } from "../../../src/adapters/deno_serve/server.ts";
import { nodeHttp2Client } from "../../../src/adapters/node_http2/client.ts";
import type { HostCapabilities } from "../../../src/http/exchange.ts";
import { bytes, call, describe } from "../exchanges.ts";
import { certificates } from "../../support/tls/certificates.ts";

if ("Deno" in globalThis) {
  test("the listener says what it cannot serve, and so do its exchanges", async () => {
    let host: HostCapabilities | undefined;
    const listener = await denoServe().listen((exchange) => {
      host = exchange.host;
      exchange.reply(200, [], bytes("ok"));
    }, { host: "127.0.0.1", port: 0 });
    const client = nodeHttp2Client();
    await call(client, listener.url + "/");
    assert.deepEqual(host, { trailers: false, fullDuplex: true });
    assert.match(listener.notice ?? "", /^Native gRPC is not served on Deno yet/);
    assert.equal(listener.notice?.includes("\n"), false);
    await client.close();
    await listener.destroy();
  });

  test("client certificates are refused in one line", async () => {
    await assert.rejects(
      denoServe().listen(describe, { port: 0, tls: { ...certificates.server, requestClientCert: true } }),
      { name: "ListenError", message: /Deno\.serve does not ask for client certificates/ },
    );
  });

  test("drain and destroy may be called again and in any order", async () => {
    const listener = await denoServe().listen(describe, { host: "127.0.0.1", port: 0 });
    await Promise.all([listener.drain(), listener.drain()]);
    await listener.destroy();
    await listener.destroy();
  });
} else {
  test("elsewhere than on Deno it refuses to listen", async () => {
    await assert.rejects(denoServe().listen(describe, { port: 0 }), { name: "ListenError", message: /is not Deno/ });
  });
}
