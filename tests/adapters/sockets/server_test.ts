// The list of every way to listen on sockets, for the engine, and what only its adapter has.
import assert from "node:assert/strict";
import * as net from "node:net";
import { test } from "node:test";
import type { ExchangeHandler } from "../../../src/http/exchange.ts";
import { ClientConnection } from "../../../src/http2/client_connection.ts";
import { sockets } from "../../../src/adapters/sockets/server.ts";
import { EventLog } from "../../support/engine.ts";
import { describe } from "../exchanges.ts";
import { serverCases } from "../server_cases.ts";

serverCases(({ maxConcurrentStreams, headTimeoutMs }) => sockets({ http2: { maxConcurrentStreams }, headTimeoutMs }));

test("servers that share a port both listen on it", async () => {
  const first = await sockets({ reusePort: true }).listen(describe, { host: "127.0.0.1", port: 0 });
  const second = await sockets({ reusePort: true }).listen(describe, { host: "127.0.0.1", port: first.port });
  assert.equal(second.port, first.port);
  await Promise.all([first.destroy(), second.destroy()]);
});

test("a connection above the limit is closed, and those that stand are served", async () => {
  const listener = await sockets({ maxConnections: 1 }).listen(describe, { host: "127.0.0.1", port: 0 });
  const first = net.connect(listener.port, "127.0.0.1");
  await new Promise<void>((resolve) => first.once("connect", resolve));
  const second = net.connect(listener.port, "127.0.0.1");
  second.on("error", () => {});
  await new Promise<void>((resolve) => second.resume().once("close", () => resolve()));
  const answered = new Promise<string>((resolve) => first.once("data", (data) => resolve(data.toString("latin1"))));
  first.write("GET / HTTP/1.1\r\nhost: h\r\n\r\n");
  assert.match(await answered, /^HTTP\/1\.1 200 /);
  first.destroy();
  await listener.destroy();
});

test("a limit out of its range is refused when the transport is made", () => {
  assert.throws(() => sockets({ http2: { maxFrameSize: 1 } }), { name: "RangeError", message: /maxFrameSize is 1;/ });
  for (const value of [0, -1, 1.5, NaN]) {
    assert.throws(() => sockets({ idleTimeoutMs: value }), {
      name: "RangeError",
      message: `idleTimeoutMs is ${value}; it has to be a whole number of milliseconds from 1, or Infinity.`,
    });
  }
  assert.throws(() => sockets({ maxConnections: Infinity }), {
    name: "RangeError",
    message: "maxConnections is Infinity; it has to be a whole number from 1.",
  });
  sockets({ idleTimeoutMs: Infinity, maxConnectionAgeMs: undefined });
});

test("an extended CONNECT is refused unless the server takes it, and then its handler is told the protocol", async () => {
  const handler: ExchangeHandler = (exchange) =>
    exchange.reply(200, [["x-protocol", `${exchange.method} ${exchange.header(":protocol")}`]], new Uint8Array(0));
  for (const enableConnectProtocol of [undefined, true]) {
    const listener = await sockets({ enableConnectProtocol }).listen(handler, { host: "127.0.0.1", port: 0 });
    const log = new EventLog();
    const client = new ClientConnection(log);
    const socket = net.connect(listener.port, "127.0.0.1");
    const settled = new Promise<string>((resolve) => {
      log.onEvent = (line) => resolve(line);
      log.onResponse = (_streamId, { headers }) => resolve(`${headers.find(([name]) => name === "x-protocol")}`);
    });
    socket.on("data", (data: Uint8Array) => {
      client.receive(new Uint8Array(data));
      socket.write(client.takeOutput());
    });
    client.request([
      [":method", "CONNECT"],
      [":protocol", "websocket"],
      [":scheme", "http"],
      [":authority", "h"],
      [":path", "/chat"],
    ]);
    socket.write(client.takeOutput());
    assert.equal(await settled, enableConnectProtocol ? "x-protocol,CONNECT websocket" : "reset 1 1 peer");
    socket.destroy();
    await listener.destroy();
  }
});

test("a request that is under way when the server is drained is answered, though its connection had said nothing", async () => {
  for (const isHttp2 of [true, false]) {
    const listener = await sockets().listen(describe, { host: "127.0.0.1", port: 0 });
    const socket = net.connect(listener.port, "127.0.0.1");
    await new Promise<void>((resolve) => socket.on("connect", resolve));
    while (listener.usage!.connections === 0) await new Promise((resolve) => setImmediate(resolve));
    const drained = listener.drain();
    let answer = "";
    const log = new EventLog();
    log.onEvent = (line) => answer += line;
    const client = new ClientConnection(log);
    socket.on("data", (data: Uint8Array) => {
      if (!isHttp2) return void (answer += new TextDecoder().decode(data));
      client.receive(new Uint8Array(data));
      socket.write(client.takeOutput());
    });
    client.request([[":method", "GET"], [":scheme", "http"], [":path", "/"], [":authority", "h"]], true);
    socket.write(isHttp2 ? client.takeOutput() : new TextEncoder().encode("GET / HTTP/1.1\r\nhost: h\r\n\r\n"));
    await new Promise<void>((resolve) => socket.on("close", () => resolve()));
    assert.match(answer, isHttp2 ? /response 1 200/ : /^HTTP\/1\.1 200/);
    await drained;
  }
});
