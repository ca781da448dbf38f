// B1, B2, B4, B6, B7 and A4, A13 the other way round: servers that answer what no server should. Wrong, missing and second
// messages and trailers, in gRPC, gRPC-Web and Connect; each has to end the call with the code that the specification names.
import { gzipSync } from "node:zlib";
import { bytes, data, type Fields, frame, goaway, headers, rstStream } from "../support/frames.ts";
import { envelope } from "./call.ts";
import type { ClientCall } from "./client.ts";
import type { Answer } from "./hostile_server.ts";

/** A hostile answer. */
export interface ClientAttack {
  readonly id: string;
  readonly name: string;
  readonly protocol: ClientCall["protocol"];
  readonly streams?: boolean;
  /** What the client has to make of it. */
  readonly expected: RegExp;
  readonly answer: Answer;
}

const NOTHING = new Uint8Array(0);
const EMPTY = envelope(NOTHING);
const HEAD: Fields = [[":status", "200"], ["content-type", "application/grpc+proto"]];
const OK: Fields = [["grpc-status", "0"]];

function bomb(): Uint8Array {
  return new Uint8Array(gzipSync(new Uint8Array(64 * 1024 * 1024)));
}

/** Octets as DATA frames of a size that every client takes, within its initial window. */
function content(streamId: number, whole: Uint8Array): Uint8Array {
  const frames: Uint8Array[] = [];
  for (let at = 0; at < whole.length; at += 16_000) frames.push(data(streamId, whole.subarray(at, at + 16_000)));
  return bytes(...frames);
}

/** An answer of gRPC: head, body, trailers. */
function grpc(body: Uint8Array, trailers: Fields | null = OK, more: Fields = []): Answer {
  return (id) =>
    bytes(
      headers(id, [...HEAD, ...more]),
      content(id, body),
      trailers === null ? data(id, NOTHING, { endStream: true }) : headers(id, trailers, { endStream: true }),
    );
}

/** An answer of HTTP/1.1. */
function http1(contentType: string, body: Uint8Array | string, status = 200, more = ""): Answer {
  const octets = typeof body === "string" ? new TextEncoder().encode(body) : body;
  const head = `HTTP/1.1 ${status} X\r\ncontent-type: ${contentType}\r\ncontent-length: ${octets.length}\r\n${more}` +
    "connection: close\r\n\r\n";
  return () => bytes(new TextEncoder().encode(head), octets);
}

/** The block of trailers that ends an answer of gRPC-Web. */
function trailers(text: string): Uint8Array {
  return envelope(new TextEncoder().encode(text), 0x80);
}

const web = (body: Uint8Array): Answer => http1("application/grpc-web+proto", body);
const connectEnd = (json: string): Uint8Array => envelope(new TextEncoder().encode(json), 2);

export const clientAttacks: readonly ClientAttack[] = [
  {
    id: "B1",
    name: "a prefix of 4 GiB, and nothing behind it",
    protocol: "grpc",
    expected: /resource_exhausted/,
    answer: (id) => bytes(headers(id, HEAD), data(id, envelope(NOTHING, 0, 0xffff_ffff))),
  },
  { id: "B1", name: "no message", protocol: "grpc", expected: /unimplemented/, answer: grpc(NOTHING) },
  { id: "B1", name: "two messages", protocol: "grpc", expected: /unimplemented/, answer: grpc(bytes(EMPTY, EMPTY)) },
  {
    id: "B1",
    name: "an envelope that is cut off",
    protocol: "grpc",
    expected: /internal|invalid_argument|data_loss/,
    answer: grpc(envelope(NOTHING, 0, 9)),
  },
  {
    id: "B1",
    name: "unknown flags",
    protocol: "grpc",
    expected: /internal|invalid_argument/,
    answer: grpc(envelope(NOTHING, 0x40)),
  },
  {
    id: "B2",
    name: "a bomb of 64 MiB",
    protocol: "grpc",
    expected: /resource_exhausted/,
    answer: grpc(envelope(bomb(), 1), OK, [["grpc-encoding", "gzip"]]),
  },
  {
    id: "B2",
    name: "compressed by nothing",
    protocol: "grpc",
    expected: /internal/,
    answer: grpc(envelope(new Uint8Array(5), 1)),
  },
  { id: "B6", name: "no trailers", protocol: "grpc", expected: /internal|unknown/, answer: grpc(EMPTY, null) },
  {
    id: "B6",
    name: "trailers without a status",
    protocol: "grpc",
    expected: /internal|unknown/,
    answer: grpc(EMPTY, [["x", "y"]]),
  },
  {
    id: "B6",
    name: "a status that is no number",
    protocol: "grpc",
    expected: /internal|unknown/,
    answer: grpc(EMPTY, [["grpc-status", "zero"]]),
  },
  {
    id: "B6",
    name: "a status of 99",
    protocol: "grpc",
    expected: /internal|unknown/,
    answer: grpc(EMPTY, [["grpc-status", "99"]]),
  },
  {
    id: "B6",
    name: "503 in HTML",
    protocol: "grpc",
    expected: /unavailable/,
    answer: (id) => headers(id, [[":status", "503"], ["content-type", "text/html"]], { endStream: true }),
  },
  {
    id: "B7",
    name: "a text with escapes that are none",
    protocol: "grpc",
    expected: /not_found.*100% %zz/,
    answer: grpc(NOTHING, [["grpc-status", "5"], ["grpc-message", "100% %zz %"]]),
  },
  {
    id: "B9",
    name: "details that are no base64",
    protocol: "grpc",
    expected: /not_found/,
    answer: grpc(NOTHING, [["grpc-status", "5"], ["grpc-status-details-bin", "!!!!"]]),
  },
  { id: "A1", name: "a reset", protocol: "grpc", expected: /internal/, answer: (id) => rstStream(id, 2) },
  {
    id: "A6",
    name: "GOAWAY in the middle of an answer, for a fault",
    protocol: "grpc",
    expected: /canceled|unavailable/,
    answer: (id) => bytes(headers(id, HEAD), goaway(id, 11, "calm"), frame(0xbe, 0, 0, []), rstStream(id, 8)),
  },
  {
    id: "A4",
    name: "300 fields",
    protocol: "grpc",
    expected: /resource_exhausted|internal|unavailable/,
    answer: (id) => headers(id, [...HEAD, ...new Array<readonly [string, string]>(300).fill(["x", "y"])]),
  },
  {
    id: "A13",
    name: "PUSH_PROMISE",
    protocol: "grpc",
    expected: /unavailable|internal/,
    answer: (id) => frame(5, 4, id, [0, 0, 0, 2]),
  },
  {
    id: "A10",
    name: "names in upper case",
    protocol: "grpc",
    expected: /internal|unavailable/,
    answer: (id) => headers(id, [...HEAD, ["X-Upper", "1"]]),
  },
  {
    id: "B1",
    name: "a stream that breaks off",
    protocol: "grpc",
    streams: true,
    expected: /internal|unknown|invalid_argument|data_loss/,
    answer: grpc(bytes(EMPTY, EMPTY, new Uint8Array([0, 0])), OK),
  },
  { id: "B6", name: "no trailers", protocol: "grpc-web", expected: /internal|unknown|data_loss/, answer: web(EMPTY) },
  {
    id: "B6",
    name: "trailers before the message",
    protocol: "grpc-web",
    expected: /internal|unknown|unimplemented|invalid_argument/,
    answer: web(bytes(trailers("grpc-status:0\r\n"), EMPTY)),
  },
  {
    id: "B6",
    name: "trailers twice, of which one says no",
    protocol: "grpc-web",
    expected: /internal|unknown|not_found|invalid_argument/,
    answer: web(bytes(EMPTY, trailers("grpc-status:0\r\n"), trailers("grpc-status:5\r\n"))),
  },
  {
    id: "B6",
    name: "trailers that are no header block",
    protocol: "grpc-web",
    expected: /internal|unknown|invalid_argument/,
    answer: web(bytes(EMPTY, trailers("\0\x01 no block"))),
  },
  {
    id: "B1",
    name: "trailers of 4 GiB, and nothing behind them",
    protocol: "grpc-web",
    expected: /resource_exhausted|internal|invalid_argument|data_loss/,
    answer: web(bytes(EMPTY, envelope(NOTHING, 0x80, 0xffff_ffff))),
  },
  {
    id: "B1",
    name: "two messages",
    protocol: "grpc-web",
    expected: /unimplemented/,
    answer: web(bytes(EMPTY, EMPTY, trailers("grpc-status:0\r\n"))),
  },
  {
    id: "B4",
    name: "an error that is nested without end",
    protocol: "connect",
    expected: /\[(internal|unknown|unavailable|invalid_argument|deadline_exceeded)\]/,
    answer: http1("application/json", "[".repeat(500_000), 503),
  },
  {
    id: "B4",
    name: "an error without a code",
    protocol: "connect",
    expected: /unavailable/,
    answer: http1("application/json", "{}", 503),
  },
  {
    id: "B5",
    name: "an error whose keys mean something",
    protocol: "connect",
    expected: /not_found|unimplemented/,
    answer: http1(
      "application/json",
      '{"code":"not_found","__proto__":{"polluted":1},"details":[{"type":"__proto__","value":"!!"}]}',
      404,
    ),
  },
  {
    id: "B10",
    name: "HTML with a status of 200",
    protocol: "connect",
    expected: /unknown|internal|invalid_argument/,
    answer: http1("text/html", "<p>hello"),
  },
  {
    id: "B2",
    name: "a bomb of 64 MiB",
    protocol: "connect",
    expected: /resource_exhausted/,
    answer: http1("application/proto", bomb(), 200, "content-encoding: gzip\r\n"),
  },
  {
    id: "B6",
    name: "a stream without its end",
    protocol: "connect",
    streams: true,
    expected: /internal|unknown|data_loss|invalid_argument/,
    answer: http1("application/connect+proto", bytes(EMPTY, EMPTY)),
  },
  {
    id: "B6",
    name: "messages behind the end of a stream",
    protocol: "connect",
    streams: true,
    expected: /internal|unknown|invalid_argument/,
    answer: http1("application/connect+proto", bytes(connectEnd("{}"), EMPTY)),
  },
  {
    id: "B6",
    name: "an end of a stream that is no JSON",
    protocol: "connect",
    streams: true,
    expected: /internal|unknown|invalid_argument/,
    answer: http1("application/connect+proto", bytes(EMPTY, connectEnd("<html>"))),
  },
];
