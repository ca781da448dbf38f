// Requests of Connect and gRPC-Web through an app's `fetch`: content types, query parameters, base64, JSON, envelopes,
// encodings, timeouts. An input is a request as text: method and path, headers, an empty line, a body.
import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { BidiStreaming, ClientStreaming, Field, Message, Service, Sigil, Unary } from "sigil";
import type { Random } from "../../simulation/random.ts";
import { bytes, text } from "../../support/frames.ts";
import type { FuzzTarget } from "../fuzz_target.ts";

@Message("fuzz.v1.Word")
class Word {
  @Field(1)
  text = "";
  @Field(2, "int64")
  count = 0n;
  @Field(3, Date)
  at?: Date;
  @Field(4)
  octets = new Uint8Array();
  @Field(5, () => Word)
  inner?: Word;
  @Field(6, "string")
  tags: string[] = [];
}

@Service("fuzz.v1.Words")
class Words {
  @Unary(Word, Word, { idempotency: "NO_SIDE_EFFECTS" })
  say(word: Word): Word {
    return word;
  }

  @BidiStreaming(Word, Word)
  async *repeat(words: AsyncIterable<Word>): AsyncIterable<Word> {
    yield* words;
  }

  @ClientStreaming(Word, Word)
  async join(words: AsyncIterable<Word>): Promise<Partial<Word>> {
    let joined = "";
    for await (const word of words) joined += word.text;
    return { text: joined };
  }
}

/** What the app took for a fault of its own. */
const faults: unknown[] = [];
const app = new Sigil({
  services: [Words],
  onUnknownError: (error) => void faults.push(error),
  maxReceiveBytes: 20_000,
});

/** What inputs were answered with so far, so that the tests can see that they lead somewhere. */
export const statuses: Map<number, number> = new Map();

/** The statuses that Connect's codes and HTTP's own refusals come to. */
const STATUSES = new Set([200, 400, 401, 403, 404, 405, 409, 413, 415, 429, 499, 500, 501, 503, 504]);

const CODES = new Set([
  "canceled",
  "invalid_argument",
  "deadline_exceeded",
  "not_found",
  "resource_exhausted",
  "failed_precondition",
  "out_of_range",
  "unimplemented",
  "internal",
]);

const TYPES = [
  "application/json",
  "application/proto",
  "application/connect+json",
  "application/connect+proto",
  "application/grpc-web",
  "application/grpc-web+proto",
  "application/grpc-web+json",
  "application/grpc-web-text",
  "application/json; charset=utf-8",
  "text/plain",
  "application/",
  "",
];

const JSONS = [
  "{}",
  '{"text":"hi","count":"12"}',
  '{"at":"2026-01-02T03:04:05Z","octets":"AAEC"}',
  '{"inner":{"inner":{}},"tags":["a","b"]}',
  '{"text":null}',
  '{"count":1e99}',
  '{"__proto__":1}',
  '{"text":"\\ud800"}',
  "[",
  `${'{"inner":'.repeat(200)}{}${"}".repeat(200)}`,
];

const PROTOS = [
  [],
  [0x0a, 2, 0x68, 0x69],
  [0x10, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1],
  [0x2a, 4, 0x2a, 2, 0x10, 1],
  [0x1a, 2, 8, 1, 0x22, 3, 1, 2, 3, 0x32, 1, 0x61],
  [0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f],
  [0x0b, 0x0c],
  [0],
];

function madeUpMessage(random: Random, isJson: boolean): Uint8Array {
  const message = isJson ? text(random.pick(JSONS)) : Uint8Array.from(random.pick(PROTOS));
  return random.percent(10) ? new Uint8Array(gzipSync(message)) : message;
}

function madeUpEnvelopes(random: Random, isJson: boolean): Uint8Array {
  return bytes(...Array.from({ length: random.below(4) }, () => {
    const message = madeUpMessage(random, isJson);
    const length = random.percent(90) ? message.length : random.below(70_000);
    const flags = random.percent(80) ? 0 : random.pick([1, 2, 0x80, 0x81, 0xff]);
    return bytes([flags, 0, 0, length >> 8, length & 255], message);
  }));
}

function madeUpQuery(random: Random): string {
  const isJson = random.percent(60);
  const message = madeUpMessage(random, isJson);
  const base64 = btoa(String.fromCharCode(...message)).replaceAll("+", "-").replaceAll("/", "_");
  const parts = [
    random.pick(["connect=v1", "connect=v2", ""]),
    `encoding=${isJson ? "json" : "proto"}`,
    random.percent(60)
      ? `base64=1&message=${base64}`
      : `message=${encodeURIComponent(String.fromCharCode(...message))}`,
    random.pick(["", "", "compression=gzip", "compression=identity", "compression=x", "message=%", "base64=%31"]),
  ];
  return `?${parts.filter((part) => part !== "").join("&")}`;
}

export const http: FuzzTarget = {
  name: "http",
  about: "requests of Connect and gRPC-Web through fetch: an answer with a status that says why, no fault of the app's",
  make(random) {
    const method = random.pick(["say", "say", "repeat", "join", "nothing", ""]);
    if (random.percent(30)) {
      return text(`GET /fuzz.v1.Words/Say${madeUpQuery(random)}\n\n`);
    }
    const type = random.pick(TYPES);
    const isJson = type.includes("json");
    const isBare = type === "application/json" || type === "application/proto";
    const lines = [
      `${random.percent(95) ? "POST" : random.pick(["PUT", "HEAD", "OPTIONS"])} /fuzz.v1.Words/${
        method.slice(0, 1).toUpperCase()
      }${method.slice(1)}`,
      `content-type: ${type}`,
    ];
    if (random.percent(20)) lines.push(`connect-timeout-ms: ${random.pick(["0", "5000", "x", "99999999999", "-1"])}`);
    if (random.percent(20)) lines.push(`grpc-timeout: ${random.pick(["5S", "0n", "1", "999999999S"])}`);
    if (random.percent(20)) {
      lines.push(
        `${random.pick(["content", "connect-content", "grpc"])}-encoding: ${
          random.pick(["gzip", "identity", "br", "x"])
        }`,
      );
    }
    if (random.percent(20)) lines.push(`connect-protocol-version: ${random.pick(["1", "2"])}`);
    if (random.percent(10)) lines.push(`x-data-bin: ${random.pick(["AAEC", "?", "AA==,AQ", "A"])}`);
    const body = isBare ? madeUpMessage(random, isJson) : madeUpEnvelopes(random, isJson);
    const sent = type.includes("text") ? text(btoa(String.fromCharCode(...body))) : body;
    return bytes(text(`${lines.join("\n")}\n\n`), sent);
  },
  async run(input) {
    const request = requestOf(input);
    if (request === undefined) return;
    faults.length = 0;
    const response = await app.fetch(request);
    statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
    const answer = new Uint8Array(await response.arrayBuffer());
    if (faults.length > 0) throw faults[0];
    const said = String.fromCharCode(...answer.subarray(0, 1000));
    assert.ok(STATUSES.has(response.status), `status ${response.status}: ${said}`);
    if (response.status === 200 || !response.headers.get("content-type")?.startsWith("application/json")) return;
    const { code } = JSON.parse(new TextDecoder().decode(answer)) as { code: string };
    assert.ok(CODES.has(code), `code ${code}: ${said}`);
  },
};

/** The request that an input writes down; undefined where no client could send it. */
function requestOf(input: Uint8Array): Request | undefined {
  let end = 0;
  while (end < input.length && !(input[end] === 10 && input[end + 1] === 10)) end++;
  const lines = String.fromCharCode(...input.subarray(0, Math.min(end, 5000))).split("\n");
  const [method, path] = lines[0]!.split(" ") as [string, string | undefined];
  const headers = new Headers();
  try {
    for (const line of lines.slice(1)) {
      const colon = line.indexOf(":");
      headers.append(line.slice(0, colon), line.slice(colon + 1).trim());
    }
    const body = method === "GET" || method === "HEAD" ? undefined : input.slice(end + 2);
    return new Request(new URL(path ?? "/", "http://localhost"), { method, headers, body });
  } catch {
    return undefined;
  }
}
