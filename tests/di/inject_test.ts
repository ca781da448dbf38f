// inject(): where it may be called, and that the construction going on is restored however a nested one ends.
import assert from "node:assert/strict";
import { test } from "node:test";
import { container } from "../../src/di/container.ts";
import { Injectable } from "../../src/di/injectable.ts";
import { inject } from "../../src/di/inject.ts";
import { Injector } from "../../src/di/injector.ts";

class Clock {}
class Store {
  readonly clock = inject(Clock);
}
class Orders {
  readonly store = inject(Store);
  readonly clock: Clock;
  readonly url = inject<string>("DATABASE_URL");
  constructor(clock: Clock = inject(Clock)) {
    this.clock = clock;
  }
}

function injectorWithUrl(): Injector {
  return new Injector(container.createChildContainer().register("DATABASE_URL", { useValue: "postgres:" }));
}

test("inject() works in field initialisers and in default parameters, nested too", () => {
  const injector = injectorWithUrl();
  const orders = injector.resolve(Orders);
  assert.equal(orders.store.clock, orders.clock);
  assert.equal(orders.clock, injector.resolve(Clock));
  assert.equal(orders.url, "postgres:");
});

test("inject() outside construction says where it belongs", () => {
  const message = /inject\(Clock\) was called while Sigil was constructing nothing: call it in a field initialiser/;
  assert.throws(() => inject(Clock), { name: "InjectionError", message });
  assert.throws(() => new Store(), { name: "InjectionError", message });
});

test("inject() after an await is outside, though construction began it", async () => {
  class Lazy {
    readonly clock = this.#load();
    async #load(): Promise<Clock> {
      await undefined;
      return inject(Clock);
    }
  }
  await assert.rejects(injectorWithUrl().resolve(Lazy).clock, /never in a method or after an await/);
});

test("a nested construction that throws leaves the outer one able to inject", () => {
  class Broken {
    readonly clock = inject(Clock);
    constructor() {
      throw new RangeError("broken");
    }
  }
  class Careful {
    readonly broken = attempt(() => inject(Broken));
    readonly clock = inject(Clock);
  }
  const injector = injectorWithUrl();
  const careful = injector.resolve(Careful);
  assert.ok(careful.broken instanceof RangeError);
  assert.equal(careful.clock, injector.resolve(Clock));
  assert.throws(() => injector.resolve(Broken), RangeError);
  assert.throws(() => inject(Clock), /constructing nothing/);
});

test("a singleton that injects a call-scoped class is refused even if it swallows the refusal", () => {
  @Injectable({ scope: "call" })
  class Principal {}
  class Swallows {
    readonly principal = attempt(() => inject(Principal));
  }
  @Injectable({ scope: "transient" })
  class Helper {
    readonly principal = inject(Principal);
  }
  class Holds {
    readonly helper = inject(Helper);
  }
  const injector = injectorWithUrl();
  assert.throws(() => injector.resolve(Swallows), /Swallows is a singleton and depends on Principal/);
  assert.throws(() => injector.openCallScope().resolve(Swallows), /Swallows is a singleton and depends on Principal/);
  const [fault] = injector.check([Holds]);
  assert.match(String(fault), /Holds is a singleton and depends on Principal.*\(Holds -> Helper -> Principal\)/);
});

function attempt(make: () => unknown): unknown {
  try {
    return make();
  } catch (error) {
    return error;
  }
}
