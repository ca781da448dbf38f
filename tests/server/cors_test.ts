// Pages of other origins: what a browser asks before it lets them call, and what it lets them read. By `fetch`, and over
// HTTP/1.1 and HTTP/2.
import assert from "node:assert/strict";
import { connect } from "node:http2";
import { test } from "node:test";
import { type CorsOptions, Sigil } from "sigil";
import { Probes } from "../runtimes/app.ts";

const shop = "https://shop.example";
const url = "http://localhost/probe.v1.Probes/Echo";

function appWith(cors: CorsOptions | undefined): Sigil {
  return new Sigil({ services: [Probes], cors });
}

function preflight(app: Sigil, origin: string): Promise<Response> {
  const headers = { origin, "access-control-request-method": "POST", "access-control-request-headers": "content-type" };
  return app.fetch(new Request(url, { method: "OPTIONS", headers }));
}

function call(app: Sigil, headers: Record<string, string>, type = "application/json"): Promise<Response> {
  const body = type === "application/json" ? '{"text":"hi"}' : new Uint8Array(5);
  return app.fetch(new Request(url, { method: "POST", headers: { "content-type": type, ...headers }, body }));
}

test("without the option pages of other origins get nothing", async () => {
  const app = appWith(undefined);
  const asked = await preflight(app, shop);
  assert.equal(asked.status, 405);
  assert.equal(asked.headers.get("access-control-allow-origin"), null);
  assert.equal((await call(app, { origin: shop })).headers.get("access-control-allow-origin"), null);
});

test("a preflight of a listed origin is allowed and may be kept", async () => {
  const { status, headers } = await preflight(appWith({ origins: [shop], allowHeaders: ["Authorization"] }), shop);
  assert.equal(status, 204);
  assert.equal(headers.get("access-control-allow-origin"), shop);
  assert.equal(headers.get("access-control-allow-methods"), "GET, POST");
  assert.equal(headers.get("access-control-max-age"), "7200");
  assert.equal(headers.get("access-control-allow-credentials"), null);
  assert.equal(headers.get("vary"), "origin");
  const allowed = headers.get("access-control-allow-headers")!.split(", ");
  for (
    const name of [
      "content-type",
      "connect-protocol-version",
      "connect-timeout-ms",
      "grpc-timeout",
      "x-grpc-web",
      "x-user-agent",
      "authorization",
    ]
  ) assert.ok(allowed.includes(name), name);
});

test("an origin that is not listed is not allowed, however alike", async () => {
  const app = appWith({ origins: [shop], credentials: true });
  for (const origin of ["https://evil.example", `${shop}.evil.example`, "http://shop.example", "null", `${shop}:444`]) {
    const asked = await preflight(app, origin);
    assert.equal(asked.status, 403);
    assert.equal(asked.headers.get("access-control-allow-origin"), null, origin);
    const called = await call(app, { origin });
    assert.equal(called.headers.get("access-control-allow-origin"), null, origin);
    assert.equal(called.headers.get("vary"), "origin");
  }
});

test("replies of every protocol can be read, errors and streams too", async () => {
  const app = appWith({ origins: [shop, "https://other.example"], exposeHeaders: ["x-stamp"], credentials: true });
  const replies = [
    await call(app, { origin: shop }),
    await call(app, { origin: shop }, "application/grpc-web+proto"),
    await call(app, { origin: shop }, "text/plain"),
    await app.fetch(new Request("http://localhost/nothing", { method: "POST", headers: { origin: shop } })),
  ];
  for (const { headers } of replies) {
    assert.equal(headers.get("access-control-allow-origin"), shop);
    assert.equal(headers.get("access-control-allow-credentials"), "true");
    const exposed = headers.get("access-control-expose-headers")!.split(", ");
    for (const name of ["grpc-status", "grpc-message", "grpc-status-details-bin", "content-encoding", "x-stamp"]) {
      assert.ok(exposed.includes(name), name);
    }
  }
  assert.equal(replies[0].headers.get("x-stamp"), "stamped");
});

test("all origins are answered with the star, never with their own name", async () => {
  const app = appWith({ origins: "*" });
  for (const response of [await preflight(app, shop), await call(app, { origin: shop })]) {
    assert.equal(response.headers.get("access-control-allow-origin"), "*");
    assert.equal(response.headers.get("vary"), null);
  }
});

test("options that could not work, or would let anyone in, are refused at startup", () => {
  const refused: [CorsOptions, RegExp][] = [
    [{ origins: "*", credentials: true }, /credentials is true for origins "\*"/],
    [{ origins: ["https://shop.example/"] }, /without a path/],
    [{ origins: ["shop.example"] }, /give scheme and host/],
    [{ origins: ["*"] }, /give scheme and host/],
    [{ origins: ["https://Shop.example"] }, /give scheme and host/],
    [{ origins: undefined as unknown as "*" }, /origins is undefined/],
    [{ origins: [], allowHeaders: ["x y"] }, /"x y", which is no header/],
    [{ origins: [], maxAgeSeconds: -1 }, /maxAgeSeconds is -1/],
  ];
  for (const [cors, why] of refused) assert.throws(() => appWith(cors), why);
});

test("sockets answer preflights as well, over HTTP/1.1 and HTTP/2", async () => {
  await using server = await appWith({ origins: [shop] })
    .listen({ host: "127.0.0.1", port: 0, shutdownSignals: false, graceMs: 100 });
  const asking = { origin: shop, "access-control-request-method": "POST" };
  const target = `${server.url}/probe.v1.Probes/Echo`;
  const http1 = await fetch(target, { method: "OPTIONS", headers: asking });
  assert.equal(http1.status, 204);
  const session = connect(server.url);
  const http2 = await new Promise<Record<string, unknown>>((resolve, reject) => {
    const request = session.request({ ":method": "OPTIONS", ":path": "/probe.v1.Probes/Echo", ...asking });
    request.on("response", resolve).on("error", reject).resume().end();
  });
  session.destroy();
  assert.equal(http2[":status"], 204);
  assert.equal(http2["access-control-allow-origin"], shop);
});
