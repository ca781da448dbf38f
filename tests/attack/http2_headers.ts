// A10, A12: header lists that mean one thing to a proxy and another to us: malformed fields and pseudo-header fields, paths
// in disguise, requests smuggled into HTTP/1.1. RFC 9113 8.2, 8.3, 10.3; RFC 9112 11.
import { type Fields, headers } from "../support/frames.ts";
import type { Attack, Scene } from "./attack.ts";
import { callFields, callOn, envelope } from "./call.ts";

/** Requests with these lists, on streams of one connection; tells of the first answer that is not as expected. */
async function each(scene: Scene, lists: readonly Fields[], expected: RegExp): Promise<string> {
  const wire = await scene.greet();
  for (const [index, list] of lists.entries()) {
    const streamId = 1 + 2 * index;
    await wire.write(headers(streamId, list, { endStream: true }));
    const reply = wire.reply(streamId);
    await wire.until(() => reply.ended || reply.reset !== undefined || wire.isOver, scene.leftMs);
    const told = reply.reset === undefined
      ? `${[...reply.head.values()].join(" ")} ${wire.told()}`
      : `RST_STREAM ${reply.reset}`;
    if (!expected.test(told)) return `${told}, for ${JSON.stringify(list)}`;
  }
  return `all ${lists.length} refused`;
}

/** Calls of these paths, in gRPC and in Connect; tells of the first that is served. */
async function paths(scene: Scene, list: readonly string[]): Promise<string> {
  const wire = await scene.greet();
  let streamId = 1;
  for (const path of list) {
    for (const protocol of ["grpc", "connect"] as const) {
      const body = protocol === "grpc" ? envelope(new Uint8Array(0)) : new Uint8Array(0);
      const told = await callOn(wire, streamId, { protocol, path, body }, scene.leftMs);
      streamId += 2;
      if (!/grpc-status 12|HTTP 404|RST_STREAM PROTOCOL_ERROR/.test(told)) return `${told}, for ${path} in ${protocol}`;
    }
  }
  return `all ${list.length} refused`;
}

/** Sends a text to the HTTP/1.1 side, and tells the status lines of what comes back. */
async function http1(scene: Scene, request: string): Promise<string> {
  const wire = await scene.connect(false);
  await wire.write(new TextEncoder().encode(request));
  await wire.over(Math.min(700, scene.leftMs));
  const statuses = [...wire.text.matchAll(/HTTP\/1\.1 (\d+)/g)].map((match) => match[1]);
  return `${statuses.join(" then ") || "no answer"}, ${wire.isClosed ? "closed" : "open"}`;
}

const MALFORMED = /RST_STREAM PROTOCOL_ERROR/;
const list = callFields({});
const without = (name: string): Fields => list.filter(([each]) => each !== name);
const changed = (name: string, value: string): Fields => list.map((field) => field[0] === name ? [name, value] : field);

export const headerRules: readonly Attack[] = [
  {
    id: "A10",
    name: "names that are empty (CVE-2019-9516), in upper case, or no tokens",
    expected: /^all \d+ refused/,
    run: (scene) =>
      each(
        scene,
        ["", "X-Upper", "x y", "x:y", "x\r\ny", "x\0y", "xé"].map((name) => [...list, [name, "v"]]),
        MALFORMED,
      ),
  },
  {
    id: "A10",
    name: "values with CR, LF, NUL, or blanks around them",
    expected: /^all \d+ refused/,
    run: (scene) =>
      each(
        scene,
        ["a\r\nb: c", "a\nb", "a\rb", "a\0b", " a", "a ", "\ta", "a\t"].map((value) => [...list, ["x", value]]),
        MALFORMED,
      ),
  },
  {
    id: "A12",
    name: "pseudo-header fields: missing, twice, late, unknown, of a response",
    expected: /^all \d+ refused/,
    run: (scene) =>
      each(scene, [
        ...[":method", ":scheme", ":path"].map(without),
        ...list.filter(([name]) => name.startsWith(":")).map((field) => [field, ...list]),
        [...list, [":path", "/"]],
        [[":status", "200"], ...list],
        [[":root", "x"], ...list],
        changed(":path", ""),
        changed(":path", "live.v1.Target/Echo"),
        changed(":path", "http://localhost/live.v1.Target/Echo"),
        changed(":path", "/live.v1.Target/Echo /"),
        changed(":path", "*"),
        changed(":method", "PO ST"),
        changed(":scheme", "ht tp"),
        changed(":authority", "user@localhost"),
        changed(":authority", "local host"),
        [[":protocol", "websocket"], ...list],
      ], MALFORMED),
  },
  {
    id: "A12",
    name: "fields of a connection, te, host beside :authority, content-lengths that differ",
    expected: /^all \d+ refused/,
    run: (scene) =>
      each(
        scene,
        ([
          ["connection", "close"],
          ["keep-alive", "1"],
          ["proxy-connection", "x"],
          ["transfer-encoding", "chunked"],
          ["upgrade", "h2c"],
          ["te", "gzip"],
          ["host", "elsewhere"],
          ["content-length", "-1"],
          ["content-length", "1, 1"],
          ["content-length", "5"],
        ] as const).map((field): Fields => [...list, field]),
        MALFORMED,
      ),
  },
  {
    id: "A12",
    name: "no authority at all (GHSA-2v4p-qf9q-27wj)",
    expected: /^HTTP 200 grpc-status 0/,
    async run(scene) {
      const wire = await scene.greet();
      await wire.write(headers(1, without(":authority")));
      return await callOn(wire, 3, { body: envelope(new Uint8Array(0)) }, scene.leftMs);
    },
  },
  {
    id: "A12",
    name: "paths in disguise (CVE-2026-33186)",
    expected: /^all \d+ refused/,
    run: (scene) =>
      paths(scene, [
        "//live.v1.Target/Echo",
        "/live.v1.Target//Echo",
        "/live.v1.Target/Echo/",
        "/./live.v1.Target/Echo",
        "/x/../live.v1.Target/Echo",
        "/x/../live.v1.Target/Echo?a=b",
        "/./live.v1.Target/Echo?a",
        "/%2e/live.v1.Target/Echo?a",
        "/live.v1.Target%2fEcho",
        "/live.v1.Target%2fEcho?a",
        "/live.v1.Target/%45cho",
        "/live.v1.Target/%45cho?a",
        "\\live.v1.Target\\Echo",
        "/live.v1.Target\\Echo",
        "/live.v1.Target\\Echo?a",
        "/LIVE.V1.TARGET/ECHO",
        "/live.v1.Target/Echo;x=1",
        "/live.v1.Target/Echo#x",
        "/live.v1.Target/__proto__",
        "/__proto__/constructor",
        "/live.v1.Target/toString",
      ]),
  },
  {
    id: "A12",
    name: "smuggling: content-length beside transfer-encoding",
    expected: /^(400|no answer), closed/,
    run: (scene) =>
      http1(
        scene,
        "POST /live.v1.Target/Echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/proto\r\nContent-Length: 4\r\n" +
          "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n",
      ),
  },
  {
    id: "A12",
    name: "smuggling: two content-lengths",
    expected: /^(400|no answer), closed/,
    run: (scene) =>
      http1(
        scene,
        "POST /live.v1.Target/Echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/proto\r\nContent-Length: 0\r\n" +
          "Content-Length: 35\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n",
      ),
  },
  {
    id: "A12",
    name: "Upgrade: h2c, which is not taken",
    expected: /^(404|405|200|426)(,| then)/,
    run: (scene) =>
      http1(
        scene,
        "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n",
      ),
  },
];
