// Handlers and interceptors that do it wrong: whatever they answer, throw or leave out, the caller gets an error and the
// operator a text that says what to change; and what interceptors put in place of the request reaches the handler.
import assert from "node:assert/strict";
import { test } from "node:test";
import { DurationSchema } from "@bufbuild/protobuf/wkt";
import {
  createContextValues,
  field,
  type HandlerContext,
  implement,
  inject,
  Injectable,
  type Interceptor,
  message,
  ServerStreaming,
  serverStreaming,
  Service,
  service,
  Sigil,
  unary,
} from "sigil";

const Note = message("calls.v1.Note", { text: field(1, "string") });
type Note = InstanceType<typeof Note>;
const Notes = service("calls.v1.Notes", { add: unary(Note, Note), list: serverStreaming(Note, Note) });

interface Handlers {
  add?: (note: Note, context: HandlerContext) => unknown;
  list?: (note: Note, context: HandlerContext) => unknown;
}

function notes({ add = (note) => note, list = async function* () {} }: Handlers, interceptors: Interceptor[] = []) {
  const reports: string[] = [];
  const app = new Sigil({
    services: [implement(Notes, { add, list } as never)],
    interceptors,
    onUnknownError: (error) => void reports.push(String(error)),
  });
  return { client: app.client(Notes), reports };
}

async function texts(replies: AsyncIterable<Note>): Promise<string[]> {
  const all: string[] = [];
  for await (const { text } of replies) all.push(text);
  return all;
}

const passOn: Interceptor = (next) => (request) => next(request);

for (const [how, interceptors] of [["alone", []], ["behind an interceptor", [passOn]]] as [string, Interceptor[]][]) {
  test(`a handler of a stream that answers no stream is told so, ${how}`, async () => {
    const cases: [() => unknown, string][] = [
      [() => undefined, "undefined"],
      [() => [{ text: "a" }], "an array"],
      [() => Promise.resolve({ text: "a" }), "an object with text"],
    ];
    for (const [list, got] of cases) {
      const { client, reports } = notes({ list }, interceptors);
      await assert.rejects(texts(client.list({})), /\[internal\] internal error, id/);
      const expected = "answers a stream: expected an async iterable, as an async generator (async *) is, got";
      assert.deepEqual(reports, [`TypeError: calls.v1.Notes/List ${expected} ${got}.`]);
    }
  });

  test(`an async function that answers a stream, or throws before it, is waited for, ${how}`, async () => {
    const replies = async function* (): AsyncGenerator<object> {
      yield { text: "a" };
    };
    assert.deepEqual(await texts(notes({ list: async () => await replies() }, interceptors).client.list({})), ["a"]);
    const failing = notes({ list: () => Promise.reject(new Error("no store")) }, interceptors);
    await assert.rejects(texts(failing.client.list({})), /internal error/);
    assert.deepEqual(failing.reports, ["Error: no store"]);
  });

  test(`an iterator written by hand may answer without promises, ${how}`, async () => {
    let left = 2;
    const returned = Promise.withResolvers<void>();
    const list = (): unknown => ({
      [Symbol.asyncIterator]: () => ({
        next: () => ({ done: left === 0, value: { text: String(left--) } }),
        return: () => {
          returned.resolve();
          return { done: true };
        },
      }),
    });
    const { client } = notes({ list }, interceptors);
    assert.deepEqual(await texts(client.list({})), ["2", "1"]);
    left = 2;
    for await (const _ of client.list({})) break;
    await returned.promise;
  });

  test(`what is no message is named, ${how}`, async () => {
    const { client, reports } = notes({ add: () => undefined }, interceptors);
    await assert.rejects(client.add({}), /internal error/);
    assert.deepEqual(reports, ["TypeError: Expected a message of type calls.v1.Note, got undefined."]);
  });
}

test("an interceptor that throws where it is composed fails calls, as any other does", async () => {
  const { client, reports } = notes({}, [() => {
    throw new Error("no key file");
  }]);
  await assert.rejects(client.add({}), /\[internal\] internal error, id/);
  await assert.rejects(texts(client.list({})), /\[internal\] internal error, id/);
  assert.deepEqual(reports, ["Error: no key file", "Error: no key file"]);
});

test("an interceptor that answers nothing, or makes no function of next, is told so", async () => {
  const nothing = notes({}, [() => async () => undefined as never]);
  await assert.rejects(nothing.client.add({}), /internal error/);
  assert.match(nothing.reports[0], /An interceptor answered undefined\. Answer what next\(request\) does/);
  const none = notes({}, [() => undefined as never]);
  await assert.rejects(none.client.add({}), /internal error/);
  assert.match(none.reports[0], /An interceptor made undefined of next\. Return a function/);
  const values = notes({}, [(next) => (request) => next({ ...request, contextValues: createContextValues() })]);
  await assert.rejects(values.client.add({}), /internal error/);
  assert.match(values.reports[0], /An interceptor replaced contextValues/);
});

test("a copy that an interceptor makes of request or response has all that these have", async () => {
  const names = (value: object): string[] => Object.keys(value).sort();
  let [request, response]: string[][] = [];
  const copy: Interceptor = (next) => async (given) => {
    request = names({ ...given });
    assert.deepEqual([given.url, given.signal.aborted], [({ ...given }).url, false]);
    const answered = await next({ ...given });
    response = names({ ...answered });
    return { ...answered };
  };
  const { client } = notes({}, [copy]);
  await client.add({ text: "a" });
  const common = ["header", "message", "method", "service", "stream"];
  assert.deepEqual(request, [...common, "contextValues", "requestMethod", "signal", "url"].sort());
  assert.deepEqual(response, [...common, "trailer"].sort());
});

test("a header and a signal that an interceptor puts in place of the request's reach the handler", async () => {
  const controller = new AbortController();
  const replace: Interceptor = (next) => (request) =>
    next({ ...request, header: new Headers({ "x-user": "ada" }), signal: controller.signal });
  const seen: unknown[] = [];
  const see = (context: HandlerContext): void => {
    seen.push(context.requestHeader.get("x-user"), context.signal === controller.signal, context.method.name);
    context.responseTrailer.set("x-end", "1");
  };
  const add = (note: Note, context: HandlerContext): Note => {
    see(context);
    return note;
  };
  const list = async function* (note: Note, context: HandlerContext): AsyncGenerator<Note> {
    see(context);
    yield note;
  };
  const { client } = notes({ add, list }, [replace]);
  let end: string | null = null;
  await client.add({}, { onTrailer: (trailer) => void (end = trailer.get("x-end")) });
  await texts(client.list({}));
  assert.deepEqual(seen, ["ada", true, "Add", "ada", true, "List"]);
  assert.equal(end, "1");
});

test("trailers that an interceptor fills while a stream runs are sent", async () => {
  const count: Interceptor = (next) => async (request) => {
    const response = await next(request);
    if (!response.stream) return response;
    const trailer = new Headers();
    const counted = async function* (): AsyncGenerator<never> {
      let n = 0;
      for await (const reply of response.message) {
        n++;
        yield reply as never;
      }
      trailer.set("x-count", String(n));
    };
    return { ...response, trailer, message: counted() };
  };
  const list = async function* (): AsyncGenerator<object> {
    yield {};
    yield {};
  };
  let sent: string | null = null;
  const { client } = notes({ list }, [count]);
  for await (const _ of client.list({}, { onTrailer: (trailer) => void (sent = trailer.get("x-count")) }));
  assert.equal(sent, "2");
});

test("a handler cleans up before its call-scoped instances are disposed, where its call is cancelled", async () => {
  const events: string[] = [];
  @Injectable({ scope: "call" })
  class Connection {
    [Symbol.dispose]() {
      events.push("disposed");
    }
  }
  @Service("calls.v1.Cleaning")
  @Injectable({ scope: "call" })
  class Cleaning {
    readonly connection = inject(Connection);
    @ServerStreaming(Note, Note)
    async *list(_note: Note, { signal }: HandlerContext) {
      try {
        yield {};
        await new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
      } finally {
        await Promise.resolve();
        events.push("cleaned up");
      }
    }
  }
  const client = new Sigil({ services: [Cleaning] }).client(Cleaning);
  for await (const _ of client.list({})) break;
  while (events.length < 2) await new Promise((resolve) => setTimeout(resolve, 1));
  assert.deepEqual(events, ["cleaned up", "disposed"]);
});

test("what a handler throws after its deadline is reported all the same", async () => {
  let fail: (error: Error) => void = () => {};
  const { client, reports } = notes({ add: () => new Promise((_, reject) => fail = reject) });
  await assert.rejects(client.add({}, { timeoutMs: 5 }), /deadline_exceeded/);
  fail(new Error("too late"));
  await new Promise((resolve) => setTimeout(resolve, 1));
  assert.deepEqual(reports, ["Error: too late"]);
});

test("a reply that no format can write is masked and reported", async () => {
  const Holder = message("calls.v1.Holder", { ttl: field(1, DurationSchema) });
  const Holders = service("calls.v1.Holders", { get: unary(Note, Holder) });
  const reports: string[] = [];
  const app = new Sigil({
    services: [implement(Holders, { get: () => ({ ttl: { seconds: 10n ** 12n, nanos: 0 } }) } as never)],
    onUnknownError: (error) => reports.push(String(error)),
  });
  const reply = await app.fetch(
    new Request("http://app.invalid/calls.v1.Holders/Get", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: "{}",
    }),
  );
  assert.match((await reply.json()).message, /^internal error, id [0-9a-f]{8}$/);
  assert.equal(reports.length, 1);
  assert.match(reports[0], /Duration/);
});

test("what an interceptor puts in place of a reply's headers is sent, and so is what a handler set behind one that does not", async () => {
  const replace: Interceptor = (next) => async (request) => {
    const response = await next({ ...request, header: new Headers({ "x-from": "interceptor" }) } as typeof request);
    return { ...response, header: new Headers({ "x-how": "replaced" }) } as typeof response;
  };
  for (const [interceptor, from, how] of [[replace, "interceptor", "replaced"], [passOn, null, "set"]] as const) {
    let seen: string | null | undefined;
    const { client } = notes({
      add: (note, context) => {
        seen = context.requestHeader.get("x-from");
        context.responseHeader.set("x-how", "set");
        return note;
      },
    }, [interceptor]);
    let sent: string | null | undefined;
    await client.add({}, { onHeader: (headers) => sent = headers.get("x-how") });
    assert.equal(seen, from);
    assert.equal(sent, how);
  }
});

test("a deadline ends a call behind an interceptor, whose handler does not care", async () => {
  const { client } = notes({ add: () => new Promise(() => {}) }, [passOn]);
  await assert.rejects(client.add({}, { timeoutMs: 30 }), /deadline_exceeded/);
});
