// The deadline of a gRPC call whose request never ends: it counts from the head of the request.
import assert from "node:assert/strict";
import { test } from "node:test";
import { field, implement, message, serverStreaming, service, Sigil, unary } from "sigil";
import type { Exchange, HeaderList } from "../../../src/http/exchange.ts";

const Note = message("stalled.v1.Note", { text: field(1, "string") });
const Notes = service("stalled.v1.Notes", { add: unary(Note, Note), list: serverStreaming(Note, Note) });

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
