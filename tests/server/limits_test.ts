// Limits of an app, of a service and of a method: the nearest holds, in decorators, builders and implementations alike; what is
// over them is refused with the status that says so.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  bidiStreaming,
  type CallLimits,
  clientStreaming,
  Code,
  ConnectError,
  field,
  type HandlerContext,
  implement,
  message,
  serverStreaming,
  Service,
  service,
  Sigil,
  Unary,
  unary,
} from "sigil";

const Note = message("limits.v1.Note", { text: field(1, "string") });
type Note = InstanceType<typeof Note>;

async function codeOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return "ok";
  } catch (error) {
    assert.ok(error instanceof ConnectError, String(error));
    return Code[error.code];
  }
}

async function count(messages: AsyncIterable<unknown>): Promise<number> {
  let all = 0;
  for await (const _ of messages) all++;
  return all;
}

const text = (length: number): { text: string } => ({ text: "x".repeat(length) });

test("a method's limit holds before the service's, and that before the app's, with decorators", async () => {
  @Service("limits.v1.Decorated", { maxReceiveBytes: 100 })
  class Decorated {
    @Unary(Note, Note, { maxReceiveBytes: 10 })
    narrow(note: Note) {
      return note;
    }
    @Unary(Note, Note)
    usual(note: Note) {
      return note;
    }
  }
  @Service("limits.v1.Plain")
  class Plain {
    @Unary(Note, Note)
    call(note: Note) {
      return note;
    }
  }
  const app = new Sigil({ services: [Decorated, Plain], maxReceiveBytes: 1000 });
  const decorated = app.client(Decorated);
  const cases: [(note: { text: string }) => Promise<unknown>, number][] = [
    [decorated.narrow, 10],
    [decorated.usual, 100],
    [app.client(Plain).call, 1000],
  ];
  for (const [call, limit] of cases) {
    const room = limit > 100 ? 3 : 2; // tag and length
    assert.equal(await codeOf(call(text(limit - room))), "ok", `${limit} bytes`);
    assert.equal(await codeOf(call(text(limit - room + 1))), "ResourceExhausted", `${limit} bytes`);
  }
});

test("builders and implementations set limits, too", async () => {
  const Notes = service("limits.v1.Notes", {
    read: unary(Note, Note),
    write: unary(Note, Note, { maxSendBytes: 10 }),
  }, { maxSendBytes: 100 });
  const implementation = { read: () => text(50), write: () => text(50) };
  const bound = (limits?: CallLimits) =>
    new Sigil({ services: [implement(Notes, implementation, limits)] }).client(Notes);
  assert.equal(await codeOf(bound().read({})), "ok");
  assert.equal(await codeOf(bound().write({})), "ResourceExhausted");
  assert.equal(await codeOf(bound({ maxSendBytes: 20 }).read({})), "ResourceExhausted");
  assert.equal(await codeOf(bound({ maxSendBytes: 200 }).write({})), "ResourceExhausted");

  @Service(Notes, { maxSendBytes: 20 })
  class OfContract {
    read(): { text: string } {
      return text(50);
    }
    write(): { text: string } {
      return text(50);
    }
  }
  const app = new Sigil({ services: [OfContract] });
  assert.equal(await codeOf(app.client(Notes).read({})), "ResourceExhausted");
});

const Streams = service("limits.v1.Streams", {
  list: serverStreaming(Note, Note),
  join: clientStreaming(Note, Note),
  chat: bidiStreaming(Note, Note),
}, { maxStreamMessages: 3 });

const streams = new Sigil({
  services: [implement(Streams, {
    async *list({ text }) {
      for (const letter of text) yield { text: letter };
    },
    join: async (notes) => ({ text: String(await count(notes)) }),
    async *chat(notes) {
      for await (const note of notes) yield note;
    },
  })],
}).client(Streams);

async function* notes(size: number): AsyncGenerator<{ text: string }> {
  for (let i = 0; i < size; i++) yield { text: "n" };
}

test("a stream may carry so many messages and no more, either way", async () => {
  assert.equal(await count(streams.list(text(3))), 3);
  assert.equal(await codeOf(count(streams.list(text(4)))), "ResourceExhausted");
  assert.equal((await streams.join(notes(3))).text, "3");
  assert.equal(await codeOf(streams.join(notes(4))), "ResourceExhausted");
  assert.equal(await count(streams.chat(notes(3))), 3);
  assert.equal(await codeOf(count(streams.chat(notes(4)))), "ResourceExhausted");
});

test("a call whose caller sets no timeout gets the default one, and its own where it sets one", async () => {
  const Clock = service("limits.v1.Clock", { left: unary(Note, Note), wait: unary(Note, Note) });
  const client = new Sigil({
    services: [implement(Clock, {
      left: (_: Note, { timeoutMs }: HandlerContext) => ({ text: String(timeoutMs()) }),
      wait: () => new Promise<Note>(() => {}),
    }, { defaultTimeoutMs: 50, maxTimeoutMs: 60_000 })],
  }).client(Clock);
  assert.ok(Number((await client.left({})).text) <= 50);
  assert.ok(Number((await client.left({}, { timeoutMs: 30_000 })).text) > 1000);
  assert.equal(await codeOf(client.left({}, { timeoutMs: 70_000 })), "InvalidArgument");
  assert.equal(await codeOf(client.wait({})), "DeadlineExceeded");
});

test("a limit out of its range is refused at startup, with its place", () => {
  const Notes = service("limits.v1.Wrong", { call: unary(Note, Note, { maxStreamMessages: 0 }) }, {
    maxSendBytes: 1.5,
  });
  assert.throws(
    () => new Sigil({ services: [implement(Notes, { call: (note) => note }, { defaultTimeoutMs: -1 })] }),
    (error: Error) =>
      /limits.v1.Wrong: maxSendBytes is 1.5/.test(error.message) &&
      /limits.v1.Wrong: defaultTimeoutMs is -1/.test(error.message) &&
      /limits.v1.Wrong.call: maxStreamMessages is 0/.test(error.message),
  );
});
