// B1 to B5: messages that lie about their size, grow when they are unpacked, are nested without end, or have keys that mean
// something to JavaScript; in each protocol.
import { brotliCompressSync, constants, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { bytes, data, headers } from "../support/frames.ts";
import { type Attack, type Scene, streamIds } from "./attack.ts";
import { call, callFields, callOn, type CallOptions, envelope, parcel, type Protocol, varint } from "./call.ts";

const SUM = "/live.v1.Target/Sum";
const INSPECT = "/live.v1.Target/Inspect";
const MIB = 1024 * 1024;

/** What the protocols call a message that is too large, and one that makes no sense. */
const TOO_LARGE = /^HTTP 200 grpc-status 8|^HTTP 200 .*grpc-status:8|^HTTP (200|429) .*"resource_exhausted"/;
const MALFORMED =
  /^HTTP 200 grpc-status (3|13)|^HTTP 200 .*grpc-status:(3|13)|^HTTP (200|400) .*"(invalid_argument|internal)"/;

/** Protocols that put a message into an envelope, with a method that takes many, so that Connect has an envelope, too. */
const ENVELOPED: readonly (readonly [Protocol, string])[] = [
  ["grpc", "/live.v1.Target/Echo"],
  ["grpc", SUM],
  ["grpc-web", "/live.v1.Target/Echo"],
  ["connect stream", SUM],
];

/** Makes several calls, each on its own stream; tells of the first that is not answered as expected. */
async function each(scene: Scene, calls: readonly CallOptions[], expected: RegExp): Promise<string> {
  const wire = await scene.greet();
  for (const [index, options] of calls.entries()) {
    const told = await callOn(wire, 1 + 2 * index, options, scene.leftMs);
    if (!expected.test(told)) {
      return `${told}, for number ${index + 1}, ${options.protocol ?? options.contentType ?? ""}`;
    }
  }
  return `all ${calls.length} refused`;
}

/** A message in the protocols' ways: unary in gRPC, gRPC-Web and Connect. */
function everywhere(message: Uint8Array, path = "/live.v1.Target/Echo"): CallOptions[] {
  return [
    { protocol: "grpc", path, body: envelope(message) },
    { protocol: "grpc-web", path, body: envelope(message) },
    { protocol: "connect", path, body: message },
  ];
}

function everywhereJson(json: string, path = "/live.v1.Target/Echo"): CallOptions[] {
  const message = new TextEncoder().encode(json);
  return [
    { contentType: "application/grpc+json", path, body: envelope(message) },
    { contentType: "application/grpc-web+json", path, body: envelope(message) },
    { contentType: "application/json", path, body: message },
  ];
}

const CODINGS: { readonly [coding: string]: (bytes: Uint8Array) => Uint8Array } = {
  gzip: gzipSync,
  // Its best takes a minute.
  br: (bytes) => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }),
  deflate: deflateSync,
  zstd: zstdCompressSync,
};
let bombs: { readonly [coding: string]: Uint8Array } | undefined;

/** 128 MiB of zeros, in each compression. */
function packed(): { readonly [coding: string]: Uint8Array } {
  const zeros = new Uint8Array(128 * MIB);
  return bombs ??= Object.fromEntries(
    Object.entries(CODINGS).map(([coding, compress]) => [coding, new Uint8Array(compress(zeros))]),
  );
}

/** A message within a message, and so on. */
function nested(depth: number): Uint8Array {
  const sizes = [0];
  for (let level = 1; level < depth; level++) sizes.push(sizes[level - 1]! + varint(sizes[level - 1]!).length + 1);
  return bytes(...sizes.reverse().map((size) => [(5 << 3) | 2, ...varint(size)]));
}

export const messages: readonly Attack[] = [
  {
    id: "B1",
    name: "a prefix of 4 GiB, and nothing behind it: refused before it is waited for",
    expected: /^all 4 refused/,
    run: (scene) =>
      each(
        scene,
        ENVELOPED.map(([protocol, path]) => ({
          protocol,
          path,
          body: envelope(new Uint8Array(0), 0, 0xffff_ffff),
          ends: false,
        })),
        TOO_LARGE,
      ),
  },
  {
    id: "B1",
    name: "a content-length of 4 GiB, and a body of 5 MiB that says nothing of its length",
    expected: /^all 2 refused/,
    run: (scene) =>
      each(scene, [
        { protocol: "connect", more: [["content-length", "4294967295"]], body: new Uint8Array(1), ends: false },
        { protocol: "connect", body: new Uint8Array(5 * MIB) },
      ], TOO_LARGE),
  },
  {
    id: "B1",
    name: "250 messages of 4 MiB at once, none of which is ever complete",
    once: true,
    expected: /^bounded/,
    async run(scene) {
      const wire = await scene.greet();
      const ids = streamIds(1, 250);
      const begin = envelope(new Uint8Array(0), 0, 4 * MIB - 16);
      await wire.write(bytes(...ids.map((id) => bytes(headers(id, callFields({})), data(id, begin)))));
      const piece = new Uint8Array(16_000);
      let sent = 0;
      const untilMs = performance.now() + 3000;
      for (let round = 0; performance.now() < untilMs && !wire.isOver; round++) {
        const id = ids[round % ids.length]!;
        if (!wire.hasCredit(id, piece.length)) {
          if (!ids.some((each) => wire.hasCredit(each, piece.length))) await wire.until(() => false, 20);
          continue;
        }
        await wire.spend(id, piece.length, 0);
        await wire.write(data(id, piece), 200);
        sent += piece.length;
      }
      return `bounded: it took ${Math.round(sent / MIB)} MiB, ${wire.told()}`;
    },
  },
  {
    id: "B2",
    name: "decompression bombs: 128 MiB of zeros, by gzip, br, deflate and zstd",
    expected: /^all \d+ refused/,
    run: (scene) =>
      each(
        scene,
        Object.entries(packed()).flatMap(([coding, bomb]): CallOptions[] => [
          { protocol: "grpc", more: [["grpc-encoding", coding]], body: envelope(bomb, 1) },
          { protocol: "grpc-web", more: [["grpc-encoding", coding]], body: envelope(bomb, 1) },
          { protocol: "connect", more: [["content-encoding", coding]], body: bomb },
          {
            protocol: "connect stream",
            path: SUM,
            more: [["connect-content-encoding", coding]],
            body: envelope(bomb, 1),
          },
        ]),
        new RegExp(`${TOO_LARGE.source}|grpc-status 12|grpc-status:12|"unimplemented"`),
      ),
  },
  {
    id: "B2",
    name: "compressed, it says, but by nothing, by something unknown, or not at all",
    expected: /^all 6 refused/,
    run: (scene) =>
      each(scene, [
        { protocol: "grpc", body: envelope(new Uint8Array(5), 1) },
        { protocol: "grpc-web", more: [["grpc-encoding", "identity"]], body: envelope(new Uint8Array(5), 1) },
        { protocol: "grpc", more: [["grpc-encoding", "lzma"]], body: envelope(new Uint8Array(5), 1) },
        { protocol: "grpc", more: [["grpc-encoding", "gzip"]], body: envelope(new Uint8Array(5), 1) },
        { protocol: "connect", more: [["content-encoding", "gzip"]], body: new Uint8Array(5) },
        { protocol: "connect", more: [["content-encoding", "lzma"]], body: new Uint8Array(5) },
      ], /grpc-status:? ?(3|12|13)|"(invalid_argument|internal|unimplemented)"/),
  },
  {
    id: "B3",
    name: "protobuf: 20,000 messages within each other, 100,000 groups, a varint without end, lengths that lie",
    expected: /^all 15 refused/,
    run: (scene) =>
      each(
        scene,
        [
          nested(20_000),
          new Uint8Array(100_000).fill((5 << 3) | 3),
          bytes([6 << 3], new Uint8Array(20).fill(0xff)),
          bytes([(2 << 3) | 2, 0xff, 0xff, 0xff, 0xff, 0x0f]),
          bytes([(2 << 3) | 2, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]),
        ].flatMap((message) => everywhere(message)),
        MALFORMED,
      ),
  },
  {
    id: "B4",
    name: "JSON: 200,000 arrays within each other, in a known field and in an unknown one",
    expected: /^all \d+ answered/,
    async run(scene) {
      const deep = `${"[".repeat(200_000)}${"]".repeat(200_000)}`;
      const known = await each(scene, everywhereJson(`{"extra":{"a":${deep}}}`), MALFORMED);
      if (!known.startsWith("all")) return known;
      const unknown = await each(
        scene,
        everywhereJson(`{"nobody":${deep}}`),
        new RegExp(`${MALFORMED.source}|^HTTP 200`),
      );
      return unknown.startsWith("all") ? "all 6 answered" : unknown;
    },
  },
  {
    id: "B4",
    name: "JSON: a number of 4,000,000 digits, 5,000 keys, 1,000,000 elements, text that is no UTF-8",
    // Ten rounds of messages as large as they may be leave more behind than that, until V8 collects it, whatever is in them.
    once: true,
    // JSON.parse can't be interrupted: 4 MiB take up to 15 ns an octet with what is checked before it. maxReceiveBytes bounds that.
    freeMs: 60,
    expected: /^all 4 answered/,
    async run(scene) {
      const keys = Array.from({ length: 5_000 }, (_, index) => `"k${index}":1`).join(",");
      const told = [
        await each(scene, everywhereJson(`{"total":"${"9".repeat(4_000_000)}"}`).slice(2), MALFORMED),
        await each(scene, everywhereJson(`{"extra":{${keys}}}`, INSPECT).slice(2), /^HTTP 200/),
        await each(scene, everywhereJson(`{"nobody":[${"1,".repeat(1_000_000)}1]}`).slice(2), /^HTTP 200/),
        await each(scene, [{ contentType: "application/json", body: new Uint8Array([0x22, 0xff, 0x22]) }], MALFORMED),
      ];
      return told.find((one) => !one.startsWith("all")) ?? "all 4 answered";
    },
  },
  {
    id: "B5",
    name: "keys named __proto__, constructor and prototype, in maps and structs, binary and JSON",
    expected: /^all 5 intact/,
    async run(scene) {
      const entry = (key: string): Uint8Array => parcel([1, key], [2, "polluted"]);
      const binary = parcel(
        [3, entry("__proto__")],
        [4, parcel([1, bytes(parcel([1, "__proto__"], [2, parcel([3, "polluted"])]))])],
      );
      const json = '{"labels":{"__proto__":"polluted"},"extra":{"__proto__":{"polluted":true},"constructor":' +
        '{"prototype":{"polluted":true}}}}';
      const calls = [
        ...everywhere(binary, INSPECT).slice(0, 1),
        ...everywhere(binary, INSPECT).slice(2),
        ...everywhereJson(json, INSPECT),
      ];
      for (const options of calls) {
        const told = await call(scene, options);
        if (!/plain with __proto__; plain with __proto__(,constructor)?; clean/.test(told)) return told;
      }
      return `all ${calls.length} intact`;
    },
  },
];
