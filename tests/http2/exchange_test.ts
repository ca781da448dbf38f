// A request and its reply, in every way that they can be cut, split and combined.
import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeBlock } from "../../src/http2/hpack/encoder.ts";
import type { RequestHead } from "../../src/http2/message_head.ts";
import { ClientProbe, ServerProbe } from "../support/engine.ts";
import {
  allSplits,
  bytes,
  continuation,
  data,
  type Fields,
  frame,
  greeting,
  headers,
  requestFields,
  rstStream,
  settingsAck,
  text,
} from "../support/frames.ts";

const OK: Fields = [[":status", "200"], ["content-type", "application/grpc"]];
const TRAILERS: Fields = [["grpc-status", "0"]];

test("a server greets with its settings and opens the connection's window", () => {
  const server = new ServerProbe({}, { greet: false });
  assert.deepEqual(server.sent(), [
    "SETTINGS maxConcurrentStreams=256 maxHeaderListSize=16384",
    "WINDOW_UPDATE 0 983041",
  ]);
});

test("a client greets with preface and settings, and turns push off", () => {
  const client = new ClientProbe({ initialWindowSize: 100_000 });
  assert.equal(client.log.settingsTold, 1);
  assert.deepEqual(client.told(), []);
});

test("a request is told however its bytes are cut", () => {
  const whole = bytes(
    greeting(),
    settingsAck(),
    headers(1, requestFields(), { pad: 3, dependsOn: 0 }),
    data(1, "hello", { pad: 2 }),
    data(1, " world", { endStream: true }),
    headers(3, requestFields("/b"), { endStream: true }),
    headers(5, requestFields("/c")),
    headers(5, [["trailer", "yes"]], { endStream: true }),
  );
  for (const parts of allSplits(whole)) {
    const server = new ServerProbe({}, { greet: false }).feed(...parts);
    assert.deepEqual(server.told(), [
      "request 1 POST /test.Echo/Unary",
      "data 1 hello",
      "data 1 world END",
      "request 3 POST /b END",
      "request 5 POST /c",
      "trailers 5 trailer=yes",
    ]);
  }
});

test("a header block is the same in one frame, and in many of any size", () => {
  const block = encodeBlock(requestFields());
  for (let at = 0; at <= block.length; at++) {
    const server = new ServerProbe().feed(
      headers(1, block.slice(0, at), { endHeaders: false, endStream: true }),
      continuation(1, [], false),
      continuation(1, block.slice(at)),
    );
    assert.deepEqual(server.told(), ["request 1 POST /test.Echo/Unary END"]);
  }
});

test("a reply goes out as HEADERS, DATA and trailers, as lists, as blocks and in one stroke", () => {
  const expected = [
    "HEADERS 1 :status=200 content-type=application/grpc",
    "DATA 1 reply",
    "HEADERS 1 grpc-status=0 END_STREAM",
  ];
  const ways: ((server: ServerProbe) => void)[] = [
    ({ engine }) => {
      engine.sendHeaders(1, OK);
      assert.equal(engine.sendData(1, text("reply")), true);
      engine.sendTrailers(1, TRAILERS);
    },
    ({ engine }) => {
      engine.sendHeaders(1, encodeBlock(OK));
      engine.sendData(1, text("reply"));
      engine.sendTrailers(1, encodeBlock(TRAILERS));
    },
    ({ engine }) => engine.sendReply(1, encodeBlock(OK), text("reply"), encodeBlock(TRAILERS)),
    ({ engine }) => engine.sendReply(1, OK, text("reply"), TRAILERS),
  ];
  for (const way of ways) {
    const server = new ServerProbe().feed(headers(1, requestFields(), { endStream: true }));
    way(server);
    server.engine.release(1);
    assert.deepEqual(server.sent(), expected);
    assert.equal(server.engine.usage.streams, 0);
  }
});

test("a reply without trailers ends with its data, one without data with its headers", () => {
  const server = new ServerProbe();
  for (const id of [1, 3, 5, 7, 9]) server.feed(headers(id, requestFields(), { endStream: true }));
  server.engine.sendReply(1, OK, text("reply"));
  server.engine.sendReply(3, OK, new Uint8Array(0));
  server.engine.sendHeaders(5, OK, true);
  server.engine.sendHeaders(7, OK);
  server.engine.sendData(7, new Uint8Array(0), true);
  server.engine.sendReply(9, OK, new Uint8Array(0), TRAILERS);
  const head = ":status=200 content-type=application/grpc";
  assert.deepEqual(server.sent(), [
    `HEADERS 1 ${head}`,
    "DATA 1 reply END_STREAM",
    `HEADERS 3 ${head} END_STREAM`,
    `HEADERS 5 ${head} END_STREAM`,
    `HEADERS 7 ${head}`,
    "DATA 7 END_STREAM",
    `HEADERS 9 ${head}`,
    "HEADERS 9 grpc-status=0 END_STREAM",
  ]);
});

test("empty data that ends nothing is not sent", () => {
  const server = new ServerProbe().feed(headers(1, requestFields(), { endStream: true }));
  server.engine.sendHeaders(1, OK);
  server.sent();
  server.engine.sendData(1, new Uint8Array(0));
  assert.deepEqual(server.sent(), []);
});

test("headers longer than the peer's frames go out with CONTINUATION, and trailers with many fields too", () => {
  const long: Fields = [...OK, ["long", "x".repeat(40_000)]];
  const server = new ServerProbe().feed(headers(1, requestFields(), { endStream: true }));
  server.engine.sendHeaders(1, long);
  const sent = server.sent();
  assert.equal(sent[0], "HEADERS 1 ...");
  assert.equal(sent.at(-1), `CONTINUATION 1 :status=200 content-type=application/grpc long=${"x".repeat(40_000)}`);
});

test("output is told of once until it is taken, and not from within receive", () => {
  const server = new ServerProbe();
  server.log.onEvent = (line) => {
    if (line.startsWith("request")) server.engine.sendHeaders(1, OK);
  };
  server.feed(headers(1, requestFields(), { endStream: true }), frame(6, 0, 0, text("12345678")));
  assert.equal(server.log.outputTold, 0);
  server.engine.takeOutput();
  server.engine.sendData(1, text("."));
  server.engine.sendData(1, text("a"));
  assert.equal(server.log.outputTold, 1);
  server.engine.takeOutput();
  server.engine.sendData(1, text("b"));
  assert.equal(server.log.outputTold, 2);
});

test("a request may be answered, reset and released from within its own event", () => {
  for (const split of [1, 3, 1000]) {
    const server = new ServerProbe();
    server.log.onEvent = (line) => {
      const [kind, id] = line.split(" ");
      if (kind !== "request") return;
      if (id === "3") server.engine.reset(3, 8);
      else server.engine.sendReply(Number(id), OK, text(id!), TRAILERS);
      server.engine.release(Number(id));
    };
    const all = bytes(
      ...[1, 3, 5].map((id) => bytes(headers(id, requestFields()), data(id, "x", { endStream: true }))),
    );
    for (let at = 0; at < all.length; at += split) server.feed(all.slice(at, at + split));
    const ends = server.sent().filter((line) => /END_STREAM|RST/.test(line));
    assert.deepEqual(ends, [
      "HEADERS 1 grpc-status=0 END_STREAM",
      "RST_STREAM 1 NO_ERROR",
      "RST_STREAM 3 CANCEL",
      "HEADERS 5 grpc-status=0 END_STREAM",
      "RST_STREAM 5 NO_ERROR",
    ]);
    assert.deepEqual(server.told().map((line) => line.split(" ")[0]), ["request", "request", "request"]);
    assert.equal(server.engine.usage.streams, 0);
    assert.equal(server.engine.usage.heldBytes, 0);
  }
});

test("commands in the wrong order are the caller's fault and throw; on a stream that is over they come to nothing", () => {
  const server = new ServerProbe().feed(headers(1, requestFields(), { endStream: true }));
  const { engine } = server;
  assert.throws(() => engine.sendData(1, text("x")), /sendData\(1\) was called before/);
  engine.sendHeaders(1, OK);
  assert.throws(() => engine.sendHeaders(1, OK), /after the stream's headers were sent/);
  engine.sendTrailers(1, TRAILERS);
  engine.sendData(1, text("x"));
  engine.sendTrailers(7, TRAILERS);
  engine.release(7);
  engine.reset(1, 8);
  assert.equal(server.sent().length, 2);
});

test("an event that throws ends its connection and nothing else", () => {
  const server = new ServerProbe();
  const cause = new Error("bug");
  server.log.onEvent = (line) => {
    if (line.startsWith("request")) throw cause;
  };
  server.feed(headers(1, requestFields(), { endStream: true }));
  assert.equal(server.log.error?.cause, cause);
  assert.deepEqual(server.sent(), ["GOAWAY 1 INTERNAL_ERROR an event handler failed"]);
});

test("receive within an event is refused", () => {
  const server = new ServerProbe();
  server.log.onEvent = (line) => {
    if (line.startsWith("request")) server.engine.receive(new Uint8Array(1));
  };
  server.feed(headers(1, requestFields(), { endStream: true }));
  assert.match(String(server.log.error?.cause), /from within an event/);
});

test("a head tells headers by name, shared or not, several of one name joined", () => {
  const server = new ServerProbe();
  const heads: RequestHead[] = [];
  server.log.onRequest = (_id, head) => void heads.push(head);
  const fields = requestFields("/", [["x-twice", "a"], ["x-once", "b"], ["x-twice", "c"], ["x-empty", ""]]);
  for (let id = 1; id < 12; id += 2) server.feed(headers(id, fields, { endStream: true }));
  assert.notEqual(heads[0], heads[5]);
  for (const head of heads) {
    assert.deepEqual(["x-twice", "x-once", "x-empty", "x-none", "constructor"].map((name) => head.header(name)), [
      "a, c",
      "b",
      "",
      undefined,
      undefined,
    ]);
  }
});

test("the same block gives the same head object", () => {
  const server = new ServerProbe();
  const heads: unknown[] = [];
  server.log.onRequest = (_id, head) => void heads.push(head);
  for (let id = 1; id < 12; id += 2) server.feed(headers(id, requestFields(), { endStream: true }));
  assert.equal(heads[4], heads[5]);
  assert.ok(Object.isFrozen(heads[5]));
});

test("commands on a stream that is over, or never was, come to nothing", () => {
  const server = new ServerProbe().feed(headers(1, requestFields()), rstStream(1, 8));
  for (const id of [1, 99]) {
    server.engine.sendInformational(id, [[":status", "103"]]);
    server.engine.sendReply(id, OK, text("late"), TRAILERS);
    server.engine.sendTrailers(id, TRAILERS);
    server.engine.consume(id, 5);
    server.engine.reset(id, 8);
    assert.equal(server.engine.sendData(id, text("late")), true);
    assert.equal(server.engine.waiting(id), 0);
  }
  assert.deepEqual(server.sent(), []);
});

test("data before the headers or after the end is the caller's mistake", () => {
  const server = new ServerProbe().feed(headers(1, requestFields()));
  assert.throws(() => server.engine.sendData(1, text("x")), /sendData\(1\) was called before the stream's headers/);
  server.engine.sendHeaders(1, OK);
  server.engine.sendData(1, text("x"), true);
  assert.throws(() => server.engine.sendData(1, text("y")), /sendData\(1\) was called after the stream's end/);
  assert.throws(() => server.engine.sendTrailers(1, TRAILERS), /sendTrailers\(1\) was called after the stream's end/);
  assert.throws(() => server.engine.sendReply(1, OK, text("")), /sendReply\(1\) was called after the stream's headers/);
});
