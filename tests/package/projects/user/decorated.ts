// A user's server and client with decorators, as it would stand in a project that installed the package.
import {
  createClient,
  fetchTransport,
  Field,
  inject,
  Injectable,
  Message,
  ServerStreaming,
  Service,
  Sigil,
  Unary,
} from "sigil";

@Message("project.v1.Greeting")
class Greeting {
  @Field(1)
  text = "";
  @Field(2, "int32")
  count = 0;

  get loud(): string {
    return this.text.toUpperCase();
  }
}

@Injectable()
class Phrases {
  greet(name: string): string {
    return `Hello ${name}`;
  }
}

@Service("project.v1.Greeter")
class Greeter {
  #phrases = inject(Phrases);

  @Unary(Greeting, Greeting)
  greet(request: Greeting) {
    return { text: this.#phrases.greet(request.loud) };
  }

  @ServerStreaming(Greeting, Greeting)
  async *count(request: Greeting) {
    for (let count = 1; count <= request.count; count++) yield { count };
  }
}

const app = new Sigil({ services: [Greeter] });
const server = await app.listen({ host: "127.0.0.1", port: 0, shutdownSignals: false });
// Where the runtime cannot serve native gRPC the server says so, and fetch alone is used.
const targets = server.notice === undefined ? [server.url, fetchTransport(server.url)] : [fetchTransport(server.url)];
for (const target of targets) {
  const client = createClient(Greeter, target);
  const { text } = await client.greet({ text: "Ada" });
  const counts: number[] = [];
  for await (const { count } of client.count({ count: 3 })) counts.push(count);
  console.log(`${text} ${counts.join(",")}`);
}
const { text } = await app.client(Greeter).greet({ text: "in process" });
console.log(text);
await app[Symbol.asyncDispose]();
console.log("closed");
