// What is wrong with an app shows when it is made, not with its first call: interceptors, limits, services and methods that
// are none, each with what to write instead.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type ConnectRoutes,
  container,
  field,
  implement,
  inject,
  Injectable,
  InjectionError,
  type InterceptorLike,
  message,
  SchemaError,
  Service,
  service,
  type ServiceLike,
  Sigil,
  StartupError,
  Unary,
  unary,
  UseInterceptors,
} from "sigil";

const Note = message("startup.v1.Note", { text: field(1, "string") });
const Notes = service("startup.v1.Notes", { add: unary(Note, Note) });
const Pair = service("startup.v1.Pair", { one: unary(Note, Note), two: unary(Note, Note) });

class Property {
  intercept = (next: never): never => next;
}

function mistakesOf(make: () => unknown): string {
  try {
    make();
  } catch (error) {
    assert.ok(error instanceof SchemaError, String(error));
    return error.mistakes.join("\n");
  }
  throw new assert.AssertionError({ message: "the app has no mistakes" });
}

test("what is no interceptor is refused, for the app and for a service", () => {
  const none = [undefined, "text", {}, class Plain {}, Property] as unknown as InterceptorLike[];
  const text = mistakesOf(() => new Sigil({ interceptors: none }));
  assert.match(text, /interceptors: undefined \(a circle of imports\?\) is no interceptor/);
  assert.match(text, /interceptors: text is no interceptor/);
  assert.match(text, /interceptors: class Plain is no interceptor\. Give it a method intercept/);
  assert.match(text, /interceptors: class Property is no interceptor\. .* a property is not seen/);
  assert.equal(text.split("\n").length, none.length);

  @Service("startup.v1.Guarded")
  @UseInterceptors(undefined as never)
  class Guarded {
    @Unary(Note, Note)
    @UseInterceptors(Property as never)
    add() {
      return {};
    }
  }
  const noted = mistakesOf(() => new Sigil({ services: [Guarded] }));
  assert.match(noted, /Guarded: undefined/);
  assert.match(noted, /Guarded: class Property/);
});

test("functions, arrow functions, objects and classes with the method are interceptors", () => {
  class Passing {
    intercept(next: never): never {
      return next;
    }
  }
  const interceptors = [
    (next: never) => next,
    function (next: never) {
      return next;
    },
    new Property(),
    new Passing(),
    Passing,
  ] as unknown as InterceptorLike[];
  assert.ok(new Sigil({ services: [implement(Notes, { add: (note) => note })], interceptors }));
});

test("a method with interceptors and without a kind is refused", () => {
  @Service("startup.v1.Forgotten")
  class Forgotten {
    @UseInterceptors((next) => next)
    add() {
      return {};
    }
    @Unary(Note, Note)
    list() {
      return {};
    }
  }
  const text = mistakesOf(() => new Sigil({ services: [Forgotten] }));
  assert.match(text, /^Forgotten\.add: it has interceptors and is no method of startup\.v1\.Forgotten\. Decorate it/);
});

test("a contract's method without a kind is refused", () => {
  const methods = { a: undefined, b: { input: Note, output: Note, options: {} }, c: unary(Note, Note) };
  const contract = service("startup.v1.Kindless", methods as never);
  const text = mistakesOf(() => new Sigil({ services: [implement(contract, { a() {}, b() {}, c() {} } as never)] }));
  assert.match(text, /Kindless\.a: undefined is no method\. Declare it by unary\(\)/);
  assert.match(text, /Kindless\.b: an object with input, output, options is no method/);
  assert.equal(text.split("\n").length, 2);
});

test("a service that is none, and a method that is a property, say what to give", () => {
  @Service(Notes)
  class Properties {
    add = (note: InstanceType<typeof Note>) => note;
  }
  const services = [new Properties(), Properties, implement(Notes, undefined as never)] as unknown as ServiceLike[];
  const text = mistakesOf(() => new Sigil({ services }));
  assert.match(text, /services: a Properties is no service/);
  assert.match(text, /Properties\.add: .* not implemented\. Add it to Properties, as a method: a property/);
  assert.match(text, /startup\.v1\.Notes\.add: .* not implemented\. Add it to the implementation/);
});

test("a limit out of its range is refused, with its name, value and range", () => {
  for (const value of [0, -1, 1.5, NaN, Infinity, 2 ** 32]) {
    assert.throws(
      () => new Sigil({ maxReceiveBytes: value }),
      {
        name: "RangeError",
        message: new RegExp(`maxReceiveBytes is ${value}: give a whole number from 1 to 4294967295`),
      },
    );
    assert.throws(() => new Sigil({ maxSendBytes: value }), /maxSendBytes is/);
  }
  assert.throws(() => new Sigil({ maxTimeoutMs: -1 }), /maxTimeoutMs is -1: give a whole number from 1 to/);
  assert.throws(() => new Sigil({ maxTimeoutMs: "5" as never }), /maxTimeoutMs is "5"/);
  assert.ok(new Sigil({ maxReceiveBytes: 1, maxSendBytes: 2 ** 32 - 1, maxTimeoutMs: 1 }));
});

test("mistakes of the schema, of injection and of limits are reported together, each error as it is", async () => {
  let disposed = 0;
  class Store {
    [Symbol.dispose]() {
      disposed++;
    }
  }
  const Twice = message("startup.v1.Twice", { a: field(1, "string"), b: field(1, "string") });
  @Service("startup.v1.Broken")
  @Injectable([Store, "DATABASE_URL", "CACHE_URL"])
  class Broken {
    constructor(_store: Store, _database: string, _cache: string) {}
    @Unary(Note, Twice)
    add() {
      return {};
    }
  }
  class Limiting {
    readonly limit = inject<number>("LIMIT");
    intercept(next: never): never {
      return next;
    }
  }
  const make = () =>
    new Sigil({
      services: [Broken],
      interceptors: [Limiting],
      container: container.createChildContainer(),
      maxReceiveBytes: -1,
      maxSendBytes: -2,
    });
  assert.throws(make, (error) => {
    assert.ok(error instanceof StartupError && error instanceof AggregateError);
    assert.deepEqual(error.errors.map(({ name }) => name), [
      "RangeError",
      "RangeError",
      "SchemaError",
      "InjectionError",
      "InjectionError",
      "InjectionError",
    ]);
    const [limit, , schema, ...injections] = error.errors;
    assert.ok(limit instanceof RangeError && schema instanceof SchemaError);
    assert.ok(injections.every((each) => each instanceof InjectionError));
    assert.equal(error.mistakes.length, 6);
    assert.match(
      error.message,
      /^The app has 6 mistakes\.\n {2}1\. maxReceiveBytes is -1: .*\n {2}2\. maxSendBytes is -2/,
    );
    assert.match(error.message, /\n {2}3\. Twice\.b: number 1 is taken by Twice\.a\./);
    assert.match(error.message, /\n.*nothing provides 'LIMIT': .*\(Limiting -> 'LIMIT'\)/);
    assert.match(error.message, /\n.*nothing provides 'DATABASE_URL'/);
    assert.match(error.message, /\n.*nothing provides 'CACHE_URL'/);
    return true;
  });
  await new Promise((resolve) => setTimeout(resolve));
  assert.equal(disposed, 1, "what was constructed in vain is disposed");
});

test("a single error is thrown as it is", () => {
  const thrown = new Error("no configuration");
  @Service("startup.v1.Throwing")
  class Throwing {
    constructor() {
      throw thrown;
    }
    @Unary(Note, Note)
    add() {
      return {};
    }
  }
  assert.throws(() => new Sigil({ services: [Throwing] }), (error) => error === thrown);
  @Service("startup.v1.Lacking")
  class Lacking {
    readonly url = inject<string>("STARTUP_URL");
    @Unary(Note, Note)
    add() {
      return {};
    }
  }
  assert.throws(() => new Sigil({ services: [Lacking] }), InjectionError);
});

test("two routes that serve one method are refused; one may serve what another leaves out", async () => {
  const { services } = new Sigil({ services: [implement(Pair, { one: () => ({}), two: () => ({}) })] }).schema.files
    .find((file) => file.services.length > 0)!;
  const generated = services[0];
  const one: ConnectRoutes = (router) => router.service(generated, { one: () => ({ text: "one" }) } as never);
  const two: ConnectRoutes = (router) => router.rpc(generated.method.two, (() => ({ text: "two" })) as never);
  const twice = mistakesOf(() => new Sigil({ routes: [one, two, two] }));
  assert.equal(twice, "startup.v1.Pair.two: it is served twice. Take one of its routes away.");
  const beside = implement(generated, { one: () => ({}), two: () => ({}) } as never);
  assert.match(
    mistakesOf(() => new Sigil({ services: [beside], routes: two })),
    /^startup\.v1\.Pair\.two: it is served/,
  );
  for (const routes of [[one, two], [two, one]]) {
    const client = new Sigil({ routes }).client(Pair);
    assert.equal((await client.one({})).text, "one");
    assert.equal((await client.two({})).text, "two");
  }
});
