import assert from "node:assert/strict";
import { test } from "node:test";
import { checkRequest, checkResponse, checkTrailers } from "../../src/http2/header_rules.ts";
import { RequestHead, ResponseHead } from "../../src/http2/message_head.ts";
import { ServerProbe } from "../support/engine.ts";
import { type Fields, headers, requestFields } from "../support/frames.ts";

const PLAIN: Fields = [[":method", "GET"], [":scheme", "https"], [":path", "/"], [":authority", "a.example"]];

function without(name: string): Fields {
  return PLAIN.filter(([field]) => field !== name);
}

function using(name: string, value: string): Fields {
  return PLAIN.map(([field, old]) => [field, field === name ? value : old]);
}

const MALFORMED: [why: RegExp, fields: Fields][] = [
  [/^no :method/, without(":method")],
  [/^no :scheme/, without(":scheme")],
  [/^no :path/, without(":path")],
  [/^no :method/, []],
  [/not a method/, using(":method", "")],
  [/not a method/, using(":method", "GE T")],
  [/not a scheme/, using(":scheme", "")],
  [/not a scheme/, using(":scheme", "1http")],
  [/not a path/, using(":path", "")],
  [/not a path/, using(":path", "no-slash")],
  [/not a path/, using(":path", "/a b")],
  [/not a path/, using(":path", "/\xe4")],
  [/not a path/, using(":path", "*")],
  [/not an authority/, using(":authority", "user@a.example")],
  [/not an authority/, using(":authority", "a b")],
  [/not an authority/, using(":authority", "a/b")],
  [/host differs/, [...PLAIN, ["host", "b.example"]]],
  [/a second host/, [...PLAIN, ["host", "a.example"], ["host", "a.example"]]],
  [/a second :path/, [...PLAIN, [":path", "/"]]],
  [/a second :method/, [...PLAIN, [":method", "GET"]]],
  [/a second :scheme/, [...PLAIN, [":scheme", "https"]]],
  [/a second :authority/, [...PLAIN, [":authority", "a.example"]]],
  [/after a regular field/, [...without(":path"), ["a", "b"], [":path", "/"]]],
  [/no pseudo-header field of RFC 9113/, [...PLAIN, [":other", "x"]]],
  [/:status in a request/, [...PLAIN, [":status", "200"]]],
  [/:protocol without/, [...PLAIN, [":protocol", "websocket"]]],
  [/not a field name/, [...PLAIN, ["Upper", "x"]]],
  [/not a field name/, [...PLAIN, ["", "x"]]],
  [/not a field name/, [...PLAIN, ["a b", "x"]]],
  [/not a field name/, [...PLAIN, ["a:b", "x"]]],
  [/not a field name/, [...PLAIN, ["a\0", "x"]]],
  [/not a field name/, [...PLAIN, ["\xe4", "x"]]],
  [/illegal character/, [...PLAIN, ["a", "x\ry"]]],
  [/illegal character/, [...PLAIN, ["a", "x\ny"]]],
  [/illegal character/, [...PLAIN, ["a", "x\0"]]],
  [/illegal character/, [...PLAIN, ["a", " x"]]],
  [/illegal character/, [...PLAIN, ["a", "x\t"]]],
  [/illegal character/, using(":path", "/a\n")],
  [/connection-specific field connection/, [...PLAIN, ["connection", "close"]]],
  [/connection-specific field keep-alive/, [...PLAIN, ["keep-alive", "1"]]],
  [/connection-specific field proxy-connection/, [...PLAIN, ["proxy-connection", "close"]]],
  [/connection-specific field transfer-encoding/, [...PLAIN, ["transfer-encoding", "chunked"]]],
  [/connection-specific field upgrade/, [...PLAIN, ["upgrade", "h2c"]]],
  [/te: "gzip"/, [...PLAIN, ["te", "gzip"]]],
  [/te: "trailers, gzip"/, [...PLAIN, ["te", "trailers, gzip"]]],
  [/content-length: "-1"/, [...PLAIN, ["content-length", "-1"]]],
  [/content-length: "1e3"/, [...PLAIN, ["content-length", "1e3"]]],
  [/content-length: ""/, [...PLAIN, ["content-length", ""]]],
  [/content-length: "1, 1"/, [...PLAIN, ["content-length", "1, 1"]]],
  [/content-length: "9999999999999999"/, [...PLAIN, ["content-length", "9999999999999999"]]],
  [/two content-lengths/, [...PLAIN, ["content-length", "1"], ["content-length", "2"]]],
  [/:path or :scheme with CONNECT/, using(":method", "CONNECT")],
  [/CONNECT without :authority/, [[":method", "CONNECT"]]],
];

test("malformed requests are named for what is wrong", () => {
  for (const [why, fields] of MALFORMED) {
    const result = checkRequest(fields, false);
    assert.equal(typeof result, "string", JSON.stringify(fields));
    assert.match(result as string, why);
    assert.match(result as string, /^[\x20-\x7e]+$/);
  }
});

test("a malformed request ends its stream with PROTOCOL_ERROR, and no other", () => {
  for (const [, fields] of MALFORMED) {
    const server = new ServerProbe().feed(
      headers(1, fields, { endStream: true }),
      headers(3, PLAIN, { endStream: true }),
    );
    assert.deepEqual(server.sent(), ["RST_STREAM 1 PROTOCOL_ERROR"]);
    assert.deepEqual(server.told(), ["request 3 GET / END"]);
    assert.equal(server.engine.usage.streams, 1);
  }
});

test("well-formed requests keep what they say", () => {
  const head = checkRequest(
    [...PLAIN, ["te", "Trailers"], ["content-length", "7"], ["content-length", "7"], ["x", ""]],
    false,
  );
  assert.ok(head instanceof RequestHead);
  assert.deepEqual([head.method, head.scheme, head.authority, head.path, head.contentLength], [
    "GET",
    "https",
    "a.example",
    "/",
    7,
  ]);
  assert.deepEqual(head.headers.map(([name]) => name), ["te", "content-length", "content-length", "x"]);
  assert.ok(checkRequest([...PLAIN, ["host", "A.example"]], false) instanceof RequestHead);
  assert.ok(checkRequest([[":method", "OPTIONS"], [":scheme", "http"], [":path", "*"]], false) instanceof RequestHead);
  const connect = checkRequest([[":method", "CONNECT"], [":authority", "a:443"]], false);
  assert.ok(connect instanceof RequestHead && connect.path === "" && connect.scheme === "");
  const byHost = checkRequest([...without(":authority"), ["host", "h.example"]], false);
  assert.ok(byHost instanceof RequestHead && byHost.authority === "h.example");
  const neither = checkRequest(without(":authority"), false);
  assert.ok(neither instanceof RequestHead && neither.authority === "");
});

test("what a request is does not depend on the one before it", () => {
  const connect: Fields = [[":method", "CONNECT"], [":authority", "a:443"]];
  const options: Fields = [[":method", "OPTIONS"], [":scheme", "https"], [":path", "*"], [":authority", "a.example"]];
  const rich: Fields = [...PLAIN, ["te", "trailers"], ["content-length", "7"], ["cookie", "a=1"], ["cookie", "b=2"]];
  const good: Fields[] = [PLAIN, connect, options, rich, [...PLAIN, ["host", "A.example"]], without(":authority")];
  const others: Fields[] = [
    ...MALFORMED.map(([, fields]) => fields),
    ...good,
    [options[2]!, ...PLAIN],
    [PLAIN[0]!, PLAIN[1]!, options[2]!, PLAIN[3]!],
    [connect[0]!, PLAIN[1]!, [":path", ""]],
    [...rich, ["content-length", "8"]],
    [rich[4]!, ...PLAIN],
    [...rich.slice(0, 5), ["te", "gzip"]],
    [...rich.slice(0, 4), [rich[4]![0], "gzip"]],
    [...connect, [":scheme", ""], [":path", ""], [":protocol", "websocket"]],
  ];
  for (const list of good) {
    const head = checkRequest(list, true);
    assert.ok(head instanceof RequestHead);
    for (const fields of others) {
      for (const extended of [false, true]) {
        const alone = checkRequest(fields, extended);
        assert.deepEqual(checkRequest(fields, extended, { list, head }), alone, JSON.stringify(fields));
      }
    }
  }
});

test("a connection refuses what is malformed about a request whose other fields are those of the one before", () => {
  const [timeout, request] = ["grpc-timeout", "x-request-id"];
  const server = new ServerProbe().feed(
    headers(1, [...PLAIN, [timeout, "1S"], [request, "a"]], { endStream: true }),
    headers(3, [...PLAIN, [timeout, "2S"], [request, "a\nb"]], { endStream: true }),
    headers(5, [...PLAIN, [timeout, "3S"], ["Upper", "c"]], { endStream: true }),
    headers(7, [...PLAIN, [timeout, "4S"], [request, "d"]], { endStream: true }),
  );
  assert.deepEqual(server.sent(), ["RST_STREAM 3 PROTOCOL_ERROR", "RST_STREAM 5 PROTOCOL_ERROR"]);
  assert.deepEqual(server.told(), ["request 1 GET / END", "request 7 GET / END"]);
});

test("cookie crumbs are joined where the first one stood", () => {
  const head = checkRequest(
    [...PLAIN, ["a", "1"], ["cookie", "x=1"], ["b", "2"], ["cookie", "y=2"], ["cookie", "z=3"]],
    false,
  );
  assert.ok(head instanceof RequestHead);
  assert.deepEqual(head.headers, [["a", "1"], ["cookie", "x=1; y=2; z=3"], ["b", "2"]]);
});

test("extended CONNECT is malformed unless it was turned on", () => {
  const fields: Fields = [...using(":method", "CONNECT"), [":protocol", "websocket"]];
  assert.equal(typeof checkRequest(fields, false), "string");
  const head = checkRequest(fields, true);
  assert.ok(head instanceof RequestHead && head.protocol === "websocket" && head.path === "/");
  assert.equal(typeof checkRequest([...PLAIN, [":protocol", "websocket"]], true), "string");
  const server = new ServerProbe({}, { enableConnectProtocol: true }).feed(headers(1, fields));
  assert.deepEqual(server.told(), ["request 1 CONNECT /"]);
  const greeting = new ServerProbe({}, { enableConnectProtocol: true, greet: false }).sent()[0];
  assert.match(greeting!, /enableConnectProtocol=1/);
});

test("responses have a status of three digits, and nothing of a request", () => {
  const good = checkResponse([[":status", "200"], ["content-length", "3"]]);
  assert.ok(good instanceof ResponseHead && good.status === 200 && good.contentLength === 3);
  for (
    const fields of [
      [],
      [[":status", "20"]],
      [[":status", "099"]],
      [[":status", "2e2"]],
      [[":status", "101"]],
      [[":status", "200"], [":status", "200"]],
      [[":status", "200"], [":path", "/"]],
      [["a", "b"], [":status", "200"]],
      [[":status", "200"], ["connection", "close"]],
    ] as Fields[]
  ) {
    assert.equal(typeof checkResponse(fields), "string", JSON.stringify(fields));
  }
});

test("trailers have no pseudo-header fields and obey the rules for fields", () => {
  assert.equal(checkTrailers([["grpc-status", "0"]]), undefined);
  assert.match(checkTrailers([[":status", "200"]])!, /pseudo-header field in trailers/);
  assert.match(checkTrailers([["Grpc-Status", "0"]])!, /not a field name/);
  assert.match(checkTrailers([["connection", "close"]])!, /connection-specific/);
});

test("malformed trailers end their stream", () => {
  const server = new ServerProbe().feed(headers(1, requestFields()), headers(1, [["Upper", "x"]], { endStream: true }));
  assert.deepEqual(server.sent(), ["RST_STREAM 1 PROTOCOL_ERROR"]);
  assert.equal(server.told().at(-1), "reset 1 1 fault");
});

test("what is malformed is quoted in printable ASCII, 64 characters at the most", () => {
  const told = checkRequest(using(":path", `x \u00e9${"y".repeat(100)}`), false);
  assert.equal(told, `not a path: "x ?${"y".repeat(61)}..."`);
});
