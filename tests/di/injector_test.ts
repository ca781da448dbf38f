// Resolution from an app: registrations of every kind, circles, errors that name who asked, and what is left untouched
// in the user's container.
import "reflect-metadata";
import assert from "node:assert/strict";
import { test } from "node:test";
import { container as globalContainer, delay, type DependencyContainer, Lifecycle } from "../../src/di/container.ts";
import { instanceCachingFactory, instancePerContainerCachingFactory } from "tsyringe";
import { Injectable } from "../../src/di/injectable.ts";
import type { InjectionError } from "../../src/di/injection_error.ts";
import { inject } from "../../src/di/inject.ts";
import { Injector } from "../../src/di/injector.ts";

class Clock {}

@Injectable(["DATABASE_URL", Clock])
class Store {
  readonly url: string;
  readonly clock: Clock;
  constructor(url: string, clock: Clock) {
    this.url = url;
    this.clock = clock;
  }
}

@Injectable([Store])
class Orders {
  readonly store: Store;
  constructor(store: Store) {
    this.store = store;
  }
}

@Injectable({ scope: "call" })
class Principal {}

function container(): DependencyContainer {
  return globalContainer.createChildContainer();
}

test("values, factories, tokens and classes registered on the container are honoured", () => {
  const clock = new Clock();
  const cache = Symbol("cache");
  class FastClock extends Clock {}
  const book = container()
    .register("DATABASE_URL", { useValue: "postgres:" })
    .registerInstance(Clock, clock)
    .register("alias", { useToken: Store })
    .register(cache, { useFactory: instanceCachingFactory((c) => new Map([["clock", c.resolve(Clock)]])) })
    .registerSingleton("fast", FastClock)
    .register("new", { useClass: FastClock });
  const injector = new Injector(book);
  const store = injector.resolve(Orders).store;
  assert.deepEqual([store.url, store.clock], ["postgres:", clock]);
  assert.equal(injector.resolve("alias"), store);
  assert.equal(injector.resolve<Map<string, Clock>>(cache).get("clock"), clock);
  assert.equal(injector.resolve(cache), injector.resolve(cache));
  assert.ok(injector.resolve("fast") instanceof FastClock);
  assert.equal(injector.resolve("fast"), injector.resolve("fast"));
  assert.notEqual(injector.resolve("new"), injector.resolve("new"));
  assert.deepEqual(
    ["DATABASE_URL", Clock, "alias", cache, "fast", "new", Orders, Principal].map((token) => injector.scopeOf(token)),
    ["singleton", "singleton", "singleton", "transient", "singleton", "transient", "singleton", "call"],
  );
  assert.deepEqual([Orders, Principal, "new"].map((token) => injector.needsCallScope(token)), [false, true, true]);
});

test("a child container given as the app's sees its parents' registrations, and its own before them", () => {
  const parent = container().register("DATABASE_URL", { useValue: "parent" }).registerSingleton(Clock);
  const child = parent.createChildContainer().register("DATABASE_URL", { useValue: "child" });
  const store = new Injector(child).resolve(Store);
  assert.equal(store.url, "child");
  assert.equal(store.clock, parent.resolve(Clock));
});

test("a registration made after the first resolution counts from then on", () => {
  const book = container();
  const injector = new Injector(book);
  assert.throws(() => injector.resolve("late"), /nothing provides 'late'/);
  book.register("late", { useValue: 1 });
  assert.equal(injector.resolve("late"), 1);
  book.register("late", { useValue: 2 });
  assert.equal(injector.resolve("late"), 2);
});

test("a singleton tsyringe constructed is used and not disposed; one Sigil constructed leaves the container", async () => {
  let disposed = 0;
  class Theirs {
    dispose(): void {
      disposed++;
    }
  }
  class Ours extends Theirs {}
  const book = container().registerSingleton(Theirs).registerSingleton(Ours);
  const theirs = book.resolve(Theirs);
  const injector = new Injector(book);
  assert.equal(injector.resolve(Theirs), theirs);
  const ours = injector.resolve(Ours);
  assert.equal(book.resolve(Ours), ours);
  await injector.dispose();
  assert.equal(disposed, 1);
  assert.equal(book.resolve(Theirs), theirs);
  assert.notEqual(book.resolve(Ours), ours);
});

test("factories in a call may ask for what is call-scoped; for a singleton they may not", () => {
  class Session {
    readonly principal: Principal;
    constructor(principal: Principal) {
      this.principal = principal;
    }
  }
  class Holder {
    readonly session = inject<Session>("session");
  }
  const book = container().register("session", {
    useFactory: instancePerContainerCachingFactory((c) => new Session(c.resolve(Principal))),
  });
  const injector = new Injector(book);
  const call = injector.openCallScope();
  const session = call.resolve<Session>("session");
  assert.equal(session.principal, call.resolve(Principal));
  assert.equal(call.resolve("session"), session);
  assert.notEqual(injector.openCallScope().resolve("session"), session);
  assert.throws(() => injector.resolve(Holder), /Holder is a singleton.*\(Holder -> 'session' -> Principal\)/);
});

test("a class's own scope counts where it is registered without a lifecycle, the lifecycle where there is one", () => {
  const book = container()
    .register("principal", { useClass: Principal })
    .register("per call", { useClass: Clock }, { lifecycle: Lifecycle.ResolutionScoped });
  const injector = new Injector(book);
  const call = injector.openCallScope();
  assert.equal(injector.scopeOf("principal"), "call");
  assert.equal(call.resolve("principal"), call.resolve(Principal));
  assert.equal(injector.scopeOf("per call"), "call");
  assert.equal(call.resolve("per call"), call.resolve("per call"));
});

test("a token nobody provides is named together with everyone on the way to it", () => {
  const injector = new Injector(container());
  const unknown = {
    name: "InjectionError",
    message: "nothing provides 'DATABASE_URL': register it on the app's container: " +
      "container.register(\"DATABASE_URL\", { useValue: ... }) (Orders -> Store -> 'DATABASE_URL')",
    path: ["Orders", "Store", "'DATABASE_URL'"],
  };
  assert.throws(() => injector.resolve(Orders), unknown);
  const [{ name, message, path }, ...others] = injector.check([Orders]) as InjectionError[];
  assert.deepEqual({ name, message, path }, unknown);
  assert.deepEqual(others, []);
  assert.throws(() => injector.resolve((() => 1) as unknown as typeof Clock), /names no class/);
  assert.throws(() => injector.resolve(Object), /Object names no class/);
});

test("check() follows the lists of call-scoped classes without constructing them", () => {
  let constructed = 0;
  @Injectable([Orders, Principal], { scope: "call" })
  class Handler {
    constructor(orders: Orders, principal: Principal) {
      constructed++;
      assert.ok(orders && principal);
    }
  }
  const [fault] = new Injector(container()).check([Handler]);
  assert.match(String(fault), /\(Handler -> Orders -> Store -> 'DATABASE_URL'\)/);
  assert.deepEqual(new Injector(container().register("DATABASE_URL", { useValue: "" })).check([Handler]), []);
  assert.equal(constructed, 0);
});

test("check() finds all that is wrong, each once, and constructs no singleton that lists what can't be had", () => {
  let constructed = 0;
  @Injectable(["DATABASE_URL", "CACHE_URL", Clock])
  class Both {
    constructor(url: string, cache: string, clock: Clock) {
      constructed++;
      assert.ok(url && cache && clock);
    }
  }
  class Injects {
    readonly both = inject(Both);
  }
  @Injectable([Both])
  class Lists {
    readonly both: Both;
    constructor(both: Both) {
      this.both = both;
    }
  }
  class Throws {
    constructor() {
      throw new TypeError("no url");
    }
  }
  const faults = new Injector(container()).check([Lists, Injects, Throws, Orders]) as Error[];
  assert.deepEqual(faults.map(({ message }) => /\(\w+ ->.*\)|no url/.exec(message)?.[0]), [
    "(Lists -> Both -> 'DATABASE_URL')",
    "(Lists -> Both -> 'CACHE_URL')",
    "no url",
    "(Orders -> Store -> 'DATABASE_URL')",
  ]);
  assert.equal(constructed, 0);
});

test("a constructor about which nothing is known is refused with the ways to describe it", () => {
  class Unmarked {
    constructor(clock: Clock, url: string) {
      assert.ok(clock && url);
    }
  }
  class Asks {
    readonly unmarked = inject(Unmarked);
  }
  assert.throws(() => new Injector(container()).resolve(Asks), /parameter 0 of Unmarked.*\(Asks -> Unmarked\)/);
  assert.throws(
    () => new Injector(container()).resolve(Unmarked),
    (error: Error) => {
      assert.match(error.message, /parameter 0 of Unmarked's constructor/);
      for (const way of ["@Injectable([...])", "= inject(", "emitDecoratorMetadata"]) {
        assert.ok(error.message.includes(way));
      }
      return error.name === "InjectionError";
    },
  );
});

test("a circle is reported as the path it takes", () => {
  class Chicken {
    readonly egg: unknown = inject(Egg);
  }
  class Egg {
    readonly chicken: unknown = inject(Chicken);
  }
  const book = container().register("a", { useToken: "b" });
  const child = book.createChildContainer().register("b", { useToken: "a" });
  assert.throws(() => new Injector(book).resolve(Chicken), /Chicken depends on itself.*\(Chicken -> Egg -> Chicken\)/);
  assert.throws(() => new Injector(child).resolve("a"), /'a' depends on itself/);
  assert.throws(() => new Injector(child).scopeOf("a"), /'a' depends on itself/);
});

test("delay() breaks a circle", () => {
  class Chicken {
    readonly egg: { size: number; chicken: Chicken } = inject(delay(() => Egg));
  }
  class Egg {
    readonly size = 7;
    readonly chicken = inject(Chicken);
  }
  const injector = new Injector(container());
  const chicken = injector.resolve(Chicken);
  assert.equal(chicken.egg.size, 7);
  assert.equal(chicken.egg.chicken, chicken);
});

test("a singleton that delays a call-scoped class is refused when it is constructed, not at its first use", () => {
  @Injectable([delay(() => Principal)], { scope: "transient" })
  class Helper {
    constructor(principal: Principal) {
      assert.ok(principal);
    }
  }
  @Injectable([delay(() => Principal)])
  class Direct {
    constructor(principal: Principal) {
      assert.ok(principal);
    }
  }
  class Indirect {
    readonly helper = inject(Helper);
  }
  for (const token of [Direct, Indirect]) {
    const injector = new Injector(container());
    assert.throws(() => injector.resolve(token), /(Direct|Indirect) is a singleton and depends on Principal/);
  }
});

test("the container's hooks run around each resolution", () => {
  const events: string[] = [];
  const book = container().register("DATABASE_URL", { useValue: "" });
  book.beforeResolution(Store, () => events.push("before"));
  book.afterResolution(Store, (_token, store) => events.push(`after ${store instanceof Store}`), { frequency: "Once" });
  const injector = new Injector(book);
  injector.resolve(Orders);
  injector.resolve(Store);
  assert.deepEqual(events, ["before", "after true", "before"]);
});

test("resolving leaves the registry as it was, for unknown tokens and unregistered classes too", () => {
  const book = container().register("DATABASE_URL", { useValue: "" });
  const registry = (book as unknown as { _registry: { _registryMap: Map<unknown, unknown> } })._registry._registryMap;
  const injector = new Injector(book);
  const before = registry.size;
  const call = injector.openCallScope();
  call.resolve(Orders);
  call.resolve(Principal);
  for (let i = 0; i < 100; i++) assert.throws(() => call.resolve(Symbol("request")));
  assert.equal(registry.size, before);
});

test("anything but a tsyringe container is refused", () => {
  const message = /not one of tsyringe 4/;
  for (const wrong of [{}, null]) assert.throws(() => new Injector(wrong as unknown as DependencyContainer), message);
});
