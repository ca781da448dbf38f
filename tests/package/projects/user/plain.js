// A user's server and client in plain JavaScript, with builders in place of decorators.
import { createClient, fetchTransport, field, implement, message, service, Sigil, unary } from "sigil";

const Greeting = message("project.v1.Greeting", { text: field(1, "string") });
const Greeter = service("project.v1.Greeter", { greet: unary(Greeting, Greeting) });

const app = new Sigil({ services: [implement(Greeter, { greet: ({ text }) => ({ text: `Hello ${text}` }) })] });
const server = await app.listen({ host: "127.0.0.1", port: 0, shutdownSignals: false });
const client = createClient(Greeter, server.notice === undefined ? server.url : fetchTransport(server.url));
console.log((await client.greet({ text: "Ada" })).text);
const response = await app.fetch(
  new Request("http://edge.example/project.v1.Greeter/Greet", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ text: "fetch" }),
  }),
);
console.log(await response.text());
await app[Symbol.asyncDispose]();
console.log("closed");
