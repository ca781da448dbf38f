// The Injectable decorator: what compiles, what does not, what a subclass inherits, and mistakes that only show when run.
import assert from "node:assert/strict";
import { test } from "node:test";
import { container, delay } from "../../src/di/container.ts";
import { Injectable, markOf } from "../../src/di/injectable.ts";
import { inject } from "../../src/di/inject.ts";
import { Injector } from "../../src/di/injector.ts";
import type { Token } from "../../src/di/token.ts";

class Clock {
  readonly now = 0;
}
abstract class Store {
  abstract find(): string;
}

@Injectable([Clock, Store, "DATABASE_URL", delay(() => Clock)])
class Everything {
  readonly all: unknown[];
  constructor(clock: Clock, store: Store, url: string, later: Clock, rest = 1) {
    this.all = [clock, store, url, later, rest];
  }
}

// Never called: it has only to be compiled.
export function mustNotCompile(): unknown[] {
  // @ts-expect-error: the parameter is a Store, the dependency a Clock
  @Injectable([Clock])
  class Wrong {
    constructor(store: Store) {
      store.find();
    }
  }
  // @ts-expect-error: the second parameter is missing from the list
  @Injectable([Clock])
  class Short {
    constructor(clock: Clock, store: Store) {
      assert.ok(clock && store);
    }
  }
  // @ts-expect-error: there is no second parameter
  @Injectable([Clock, Store])
  class Long {
    constructor(clock: Clock) {
      assert.ok(clock);
    }
  }
  // @ts-expect-error: there is no such scope
  @Injectable({ scope: "request" })
  class Scoped {}
  class Member {
    // @ts-expect-error: it decorates classes only
    @Injectable()
    method(): void {}
  }
  return [Wrong, Short, Long, Scoped, Member];
}

test("a constructor is given what the list names, in order; a parameter beyond it keeps its default", () => {
  class MemoryStore extends Store {
    find(): string {
      return "found";
    }
  }
  const book = container.createChildContainer()
    .register("DATABASE_URL", { useValue: "postgres:" })
    .register(Store as unknown as typeof MemoryStore, { useClass: MemoryStore });
  const [clock, store, url, later, rest] = new Injector(book).resolve(Everything).all;
  assert.ok(clock instanceof Clock && store instanceof MemoryStore && later instanceof Clock);
  assert.deepEqual([url, rest], ["postgres:", 1]);
});

test("a subclass inherits scope and list until it has a mark of its own", () => {
  @Injectable([Clock], { scope: "call" })
  class Base {
    readonly clock: Clock;
    constructor(clock: Clock) {
      this.clock = clock;
    }
  }
  class Implicit extends Base {}
  @Injectable([])
  class Own extends Base {
    constructor() {
      super(new Clock());
    }
  }
  const injector = new Injector(container.createChildContainer());
  assert.equal(markOf(Implicit)?.scope, "call");
  assert.equal(injector.openCallScope().resolve(Implicit).clock, injector.resolve(Clock));
  assert.equal(injector.scopeOf(Own), "singleton");
  assert.notEqual(injector.resolve(Own).clock, injector.resolve(Clock));
});

test("a token given to Injectable finds the class in the global container and its children", () => {
  const token = Symbol("audit");
  @Injectable({ scope: "call", token })
  class Audit {
    readonly clock = inject(Clock);
  }
  const injector = new Injector(container.createChildContainer());
  assert.equal(injector.scopeOf(token), "call");
  const call = injector.openCallScope();
  assert.equal(call.resolve(token), call.resolve(Audit));
});

test("a list that is too short or holds undefined is refused with class and index", () => {
  const short: readonly Token[] = [Clock];
  const undefinedToken = [undefined] as unknown as readonly Token[];
  class Takes {
    constructor(clock: Clock, store: Store) {
      assert.ok(clock && store);
    }
  }
  const loose = Injectable as (tokens: readonly Token[]) => (target: typeof Takes) => void;
  loose(short)(Takes);
  const injector = new Injector(container.createChildContainer());
  assert.throws(() => injector.resolve(Takes), /Takes's constructor takes 2 parameters and Injectable lists 1/);
  loose(undefinedToken)(Takes);
  assert.throws(
    () => new Injector(container.createChildContainer()).resolve(Takes),
    /dependency 0 of Takes is undefined.*delay\(\(\) => TheClass\)/,
  );
});

test("an unknown scope and anything but a class are refused at once", () => {
  const scope = "request" as "call";
  assert.throws(() => Injectable({ scope }), /no scope "request": write "singleton", "call" or "transient"/);
  const decorate = Injectable() as (target: unknown, context?: unknown) => void;
  assert.throws(() => decorate(() => 1, { kind: "method" }), /decorates classes only/);
  assert.throws(() => decorate({}), /decorates classes only/);
});
