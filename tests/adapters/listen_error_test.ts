// Texts of the errors of listen(): one line, the address, and what to do.
import assert from "node:assert/strict";
import { test } from "node:test";
import { checkTls, listenAddress, listenError } from "../../src/adapters/listen_error.ts";
import { certificates } from "../support/tls/certificates.ts";

test("the address has defaults, and IPv6 stands in brackets", () => {
  assert.equal(listenAddress({}).text, "0.0.0.0:50051");
  assert.equal(listenAddress({ host: "::1", port: 0 }).text, "[::1]:0");
  assert.equal(listenAddress({ path: "/run/x" }).text, "unix:/run/x");
});

test("a port out of range and an empty path are refused with their values", () => {
  for (const port of [-1, 65536, 1.5, Number.NaN]) {
    assert.throws(() => listenAddress({ port }), {
      name: "ListenError",
      message: new RegExp(`port ${port}: a port is`),
    });
  }
  assert.equal(listenAddress({ port: 65535 }).port, 65535);
  assert.throws(() => listenAddress({ path: "" }), { name: "ListenError" });
});

test("each cause has its own advice, by Node's codes and by Deno's names", () => {
  const address = listenAddress({ host: "10.0.0.1", port: 80 });
  const text = (error: object): string => listenError(error, address).message;
  assert.equal(text({ code: "EADDRINUSE" }), text({ name: "AddrInUse" }));
  assert.match(
    text({ code: "EACCES" }),
    /^Cannot listen on 10\.0\.0\.1:80: no permission to bind it\. Choose a port above 1023/,
  );
  assert.equal(text({ code: "EACCES" }), text({ name: "PermissionDenied" }));
  assert.match(text({ code: "EADDRNOTAVAIL" }), /no network interface/);
  assert.match(text({ code: "ENOTFOUND" }), /cannot be resolved/);
  assert.equal(text(new Error("two\n lines")), "Cannot listen on 10.0.0.1:80: two lines");
});

test("TLS options that hold no PEM are refused, and a file name is recognised", () => {
  const { key, cert } = certificates.server;
  checkTls({ key, cert, ca: certificates.ca });
  checkTls({ key: new TextEncoder().encode(key), cert });
  assert.throws(() => checkTls({ key: "", cert }), { message: /tls\.key must hold .+, but it is missing or empty\.$/ });
  assert.throws(() => checkTls({ key, cert: "cert.pem" }), {
    name: "ListenError",
    message: 'Cannot listen: tls.cert must hold a PEM block "-----BEGIN CERTIFICATE-----", ' +
      'but it is "cert.pem", which looks like a file name: read the file and pass its contents.',
  });
  assert.throws(() => checkTls({ key: cert, cert }), { message: /tls\.key must hold .+ it has no such block/ });
  assert.throws(() => checkTls({ key, cert: undefined as unknown as string }), { message: /missing or empty/ });
});
