// What an app and its clients do about connections, by the public face: certificates of clients in the handler's context, sockets
// that the user makes, certificates replaced while the server runs, gRPC's keepalive.
import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { test } from "node:test";
import * as net from "node:net";
import { createClient, grpcTransport, type HandlerContext, implement, service, Sigil, sockets, unary } from "sigil";
import { withKeepalive } from "../../src/closable_transport.ts";
import { certificates } from "../support/tls/certificates.ts";
import { Probe } from "./app.ts";

const { ca } = certificates;
const Doors = service("probe.v1.Doors", { knock: unary(Probe, Probe) });
const app = new Sigil({
  services: [
    implement(Doors, {
      knock: (_: Probe, { peer }: HandlerContext) => ({
        text: peer.certificate === undefined
          ? "nobody"
          : new X509Certificate(Uint8Array.from(peer.certificate)).subject,
      }),
    }),
  ],
});
const quiet = { shutdownSignals: false } as const;

test("a handler's context has the verified certificate of its caller", async () => {
  const tls = { ...certificates.server, ca, requestClientCert: true };
  await using server = await app.listen({ host: "127.0.0.1", port: 0, tls, ...quiet });
  await using transport = grpcTransport(server.url, { tls: { ca, ...certificates.client } });
  const { subject } = new X509Certificate(certificates.client.cert);
  assert.equal((await createClient(Doors, transport).knock({})).text, subject);
});

test("a server's URL can be called where it listens on all addresses, and its certificate holds the name", async () => {
  await using clear = await app.listen({ port: 0, ...quiet });
  assert.equal(clear.url, `http://localhost:${clear.port}`);
  await using secure = await app.listen({ host: "0.0.0.0", port: 0, tls: { ...certificates.server }, ...quiet });
  assert.equal(secure.url, `https://localhost:${secure.port}`);
  for (const { url } of [clear, secure]) {
    await using transport = grpcTransport(url, { tls: { ca } });
    assert.equal((await createClient(Doors, transport).knock({})).text, "nobody");
  }
});

test("an app serves the sockets that it is given, and binds nothing", async () => {
  await using server = await app.listen({ bind: false, ...quiet });
  assert.equal(server.url, "socket:");
  const own = net.createServer((socket) => server.accept(socket));
  await new Promise<void>((resolve) => own.listen(0, "127.0.0.1", resolve));
  const { port } = own.address() as net.AddressInfo;
  await using transport = grpcTransport("http://nowhere.test", { connect: () => net.connect(port, "127.0.0.1") });
  assert.equal((await createClient(Doors, transport).knock({})).text, "nobody");
  own.close();
});

test("a running server takes another certificate", async () => {
  const tls = certificates.server;
  await using server = await app.listen({ host: "127.0.0.1", port: 0, tls, ...quiet });
  server.replaceCertificate({ ...tls, cert: tls.cert + ca });
  await using transport = grpcTransport(server.url, { tls: { ca } });
  assert.equal((await createClient(Doors, transport).knock({})).text, "nobody");
  assert.throws(() => server.replaceCertificate({ key: certificates.client.key, cert: tls.cert }), {
    name: "ListenError",
  });
});

test("both ends compress headers with a table where they are told to", async () => {
  const transportOptions = { transport: sockets({ http2: { encoderTableSize: 4096 } }) };
  await using server = await app.listen({ host: "127.0.0.1", port: 0, ...transportOptions, ...quiet });
  const sent: number[] = [];
  const connect = () => {
    const socket = net.connect(server.port, "127.0.0.1");
    const write = socket.write.bind(socket) as (bytes: Uint8Array) => boolean;
    socket.write = ((bytes: Uint8Array) => (sent.push(bytes.length), write(bytes))) as typeof socket.write;
    return socket;
  };
  await using transport = grpcTransport(server.url, { encoderTableSize: 4096, connect });
  const doors = createClient(Doors, transport);
  const headers = {
    "x-tenant": "a name that is long enough to be seen in the count of octets",
    authorization: "secret",
  };
  for (let count = 0; count < 3; count++) assert.equal((await doors.knock({}, { headers })).text, "nobody");
  // The first request says the tenant's name; what follows is shorter than the name alone.
  const [first, ...later] = sent;
  assert.ok(first > 200 && later.length > 1 && later.every((length) => length < 60), `${sent}`);
});

test("gRPC's clients ping no more often than every ten seconds", () => {
  assert.deepEqual(withKeepalive({ pingIntervalMs: 5, maxConnections: 2 }), {
    pingIntervalMs: 10_000,
    maxConnections: 2,
  });
  assert.deepEqual(withKeepalive({ pingIntervalMs: 60_000 }), { pingIntervalMs: 60_000 });
  assert.deepEqual(withKeepalive({}), {});
  assert.deepEqual(withKeepalive({ pingIntervalMs: 0 }), { pingIntervalMs: 0 });
});
