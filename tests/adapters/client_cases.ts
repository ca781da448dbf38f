// What every HTTP/2 client owes its callers, against a server that says exactly what a test tells it to.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Code, ConnectError } from "@connectrpc/connect";
import { bytes, call, deferred, once, until } from "./exchanges.ts";
import type { PullingClient } from "../support/pulling_client.ts";
import { frameType, type ReceivedFrame, scriptedHttp2Server, uint32 } from "../support/scripted_http2_server.ts";

const CANCEL = 8;
const REFUSED_STREAM = 7;

function endsRequest(frame: ReceivedFrame): boolean {
  return (frame.type === frameType.data || frame.type === frameType.headers) && (frame.flags & 1) !== 0;
}

/** Makes a test of each case for a client. */
export function clientCases(
  makeClient: (options?: { pingIntervalMs?: number; pingTimeoutMs?: number }) => PullingClient,
): void {
  test("calls share one connection", async () => {
    const server = await scriptedHttp2Server((frame, connection) => {
      if (endsRequest(frame)) connection.respond(frame.streamId, "hi");
    });
    const client = makeClient();
    const replies = await Promise.all([1, 2, 3].map(() => call(client, server.url + "/s/m", { body: bytes("x") })));
    assert.deepEqual(replies.map(({ text }) => text), ["hi", "hi", "hi"]);
    assert.equal(replies[0].trailer.get("grpc-status"), "0");
    assert.equal(server.connections, 1);
    await client.close();
    await server.close();
  });

  test("reset codes become the codes of gRPC's table, and name the code and the address", async () => {
    const expected: [number, Code, string][] = [
      [1, Code.Internal, "PROTOCOL_ERROR"],
      [2, Code.Internal, "INTERNAL_ERROR"],
      [CANCEL, Code.Canceled, "CANCEL"],
      [11, Code.ResourceExhausted, "ENHANCE_YOUR_CALM"],
      [12, Code.PermissionDenied, "INADEQUATE_SECURITY"],
    ];
    let resetCode = 0;
    const server = await scriptedHttp2Server((frame, connection) => {
      if (endsRequest(frame)) connection.send(frameType.rstStream, 0, frame.streamId, uint32(resetCode));
    });
    const client = makeClient();
    for (const [wire, code, name] of expected) {
      resetCode = wire;
      await assert.rejects(call(client, server.url + "/s/m", { body: bytes("x") }), (error: ConnectError) => {
        assert.equal(error.code, code, error.message);
        assert.equal(error.rawMessage, `The server at ${server.url.slice(7)} reset the stream with ${name}.`);
        return true;
      });
    }
    await client.close();
    await server.close();
  });

  test("a refused request is sent once more with the same body, and given up when refused again", async () => {
    const bodies: string[] = [];
    let refusals = 1;
    const server = await scriptedHttp2Server((frame, connection) => {
      if (frame.type === frameType.data && frame.payload.length > 0) {
        bodies.push(new TextDecoder().decode(frame.payload));
      }
      if (!endsRequest(frame)) return;
      if (refusals-- > 0) connection.send(frameType.rstStream, 0, frame.streamId, uint32(REFUSED_STREAM));
      else connection.respond(frame.streamId, "second");
    });
    const client = makeClient();
    assert.equal((await call(client, server.url + "/s/m", { body: once(bytes("ab"), bytes("cd")) })).text, "second");
    assert.equal(bodies.join(""), "abcdabcd");
    refusals = 2;
    await assert.rejects(call(client, server.url + "/s/m", { body: bytes("x") }), { code: Code.Unavailable });
    assert.equal(refusals, 0);
    await client.close();
    await server.close();
  });

  test("a request that GOAWAY says was not processed is sent again on a new connection", async () => {
    const server = await scriptedHttp2Server((frame, connection) => {
      if (!endsRequest(frame)) return;
      if (connection.number > 1) connection.respond(frame.streamId, `connection ${connection.number}`);
      else {
        connection.send(frameType.rstStream, 0, frame.streamId, uint32(REFUSED_STREAM));
        connection.send(frameType.goaway, 0, 0, uint32(0, 0));
      }
    });
    const client = makeClient();
    assert.equal((await call(client, server.url + "/s/m", { body: bytes("x") })).text, "connection 2");
    await client.close();
    await server.close();
  });

  test("a request past the last stream of a GOAWAY is sent again, without a word about its stream", async () => {
    const server = await scriptedHttp2Server((frame, connection) => {
      if (!endsRequest(frame)) return;
      if (connection.number > 1) connection.respond(frame.streamId, `connection ${connection.number}`);
      else {
        connection.send(frameType.goaway, 0, 0, uint32(0, 0));
      }
    });
    const client = makeClient();
    assert.equal((await call(client, server.url + "/s/m", { body: bytes("x") })).text, "connection 2");
    await client.close();
    await server.close();
  });

  test("after GOAWAY a running call ends well, and the next one uses a new connection", async () => {
    const server = await scriptedHttp2Server((frame, connection) => {
      if (!endsRequest(frame)) return;
      if (connection.number === 1) connection.send(frameType.goaway, 0, 0, uint32(frame.streamId, 0));
      connection.respond(frame.streamId, `connection ${connection.number}`);
    });
    const client = makeClient();
    assert.equal((await call(client, server.url + "/s/m", { body: bytes("x") })).text, "connection 1");
    assert.equal((await call(client, server.url + "/s/m", { body: bytes("x") })).text, "connection 2");
    await client.close();
    await server.close();
  });

  test("a connection that is lost fails its calls as unavailable, and the next call connects anew", async () => {
    const server = await scriptedHttp2Server((frame, connection) => {
      if (!endsRequest(frame)) return;
      if (connection.number === 1) connection.close();
      else connection.respond(frame.streamId, "again");
    });
    const client = makeClient();
    await assert.rejects(call(client, server.url + "/s/m", { body: bytes("x") }), (error: ConnectError) => {
      assert.equal(error.code, Code.Unavailable, error.message);
      assert.ok(error.message.includes(server.url.slice(7)), error.message);
      return true;
    });
    assert.equal((await call(client, server.url + "/s/m", { body: bytes("x") })).text, "again");
    await client.close();
    await server.close();
  });

  test("a server that is not there is unavailable, and the address is named", async () => {
    const server = await scriptedHttp2Server(() => {});
    await server.close();
    const client = makeClient();
    await assert.rejects(call(client, server.url + "/s/m"), (error: ConnectError) => {
      assert.equal(error.code, Code.Unavailable);
      assert.match(error.rawMessage, new RegExp(`^Cannot connect to ${server.url.slice(7)}: .*refused`, "i"));
      return true;
    });
    await client.close();
  });

  test("cancelling resets the stream without ending it", async () => {
    const seen: string[] = [];
    const started = deferred();
    const server = await scriptedHttp2Server((frame) => {
      if (frame.streamId === 0) return;
      if (endsRequest(frame)) seen.push("end");
      if (frame.type === frameType.data) started.resolve();
      if (frame.type === frameType.rstStream) seen.push(`reset ${frame.payload[3]}`);
    });
    const client = makeClient();
    const aborter = new AbortController();
    const reply = call(client, server.url + "/s/m", {
      signal: aborter.signal,
      body: (async function* () {
        yield bytes("part");
        await new Promise(() => {});
      })(),
    });
    await started.promise;
    aborter.abort(new ConnectError("too late", Code.DeadlineExceeded));
    await assert.rejects(reply, { code: Code.DeadlineExceeded, rawMessage: "too late" });
    await until(() => seen.length > 0);
    // Bun sends it twice, which RFC 9113 5.4.2 asks endpoints not to do but peers ignore.
    assert.deepEqual([...new Set(seen)], [`reset ${CANCEL}`]);
    await client.close();
    await server.close();
  });

  test("a call aborted before it begins, and one aborted while it waits for a stream, reach no server", async () => {
    let requests = 0;
    const server = await scriptedHttp2Server((frame, connection) => {
      if (frame.type !== frameType.headers) return;
      requests++;
      if (requests === 1) connection.send(frameType.settings, 0, 0, new Uint8Array([0, 3, ...uint32(1)]));
    });
    const client = makeClient();
    const before = AbortSignal.abort();
    await assert.rejects(call(client, server.url + "/s/m", { signal: before }), { code: Code.Canceled });
    assert.equal(requests, 0);
    const first = new AbortController();
    const running = call(client, server.url + "/s/m", { signal: first.signal });
    running.catch(() => {});
    await until(() => requests === 1);
    // The limit of one stream travels behind the request that brought it about.
    await new Promise((resolve) => setTimeout(resolve, 5));
    const waiting = new AbortController();
    const second = call(client, server.url + "/s/m", { signal: waiting.signal });
    waiting.abort();
    await assert.rejects(second, { code: Code.Canceled });
    first.abort();
    await assert.rejects(running, { code: Code.Canceled });
    assert.equal(requests, 1);
    await client.close();
    await server.close();
  });

  test("giving a response up resets its stream, and the caller's body is told", async () => {
    const reset = deferred<number>();
    const server = await scriptedHttp2Server((frame, connection) => {
      if (frame.type === frameType.headers) {
        connection.send(frameType.headers, 4, frame.streamId, new Uint8Array([0x88]));
        connection.send(frameType.data, 0, frame.streamId, bytes("first"));
      }
      if (frame.type === frameType.rstStream) reset.resolve(frame.payload[3]);
    });
    const client = makeClient();
    const bodyEnded = deferred();
    const more = deferred();
    const response = await client({
      url: server.url + "/s/m",
      method: "POST",
      header: new Headers(),
      body: (async function* () {
        try {
          yield bytes("x");
          await more.promise;
          yield bytes("y");
        } finally {
          bodyEnded.resolve();
        }
      })(),
    });
    for await (const _ of response.body) break;
    assert.equal(await reset.promise, CANCEL);
    more.resolve();
    await bodyEnded.promise;
    await client.close();
    await server.close();
  });

  test("a body that fails fails its call with that error, and resets the stream", async () => {
    const reset = deferred();
    const server = await scriptedHttp2Server((frame) => {
      if (frame.type === frameType.rstStream) reset.resolve();
    });
    const client = makeClient();
    const failing = (async function* (): AsyncGenerator<Uint8Array> {
      yield bytes("x");
      throw new ConnectError("no more", Code.DataLoss);
    })();
    await assert.rejects(call(client, server.url + "/s/m", { body: failing }), { code: Code.DataLoss });
    await reset.promise;
    await client.close();
    await server.close();
  });

  test("a peer that answers nothing runs into the connect timeout or the lost ping", async () => {
    const silent = await scriptedHttp2Server((frame) => frame.type === frameType.ping);
    const client = makeClient({ pingIntervalMs: 5, pingTimeoutMs: 5 });
    await assert.rejects(call(client, silent.url + "/s/m", { body: bytes("x") }), (error: ConnectError) => {
      assert.equal(error.code, Code.Unavailable);
      assert.match(error.rawMessage, /no answer to a ping within 5 ms/);
      return true;
    });
    await client.close();
    await silent.close();
  });

  test("a closed client refuses calls, and wrong URLs are refused with what is right", async () => {
    const client = makeClient();
    await assert.rejects(call(client, "ftp://host/s/m"), { code: Code.InvalidArgument });
    await assert.rejects(call(client, "unix:short"), { code: Code.InvalidArgument });
    await client.close();
    await assert.rejects(call(client, "http://127.0.0.1:1/s/m"), { code: Code.Unavailable });
  });
}
