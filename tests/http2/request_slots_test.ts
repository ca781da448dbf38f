import assert from "node:assert/strict";
import { test } from "node:test";
import { ServerProbe } from "../support/engine.ts";
import { bytes, data, headers, ping, requestFields, rstStream } from "../support/frames.ts";

const REQUEST = requestFields();
const OK = [[":status", "200"]] as const;

test("a request that waits keeps what came with it, and is told whole when it starts", () => {
  const server = new ServerProbe({ maxRunningRequests: 1 });
  server.feed(
    headers(1, REQUEST, { endStream: true }),
    headers(3, REQUEST),
    data(3, "ab"),
    headers(5, requestFields("/five"), { endStream: true }),
    data(3, "cd"),
    headers(3, [["t", "1"]], { endStream: true }),
    headers(7, requestFields("/seven")),
    data(7, "xyz", { endStream: true }),
  );
  assert.deepEqual(server.told(), ["request 1 POST /test.Echo/Unary END"]);
  server.engine.release(1);
  assert.deepEqual(server.told(), ["request 3 POST /test.Echo/Unary", "data 3 abcd", "trailers 3 t=1"]);
  server.engine.sendReply(3, OK, new Uint8Array(1));
  assert.deepEqual(server.told(), []);
  server.engine.release(3);
  server.engine.release(5);
  assert.deepEqual(server.told(), ["request 5 POST /five END", "request 7 POST /seven", "data 7 xyz END"]);
  assert.deepEqual([server.engine.usage.runningRequests, server.engine.usage.queuedRequests], [1, 0]);
});

test("a request that is over before it starts is never told, and leaves nothing", () => {
  const server = new ServerProbe({ maxRunningRequests: 1 });
  server.feed(headers(1, REQUEST), headers(3, REQUEST), data(3, "abc"), rstStream(3, 8));
  server.feed(headers(5, requestFields("/", [["content-length", "1"]])), data(5, "toolong"));
  server.engine.release(1);
  assert.deepEqual(server.told(), ["request 1 POST /test.Echo/Unary"]);
  const { streams, heldBytes, queuedRequests, retainedHeaderBytes } = server.engine.usage;
  assert.deepEqual([streams, heldBytes, queuedRequests, retainedHeaderBytes], [0, 0, 0, 0]);
});

test("requests that release within their own event run one after another, however many wait", () => {
  const server = new ServerProbe({ maxRunningRequests: 1, maxConcurrentStreams: 1000 });
  let depth = 0;
  let deepest = 0;
  let isFirst = true;
  server.log.onEvent = (line) => {
    if (!line.startsWith("request") || isFirst) return void (isFirst = false);
    deepest = Math.max(deepest, ++depth);
    server.engine.release(Number(line.split(" ")[1]));
    depth--;
  };
  for (let id = 1; id < 2000; id += 2) server.feed(headers(id, REQUEST));
  server.engine.release(1);
  assert.equal(server.told().length, 1000);
  assert.equal(deepest, 1);
  assert.equal(server.engine.usage.runningRequests, 0);
});

test("release counts once for a stream", () => {
  const server = new ServerProbe().feed(headers(1, REQUEST), headers(3, REQUEST));
  server.engine.sendHeaders(1, OK, true);
  for (let count = 0; count < 3; count++) server.engine.release(1);
  assert.equal(server.engine.usage.runningRequests, 1);
});

test("small frames of a request that waits take at most twice their length", () => {
  const server = new ServerProbe({ maxRunningRequests: 1 });
  server.feed(headers(1, REQUEST), headers(3, REQUEST));
  for (let count = 0; count < 5000; count++) server.feed(data(3, "abcdefgh"));
  server.engine.release(1);
  assert.deepEqual(server.told().at(-1), "data 3 40000 octets");
});

test("requests that wait take at most half of the connection's window; one too many is refused, and can be tried again", () => {
  const server = new ServerProbe({ maxRunningRequests: 1, connectionWindowSize: 65_535 });
  server.feed(headers(1, REQUEST), headers(3, REQUEST), headers(5, REQUEST));
  server.feed(data(3, new Uint8Array(16_000)), data(3, new Uint8Array(16_000)), data(5, new Uint8Array(767)));
  assert.deepEqual(server.sent(), []);
  server.feed(data(5, "x"));
  assert.deepEqual(server.sent(), ["RST_STREAM 5 REFUSED_STREAM"]);
  server.feed(data(1, new Uint8Array(16_384)), data(1, new Uint8Array(16_383)));
  assert.equal(server.engine.isClosed, false);
  server.engine.release(1);
  assert.equal(server.told().at(-1), "data 3 32000 octets");
  server.engine.release(3);
  assert.equal(server.engine.usage.heldBytes, 0);
});

test("a request that comes as a slot is freed waits behind those that waited before", () => {
  const server = new ServerProbe({ maxRunningRequests: 1 });
  server.feed(headers(1, REQUEST), headers(3, requestFields("/three")));
  server.log.onEvent = (line) => {
    if (line === "ping") server.engine.release(1);
  };
  server.feed(bytes(ping(), headers(5, requestFields("/five"))));
  assert.deepEqual(server.told().slice(1), ["ping", "request 3 POST /three"]);
  server.engine.release(3);
  assert.deepEqual(server.told(), ["request 5 POST /five"]);
});

test("trailers that wait with their request count as header octets, up to the limit", () => {
  const trailers = [["t", "x".repeat(467)]] as const;
  const server = new ServerProbe({ maxRunningRequests: 1, maxRetainedHeaderBytes: 1500 });
  server.feed(headers(1, REQUEST), headers(3, REQUEST), headers(5, REQUEST));
  const heads = server.engine.usage.retainedHeaderBytes;
  server.feed(headers(3, trailers, { endStream: true }));
  assert.equal(server.engine.usage.retainedHeaderBytes, heads + 500);
  server.feed(headers(5, trailers, { endStream: true }));
  assert.deepEqual(server.sent(), ["RST_STREAM 5 REFUSED_STREAM"]);
  server.engine.release(1);
  assert.deepEqual(server.told().slice(-2), ["request 3 POST /test.Echo/Unary", `trailers 3 t=${trailers[0][1]}`]);
  server.engine.release(3);
  assert.equal(server.engine.usage.retainedHeaderBytes, 0);
});
