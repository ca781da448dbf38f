// The greeter's service in process: what clients in other languages rely on beside its replies.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Code, ConnectError, container, createSchema, Sigil } from "sigil";
import { appOptions } from "../../examples/greeter/app.ts";
import { Journal } from "../../examples/greeter/call_log.ts";
import { Greeter } from "../../examples/greeter/greeter.ts";
import { KnownLanguages, Language } from "../../examples/greeter/messages.ts";

/** A greeter, and what it writes down. */
function greeterAndLines() {
  const lines: string[] = [];
  const own = container.createChildContainer();
  own.register(Journal, { useValue: { write: (line) => void lines.push(line) } });
  return { greeter: new Sigil({ ...appOptions, container: own }).client(Greeter), lines };
}

test("a caller's x-request-id comes back with the reply, and stands in the log", async () => {
  const { greeter, lines } = greeterAndLines();
  let id: string | null = null;
  await greeter.sayHello({ name: "Ada" }, {
    headers: { "x-request-id": "42" },
    onHeader: (header) => id = header.get("x-request-id"),
  });
  assert.equal(id, "42");
  assert.match(lines.join(), /SayHello answered in .* ms \(42\)$/);
});

test("a language that is not spoken is an error that carries those that are, and the x-request-id", async () => {
  const { greeter, lines } = greeterAndLines();
  const call = greeter.sayHello({ name: "Ada", language: 42 as Language }, { headers: { "x-request-id": "43" } });
  const error = await call.then(() => undefined, (error) => ConnectError.from(error));
  assert.equal(error?.code, Code.InvalidArgument);
  assert.equal(error.rawMessage, "the greeter does not speak language 42");
  assert.equal(error.metadata.get("x-request-id"), "43");
  const { registry } = createSchema({ messages: [KnownLanguages] });
  const details = error.findDetails(registry.getMessage("greeter.v1.KnownLanguages")!) as unknown as KnownLanguages[];
  assert.deepEqual(details.map(({ languages }) => languages), [[Language.ENGLISH, Language.FRENCH, Language.GERMAN]]);
  assert.match(lines.join(), /SayHello failed in .* ms \(43\): /);
});
