// The app of hosts of `fetch`: it knows no container that it is not given, and is called in process by a transport.
import "reflect-metadata";
import assert from "node:assert/strict";
import { test } from "node:test";
import { container } from "tsyringe";
import {
  createClient,
  field,
  type HandlerContext,
  inject,
  Injectable,
  inProcessTransport,
  message,
  Service,
  service,
  Sigil,
  unary,
} from "../../src/edge.ts";

const Text = message("edge.v1.Text", { text: field(1, "string") });
const Words = service("edge.v1.Words", { say: unary(Text, Text) });

class Phrases {
  greeting = "Hello";
}

@Injectable({ token: "loud" })
class Loud extends Phrases {
  override greeting = "HELLO";
}

@Service(Words)
class Said {
  readonly #phrases = inject(Phrases);
  readonly #loud = inject<Phrases>("loud");

  say({ text }: { text: string }) {
    return { text: `${this.#phrases.greeting} ${this.#loud.greeting} ${text}` };
  }
}

test("without a container classes are constructed, by the tokens of Injectable too", async () => {
  const words = createClient(Words, inProcessTransport(new Sigil({ services: [Said] })));
  assert.equal((await words.say({ text: "Ada" })).text, `Hello ${new Loud().greeting} Ada`);
});

test("a container that is given counts", async () => {
  const replaced = container.createChildContainer();
  replaced.register(Phrases, { useValue: { greeting: "Good day" } });
  const words = createClient(Words, inProcessTransport(new Sigil({ services: [Said], container: replaced })));
  assert.equal((await words.say({ text: "Ada" })).text, "Good day HELLO Ada");
});

test("registrations on the global container are not looked up", () => {
  @Service("edge.v1.Needy")
  class Needy {
    readonly url = inject<string>("edge url");
  }
  container.register("edge url", { useValue: "https://edge.example" });
  assert.throws(() => new Sigil({ services: [Needy] }), /'edge url'/);
});

test("app.client says what to write in its place", () => {
  assert.throws(() => new Sigil({ services: [Said] }).client(Words), /inProcessTransport\(app\)/);
});

test("a Worker's host is held until what a call has made is disposed, its client gone or not", async () => {
  const entries: string[] = [];
  @Injectable({ scope: "call" })
  class Connection {
    async [Symbol.asyncDispose](): Promise<void> {
      await new Promise((resolve) => setTimeout(resolve, 20));
      entries.push("disposed");
    }
  }
  @Service(Words)
  @Injectable({ scope: "call" })
  class Holding {
    readonly connection = inject(Connection);

    say(_: { text: string }, { signal }: HandlerContext): Promise<{ text: string }> {
      return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    }
  }
  const app = new Sigil({ services: [Holding] });
  const held: Promise<unknown>[] = [];
  const host = { waitUntil: (settled: Promise<unknown>) => held.push(settled) };
  const gone = new AbortController();
  const response = app.fetch(
    new Request("http://localhost/edge.v1.Words/Say", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: "{}",
      signal: gone.signal,
    }),
    {},
    host,
  );
  await new Promise((resolve) => setTimeout(resolve, 5));
  assert.equal(held.length, 1);
  gone.abort();
  await response;
  // Each may bring another.
  for (let i = 0; i < held.length; i++) await held[i];
  assert.deepEqual(entries, ["disposed"]);
});

test("a host whose waitUntil throws is served all the same", async () => {
  const context = {
    waitUntil(): void {
      throw new TypeError("Illegal invocation");
    },
  };
  const request = new Request("http://localhost/edge.v1.Words/Say", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: '{"text":"Ada"}',
  });
  const response = await new Sigil({ services: [Said] }).fetch(request, {}, context);
  assert.deepEqual([response.status, await response.json()], [200, { text: "Hello HELLO Ada" }]);
});
