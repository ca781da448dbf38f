// What an app does with what it is given: interceptors and their order, dependencies, contracts, connect-es routes,
// generated services, limits, and the report of unknown errors.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createFileRegistry, type DescService } from "@bufbuild/protobuf";
import { Code, ConnectError, createClient as createConnectClient } from "@connectrpc/connect";
import {
  createContextKey,
  createSchema,
  field,
  type HandlerContext,
  implement,
  type Implementation,
  inject,
  Injectable,
  type Interceptor,
  message,
  serverStreaming,
  Service,
  service,
  Sigil,
  Unary,
  unary,
  type UnknownErrorInfo,
  UseInterceptors,
} from "sigil";

const Note = message("app.v1.Note", { text: field(1, "string") });
type Note = InstanceType<typeof Note>;
const Notes = service("app.v1.Notes", { add: unary(Note, Note), list: serverStreaming(Note, Note) });

function tracing(name: string, trace: string[]): Interceptor {
  return (next) => async (request) => {
    trace.push(`${name} before`);
    const response = await next(request);
    trace.push(`${name} after`);
    return response;
  };
}

test("interceptors run app, service, method, in the order given, and back", async () => {
  const trace: string[] = [];
  @Service("app.v1.Traced")
  @UseInterceptors(tracing("service 1", trace), tracing("service 2", trace))
  class Traced {
    @Unary(Note, Note)
    @UseInterceptors(tracing("method", trace))
    call(note: Note) {
      trace.push("handler");
      return note;
    }
  }
  const app = new Sigil({ services: [Traced], interceptors: [tracing("app", trace)] });
  await app.client(Traced).call({});
  assert.deepEqual(trace, [
    "app before",
    "service 1 before",
    "service 2 before",
    "method before",
    "handler",
    "method after",
    "service 2 after",
    "service 1 after",
    "app after",
  ]);
});

test("an interceptor sees the instance, changes request and reply, and passes values on", async () => {
  const user = createContextKey("nobody");
  const seen: unknown[] = [];
  const authenticate: Interceptor = (next) => async (request) => {
    request.contextValues.set(user, "ada");
    if (!request.stream) seen.push(request.message instanceof Note);
    const response = await next(request);
    if (!response.stream) {
      seen.push(response.message instanceof Note);
      return {
        ...response,
        message: Object.assign(response.message, { text: `${(response.message as unknown as Note).text}!` }),
      };
    }
    return response;
  };
  const app = new Sigil({
    services: [implement(Notes, {
      add: (note, { values }) => ({ text: `${values.get(user)}: ${note.text}` }),
      async *list() {},
    })],
    interceptors: [authenticate],
  });
  assert.equal((await app.client(Notes).add({ text: "hi" })).text, "ada: hi!");
  assert.deepEqual(seen, [true, true]);
});

test("an interceptor can refuse a call before the handler runs", async () => {
  let ran = false;
  const deny: Interceptor = () => () => Promise.reject(new ConnectError("no", Code.PermissionDenied));
  const app = new Sigil({
    services: [implement(Notes, { add: (note) => (ran = true, note), async *list() {} })],
    interceptors: [deny],
  });
  await assert.rejects(app.client(Notes).add({}), (error: ConnectError) => error.code === Code.PermissionDenied);
  assert.equal(ran, false);
});

test("an interceptor wraps the messages of a stream", async () => {
  const shout: Interceptor = (next) => async (request) => {
    const response = await next(request);
    if (!response.stream) return response;
    async function* louder(): AsyncGenerator<never> {
      for await (const message of response.message as AsyncIterable<unknown>) {
        const note = message as Note;
        note.text = note.text.toUpperCase();
        yield note as never;
      }
    }
    return { ...response, message: louder() };
  };
  const app = new Sigil({
    services: [implement(Notes, {
      add: (note) => note,
      async *list(note) {
        yield { text: `${note.text} a` };
        yield { text: `${note.text} b` };
      },
    })],
    interceptors: [shout],
  });
  const texts: string[] = [];
  for await (const note of app.client(Notes).list({ text: "x" })) texts.push(note.text);
  assert.deepEqual(texts, ["X A", "X B"]);
});

test("a class as interceptor gets its dependencies, and shares a call-scoped one with the handler", async () => {
  @Injectable({ scope: "call" })
  class CallId {
    static next = 1;
    readonly value = CallId.next++;
  }
  @Injectable([CallId], { scope: "call" })
  class Stamp {
    readonly #id: CallId;
    constructor(id: CallId) {
      this.#id = id;
    }
    intercept(next: Parameters<Interceptor>[0]): ReturnType<Interceptor> {
      return async (request) => {
        const response = await next(request);
        response.header.set("x-call", String(this.#id.value));
        return response;
      };
    }
  }
  @Service("app.v1.Ids")
  @UseInterceptors(Stamp)
  @Injectable({ scope: "call" })
  class Ids {
    #id = inject(CallId);
    @Unary(Note, Note)
    call() {
      return { text: String(this.#id.value) };
    }
  }
  const client = new Sigil({ services: [Ids] }).client(Ids);
  for (let i = 0; i < 3; i++) {
    let header: string | null = null;
    const { text } = await client.call({}, { onHeader: (headers) => header = headers.get("x-call") });
    assert.equal(text, header);
  }
  assert.equal(CallId.next, 4);
});

test("a singleton service is one instance for all calls", async () => {
  @Service("app.v1.Counter")
  class Counter {
    #calls = 0;
    @Unary(Note, Note)
    call() {
      return { text: String(++this.#calls) };
    }
  }
  const client = new Sigil({ services: [Counter] }).client(Counter);
  await client.call({});
  assert.equal((await client.call({})).text, "2");
});

test("a class implements a contract made elsewhere", async () => {
  @Service(Notes)
  class NotesService implements Implementation<typeof Notes> {
    add(note: Note, _context: HandlerContext) {
      return { text: `added ${note.text}` };
    }
    async *list() {
      yield { text: "one" };
    }
  }
  const app = new Sigil({ services: [NotesService] });
  assert.equal((await app.client(Notes).add({ text: "x" })).text, "added x");
});

test("a contract's missing method is a startup error that names it", () => {
  assert.throws(
    () => new Sigil({ services: [implement(Notes, { add: (note: Note) => note } as never)] }),
    /app\.v1\.Notes\.list: it is a method of app\.v1\.Notes and is not implemented/,
  );
});

/** A service as protobuf-es generates it: a descriptor with plain messages. */
function generated(): DescService {
  const file = createSchema({ contracts: [Notes] }).files[0];
  const registry = createFileRegistry(file.proto, () => undefined);
  const desc = registry.getService("app.v1.Notes");
  assert.ok(desc);
  return desc;
}

test("generated services mount beside decorated ones, with plain messages", async () => {
  const desc = generated();
  const Empty = message("other.v1.Empty", {});
  @Service("other.v1.Other")
  class Other {
    @Unary(Empty, Empty)
    call() {
      return {};
    }
  }
  const app = new Sigil({
    services: [
      Other,
      implement(desc, {
        add: (note: { $typeName: string; text: string }) => ({ text: `${note.$typeName} ${note.text}` }),
        async *list() {},
      } as never),
    ],
  });
  const client = app.client(desc) as unknown as { add(note: object): Promise<{ text: string }> };
  assert.equal((await client.add({ text: "x" })).text, "app.v1.Note x");
});

test("connect-es routes mount unchanged, and run under the app's interceptors", async () => {
  const desc = generated();
  const trace: string[] = [];
  const app = new Sigil({
    routes: (router) => {
      router.service(desc, { add: (note: object) => note } as never);
    },
    interceptors: [tracing("app", trace)],
  });
  const client = app.client(desc) as unknown as Record<"add" | "list", (note: object) => Promise<{ text: string }>>;
  assert.equal((await client.add({ text: "x" })).text, "x");
  assert.deepEqual(trace, ["app before", "app after"]);
  const listed = client.list({}) as unknown as AsyncIterable<unknown>;
  await assert.rejects(async () => {
    for await (const _ of listed);
  }, (error: ConnectError) => error.code === Code.Unimplemented);
});

test("connect-es's own client runs over any transport to the app", async () => {
  const desc = generated();
  const app = new Sigil({ services: [implement(Notes, { add: (note) => note, async *list() {} })] });
  const { fetchTransport } = await import("sigil");
  const transport = fetchTransport("http://app.invalid", {
    fetch: (input, init) => app.fetch(new Request(input, init)),
  });
  const client = createConnectClient(desc, transport) as unknown as { add(note: object): Promise<{ text: string }> };
  assert.equal((await client.add({ text: "same" })).text, "same");
});

test("an unknown error is reported whole with the id that the caller got", async () => {
  const reports: [unknown, UnknownErrorInfo][] = [];
  const secret = new Error("secret");
  const app = new Sigil({
    services: [implement(Notes, {
      add() {
        throw secret;
      },
      async *list() {},
    })],
    onUnknownError: (error, info) => reports.push([error, info]),
  });
  const error = await app.client(Notes).add({}).catch((error: ConnectError) => error) as ConnectError;
  assert.equal(reports.length, 1);
  assert.equal(reports[0][0], secret);
  assert.equal(reports[0][1].method, "app.v1.Notes/Add");
  assert.equal(error.rawMessage, `internal error, id ${reports[0][1].id}`);
});

test("limits of the app: received bytes, sent bytes, timeouts", async () => {
  const services = [implement(Notes, {
    add: (note) => ({ text: note.text.repeat(10) }),
    async *list() {},
  })];
  const client = new Sigil({ services, maxReceiveBytes: 100, maxSendBytes: 500, maxTimeoutMs: 1000 }).client(Notes);
  const code = (promise: Promise<unknown>) => promise.then(() => undefined, (error: ConnectError) => error.code);
  assert.equal(await code(client.add({ text: "x".repeat(45) })), undefined);
  assert.equal(await code(client.add({ text: "x".repeat(60) })), Code.ResourceExhausted);
  assert.equal(await code(client.add({ text: "x".repeat(120) })), Code.ResourceExhausted);
  assert.equal(await code(client.add({ text: "" }, { timeoutMs: 1000 })), undefined);
  assert.equal(await code(client.add({ text: "" }, { timeoutMs: 2000 })), Code.InvalidArgument);
});

test("the handler is told deadline and peer", async () => {
  let context: HandlerContext | undefined;
  const app = new Sigil({
    services: [implement(Notes, {
      add: (note, given) => (context = given, note),
      async *list() {},
    })],
  });
  const before = Date.now();
  await app.client(Notes).add({}, { timeoutMs: 5000 });
  assert.ok(context?.deadline && context.deadline >= before + 4000 && context.deadline <= Date.now() + 5000);
  assert.deepEqual(context.peer, {});
  await app.client(Notes).add({});
  assert.equal(context?.deadline, undefined);
});

test("disposing an app disposes the singletons that it made", async () => {
  const disposed: string[] = [];
  class Store {
    async [Symbol.asyncDispose]() {
      disposed.push("store");
    }
  }
  @Service("app.v1.Disposed")
  class Disposed {
    #store = inject(Store);
    @Unary(Note, Note)
    call() {
      return { text: typeof this.#store };
    }
    [Symbol.dispose]() {
      disposed.push("service");
    }
  }
  const app = new Sigil({ services: [Disposed] });
  await app.client(Disposed).call({});
  await app[Symbol.asyncDispose]();
  assert.deepEqual(disposed, ["service", "store"]);
});
