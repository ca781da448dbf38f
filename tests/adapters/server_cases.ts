// What every way to listen on sockets of node:net owes its users: trailers, TLS with and without client certificates, unix
// sockets, peers that break the protocol.
import assert from "node:assert/strict";
import * as http from "node:http";
import * as http2 from "node:http2";
import * as https from "node:https";
import * as net from "node:net";
import * as tls from "node:tls";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { X509Certificate } from "node:crypto";
import { nodeHttp2Client } from "./clients.ts";
import type { ExchangeHandler } from "../../src/http/exchange.ts";
import type { Listener, ListenOptions, ServerTransport } from "../../src/transport/server_transport.ts";
import { bytes, call, deferred, describe, echo, serve, until } from "./exchanges.ts";
import { certificates } from "../support/tls/certificates.ts";

const { ca, server, client: clientCert } = certificates;

/** Sends bytes as they are and answers all that comes until the server closes the connection. */
function raw(listener: Listener, ...parts: (string | Uint8Array)[]): Promise<string> {
  return new Promise((resolve) => {
    const socket = net.connect(listener.port, "127.0.0.1");
    let received = "";
    socket.on("data", (data) => received += data.toString("latin1"));
    socket.on("error", () => {});
    socket.on("close", () => resolve(received));
    socket.on("connect", () => {
      const next = (): void => {
        const part = parts.shift();
        if (part === undefined) return;
        socket.write(part);
        setTimeout(next, 2);
      };
      next();
    });
  });
}

/** The name on the certificate that a new connection gets. */
function servedName(listener: Listener): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const socket = tls.connect({ host: "127.0.0.1", port: listener.port, rejectUnauthorized: false }, () => {
      resolve(socket.getPeerCertificate().subject.CN);
      socket.destroy();
    });
    socket.on("error", reject);
  });
}

/** The limits that the cases set. */
export interface CaseLimits {
  maxConcurrentStreams?: number;
  headTimeoutMs?: number;
}

/** Makes a test of each case for a way to listen. */
export function serverCases(transport: (limits: CaseLimits) => ServerTransport): void {
  function listen(handler: ExchangeHandler, listenOptions: ListenOptions = {}, limits: CaseLimits = {}) {
    return transport(limits).listen(handler, { host: "127.0.0.1", port: 0, ...listenOptions });
  }

  test("trailers arrive after a whole reply, a streamed one, and one without a body", async () => {
    const listener = await listen((exchange) => {
      if (exchange.path === "/whole") exchange.reply(200, [], bytes("w"), [["grpc-status", "0"], ["x-a", "1"]]);
      if (exchange.path === "/empty") exchange.reply(200, [], new Uint8Array(0), [["grpc-status", "5"]]);
      if (exchange.path === "/only") exchange.reply(200, [["grpc-status", "12"]], new Uint8Array(0));
      if (exchange.path === "/stream") {
        exchange.replyHead(200, []);
        exchange.write(bytes("s"));
        exchange.end([["grpc-status", "0"]]);
      }
    });
    const client = nodeHttp2Client();
    const whole = await call(client, listener.url + "/whole", { body: bytes("x") });
    assert.deepEqual([whole.text, whole.trailer.get("grpc-status"), whole.trailer.get("x-a")], ["w", "0", "1"]);
    const empty = await call(client, listener.url + "/empty", { body: bytes("x") });
    assert.deepEqual([empty.text, empty.trailer.get("grpc-status")], ["", "5"]);
    const only = await call(client, listener.url + "/only", { body: bytes("x") });
    assert.deepEqual([only.text, only.header.get("grpc-status"), [...only.trailer].length], ["", "12", 0]);
    const stream = await call(client, listener.url + "/stream", { body: bytes("x") });
    assert.deepEqual([stream.text, stream.trailer.get("grpc-status")], ["s", "0"]);
    await client.close();
    await listener.destroy();
  });

  test("TLS serves a client that speaks HTTP/1.1 only", async () => {
    const listener = await listen(describe, { tls: server });
    const text = await new Promise<string>((resolve, reject) => {
      https.get(`${listener.url}/one`, { ca, agent: false }, (response) => {
        let received = "";
        response.on("data", (data) => received += data);
        response.on("end", () => resolve(received));
      }).on("error", reject);
    });
    assert.equal(JSON.parse(text).url, `${listener.url}/one`);
    assert.equal(JSON.parse(text).httpVersion, "1.1");
    await listener.destroy();
  });

  test("TLS serves one streamed reply after the other over HTTP/1.1", { timeout: 10_000 }, async () => {
    const listener = await listen(
      serve(async (exchange) => {
        await exchange.readWhole(1);
        exchange.replyHead(200, []);
        exchange.write(bytes("a"));
        if (exchange.path === "/late") await new Promise((resolve) => setTimeout(resolve, 5));
        exchange.write(bytes("b"));
        exchange.end();
      }),
      { tls: server },
    );
    const socket = tls.connect({ ca, port: listener.port, host: "localhost" });
    const replies = ["/once", "/once", "/late", "/once"].map((path) => {
      return () =>
        new Promise<string>((resolve) => {
          let received = "";
          socket.on("data", (data) => {
            received += data.toString("latin1");
            if (received.endsWith("\r\n0\r\n\r\n")) resolve(received);
          });
          socket.write(`PUT ${path} HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1\r\n\r\nx`);
        }).finally(() => socket.removeAllListeners("data"));
    });
    // Runtimes differ in whether what is written at once makes one chunk.
    for (const reply of replies) assert.match(await reply(), /\r\n\r\n(1\r\na\r\n1\r\nb|2\r\nab)\r\n0\r\n\r\n$/);
    socket.destroy();
    await listener.destroy();
  });

  test("a client certificate is asked for, checked, and handed to the exchange", async () => {
    let der: Uint8Array | undefined;
    const listener = await listen((exchange) => {
      der = exchange.peer.certificate;
      exchange.reply(200, [], bytes("ok"));
    }, { tls: { ...server, ca, requestClientCert: true } });
    const known = nodeHttp2Client({ tls: { ca, ...clientCert } });
    assert.equal((await call(known, listener.url + "/")).text, "ok");
    assert.equal(new X509Certificate(der as Uint8Array).subject, "CN=Sigil test client");
    const unknown = nodeHttp2Client({ tls: { ca } });
    await assert.rejects(call(unknown, listener.url + "/"), { name: "ConnectError", code: 14 });
    await known.close();
    await unknown.close();
    await listener.destroy();
  });

  test("a certificate is replaced while the server listens, for new connections", async () => {
    const listener = await listen(describe, { tls: server });
    const old = nodeHttp2Client({ tls: { ca } });
    assert.equal((await call(old, listener.url + "/")).status, 200);
    assert.equal(await servedName(listener), "localhost");
    listener.replaceCertificate!(clientCert);
    assert.equal(await servedName(listener), "Sigil test client");
    assert.throws(() => listener.replaceCertificate!({ key: clientCert.key, cert: server.cert }), {
      name: "ListenError",
      message: /tls\.key, tls\.cert or tls\.ca was refused/,
    });
    assert.equal(await servedName(listener), "Sigil test client");
    assert.equal((await call(old, listener.url + "/")).status, 200);
    await old.close();
    await listener.destroy();
    const clear = await listen(describe);
    assert.throws(() => clear.replaceCertificate!(server), { name: "ListenError", message: /without TLS/ });
    await clear.destroy();
  });

  test("a unix socket is served, by socket path and by unix URL, and removed", async () => {
    const directory = mkdtempSync(join(tmpdir(), "sigil-"));
    const path = join(directory, "app.sock");
    const listener = await transport({}).listen(describe, { path });
    assert.equal(listener.url, `unix:${path}`);
    assert.equal(listener.port, 0);
    const client = nodeHttp2Client();
    assert.equal(JSON.parse((await call(client, `unix:${path}/pkg.S/M`)).text).path, "/pkg.S/M");
    const named = nodeHttp2Client({ socketPath: path });
    assert.equal(JSON.parse((await call(named, "http://app/pkg.S/M")).text).url, "http://app/pkg.S/M");
    await assert.rejects(transport({}).listen(describe, { path }), {
      name: "ListenError",
      message:
        `Cannot listen on unix:${path}: the socket path is in use. Stop the other process or choose another socket path.`,
    });
    await client.close();
    await named.close();
    await listener.destroy();
    assert.equal(existsSync(path), false);
    rmSync(directory, { recursive: true });
  });

  test("a socket path in a directory that does not exist is refused", async () => {
    await assert.rejects(transport({}).listen(describe, { path: "/no/such/directory/app.sock" }), {
      name: "ListenError",
    });
  });

  test("a preface that comes byte by byte is known", async () => {
    const listener = await listen(describe);
    const preface = [..."PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"];
    // SETTINGS, then GOAWAY: the server answers with its own SETTINGS and closes.
    const frames = new Uint8Array([0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    const received = await raw(listener, ...preface, frames);
    // The type octet of the first frame is SETTINGS.
    assert.equal(received.charCodeAt(3), 4);
    await listener.destroy();
  });

  test("an HTTP/1.1 request that comes byte by byte is served", async () => {
    const listener = await listen(describe);
    const received = await raw(listener, ..."PUT /x HTTP/1.1\r\n", "host: h\r\nconnection: close\r\n\r\n");
    assert.match(received, /^HTTP\/1\.1 200 OK\r\n/);
    await listener.destroy();
  });

  test("an HTTP/1.1 connection serves one request after the other", async () => {
    const listener = await listen(echo);
    const request = "PUT /x HTTP/1.1\r\nhost: h\r\ncontent-length: 1\r\n";
    const received = await raw(listener, `${request}\r\na`, `${request}\r\nb`, `${request}connection: close\r\n\r\nc`);
    assert.equal(received.match(/^HTTP\/1\.1 200 /gm)?.length, 3, received);
    await listener.destroy();
  });

  test("a connection of HTTP/1.1 serves one request after the other", async () => {
    const listener = await listen(describe);
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    const ports = new Set<number>();
    for (let requests = 0; requests < 3; requests++) {
      const text = await new Promise<string>((resolve, reject) => {
        http.get(`${listener.url}/`, { agent }, async (response) => {
          let received = "";
          for await (const chunk of response) received += chunk;
          resolve(received);
        }).on("error", reject);
      });
      ports.add(JSON.parse(text).peer.port);
    }
    assert.equal(ports.size, 1);
    agent.destroy();
    await listener.destroy();
  });

  test("peers that break the protocol are dropped, and the server lives", async () => {
    const listener = await listen(describe);
    await raw(listener, "PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n" + "garbage".repeat(20));
    await raw(listener, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", new Uint8Array(64).fill(255));
    assert.equal(await raw(listener, "\x16\x03\x01\x02\x00\x01\r\n\r\n"), "");
    assert.equal(await raw(listener, "GET / SOMETHING/7\r\n\r\n"), "");
    assert.match(await raw(listener, "GET / HTTP/1.1\r\nbad header\r\n\r\n"), /^HTTP\/1\.1 400 /);
    assert.match(await raw(listener, `GET / HTTP/1.1\r\nx: ${"a".repeat(40_000)}\r\n\r\n`), /^HTTP\/1\.1 431 /);
    const client = nodeHttp2Client();
    assert.equal((await call(client, listener.url + "/")).status, 200);
    await client.close();
    await listener.destroy();
  });

  test("connections that are reset at any moment leave the server alive", async () => {
    const listener = await listen(echo);
    for (
      const start of [
        "",
        "P",
        "PRI * HT",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "POST / HTTP/1.1\r\ncontent-length: 9\r\n\r\nabc",
      ]
    ) {
      await new Promise<void>((resolve) => {
        const socket = net.connect(listener.port, "127.0.0.1", () => {
          if (start !== "") socket.write(start);
          setTimeout(() => socket.resetAndDestroy?.() ?? socket.destroy(), 2);
        });
        socket.on("error", () => {});
        socket.on("close", () => resolve());
      });
    }
    const client = nodeHttp2Client();
    assert.equal((await call(client, listener.url + "/", { body: bytes("x") })).text, "x");
    await client.close();
    await listener.destroy();
  });

  test("a connection that sends no request in time is closed", async () => {
    const listener = await listen(describe, {}, { headTimeoutMs: 20 });
    assert.equal(await raw(listener), "");
    assert.equal(await raw(listener, "POST / HTTP/1.1\r\nhost: h\r\nx: "), "");
    await listener.destroy();
    const secure = await listen(describe, { tls: server }, { headTimeoutMs: 20 });
    assert.equal(await raw(secure, "\x16"), "");
    await secure.destroy();
  });

  test("a server that receives a body reads no more of it than its buffers hold", async () => {
    const go = deferred();
    const listener = await listen(serve(async (exchange) => {
      await go.promise;
      let size = 0;
      for (let chunk = await exchange.read(); chunk !== undefined; chunk = await exchange.read()) {
        size += chunk.byteLength;
      }
      exchange.reply(200, [], bytes(String(size)));
    }));
    const session = http2.connect(listener.url);
    const stream = session.request({ ":method": "POST", ":path": "/" });
    let sent = 0;
    let blocked = 0;
    while (blocked < 30 && sent < 8_000_000) {
      if (stream.writableNeedDrain) {
        blocked++;
        await new Promise((resolve) => setTimeout(resolve, 1));
      } else {
        blocked = 0;
        stream.write(new Uint8Array(16_384));
        sent += 16_384;
      }
    }
    assert.ok(sent < 2_000_000, `${sent} bytes were taken by a server that reads none`);
    stream.end();
    go.resolve();
    let text = "";
    for await (const chunk of stream) text += chunk;
    assert.equal(text, String(sent));
    session.close();
    await listener.destroy();
  });

  test("drain closes connections that are idle", async () => {
    const listener = await listen(describe);
    const agent = new http.Agent({ keepAlive: true });
    await new Promise<void>((resolve) => {
      http.get(`${listener.url}/`, { agent }, (response) => response.on("end", resolve).resume());
    });
    const session = http2.connect(listener.url);
    session.on("error", () => {});
    const idle = net.connect(listener.port, "127.0.0.1");
    await new Promise<void>((resolve) => idle.on("connect", resolve));
    idle.on("error", () => {});
    const gone = Promise.all([
      new Promise<void>((resolve) => session.on("close", () => resolve())),
      new Promise<void>((resolve) => idle.resume().on("close", () => resolve())),
    ]);
    await call(nodeHttp2Client(), listener.url + "/");
    await listener.drain();
    await gone;
    agent.destroy();
  });

  test("a request for more streams than the limit waits for its turn", async () => {
    let running = 0;
    let most = 0;
    const listener = await listen(
      serve(async (exchange) => {
        most = Math.max(most, ++running);
        await new Promise((resolve) => setTimeout(resolve, 1));
        running--;
        exchange.reply(200, [], bytes("ok"));
      }),
      {},
      { maxConcurrentStreams: 5 },
    );
    const client = nodeHttp2Client();
    // The first call brings the server's SETTINGS.
    await call(client, listener.url + "/");
    const replies = await Promise.all(Array.from({ length: 40 }, () => call(client, listener.url + "/")));
    assert.ok(replies.every((reply) => reply.text === "ok"));
    assert.ok(most <= 5, `${most} streams ran at once`);
    await client.close();
    await listener.destroy();
  });

  test("a cancelled request body is an error for its reader, not an end", async () => {
    const failed = deferred<unknown>();
    const started = deferred();
    const listener = await listen(serve(async (exchange) => {
      started.resolve();
      try {
        while (await exchange.read() !== undefined);
        failed.resolve("ended");
      } catch (error) {
        failed.resolve((error as Error).name);
      }
    }));
    const client = nodeHttp2Client();
    const aborter = new AbortController();
    const reply = call(client, listener.url + "/", {
      signal: aborter.signal,
      body: (async function* () {
        yield bytes("part");
        await new Promise(() => {});
      })(),
    });
    await started.promise;
    aborter.abort();
    await assert.rejects(reply, { code: 1 });
    assert.equal(await failed.promise, "AbortError");
    await client.close();
    await listener.destroy();
  });

  test("no connection is held after destroy", async () => {
    const listener = await listen(echo, { tls: server });
    const stuck = net.connect(listener.port, "127.0.0.1");
    stuck.on("error", () => {});
    let closed = false;
    stuck.resume().on("close", () => closed = true);
    await new Promise<void>((resolve) => stuck.on("connect", resolve));
    stuck.write("\x16");
    await new Promise((resolve) => setTimeout(resolve, 5));
    await listener.destroy();
    await until(() => closed);
  });
}
