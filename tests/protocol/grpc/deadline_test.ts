// The deadline of a gRPC call whose request never ends: it counts from the head of the request.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  clientStreaming,
  field,
  type HandlerContext,
  implement,
  message,
  serverStreaming,
  service,
  Sigil,
  unary,
} from "sigil";
import { encodeEnvelope } from "../../../src/protocol/envelope.ts";
import type { Exchange, HeaderList } from "../../../src/http/exchange.ts";

const Note = message("stalled.v1.Note", { text: field(1, "string") });
const Notes = service("stalled.v1.Notes", { add: unary(Note, Note), list: serverStreaming(Note, Note) });
const Joins = service("stalled.v1.Joins", { join: clientStreaming(Note, Note) });

/** An exchange whose peer sends its headers and nothing else; answers the trailers of the reply. */
function stalled(path: string, headers: { readonly [name: string]: string }): [Exchange, Promise<HeaderList>] {
  const { promise, resolve, reject } = Promise.withResolvers<HeaderList>();
  const { signal } = new AbortController();
  const exchange: Exchange = {
    host: { trailers: true, fullDuplex: true },
    peer: {},
    httpVersion: "2",
    method: "POST",
    url: `http://stalled.invalid${path}`,
    path,
    header: (name) => headers[name],
    headers: () => new Headers(headers),
    signal,
    readWhole: () => new Promise(() => {}),
    read: () => new Promise(() => {}),
    reply: (_status, _headers, _body, trailers = []) => resolve(trailers),
    replyHead() {},
    write: () => undefined,
    end: (trailers = []) => resolve(trailers),
    reset: reject,
  };
  return [exchange, promise];
}

for (const method of ["Add", "List"]) {
  test(`a request that stalls ends with its deadline, ${method}`, async () => {
    const handlers = { add: (note: object) => note, async *list() {} };
    const app = new Sigil({ services: [implement(Notes, handlers as never)] });
    const headers = { "content-type": "application/grpc", "grpc-timeout": "2m" };
    const [exchange, trailers] = stalled(`/stalled.v1.Notes/${method}`, headers);
    app.handler(exchange);
    const status = new Map(await trailers);
    assert.equal(status.get("grpc-status"), "4");
    assert.match(status.get("grpc-message") ?? "", /deadline/);
  });
}

test("a handler that reads on after its deadline gets none of the messages that lie there", async () => {
  let read = 0;
  const join = async (notes: AsyncIterable<object>, { signal }: HandlerContext): Promise<object> => {
    for await (const _ of notes) {
      read++;
      if (!signal.aborted) await new Promise((resolve) => signal.addEventListener("abort", resolve));
    }
    return {};
  };
  const app = new Sigil({ services: [implement(Joins, { join })], onUnknownError: () => {} });
  const headers = { "content-type": "application/grpc", "grpc-timeout": "2m" };
  const [exchange, trailers] = stalled("/stalled.v1.Joins/Join", headers);
  const empty = encodeEnvelope(new Uint8Array(0), 0);
  const chunks = [new Uint8Array([...empty, ...empty, ...empty])];
  app.handler(Object.assign(exchange, { read: () => Promise.resolve(chunks.shift()) }));
  assert.equal(new Map(await trailers).get("grpc-status"), "4");
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(read, 1);
});

for (const method of ["Add", "List"]) {
  test(`a handler that goes on after its deadline keeps its host's slot until it settles, ${method}`, async () => {
    const end = Promise.withResolvers<void>();
    const handlers = {
      async add(note: object) {
        await end.promise;
        return note;
      },
      async *list(note: object) {
        await end.promise;
        yield note;
      },
    };
    const app = new Sigil({ services: [implement(Notes, handlers as never)] });
    const headers = { "content-type": "application/grpc", "grpc-timeout": "2m" };
    const [exchange, trailers] = stalled(`/stalled.v1.Notes/${method}`, headers);
    const body = encodeEnvelope(new Uint8Array(0), 0);
    let held: Promise<unknown> | undefined;
    let isHeld = true;
    app.handler(Object.assign(exchange, {
      readWhole: () => body,
      holdUntil: (settled: Promise<unknown>) => {
        held = settled.then(() => isHeld = false);
      },
    }));
    assert.equal(new Map(await trailers).get("grpc-status"), "4");
    assert.equal(isHeld, true);
    end.resolve();
    await held;
    assert.equal(isHeld, false);
  });
}
