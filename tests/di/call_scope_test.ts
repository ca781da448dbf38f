// Scopes and disposal: what is shared within a call and with the app, who disposes what, in which order, whatever fails.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Injectable } from "../../src/di/injectable.ts";
import { inject } from "../../src/di/inject.ts";
import { Injector } from "../../src/di/injector.ts";
import { container } from "../../src/di/container.ts";

const events: string[] = [];
const ended = (name: string) => (events.push(name), undefined);

@Injectable()
class Pool {
  dispose(): void {
    ended("Pool");
  }
}

@Injectable({ scope: "call" })
class Transaction {
  readonly pool = inject(Pool);
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.resolve();
    ended("Transaction");
  }
  // Never called: the asynchronous one comes first.
  [Symbol.dispose](): void {
    ended("Transaction, synchronously");
  }
}

@Injectable([Transaction], { scope: "call" })
class Orders {
  readonly transaction: Transaction;
  constructor(transaction: Transaction) {
    this.transaction = transaction;
  }
  [Symbol.dispose](): void {
    ended("Orders");
  }
}

@Injectable([Transaction], { scope: "call" })
class Audit {
  readonly transaction: Transaction;
  constructor(transaction: Transaction) {
    this.transaction = transaction;
  }
}

@Injectable({ scope: "transient" })
class Timer {
  readonly transaction = inject(Transaction);
  dispose(): void {
    ended("Timer");
  }
}

test("a call has one instance of each call-scoped class, shared by all who ask in it", () => {
  const injector = new Injector(container.createChildContainer());
  const first = injector.openCallScope();
  const second = injector.openCallScope();
  const orders = first.resolve(Orders);
  assert.equal(first.resolve(Orders), orders);
  assert.equal(first.resolve(Audit).transaction, orders.transaction);
  assert.notEqual(second.resolve(Orders), orders);
  assert.notEqual(second.resolve(Audit).transaction, orders.transaction);
  assert.equal(second.resolve(Transaction).pool, orders.transaction.pool);
  assert.equal(injector.resolve(Pool), orders.transaction.pool);
});

test("transient instances are made each time and share the call's instances", () => {
  const call = new Injector(container.createChildContainer()).openCallScope();
  const timer = call.resolve(Timer);
  assert.notEqual(call.resolve(Timer), timer);
  assert.equal(call.resolve(Timer).transaction, timer.transaction);
});

test("a call disposes what it constructed, the last first, each awaited, and no singleton", async () => {
  events.length = 0;
  const injector = new Injector(container.createChildContainer());
  const call = injector.openCallScope();
  call.resolve(Orders);
  call.resolve(Timer);
  call.resolve(Timer);
  await call.dispose();
  assert.deepEqual(events, ["Timer", "Timer", "Orders", "Transaction"]);
  await call.dispose();
  assert.equal(events.length, 4);
  await injector.dispose();
  await injector.dispose();
  assert.deepEqual(events.slice(4), ["Pool"]);
});

test("a disposal that fails keeps no other from happening, and every failure is reported", async () => {
  const seen: string[] = [];
  class Fails {
    readonly name: string = "first";
    dispose(): void {
      seen.push(this.name);
      throw new Error(this.name);
    }
  }
  @Injectable({ scope: "call" })
  class First extends Fails {}
  @Injectable({ scope: "call" })
  class Sound {
    [Symbol.dispose](): void {
      seen.push("sound");
    }
  }
  @Injectable({ scope: "call" })
  class Second extends Fails {
    override readonly name = "second";
    override async dispose(): Promise<void> {
      await Promise.resolve();
      super.dispose();
    }
  }
  const call = new Injector(container.createChildContainer()).openCallScope();
  for (const token of [First, Sound, Second]) call.resolve<object>(token);
  await assert.rejects(call.dispose(), (error: AggregateError) => {
    assert.deepEqual(error.errors.map((each: Error) => each.message), ["second", "first"]);
    return error instanceof AggregateError;
  });
  assert.deepEqual(seen, ["second", "sound", "first"]);
});

test("what was constructed before a constructor threw is disposed with the call", async () => {
  events.length = 0;
  @Injectable([Transaction], { scope: "call" })
  class Broken {
    constructor(_transaction: Transaction) {
      throw new RangeError("broken");
    }
  }
  const call = new Injector(container.createChildContainer()).openCallScope();
  assert.throws(() => call.resolve(Broken), RangeError);
  await call.dispose();
  assert.deepEqual(events, ["Transaction"]);
});

test("a call that has ended resolves nothing more, not even while its instances are being disposed", async () => {
  let failure: unknown;
  @Injectable({ scope: "call" })
  class Late {
    dispose(): void {
      try {
        call.resolve(Orders);
      } catch (error) {
        failure = error;
      }
    }
  }
  const call = new Injector(container.createChildContainer()).openCallScope();
  call.resolve(Late);
  await call.dispose();
  const message = /Orders was asked for after the call had ended/;
  assert.match(String(failure), message);
  assert.throws(() => call.resolve(Orders), { name: "InjectionError", message });
});

test("an app that has been disposed resolves nothing more", async () => {
  const injector = new Injector(container.createChildContainer());
  const call = injector.openCallScope();
  await injector.dispose();
  assert.throws(() => injector.resolve(Pool), /Pool was asked for after the app had ended/);
  assert.throws(() => call.resolve(Orders), /Orders was asked for after the app had ended/);
});

test("an app disposes its singletons and the transient instances they hold, dependants first", async () => {
  const seen: string[] = [];
  @Injectable({ scope: "transient" })
  class Connection {
    dispose(): void {
      seen.push("Connection");
    }
  }
  @Injectable([Connection])
  class Store {
    constructor(readonly_: Connection) {
      assert.ok(readonly_);
    }
    dispose(): void {
      seen.push("Store");
    }
  }
  @Injectable([Store])
  class Service {
    constructor(store: Store) {
      assert.ok(store);
    }
    dispose(): void {
      seen.push("Service");
    }
  }
  const injector = new Injector(container.createChildContainer());
  injector.resolve(Service);
  injector.resolve(Connection); // belongs to this test, so nobody disposes it
  await injector.dispose();
  assert.deepEqual(seen, ["Service", "Store", "Connection"]);
});
