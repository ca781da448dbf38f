// The one case list: what a served app does, whatever the runtime and the protocol. Each runtime's test file runs all of it
// against a server of its own; a case says what it needs, and runs wherever that is there.
import assert from "node:assert/strict";
import { type Client, Code, ConnectError } from "sigil";
import type { Probe, Probes, Scoped } from "./app.ts";

/** What a case calls. */
export interface Target {
  readonly probes: Client<typeof Probes>;
  readonly scoped: Client<typeof Scoped>;
}

/** A case of the list. */
export interface Case {
  readonly name: string;
  /** `"requestStream"`: the client can stream a request; `"fullDuplex"`: both directions at the same time. */
  readonly needs?: "requestStream" | "fullDuplex";
  run(target: Target): Promise<void>;
}

async function rejection(promise: Promise<unknown>): Promise<ConnectError> {
  try {
    await promise;
  } catch (error) {
    assert.ok(error instanceof ConnectError, String(error));
    return error;
  }
  throw new assert.AssertionError({ message: "the call did not fail" });
}

async function all<T>(messages: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const message of messages) list.push(message);
  return list;
}

async function* stream(...probes: Partial<Probe>[]): AsyncGenerator<Partial<Probe>> {
  yield* probes;
}

/** Waits until nothing call-scoped is alive; the test's own timeout ends a wait in vain. */
async function noneAlive(target: Target): Promise<void> {
  while ((await target.probes.aliveResources({})).count > 0) await new Promise((resolve) => setTimeout(resolve, 2));
}

/** The cases. */
export const cases: readonly Case[] = [
  {
    name: "a unary call answers",
    async run({ probes }) {
      const at = new Date("2026-01-02T03:04:05.678Z");
      const reply = await probes.echo({ text: "hé", count: 41, at, payload: new Uint8Array([0, 128, 255]) });
      assert.equal(reply.text, "HÉ");
      assert.equal(reply.count, 42);
      assert.deepEqual(reply.at, at);
      assert.deepEqual(reply.payload, new Uint8Array([0, 128, 255]));
    },
  },
  {
    name: "headers and trailers cross both ways, an interceptor's among them",
    async run({ probes }) {
      let header = new Headers();
      let trailer = new Headers();
      await probes.echo({}, {
        headers: { "x-probe": "sent" },
        onHeader: (received) => header = received,
        onTrailer: (received) => trailer = received,
      });
      assert.equal(header.get("x-echo"), "sent");
      assert.equal(header.get("x-stamp"), "stamped");
      assert.equal(trailer.get("x-trailer"), "after");
    },
  },
  {
    name: "a large message crosses whole, both ways",
    async run({ probes }) {
      const payload = new Uint8Array(1_000_000).map((_, i) => i * 31);
      const reply = await probes.echo({ payload });
      assert.deepEqual(reply.payload, payload);
    },
  },
  {
    name: "a message over the limit of 4 MiB is refused, and the server goes on",
    async run({ probes }) {
      const error = await rejection(probes.echo({ payload: new Uint8Array(5 * 1024 * 1024) }));
      assert.equal(error.code, Code.ResourceExhausted);
      assert.equal((await probes.echo({ text: "on" })).text, "ON");
    },
  },
  {
    name: "an error keeps code, text and metadata",
    async run({ probes }) {
      const error = await rejection(probes.fail({ text: "known" }));
      assert.equal(error.code, Code.NotFound);
      assert.equal(error.rawMessage, "no such probe");
      assert.equal(error.metadata.get("x-reason"), "gone");
    },
  },
  {
    name: "an unknown error is masked",
    async run({ probes }) {
      const error = await rejection(probes.fail({ text: "the password" }));
      assert.equal(error.code, Code.Internal);
      assert.match(error.rawMessage, /^internal error, id [0-9a-f]{8}$/);
    },
  },
  {
    name: "a deadline ends a call that waits",
    async run({ probes }) {
      assert.equal((await rejection(probes.wait({}, { timeoutMs: 50 }))).code, Code.DeadlineExceeded);
    },
  },
  {
    name: "a deadline ends a call whose handler ignores it",
    async run({ probes }) {
      assert.equal((await rejection(probes.ignoreSignal({}, { timeoutMs: 50 }))).code, Code.DeadlineExceeded);
    },
  },
  {
    name: "a cancelled call ends",
    async run({ probes }) {
      const controller = new AbortController();
      // workerd ends a handler that waits for nothing it knows of; the deadline's timer is something.
      const call = rejection(probes.wait({}, { signal: controller.signal, timeoutMs: 60_000 }));
      setTimeout(() => controller.abort(), 20);
      assert.equal((await call).code, Code.Canceled);
    },
  },
  {
    name: "server streaming answers every message in order",
    async run({ probes }) {
      const replies = await all(probes.countTo({ count: 500 }));
      assert.deepEqual(replies.map((reply) => reply.count), Array.from({ length: 500 }, (_, i) => i + 1));
    },
  },
  {
    name: "a stream without messages ends",
    async run({ probes }) {
      assert.deepEqual(await all(probes.countTo({ count: 0 })), []);
    },
  },
  {
    name: "a stream that fails midway delivers what came before",
    async run({ probes }) {
      const counts: number[] = [];
      const error = await rejection((async () => {
        for await (const reply of probes.countTo({ count: 3, text: "fail" })) counts.push(reply.count);
      })());
      assert.deepEqual(counts, [1, 2, 3]);
      assert.equal(error.code, Code.NotFound);
    },
  },
  {
    name: "leaving a stream early ends it",
    async run({ probes }) {
      for await (const reply of probes.forever({})) {
        if (reply.count === 3) break;
      }
      assert.equal((await probes.echo({ text: "on" })).text, "ON");
    },
  },
  {
    name: "client streaming takes every message",
    needs: "requestStream",
    async run({ probes }) {
      const reply = await probes.sum(stream({ count: 1, text: "a" }, { count: 2, text: "b" }, { count: 3 }));
      assert.equal(reply.count, 6);
      assert.equal(reply.text, "AB");
    },
  },
  {
    name: "client streaming takes none",
    needs: "requestStream",
    async run({ probes }) {
      assert.equal((await probes.sum(stream())).count, 0);
    },
  },
  {
    name: "bidi streaming answers while it is asked",
    needs: "fullDuplex",
    async run({ probes }) {
      // Each message is sent only after the answer to the one before has come.
      let answered: (() => void) | undefined;
      async function* ask(): AsyncGenerator<Partial<Probe>> {
        for (const text of ["a", "b", "c"]) {
          const answer = new Promise<void>((resolve) => answered = resolve);
          yield { text };
          await answer;
        }
      }
      const answers: string[] = [];
      for await (const reply of probes.shout(ask())) {
        answers.push(reply.text);
        answered?.();
      }
      assert.deepEqual(answers, ["A!", "B!", "C!"]);
    },
  },
  {
    name: "a call-scoped instance is made once a call, and disposed after it",
    async run(target) {
      const before = Number((await target.probes.aliveResources({})).text);
      assert.equal((await target.scoped.call({})).count, 1);
      await target.scoped.call({});
      await noneAlive(target);
      assert.equal(Number((await target.probes.aliveResources({})).text), before + 2);
    },
  },
  {
    name: "call-scoped instances are disposed when a call fails, ends as a stream, or is left",
    async run(target) {
      await rejection(target.scoped.call({ text: "throw" }));
      await all(target.scoped.stream({ count: 3 }));
      for await (const _ of target.scoped.stream({ count: 3 })) break;
      await rejection(all(target.scoped.stream({ count: 1, text: "hang" }, { timeoutMs: 50 })));
      await noneAlive(target);
    },
  },
  {
    name: "call-scoped instances are disposed where deadlines pass at both ends at once",
    async run(target) {
      // Hosts may drop what a request has begun as soon as its client has gone, which is now the one end's doing, now the other's.
      await Promise.all(
        Array.from(
          { length: 60 },
          (_, i) => rejection(all(target.scoped.stream({ text: "hang" }, { timeoutMs: 20 + i }))),
        ),
      );
      await noneAlive(target);
    },
  },
  {
    name: "a hundred calls at once are kept apart",
    async run({ probes }) {
      const replies = await Promise.all(
        Array.from({ length: 100 }, (_, i) => probes.echo({ text: `call ${i}`, count: i })),
      );
      replies.forEach((reply, i) => assert.deepEqual([reply.text, reply.count], [`CALL ${i}`, i + 1]));
    },
  },
];
