// HTTP/2 frames for tests: builders that read as prose, and a parser that says what some bytes hold, one line a frame. Both
// are written against RFC 9113 4 and 6 and share no code with the engine, so that neither can hide a fault of the other.
import { HpackDecoder } from "../../src/http2/hpack/decoder.ts";
import { encodeBlock } from "../../src/http2/hpack/encoder.ts";
import { HpackError } from "../../src/http2/hpack/hpack_error.ts";

export type Fields = ReadonlyArray<readonly [name: string, value: string]>;

const TYPES = [
  "DATA",
  "HEADERS",
  "PRIORITY",
  "RST_STREAM",
  "SETTINGS",
  "PUSH_PROMISE",
  "PING",
  "GOAWAY",
  "WINDOW_UPDATE",
  "CONTINUATION",
];

const CODES = [
  "NO_ERROR",
  "PROTOCOL_ERROR",
  "INTERNAL_ERROR",
  "FLOW_CONTROL_ERROR",
  "SETTINGS_TIMEOUT",
  "STREAM_CLOSED",
  "FRAME_SIZE_ERROR",
  "REFUSED_STREAM",
  "CANCEL",
  "COMPRESSION_ERROR",
  "CONNECT_ERROR",
  "ENHANCE_YOUR_CALM",
  "INADEQUATE_SECURITY",
  "HTTP_1_1_REQUIRED",
];

const SETTINGS: Record<string, number> = {
  headerTableSize: 1,
  enablePush: 2,
  maxConcurrentStreams: 3,
  initialWindowSize: 4,
  maxFrameSize: 5,
  maxHeaderListSize: 6,
  enableConnectProtocol: 8,
};

/** A frame of any type with any flags and payload, whole or not. */
export function frame(type: number, flags: number, streamId: number, payload: Uint8Array | number[] = []): Uint8Array {
  const length = payload.length;
  return bytes([length >> 16, (length >> 8) & 255, length & 255, type, flags], uint32(streamId), payload);
}

export function preface(): Uint8Array {
  return text("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
}

export function settings(values: Record<string, number> = {}): Uint8Array {
  const pairs = Object.entries(values).map(([name, value]) =>
    bytes([0, SETTINGS[name] ?? Number(name)], uint32(value))
  );
  return frame(4, 0, 0, bytes(...pairs));
}

export function settingsAck(): Uint8Array {
  return frame(4, 1, 0);
}

/** The first thing that a client sends: preface and SETTINGS. */
export function greeting(values: Record<string, number> = {}): Uint8Array {
  return bytes(preface(), settings(values));
}

export interface HeadersOptions {
  endStream?: boolean;
  endHeaders?: boolean;
  pad?: number;
  /** Priority fields: the stream depended on. */
  dependsOn?: number;
}

/** HEADERS with a list of fields, or with a block as bytes. */
export function headers(streamId: number, block: Fields | Uint8Array, options: HeadersOptions = {}): Uint8Array {
  let payload = block instanceof Uint8Array ? block : encodeBlock(block);
  let flags = (options.endStream ? 1 : 0) | (options.endHeaders === false ? 0 : 4);
  if (options.dependsOn !== undefined) {
    payload = bytes(uint32(options.dependsOn), [15], payload);
    flags |= 0x20;
  }
  if (options.pad !== undefined) {
    payload = bytes([options.pad], payload, new Uint8Array(options.pad));
    flags |= 8;
  }
  return frame(1, flags, streamId, payload);
}

export function continuation(streamId: number, block: Uint8Array | number[], endHeaders = true): Uint8Array {
  return frame(9, endHeaders ? 4 : 0, streamId, block);
}

export function data(
  streamId: number,
  content: Uint8Array | string,
  options: { endStream?: boolean; pad?: number } = {},
): Uint8Array {
  let payload = typeof content === "string" ? text(content) : content;
  let flags = options.endStream ? 1 : 0;
  if (options.pad !== undefined) {
    payload = bytes([options.pad], payload, new Uint8Array(options.pad));
    flags |= 8;
  }
  return frame(0, flags, streamId, payload);
}

export function rstStream(streamId: number, code: number): Uint8Array {
  return frame(3, 0, streamId, uint32(code));
}

export function ping(content = "12345678", ack = false): Uint8Array {
  return frame(6, ack ? 1 : 0, 0, text(content));
}

export function goaway(lastStreamId: number, code: number, debugData = ""): Uint8Array {
  return frame(7, 0, 0, bytes(uint32(lastStreamId), uint32(code), text(debugData)));
}

export function windowUpdate(streamId: number, increment: number): Uint8Array {
  return frame(8, 0, streamId, uint32(increment));
}

export function priority(streamId: number, dependsOn = 0): Uint8Array {
  return frame(2, 0, streamId, bytes(uint32(dependsOn), [15]));
}

/** A request as gRPC makes them. */
export function requestFields(path = "/test.Echo/Unary", more: Fields = []): Fields {
  return [
    [":method", "POST"],
    [":scheme", "http"],
    [":path", path],
    [":authority", "localhost"],
    ["content-type", "application/grpc"],
    ["te", "trailers"],
    ...more,
  ];
}

export function bytes(...parts: (Uint8Array | number[])[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

export function text(content: string): Uint8Array {
  return Uint8Array.from(content, (character) => character.charCodeAt(0));
}

export function uint32(value: number): number[] {
  return [(value >>> 24) & 255, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
}

/** A frame as it was sent. */
export interface SentFrame {
  type: string;
  flags: number;
  streamId: number;
  payload: Uint8Array;
}

/** Cuts bytes into frames. Throws where they are not whole frames. */
export function parseFrames(sent: Uint8Array): SentFrame[] {
  const frames: SentFrame[] = [];
  let at = 0;
  while (at < sent.length) {
    if (sent.length - at < 9) throw new Error(`${sent.length - at} octets left over`);
    const length = (sent[at]! << 16) | (sent[at + 1]! << 8) | sent[at + 2]!;
    if (at + 9 + length > sent.length) throw new Error("the last frame is cut off");
    const streamId = read32(sent, at + 5);
    frames.push({
      type: TYPES[sent[at + 3]!] ?? `type ${sent[at + 3]}`,
      flags: sent[at + 4]!,
      streamId,
      payload: sent.slice(at + 9, at + 9 + length),
    });
    at += 9 + length;
  }
  return frames;
}

/**
 * Says what an engine sent, one line a frame: `"HEADERS 1 :status=200"`, `"DATA 1 hello END_STREAM"`,
 * `"GOAWAY 0 PROTOCOL_ERROR why"`, `"SETTINGS ACK"`. One for each connection, for it keeps the HPACK table.
 */
export class FrameTranscript {
  readonly #hpack = new HpackDecoder({
    maxTableSize: 4096,
    maxHeaderListSize: 1 << 20,
    maxFields: 10_000,
    maxStringLength: 1 << 20,
  });
  #block: Uint8Array = new Uint8Array(0);

  lines(sent: Uint8Array): string[] {
    return parseFrames(sent).map((one) => this.#line(one));
  }

  #line({ type, flags, streamId, payload }: SentFrame): string {
    switch (type) {
      case "DATA": {
        const content = payload.length > 20 ? `${payload.length} octets` : String.fromCharCode(...payload);
        return `DATA ${streamId} ${content}${flags & 1 ? " END_STREAM" : ""}`.replace("  ", " ").trimEnd();
      }
      case "HEADERS":
      case "CONTINUATION": {
        this.#block = bytes(this.#block, payload);
        const end = flags & 1 && type === "HEADERS" ? " END_STREAM" : "";
        if (!(flags & 4)) return `${type} ${streamId} ...${end}`;
        const list = this.#hpack.decode(this.#block, 0, this.#block.length);
        this.#block = new Uint8Array(0);
        if (list instanceof HpackError) throw new Error(list.message);
        return `${type} ${streamId} ${list.map(([name, value]) => `${name}=${value}`).join(" ")}${end}`;
      }
      case "RST_STREAM":
        return `RST_STREAM ${streamId} ${CODES[read32(payload, 0)]}`;
      case "SETTINGS": {
        if (flags & 1) return "SETTINGS ACK";
        const pairs: string[] = [];
        for (let at = 0; at < payload.length; at += 6) {
          const id = payload[at + 1]!;
          const name = Object.keys(SETTINGS).find((key) => SETTINGS[key] === id) ?? id;
          pairs.push(`${name}=${read32(payload, at + 2)}`);
        }
        return ["SETTINGS", ...pairs].join(" ");
      }
      case "PING":
        return `PING${flags & 1 ? " ACK" : ""} ${String.fromCharCode(...payload)}`;
      case "GOAWAY": {
        const debugData = String.fromCharCode(...payload.subarray(8));
        return `GOAWAY ${read32(payload, 0)} ${CODES[read32(payload, 4)]} ${debugData}`.trimEnd();
      }
      case "WINDOW_UPDATE":
        return `WINDOW_UPDATE ${streamId} ${read32(payload, 0)}`;
      default:
        return `${type} ${streamId}`;
    }
  }
}

function read32(from: Uint8Array, at: number): number {
  return ((from[at]! << 24) | (from[at + 1]! << 16) | (from[at + 2]! << 8) | from[at + 3]!) >>> 0;
}

/** All the ways of cutting bytes that tests feed: whole, in two at each point, octet by octet. */
export function* allSplits(whole: Uint8Array): Generator<Uint8Array[]> {
  yield [whole];
  for (let at = 1; at < whole.length; at++) yield [whole.slice(0, at), whole.slice(at)];
  yield Array.from(whole, (octet) => new Uint8Array([octet]));
}
