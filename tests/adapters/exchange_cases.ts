// What every way to listen owes the neck, over real sockets.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { ExchangeHandler } from "../../src/http/exchange.ts";
import type { Listener, ServerTransport } from "../../src/transport/server_transport.ts";
import { bytes, call, deferred, describe, echo, serve, until } from "./exchanges.ts";
import { fetchClient, nodeHttp2Client } from "./clients.ts";
import { certificates } from "../support/tls/certificates.ts";

/** Makes a test of each case for a way to listen. */
export function exchangeCases(transport: () => ServerTransport): void {
  function listen(handler: ExchangeHandler): Promise<Listener> {
    return transport().listen(handler, { host: "127.0.0.1", port: 0 });
  }

  test("a request over HTTP/1.1 is described whole", async () => {
    const listener = await listen(describe);
    const reply = await call(fetchClient(), `${listener.url}/a/b?c=1`, {
      body: bytes("12345"),
      header: { "x-note": "hi" },
    });
    const said = JSON.parse(reply.text);
    assert.equal(said.method, "POST");
    assert.equal(said.url, `${listener.url}/a/b?c=1`);
    assert.equal(said.path, "/a/b");
    assert.equal(said.note, "hi");
    assert.equal(said.size, 5);
    assert.equal(said.peer.address, "127.0.0.1");
    assert.equal(said.peer.encrypted, false);
    assert.equal(reply.header.get("content-type"), "application/json");
    await listener.destroy();
  });

  test("HTTP/2 with prior knowledge is served on the same port as HTTP/1.1", async () => {
    const listener = await listen(describe);
    const client = nodeHttp2Client();
    const second = await call(client, `${listener.url}/h2`, { body: bytes("1") });
    const first = await call(fetchClient(), `${listener.url}/h1`, { body: bytes("1") });
    assert.equal(JSON.parse(second.text).path, "/h2");
    assert.equal(JSON.parse(second.text).httpVersion, "2");
    assert.equal(JSON.parse(first.text).path, "/h1");
    await client.close();
    await listener.destroy();
  });

  test("a reply over HTTP/1.1 tells its length, or does not where it must not", async () => {
    const listener = await listen((exchange) =>
      exchange.reply(200, [], bytes("all"), [], exchange.path === "/unsized")
    );
    for (const [path, length] of [["/sized", "3"], ["/unsized", null]]) {
      const reply = await call(fetchClient(), `${listener.url}${path}`, {});
      assert.equal(reply.text, "all");
      assert.equal(reply.header.get("content-length"), length);
    }
    await listener.destroy();
  });

  test("TLS serves HTTP/2 by ALPN", async () => {
    const listener = await transport().listen(describe, { host: "127.0.0.1", port: 0, tls: certificates.server });
    const client = nodeHttp2Client({ tls: { ca: certificates.ca } });
    const reply = JSON.parse((await call(client, `${listener.url}/x`, { body: bytes("1") })).text);
    assert.equal(reply.url, `${listener.url}/x`);
    assert.ok(listener.url.startsWith("https://"));
    assert.equal(reply.peer.encrypted, true);
    await client.close();
    await listener.destroy();
  });

  test("a body at the limit is read and one byte more is refused, over HTTP/1.1 and HTTP/2", async () => {
    const listener = await listen(describe);
    const client = nodeHttp2Client();
    for (const one of [fetchClient(), client]) {
      assert.equal(JSON.parse((await call(one, listener.url + "/", { body: new Uint8Array(10) })).text).size, 10);
      const over = await call(one, listener.url + "/", { body: new Uint8Array(11) });
      assert.equal(over.status, 413);
      assert.match(over.text, /larger than the limit of 10 bytes/);
      // A large body is refused while it still arrives, and the next request is served.
      assert.equal((await call(one, listener.url + "/", { body: new Uint8Array(300_000) })).status, 413);
      assert.equal((await call(one, listener.url + "/", { body: new Uint8Array(1) })).status, 200);
    }
    // In this order, as Deno's own HTTP/2 client never closes a stream that was reset under its body.
    await listener.destroy();
    await client.close();
  });

  test("chunks come back while the request still runs", async () => {
    const listener = await listen(echo);
    const client = nodeHttp2Client();
    const more = deferred();
    const response = await client({
      url: listener.url + "/",
      method: "POST",
      header: new Headers(),
      body: (async function* () {
        yield bytes("one");
        await more.promise;
        yield bytes("two");
      })(),
    });
    assert.equal(response.header.get("x-head"), "first");
    const reader = response.body[Symbol.asyncIterator]();
    assert.deepEqual((await reader.next()).value, bytes("one"));
    more.resolve();
    assert.deepEqual((await reader.next()).value, bytes("two"));
    assert.equal((await reader.next()).done, true);
    if (listener.notice === undefined) assert.equal(response.trailer.get("grpc-status"), "0");
    await client.close();
    await listener.destroy();
  });

  test("a megabyte goes both ways", async () => {
    const listener = await listen(echo);
    const client = nodeHttp2Client();
    const reply = await call(client, listener.url + "/", { body: new Uint8Array(1_000_000).fill(65) });
    assert.equal(reply.text.length, 1_000_000);
    await client.close();
    await listener.destroy();
  });

  test("a reader that does not read holds its handler back", async () => {
    const chunk = new Uint8Array(65_536);
    let written = 0;
    let waiting = false;
    const stopped = deferred();
    const listener = await listen(serve(async (exchange) => {
      exchange.replyHead(200, []);
      while (!exchange.signal.aborted && written < 1000) {
        const wait = exchange.write(chunk);
        written++;
        waiting = wait !== undefined;
        await wait;
        waiting = false;
      }
      stopped.resolve();
      exchange.end();
    }));
    const client = nodeHttp2Client();
    const aborter = new AbortController();
    await client({ url: listener.url + "/", method: "POST", header: new Headers(), signal: aborter.signal });
    // Still after several turns of the event loop in a row: the handler waits for the reader.
    let still = 0;
    await until(() => (still = waiting ? still + 1 : 0) > 50);
    assert.ok(written < 200, `${written} chunks of 64 KiB were taken for a reader that reads none`);
    aborter.abort();
    await stopped.promise;
    await client.close();
    await listener.destroy();
  });

  test("a client that cancels aborts the signal of its exchange", async () => {
    const http2Client = nodeHttp2Client();
    for (const client of [http2Client, fetchClient()]) {
      const started = deferred();
      const aborted = deferred<unknown>();
      const listener = await listen(serve(async (exchange) => {
        exchange.signal.addEventListener("abort", () => aborted.resolve(exchange.signal.reason));
        started.resolve();
        await aborted.promise;
      }));
      const aborter = new AbortController();
      const reply = call(client, listener.url + "/", { body: bytes("x"), signal: aborter.signal });
      await started.promise;
      aborter.abort();
      await assert.rejects(reply, { name: "ConnectError", code: 1 });
      assert.equal((await aborted.promise as Error).name, "AbortError");
      await listener.destroy();
    }
    await http2Client.close();
  });

  test("the signal of an exchange that ended well stays quiet", async () => {
    let signal: AbortSignal | undefined;
    const listener = await listen(serve(async (exchange) => {
      signal = exchange.signal;
      await exchange.readWhole(10);
      exchange.reply(200, [], bytes("done"));
    }));
    const client = nodeHttp2Client();
    await call(client, listener.url + "/", { body: bytes("x") });
    await call(fetchClient(), listener.url + "/", { body: bytes("x") });
    await client.close();
    await listener.destroy();
    assert.equal(signal?.aborted, false);
  });

  test("a handler that throws or resets before its head gives the client an error, and the server lives", async () => {
    const listener = await listen((exchange) => {
      if (exchange.path === "/throw") throw new Error("a mistake of the protocol");
      if (exchange.path === "/reset") exchange.reset();
      else exchange.reply(200, [], bytes("alive"));
    });
    const client = nodeHttp2Client();
    for (const path of ["/throw", "/reset"]) {
      const failed = await call(client, listener.url + path, { body: bytes("x") }).then(
        (r) => r.status >= 500,
        () => true,
      );
      assert.ok(failed);
    }
    assert.equal((await call(client, listener.url + "/")).text, "alive");
    await client.close();
    await listener.destroy();
  });

  test("a reply broken off does not look like an end", async () => {
    const listener = await listen(serve(async (exchange) => {
      exchange.replyHead(200, []);
      await exchange.write(bytes("part"));
      exchange.reset();
    }));
    const client = nodeHttp2Client();
    await assert.rejects(call(client, listener.url + "/", { body: bytes("x") }), { name: "ConnectError" });
    await assert.rejects(call(fetchClient(), listener.url + "/", { body: bytes("x") }), { name: "ConnectError" });
    await client.close();
    await listener.destroy();
  });

  test("a header that HTTP cannot carry gives the client an error, and the server lives", async () => {
    const listener = await listen((exchange) => {
      exchange.reply(200, exchange.path === "/bad" ? [["x-bad", "a\r\nb"]] : [], bytes("body"));
    });
    const client = nodeHttp2Client();
    for (const one of [client, fetchClient()]) {
      const failed = await call(one, listener.url + "/bad", { body: bytes("x") }).then(
        (r) => r.status >= 500,
        () => true,
      );
      assert.ok(failed);
      assert.equal((await call(one, listener.url + "/")).text, "body");
    }
    await client.close();
    await listener.destroy();
  });

  test("several set-cookie headers stay apart", async () => {
    const listener = await listen((exchange) => {
      exchange.reply(200, [["set-cookie", "a=1"], ["set-cookie", "b=2"]], bytes(""));
    });
    const { header } = await call(fetchClient(), listener.url + "/");
    assert.deepEqual(header.getSetCookie(), ["a=1", "b=2"]);
    await listener.destroy();
  });

  test("drain lets a running exchange end and refuses new ones", async () => {
    let started = 0;
    const go = deferred();
    const listener = await listen(serve(async (exchange) => {
      started++;
      await go.promise;
      exchange.reply(200, [], bytes("finished"));
    }));
    const client = nodeHttp2Client();
    const running = [call(client, listener.url + "/"), call(fetchClient(), listener.url + "/")];
    await until(() => started === 2);
    let drained = false;
    const draining = listener.drain().then(() => drained = true);
    const refused = await call(nodeHttp2Client(), listener.url + "/").then((r) => r.status, (error) => error.code);
    assert.equal(refused, listener.notice === undefined ? 14 : 503);
    assert.equal(drained, false);
    go.resolve();
    for (const reply of await Promise.all(running)) assert.equal(reply.text, "finished");
    await draining;
    await client.close();
  });

  test("destroy resets a running exchange", async () => {
    const started = deferred();
    const aborted = deferred();
    const listener = await listen((exchange) => {
      exchange.signal.addEventListener("abort", () => aborted.resolve());
      started.resolve();
    });
    const client = nodeHttp2Client();
    const reply = call(client, listener.url + "/", { body: bytes("x") });
    reply.catch(() => {});
    await started.promise;
    await listener.destroy();
    await aborted.promise;
    await assert.rejects(reply, { name: "ConnectError" });
    await client.close();
  });

  test("a port in use is refused in one line that names it", async () => {
    const listener = await listen(describe);
    await assert.rejects(
      transport().listen(describe, { host: "127.0.0.1", port: listener.port }),
      {
        name: "ListenError",
        message: `Cannot listen on 127.0.0.1:${listener.port}: the port is in use. ` +
          "Stop the other process or choose another port (port 0 takes any free one).",
      },
    );
    await listener.destroy();
  });

  test("a key that does not belong to the certificate is refused, naming the options", async () => {
    await assert.rejects(
      transport().listen(describe, {
        host: "127.0.0.1",
        port: 0,
        tls: { key: certificates.client.key, cert: certificates.server.cert },
      }),
      {
        name: "ListenError",
        message: /^Cannot listen on 127\.0\.0\.1:0: tls\.key, tls\.cert or tls\.ca was refused \(.+\)\. Check/,
      },
    );
  });
}
