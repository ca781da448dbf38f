// grpc.health.v1 as load balancers ask it: what is known, what changes, and what a shutdown says.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { DescService } from "@bufbuild/protobuf";
import {
  Code,
  ConnectError,
  createClient,
  field,
  grpcTransport,
  implement,
  message,
  service,
  Sigil,
  unary,
} from "../../mod.ts";
import { healthService } from "../../src/services/health_descriptor.ts";

const Word = message("health.v1.Word", { text: field(1, "string") });
const Echo = service("health.v1.Echo", { say: unary(Word, Word) });

type Reply = { readonly status: number };
interface HealthClient {
  check(request: { service: string }): Promise<Reply>;
  list(request: object): Promise<{ statuses: Record<string, Reply> }>;
  watch(request: { service: string }, options?: { signal?: AbortSignal }): AsyncIterable<Reply>;
}

function served(): Sigil {
  return new Sigil({ services: [implement(Echo, { say: (word) => word })], health: true });
}

function healthOf(app: Sigil): HealthClient {
  return app.client(healthService() as DescService) as unknown as HealthClient;
}

test("Check tells the status of the app and of its services, and NOT_FOUND of others", async () => {
  const app = served();
  const health = healthOf(app);
  assert.equal((await health.check({ service: "" })).status, 1);
  assert.equal((await health.check({ service: "health.v1.Echo" })).status, 1);
  app.health.set("health.v1.Echo", "NOT_SERVING");
  assert.equal((await health.check({ service: "health.v1.Echo" })).status, 2);
  assert.equal((await health.check({ service: "" })).status, 1);
  await assert.rejects(health.check({ service: "health.v1.Other" }), (error: unknown) => {
    assert.ok(error instanceof ConnectError);
    assert.equal(error.code, Code.NotFound);
    return true;
  });
});

test("List tells all that are known", async () => {
  const app = served();
  app.health.set("a.database", "UNKNOWN");
  const { statuses } = await healthOf(app).list({});
  assert.equal(statuses["health.v1.Echo"].status, 1);
  assert.equal(statuses["a.database"].status, 0);
  assert.equal(statuses[""].status, 1);
});

test("List refuses to tell more than 100, as other servers do", async () => {
  const app = served();
  for (let index = 0; index < 101; index++) app.health.set(`x.${index}`, "SERVING");
  await assert.rejects(healthOf(app).list({}), /resource_exhausted/);
});

test("Watch tells the status at once, then each change, and SERVICE_UNKNOWN until there is one", async () => {
  const app = served();
  const stop = new AbortController();
  const told: number[] = [];
  await assert.rejects(async () => {
    for await (const { status } of healthOf(app).watch({ service: "late.v1.Comer" }, { signal: stop.signal })) {
      told.push(status);
      if (told.length === 1) app.health.set("late.v1.Comer", "SERVING");
      if (told.length === 2) {
        app.health.set("another.v1.One", "NOT_SERVING");
        app.health.set("late.v1.Comer", "SERVING");
        app.health.set("late.v1.Comer", "NOT_SERVING");
      }
      if (told.length === 3) stop.abort();
    }
  }, /canceled/);
  assert.deepEqual(told, [3, 1, 2]);
});

test("a shutdown says NOT_SERVING to watchers, lets them go, and is not held up by them", async () => {
  const app = served();
  const server = await app.listen({ host: "127.0.0.1", port: 0, shutdownSignals: false });
  const transport = grpcTransport(server.url);
  const health = createClient(healthService() as DescService, transport) as unknown as HealthClient;
  const told: number[] = [];
  for await (const { status } of health.watch({ service: "health.v1.Echo" })) {
    told.push(status);
    if (told.length === 1) void server.close({ graceMs: 3_600_000 });
  }
  assert.deepEqual(told, [1, 2]);
  await server.closed;
  assert.equal(app.health.get(""), "NOT_SERVING");
  await transport.close();
  await using again = await app.listen({ host: "127.0.0.1", port: 0, shutdownSignals: false });
  assert.ok(again.port > 0);
  assert.equal(app.health.get(""), "SERVING");
});

test("closing one of two servers is no shutdown", async () => {
  const app = served();
  const options = { host: "127.0.0.1", port: 0, shutdownSignals: false };
  const [one, other] = [await app.listen(options), await app.listen(options)];
  await one.close();
  assert.equal(app.health.get(""), "SERVING");
  await other.close();
  assert.equal(app.health.get(""), "NOT_SERVING");
});

test("what is no status, and what tells no health, is refused", () => {
  const app = served();
  assert.throws(() => app.health.set("", "SERVICE_UNKNOWN" as never), /"SERVICE_UNKNOWN" is no status/);
  assert.throws(() => app.health.set(class Plain {}, "SERVING"), /class Plain is no service/);
  const silent = new Sigil({ services: [implement(Echo, { say: (word) => word })] });
  assert.throws(() => silent.health, /Make it with \{ health: true \}/);
});

test("interceptors stand before it as before any service", async () => {
  const seen: string[] = [];
  const app = new Sigil({
    services: [],
    health: true,
    interceptors: [(next) => (request) => {
      seen.push(request.method.name);
      return next(request);
    }],
  });
  await healthOf(app).check({ service: "" });
  assert.deepEqual(seen, ["Check"]);
});
