// A page's code: a contract and a client of it, bundled for browsers.
import { createClient, field, message, service, unary } from "sigil/client";

const Greeting = message("project.v1.Greeting", { text: field(1, "string") });
const Greeter = service("project.v1.Greeter", { greet: unary(Greeting, Greeting) });

export async function greet(url: string, name: string): Promise<string> {
  return (await createClient(Greeter, url).greet({ text: name })).text;
}
