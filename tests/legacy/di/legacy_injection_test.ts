// Dependency injection under legacy decorators: Injectable in that dialect, and classes that carry tsyringe's own
// decorators. Every dependency is named by Injectable's list or by @inject(), since tsx emits no metadata; the test of
// metadata itself defines it as a compiler would, and checks the compiler's where there is one.
import "reflect-metadata";
import assert from "node:assert/strict";
import { test } from "node:test";
import { container, delay, Lifecycle } from "../../../src/di/container.ts";
import { inject as injectParameter, injectable, injectAll, injectWithTransform, scoped, singleton } from "tsyringe";
import { Injectable } from "../../../src/di/injectable.ts";
import { inject } from "../../../src/di/inject.ts";
import { Injector } from "../../../src/di/injector.ts";

class Upper {
  transform(incoming: string, suffix: string): string {
    return incoming.toUpperCase() + suffix;
  }
}

@singleton()
class Clock {
  closed = false;
  dispose(): void {
    this.closed = true;
  }
}

@scoped(Lifecycle.ContainerScoped)
class Principal {
  readonly clock = inject(Clock);
}

@scoped(Lifecycle.ResolutionScoped)
class Trace {}

@injectable()
class Store {
  readonly all: unknown[];
  constructor(
    @injectParameter("url") url: string,
    @injectParameter(Clock) clock: Clock,
    @injectAll("plugin") plugins: string[],
    @injectParameter("missing", { isOptional: true }) missing: unknown,
    @injectAll("missing", { isOptional: true }) none: unknown[],
    @injectParameter(delay(() => Clock)) later: Clock,
    @injectWithTransform("url", Upper, "!") upper: string,
  ) {
    this.all = [url, clock, plugins, missing, none, later.closed, upper];
  }
}

@Injectable([Principal, Trace, Store], { scope: "call" })
class Orders {
  readonly principal: Principal;
  readonly trace: Trace;
  constructor(
    principal: Principal,
    trace: Trace,
    store: Store,
    public plain = inject(Clock),
  ) {
    this.principal = principal;
    this.trace = trace;
    assert.ok(store);
  }
}

@singleton()
class Captor {
  constructor(@injectParameter(Principal) public principal: Principal) {}
}

function injector(): Injector {
  return new Injector(
    container.createChildContainer().register("url", { useValue: "db" })
      .register("plugin", { useValue: "a" }).register("plugin", {
        useValue: "b",
      }),
  );
}

test("tsyringe's parameter decorators are honoured", async () => {
  const app = injector();
  const clock = app.resolve(Clock);
  assert.deepEqual(app.resolve(Store).all, [
    "db",
    clock,
    ["a", "b"],
    undefined,
    [],
    false,
    "DB!",
  ]);
  await app.dispose();
});

test("tsyringe's singletons belong to the app, its scoped classes to the call", async () => {
  const app = injector();
  assert.deepEqual(
    [Clock, Principal, Trace, Orders].map((token) => app.scopeOf(token)),
    ["singleton", "call", "call", "call"],
  );
  const call = app.openCallScope();
  const orders = call.resolve(Orders);
  assert.equal(call.resolve(Principal), orders.principal);
  assert.equal(call.resolve(Trace), orders.trace);
  assert.notEqual(app.openCallScope().resolve(Principal), orders.principal);
  assert.equal(orders.plain, orders.principal.clock);
  await call.dispose();
  assert.equal(orders.plain.closed, false);
  await app.dispose();
  assert.equal(orders.plain.closed, true);
});

test("a tsyringe singleton that captures a scoped class is refused", () => {
  assert.throws(
    () => injector().resolve(Captor),
    /Captor is a singleton and depends on Principal/,
  );
});

test("type metadata names dependencies; a parameter with a default keeps it; an interface is refused by its index", () => {
  class Described {
    readonly all: unknown[];
    constructor(clock: Clock, url = "default") {
      this.all = [clock, url];
    }
  }
  class Vague {
    constructor(clock: Clock, options: object) {
      assert.ok(clock && options);
    }
  }
  Reflect.defineMetadata("design:paramtypes", [Clock, String], Described);
  Reflect.defineMetadata("design:paramtypes", [Clock, Object], Vague);
  const app = injector();
  assert.deepEqual(app.resolve(Described).all, [app.resolve(Clock), "default"]);
  assert.throws(
    () => app.resolve(Vague),
    /not known what parameter 1 of Vague's constructor is/,
  );
});

test("where the compiler emits metadata it is used, and where not the class is refused with what to write", () => {
  @injectable()
  class Plain {
    constructor(public clock: Clock) {}
  }
  const app = injector();
  if (Reflect.hasOwnMetadata("design:paramtypes", Plain)) {
    assert.equal(app.resolve(Plain).clock, app.resolve(Clock));
  } else {
    assert.throws(
      () => app.resolve(Plain),
      /parameter 0 of Plain's constructor.*@Injectable\(\[\.\.\.\]\)/,
    );
  }
});
