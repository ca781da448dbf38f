// What the client over sockets does about sockets: TLS, client certificates, unix sockets, and a process that may end.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import * as tls from "node:tls";
import { fileURLToPath } from "node:url";
import { Code, type ConnectError } from "@connectrpc/connect";
import { socketsClient } from "../clients.ts";
import { sockets } from "../../../src/adapters/sockets/server.ts";
import { certificates } from "../../support/tls/certificates.ts";
import { bytes, call, describe, echo } from "../exchanges.ts";

const { ca } = certificates;

test("TLS agrees on HTTP/2, and names the authority of the URL", async () => {
  const listener = await sockets().listen(describe, { host: "127.0.0.1", port: 0, tls: certificates.server });
  const client = socketsClient({ tls: { ca } });
  for (const host of ["localhost", "127.0.0.1"]) {
    const said = JSON.parse((await call(client, `https://${host}:${listener.port}/s/m`, { body: bytes("1") })).text);
    assert.equal(said.url, `https://${host}:${listener.port}/s/m`);
    assert.equal(said.httpVersion, "2");
    assert.equal(said.peer.encrypted, true);
  }
  await client.close();
  await listener.destroy();
});

test("a certificate of an unknown authority, or for another name, is refused", async () => {
  const listener = await sockets().listen(describe, { host: "127.0.0.1", port: 0, tls: certificates.server });
  for (const wrong of [{}, { ca, servername: "other.test" }]) {
    const client = socketsClient({ tls: wrong });
    await assert.rejects(call(client, `${listener.url}/s/m`), (error: ConnectError) => {
      assert.equal(error.code, Code.Unavailable);
      assert.match(error.rawMessage, new RegExp(`^Cannot connect to 127\\.0\\.0\\.1:${listener.port}: .+`));
      return true;
    });
    await client.close();
  }
  const trusting = socketsClient({ tls: { rejectUnauthorized: false } });
  assert.equal((await call(trusting, `${listener.url}/s/m`)).status, 200);
  await trusting.close();
  await listener.destroy();
});

test("a client certificate is shown where the server asks for one", async () => {
  const listener = await sockets().listen(describe, {
    host: "127.0.0.1",
    port: 0,
    tls: { ...certificates.server, ca, requestClientCert: true },
  });
  const known = socketsClient({ tls: { ca, ...certificates.client } });
  assert.equal((await call(known, `${listener.url}/s/m`)).status, 200);
  await known.close();
  const unknown = socketsClient({ tls: { ca } });
  await assert.rejects(call(unknown, `${listener.url}/s/m`), { code: Code.Unavailable });
  await unknown.close();
  await listener.destroy();
});

test("TLS that does not agree on HTTP/2 is refused, and says so", async () => {
  const server = tls.createServer({ ...certificates.server, ALPNProtocols: [] }, (socket) => {
    socket.on("error", () => {});
  });
  server.on("tlsClientError", () => {});
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const client = socketsClient({ tls: { ca } });
  await assert.rejects(call(client, `https://127.0.0.1:${port}/s/m`), {
    code: Code.Unavailable,
    rawMessage: `Cannot connect to 127.0.0.1:${port}: its TLS does not offer HTTP/2 (ALPN h2).`,
  });
  await client.close();
  await new Promise((resolve) => server.close(resolve));
});

test("a unix socket is called by its URL and by the option", async () => {
  const folder = await mkdtemp(join(tmpdir(), "sigil-socket-"));
  const path = join(folder, "s");
  const listener = await sockets().listen(describe, { path });
  const client = socketsClient();
  assert.equal(JSON.parse((await call(client, `unix:${path}/s/m`)).text).url, "http://localhost/s/m");
  const named = socketsClient({ socketPath: path });
  assert.equal(JSON.parse((await call(named, "http://named.test/s/m")).text).url, "http://named.test/s/m");
  await client.close();
  await named.close();
  await listener.destroy();
  await rm(folder, { recursive: true, force: true });
});

test("eight megabytes go both ways at once, on each of four calls", async () => {
  const listener = await sockets().listen(echo, { host: "127.0.0.1", port: 0 });
  const client = socketsClient();
  const sizes = await Promise.all([1, 2, 3, 4].map(async (seed) => {
    const body = (async function* () {
      for (let i = 0; i < 128; i++) yield new Uint8Array(65_536).fill(seed);
    })();
    const response = await client({ url: `${listener.url}/s/m`, method: "POST", header: new Headers(), body });
    let size = 0;
    for await (const chunk of response.body) {
      assert.ok(chunk.every((octet) => octet === seed));
      size += chunk.length;
    }
    return size;
  }));
  assert.deepEqual(sizes, [1, 2, 3, 4].map(() => 8_388_608));
  await client.close();
  await listener.destroy();
});

test("a process with an idle connection may end", async () => {
  const listener = await sockets().listen(echo, { host: "127.0.0.1", port: 0 });
  const program = fileURLToPath(new URL("idle_program.ts", import.meta.url));
  const run = "Deno" in globalThis ? ["run", "-A", "--no-check"] : "Bun" in globalThis ? [] : ["--import", "tsx"];
  const child = spawn(process.execPath, [...run, program, `${listener.url}/s/m`], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  child.stdout.on("data", (chunk) => output += chunk);
  child.stderr.on("data", (chunk) => output += chunk);
  const code = await new Promise((resolve) => child.on("close", resolve));
  assert.equal(output.trim(), "x");
  assert.equal(code, 0);
  await listener.destroy();
});
