// One call of each kind, over any transport. The client's types come from the class; there is no generated code.
import { createClient, type Transport } from "sigil";
import { Greeter } from "./greeter.ts";
import { Language } from "./messages.ts";

/** Calls each method of a greeter and prints what is sent and what comes back. */
export async function callEachKind(transport: Transport): Promise<void> {
  const greeter = createClient(Greeter, transport, { defaultTimeoutMs: 10_000 });

  printRequests("sayHello (unary)", [ada]);
  printReplies([await greeter.sayHello(ada)]);

  const countDown = { from: 3, pauseMs: 10 };
  printRequests("countDown (server streaming)", [countDown]);
  printReplies(await Array.fromAsync(greeter.countDown(countDown)));

  printRequests("greetAll (client streaming)", [ada, grace, radia]);
  printReplies([await greeter.greetAll(each(ada, grace, radia))]);

  printRequests("chat (bidi streaming)", [grace, radia]);
  printReplies(await Array.fromAsync(greeter.chat(each(grace, radia))));
}

const ada = { name: "Ada", language: Language.ENGLISH };
const grace = { name: "Grace" };
const radia = { name: "Radia", language: Language.FRENCH };

async function* each<T>(...messages: T[]): AsyncGenerator<T> {
  yield* messages;
}

function printRequests(call: string, requests: readonly object[]): void {
  console.log(`\n  ${call}`);
  for (const request of requests) console.log(`    -> ${JSON.stringify(request)}`);
}

function printReplies(replies: readonly object[]): void {
  for (const reply of replies) console.log(`    <- ${JSON.stringify(reply)}`);
}
