// The list of every way to listen on sockets, for the engine, and what only its adapter has.
import assert from "node:assert/strict";
import * as net from "node:net";
import { test } from "node:test";
import { sockets } from "../../../src/adapters/sockets/server.ts";
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
});
