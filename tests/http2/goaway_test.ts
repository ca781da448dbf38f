import assert from "node:assert/strict";
import { test } from "node:test";
import { ClientProbe, ServerProbe } from "../support/engine.ts";
import { data, goaway, headers, ping, requestFields } from "../support/frames.ts";

const REQUEST = requestFields();
const OK = [[":status", "200"]] as const;

test("a graceful end is announced, confirmed, and lets streams end", () => {
  const server = new ServerProbe().feed(headers(1, REQUEST, { endStream: true }));
  server.engine.goaway();
  server.engine.goaway();
  assert.deepEqual(server.sent(), ["GOAWAY 2147483647 NO_ERROR", "PING drain ok"]);
  server.feed(headers(3, REQUEST, { endStream: true }));
  server.feed(ping("drain ok", true));
  assert.deepEqual(server.sent(), ["GOAWAY 3 NO_ERROR"]);
  server.feed(headers(5, REQUEST), data(5, "x"));
  assert.deepEqual(server.told(), ["request 1 POST /test.Echo/Unary END", "request 3 POST /test.Echo/Unary END"]);
  for (const id of [1, 3]) {
    assert.equal(server.engine.isClosed, false);
    server.engine.sendReply(id, OK, new Uint8Array(1));
    server.engine.release(id);
    server.sent();
  }
  assert.equal(server.engine.isClosed, true);
  assert.deepEqual(server.told(), ["closed"]);
});

test("an idle connection that is drained closes at once when the client confirms", () => {
  const server = new ServerProbe();
  server.engine.goaway();
  server.sent();
  server.feed(ping("drain ok", true));
  assert.deepEqual(server.told(), ["closed"]);
  assert.deepEqual(server.sent(), ["GOAWAY 0 NO_ERROR"]);
});

test("a graceful end says why in both its steps", () => {
  const server = new ServerProbe().feed(headers(1, REQUEST));
  server.engine.goaway("max_age");
  assert.deepEqual(server.sent(), ["GOAWAY 2147483647 NO_ERROR max_age", "PING drain ok"]);
  server.feed(ping("drain ok", true));
  assert.deepEqual(server.sent(), ["GOAWAY 1 NO_ERROR max_age"]);
});

test("an end at once names the last stream; those so far go on", () => {
  const server = new ServerProbe().feed(headers(1, REQUEST));
  server.engine.goawayNow(11, "too_many_pings");
  assert.deepEqual(server.sent(), ["GOAWAY 1 ENHANCE_YOUR_CALM too_many_pings"]);
  server.feed(headers(3, REQUEST), data(3, "x"), data(1, "y", { endStream: true }));
  assert.deepEqual(server.told().slice(1), ["data 1 y END"]);
  assert.equal(server.engine.usage.heldBytes, 1);
});

test("a GOAWAY for an error names no higher stream than the one before it", () => {
  const server = new ServerProbe().feed(headers(1, REQUEST));
  server.engine.goawayNow();
  server.feed(headers(7, REQUEST), data(0, "x"));
  assert.deepEqual(server.sent().map((line) => line.slice(0, 9)), ["GOAWAY 1 ", "GOAWAY 1 "]);
});

test("close resets every stream and is told after all of them", () => {
  const server = new ServerProbe().feed(headers(1, REQUEST), headers(3, REQUEST, { endStream: true }));
  server.told();
  server.engine.close(2, "bug");
  assert.deepEqual(server.told(), ["reset 1 2 closed", "reset 3 2 closed", "closed INTERNAL_ERROR: bug"]);
  assert.deepEqual(server.sent(), ["GOAWAY 3 INTERNAL_ERROR bug"]);
});

test("a lost transport resets every stream and sends nothing", () => {
  const server = new ServerProbe().feed(headers(1, REQUEST));
  server.engine.disconnect();
  server.engine.disconnect();
  assert.deepEqual(server.told().slice(1), ["reset 1 0 closed", "closed NO_ERROR: the transport was closed"]);
  assert.deepEqual(server.sent(), []);
});

test("a server drains by itself when stream identifiers run high", () => {
  const server = new ServerProbe({ drainAtStreamId: 99 });
  server.feed(headers(99, REQUEST));
  assert.deepEqual(server.sent(), []);
  server.feed(headers(101, REQUEST));
  assert.equal(server.sent()[0], "GOAWAY 2147483647 NO_ERROR");
});

test("a client tells which requests the server never acted on; the others go on", () => {
  const client = new ClientProbe();
  for (let count = 0; count < 3; count++) client.engine.request(REQUEST, true);
  client.feed(goaway(2 ** 31 - 1, 0));
  assert.deepEqual(client.told(), ["goaway 2147483647 0"]);
  assert.equal(client.engine.availableStreams, 0);
  assert.equal(client.engine.isGoingAway, true);
  assert.equal(client.engine.request(REQUEST, true), 0);
  client.feed(goaway(3, 0, "bye"));
  assert.deepEqual(client.told(), ["reset 5 7 unprocessed", "goaway 3 0 bye"]);
  client.feed(headers(3, OK, { endStream: true }));
  assert.deepEqual(client.told(), ["response 3 200 END"]);
});

test("a client's end lets its requests finish", () => {
  const client = new ClientProbe();
  client.engine.request(REQUEST, true);
  client.engine.goaway();
  assert.equal(client.sent().at(-1), "GOAWAY 0 NO_ERROR");
  assert.equal(client.engine.request(REQUEST, true), 0);
  client.feed(headers(1, OK, { endStream: true }));
  assert.deepEqual(client.told(), ["response 1 200 END", "closed"]);
});

test("pings are told both ways", () => {
  const server = new ServerProbe().feed(ping("abcdefgh"));
  server.engine.ping(Uint8Array.of(65, 66, 67, 68, 69, 70, 71, 72));
  assert.deepEqual(server.sent(), ["PING ACK abcdefgh", "PING ABCDEFGH"]);
  server.feed(ping("ABCDEFGH", true));
  assert.deepEqual(server.told(), ["ping", "pong ABCDEFGH"]);
  assert.throws(() => server.engine.ping(new Uint8Array(7)), /is 7 octets; it has to be 8/);
});

test("a connection that is closed from within an event tells of each stream once, and of nothing afterwards", () => {
  const client = new ClientProbe();
  for (let count = 0; count < 4; count++) client.engine.request(REQUEST, true);
  client.log.onEvent = (line) => {
    if (line === "reset 3 7 unprocessed") client.engine.close();
  };
  client.feed(goaway(1, 0));
  assert.deepEqual(client.told(), [
    "reset 3 7 unprocessed",
    "reset 1 0 closed",
    "reset 5 0 closed",
    "reset 7 0 closed",
    "closed NO_ERROR: ",
  ]);
});

test("a client that answers GOAWAY with its own closes when its last request has ended", () => {
  const client = new ClientProbe();
  client.engine.request(REQUEST, true);
  client.log.onEvent = (line) => {
    if (line.startsWith("goaway")) client.engine.goaway();
  };
  client.feed(goaway(2 ** 31 - 1, 0), goaway(1, 0), headers(1, OK, { endStream: true }));
  assert.equal(client.told().at(-1), "closed");
  assert.equal(client.sent().at(-1), "GOAWAY 0 NO_ERROR");
});

test("nothing follows the last GOAWAY, credit for requests that waited neither", () => {
  const server = new ServerProbe({ maxRunningRequests: 1, initialWindowSize: 1000 });
  server.feed(headers(1, REQUEST), headers(3, REQUEST), data(3, new Uint8Array(1000)));
  server.feed(ping("short").subarray(0, 14));
  assert.deepEqual(server.sent(), ["GOAWAY 3 FRAME_SIZE_ERROR PING of 5 octets"]);
});

test("an application that fails at the end is told the rest all the same", () => {
  const server = new ServerProbe().feed(headers(1, REQUEST), headers(3, REQUEST));
  server.log.onEvent = (line) => {
    if (line.startsWith("reset")) throw new Error("the application's");
  };
  server.engine.close();
  assert.deepEqual(server.told().slice(-3), ["reset 1 0 closed", "reset 3 0 closed", "closed NO_ERROR: "]);
});

test("a connection that is closed as a waiting request starts tells nothing after", () => {
  const server = new ServerProbe({ maxRunningRequests: 1 }).feed(
    headers(1, REQUEST),
    headers(3, REQUEST),
    data(3, "x"),
  );
  server.log.onEvent = (line) => {
    if (line.startsWith("request 3")) server.engine.close();
  };
  server.engine.release(1);
  assert.deepEqual(server.told().slice(-3), [
    "request 3 POST /test.Echo/Unary",
    "reset 3 0 closed",
    "closed NO_ERROR: ",
  ]);
});

test("a code that has no name is told by its number", () => {
  const client = new ClientProbe().feed(goaway(0, 0xfe, "why"));
  assert.deepEqual(client.told(), ["goaway 0 254 why"]);
  client.engine.close(0xfe, "because");
  assert.equal(client.told().at(-1), "closed 0xfe: because");
});
