// What a caller gets who does it wrong, over a real socket, in HTTP/1.1 as curl would send it; and that the server lives on.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type Server, Sigil } from "sigil";
import { Probes } from "../runtimes/app.ts";

let server: Server;
const app = new Sigil({ services: [Probes], onUnknownError: () => {} });

before(async () => {
  server = await app.listen({ host: "127.0.0.1", port: 0, shutdownSignals: false });
});

after(() => server.close({ graceMs: 100 }));

async function send(
  path: string,
  init: RequestInit & { headers?: Record<string, string> } = {},
): Promise<{ status: number; headers: Headers; text: string }> {
  const response = await fetch(`${server.url}${path}`, { method: "POST", ...init });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

const json = { "content-type": "application/json" };
const echo = "/probe.v1.Probes/Echo";

test("a JSON call by hand answers", async () => {
  const { status, text } = await send(echo, { headers: json, body: '{"text":"hi"}' });
  assert.equal(status, 200);
  assert.deepEqual(JSON.parse(text), { text: "HI", count: 1 });
});

test("an unknown path is 404 and says unimplemented", async () => {
  for (const path of ["/", "/probe.v1.Probes/Nothing", "/probe.v1.Probes", "/constructor/toString"]) {
    const { status, text } = await send(path, { headers: json, body: "{}" });
    assert.equal(status, 404, path);
    assert.equal(JSON.parse(text).code, "unimplemented");
  }
});

test("an unknown path in gRPC-Web is unimplemented in its own words", async () => {
  const headers = { "content-type": "application/grpc-web+proto" };
  const response = await send("/probe.v1.Probes/Nothing", { headers, body: new Uint8Array(5) });
  assert.equal(response.status, 200);
  assert.equal(response.headers.get("grpc-status"), "12");
});

test("a wrong content type is 415, in plain text", async () => {
  for (const type of ["text/plain", "application/xml", "application/grpc-web+xml", "application/jsonx"]) {
    const { status, headers } = await send(echo, { headers: { "content-type": type }, body: "x" });
    assert.equal(status, 415, type);
    // JSON would be read as an error of Connect's, with a code of its own.
    assert.equal(headers.get("content-type"), "text/plain");
  }
});

test("a wrong verb is 405", async () => {
  for (const method of ["PUT", "DELETE", "PATCH"]) {
    assert.equal((await send(echo, { method, headers: json, body: "{}" })).status, 405, method);
  }
  assert.equal((await send("/probe.v1.Probes/Fail", { method: "GET", body: undefined })).status, 405);
  // In gRPC-Web too, and not in JSON, which would be read as an error of Connect's.
  const web = { "content-type": "application/grpc-web+proto" };
  const { status, headers } = await send(echo, { method: "DELETE", headers: web, body: new Uint8Array(5) });
  assert.equal(status, 405);
  assert.equal(headers.get("content-type"), "text/plain");
});

test("GET calls a method without side effects", async () => {
  const query = `?connect=v1&encoding=json&message=${encodeURIComponent('{"text":"got"}')}`;
  const { status, text } = await send(echo + query, { method: "GET" });
  assert.equal(status, 200);
  assert.equal(JSON.parse(text).text, "GOT");
});

test("malformed JSON is invalid_argument", async () => {
  for (const body of ["{", "[]", '"text"', '{"count":"many"}', '{"text":5}', '{"count":1e99}']) {
    const { status, text } = await send(echo, { headers: json, body });
    assert.equal(status, 400, body);
    assert.equal(JSON.parse(text).code, "invalid_argument", body);
  }
});

test("malformed protobuf is invalid_argument in Connect, and says what is wrong with it", async () => {
  const headers = { "content-type": "application/proto" };
  for (const bytes of [[0x0a, 0xff], [0xff], [0x0a, 0x02, 0xc3, 0x28]]) {
    const { status, text } = await send(echo, { headers, body: new Uint8Array(bytes) });
    assert.equal(status, 400, bytes.join());
    const { code, message } = JSON.parse(text);
    assert.equal(code, "invalid_argument");
    assert.match(message, /^the request is no probe\.v1\.Probe: /);
  }
});

test("a truncated or oversized envelope ends the call with an error", async () => {
  const headers = { "content-type": "application/grpc-web+proto" };
  for (const bytes of [[0], [0, 0, 0, 0, 9, 1], [0, 0xff, 0xff, 0xff, 0xff], [0x55, 0, 0, 0, 0]]) {
    const { status, headers: received, text } = await send(echo, { headers, body: new Uint8Array(bytes) });
    assert.equal(status, 200);
    const code = received.get("grpc-status") ?? /grpc-status: ?(\d+)/.exec(text)?.[1];
    assert.ok(code !== undefined && code !== "0", `${bytes} answered status ${code}`);
  }
});

test("junk in the timeout is invalid_argument", async () => {
  for (const timeout of ["soon", "-1", "1.5", "99999999999999"]) {
    const { status } = await send(echo, { headers: { ...json, "connect-timeout-ms": timeout }, body: "{}" });
    assert.equal(status, 400, timeout);
  }
});

test("an unknown compression is unimplemented, and broken gzip is invalid_argument", async () => {
  const unknown = await send(echo, { headers: { ...json, "content-encoding": "lzma" }, body: "{}" });
  assert.equal(JSON.parse(unknown.text).code, "unimplemented");
  const broken = await send(echo, { headers: { ...json, "content-encoding": "gzip" }, body: "no gzip" });
  assert.equal(JSON.parse(broken.text).code, "invalid_argument");
});

test("a small body that decompresses beyond the limit is refused", async () => {
  const zeros = new Blob([`{"text":"${"0".repeat(6 * 1024 * 1024)}"}`]).stream();
  const body = await new Response(zeros.pipeThrough(new CompressionStream("gzip"))).arrayBuffer();
  assert.ok(body.byteLength < 10_000);
  const { text } = await send(echo, { headers: { ...json, "content-encoding": "gzip" }, body });
  assert.equal(JSON.parse(text).code, "resource_exhausted");
});

test("after all of this the server still answers", async () => {
  const { status } = await send(echo, { headers: json, body: "{}" });
  assert.equal(status, 200);
});
