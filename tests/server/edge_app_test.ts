// The app of hosts of `fetch`: it knows no container that it is not given, and is called in process by a transport.
import "reflect-metadata";
import assert from "node:assert/strict";
import { test } from "node:test";
import { container } from "tsyringe";
import {
  createClient,
  field,
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
