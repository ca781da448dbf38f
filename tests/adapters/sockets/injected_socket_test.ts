// Connections that the user makes, at both ends: sockets of node:net, TLS sockets, and any Duplex of bytes, on a server that
// binds nothing and in a client that does not connect.
import assert from "node:assert/strict";
import * as net from "node:net";
import { Duplex } from "node:stream";
import { test } from "node:test";
import * as tls from "node:tls";
import { socketsClient } from "../clients.ts";
import { sockets } from "../../../src/adapters/sockets/server.ts";
import type { Listener } from "../../../src/transport/server_transport.ts";
import { certificates } from "../../support/tls/certificates.ts";
import { bytes, call, deferred, describe, echo } from "../exchanges.ts";

/** Two ends of a pipe: what is written to one is read at the other. */
function duplexPair(): [Duplex, Duplex] {
  const ends: Duplex[] = [];
  for (const other of [1, 0]) {
    ends.push(
      new Duplex({
        read() {},
        write(chunk, _encoding, done) {
          setImmediate(() => {
            ends[other].push(chunk);
            done();
          });
        },
        final(done) {
          ends[other].push(null);
          done();
        },
        destroy(error, done) {
          setImmediate(() => ends[other].push(null));
          done(error);
        },
      }),
    );
  }
  return [ends[0], ends[1]];
}

async function listening(server: net.Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as net.AddressInfo).port;
}

const unbound = (): Promise<Listener> => sockets().listen(describe, { bind: false });

test("client and server talk over a Duplex that is no socket", async () => {
  const listener = await sockets().listen(echo, { bind: false });
  assert.equal(listener.url, "socket:");
  assert.equal(listener.port, 0);
  const [near, far] = duplexPair();
  listener.accept!(far);
  const asked: unknown[] = [];
  const client = socketsClient({
    connect: (target) => {
      asked.push([target.scheme, target.host, target.port]);
      return near;
    },
  });
  const body = "x".repeat(300_000);
  const replies = await Promise.all([1, 2].map(() => call(client, "http://far.test:81/s/m", { body: bytes(body) })));
  for (const reply of replies) assert.equal(reply.text, body);
  assert.deepEqual(asked, [["http", "far.test", 81]]);
  await client.close();
  await listener.drain();
  assert.equal(far.destroyed, true);
});

test("HTTP/1.1 is served on a Duplex that is no socket, one request after the other", async () => {
  const listener = await unbound();
  const [near, far] = duplexPair();
  listener.accept!(far);
  let received = "";
  const second = deferred();
  near.on("data", (data) => {
    received += data.toString("latin1");
    const replies = received.split("HTTP/1.1 200 ").length - 1;
    if (replies === 1 && received.includes("}")) near.write("GET /second HTTP/1.1\r\nhost: h\r\n\r\n");
    if (received.includes("/second")) second.resolve();
  });
  near.write("GET /first HTTP/1.1\r\nhost: h\r\n\r\n");
  await second.promise;
  assert.match(received, /"url":"http:\/\/h\/first"[^]*"url":"http:\/\/h\/second"/);
  await listener.destroy();
});

test("sockets that a server of the user's accepted are served, and know their peer", async () => {
  const listener = await unbound();
  const server = net.createServer({ allowHalfOpen: true }, (socket) => listener.accept!(socket));
  const port = await listening(server);
  const client = socketsClient();
  const said = JSON.parse((await call(client, `http://127.0.0.1:${port}/s/m`, { body: bytes("1") })).text);
  assert.equal(said.httpVersion, "2");
  assert.equal(said.peer.address, "127.0.0.1");
  await client.close();
  await listener.drain();
  server.close();
});

test("TLS sockets that a server of the user's accepted are served, with the client's certificate", async () => {
  const { ca } = certificates;
  const listener = await unbound();
  const server = tls.createServer({
    ...certificates.server,
    ca,
    requestCert: true,
    rejectUnauthorized: true,
    ALPNProtocols: ["h2"],
  }, (socket) => listener.accept!(socket));
  const port = await listening(server);
  const client = socketsClient({ tls: { ca, ...certificates.client } });
  const said = JSON.parse((await call(client, `https://127.0.0.1:${port}/s/m`, { body: bytes("1") })).text);
  assert.equal(said.peer.encrypted, true);
  assert.equal(typeof said.peer.certificate, "object");
  await client.close();
  await listener.drain();
  server.close();
});

test("a client speaks TLS over a socket that the user connects, and uses one that speaks it already", async () => {
  const { ca } = certificates;
  const listener = await sockets().listen(describe, { host: "127.0.0.1", port: 0, tls: certificates.server });
  const ways = [
    () => net.connect(listener.port, "127.0.0.1"),
    () =>
      new Promise<net.Socket>((resolve) => {
        const socket = net.connect(listener.port, "127.0.0.1", () => resolve(socket));
      }),
    () => tls.connect({ host: "127.0.0.1", port: listener.port, ca, servername: "localhost", ALPNProtocols: ["h2"] }),
  ];
  for (const connect of ways) {
    const client = socketsClient({ tls: { ca }, connect });
    const said = JSON.parse((await call(client, "https://localhost:1/s/m", { body: bytes("1") })).text);
    assert.equal(said.url, "https://localhost:1/s/m");
    assert.equal(said.peer.encrypted, true);
    await client.close();
  }
  const other = () => tls.connect({ host: "127.0.0.1", port: listener.port, ca, servername: "localhost" });
  const client = socketsClient({ connect: other });
  await assert.rejects(call(client, "https://localhost:1/s/m"), /does not offer HTTP\/2 \(ALPN h2\)/);
  await client.close();
  await listener.destroy();
});

test("what the user's connect fails with is told; what it answers too late is destroyed", async () => {
  const client = socketsClient({ connect: () => Promise.reject(new Error("no way through the proxy")) });
  await assert.rejects(call(client, "http://far.test/s/m"), /Cannot connect to far\.test:80: no way through the proxy/);
  await client.close();
  const throwing = socketsClient({
    connect: () => {
      throw new Error("not even tried");
    },
  });
  await assert.rejects(call(throwing, "http://far.test/s/m"), /Cannot connect to far\.test:80: not even tried/);
  await throwing.close();
  const [near] = duplexPair();
  const late = deferred<Duplex>();
  const patient = socketsClient({ connectTimeoutMs: 5, connect: () => late.promise });
  await assert.rejects(call(patient, "http://far.test/s/m"), /no connection within 5 ms/);
  late.resolve(near);
  await new Promise<void>((resolve) => near.once("close", resolve));
  await patient.close();
});

test("a server that is closing, or full, destroys what it is given", async () => {
  const listener = await sockets({ maxConnections: 1 }).listen(describe, { bind: false });
  const [, first] = duplexPair();
  const [, second] = duplexPair();
  listener.accept!(first);
  listener.accept!(second);
  assert.deepEqual([first.destroyed, second.destroyed], [false, true]);
  await listener.destroy();
  assert.equal(first.destroyed, true);
  const [, third] = duplexPair();
  listener.accept!(third);
  assert.equal(third.destroyed, true);
});

test("a server that is filling up says so once, at eight tenths of its limit", async (context) => {
  const said: string[] = [];
  const { warn } = console;
  console.warn = (line: string) => void said.push(line);
  context.after(() => {
    console.warn = warn;
  });
  const listener = await sockets({ maxConnections: 100 }).listen(describe, { bind: false });
  for (let count = 1; count <= 79; count++) listener.accept!(duplexPair()[1]);
  assert.deepEqual(said, []);
  for (let count = 80; count <= 90; count++) listener.accept!(duplexPair()[1]);
  assert.deepEqual(said, [
    "sigil: 80 connections are open on socket:, and maxConnections is 100: more will be closed as they come.",
  ]);
  await listener.destroy();
});
