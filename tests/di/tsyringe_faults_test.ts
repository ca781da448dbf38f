// The two faults of tsyringe's child containers, each shown on bare tsyringe first and then absent from Sigil. Sigil's
// half reads the very same registrations.
import "reflect-metadata";
import assert from "node:assert/strict";
import { test } from "node:test";
import { container, type DependencyContainer, injectable, Lifecycle } from "tsyringe";
import { Injector } from "../../src/di/injector.ts";

class Pool {
  closed = false;
  dispose(): void {
    this.closed = true;
  }
}

let requests = 0;
class RequestId {
  readonly value = ++requests;
}

// Described by metadata below, as a compiler that emits it would.
class Audit {
  readonly id: RequestId;
  constructor(id: RequestId) {
    this.id = id;
  }
}

function registered(): DependencyContainer {
  return container.createChildContainer()
    .registerSingleton(Pool)
    .register(RequestId, { useClass: RequestId }, { lifecycle: Lifecycle.ContainerScoped });
}

test("tsyringe: the container of a call disposes a singleton that the app still hands out", async () => {
  const app = registered();
  const call = app.createChildContainer();
  const pool = call.resolve(Pool);
  await call.dispose();
  assert.equal(pool.closed, true);
  assert.equal(app.resolve(Pool), pool);
});

test("a call that resolves a singleton first does not dispose it", async () => {
  const injector = new Injector(registered());
  const call = injector.openCallScope();
  const pool = call.resolve(Pool);
  await call.dispose();
  assert.equal(pool.closed, false);
  assert.equal(injector.resolve(Pool), pool);
  await injector.dispose();
  assert.equal(pool.closed, true);
});

test("tsyringe: a singleton keeps the call-scoped instance of the first call for all others", () => {
  const app = registered().registerSingleton(Audit);
  describeParameters(Audit, [RequestId]);
  const first = app.createChildContainer();
  const second = app.createChildContainer();
  const kept = first.resolve(Audit).id;
  assert.equal(kept, first.resolve(RequestId));
  assert.equal(second.resolve(Audit).id, kept);
  assert.notEqual(second.resolve(RequestId), kept);
});

test("a singleton that depends on a call-scoped class is refused, naming both and the remedy", () => {
  const injector = new Injector(registered().registerSingleton(Audit));
  describeParameters(Audit, [RequestId]);
  const refusal = {
    name: "InjectionError",
    message: /Audit is a singleton and depends on RequestId, which is call-scoped.*@Injectable\(\{ scope: "call" \}\)/,
  };
  const [fault] = injector.check([Audit]) as Error[];
  assert.match(fault.message, refusal.message);
  assert.throws(() => injector.resolve(Audit), refusal);
  assert.throws(() => injector.openCallScope().resolve(Audit), refusal);
});

// What a compiler that emits metadata, and then tsyringe's injectable(), do for a class.
function describeParameters(target: typeof Audit, types: unknown[]): void {
  Reflect.defineMetadata("design:paramtypes", types, target);
  injectable()(target);
}
