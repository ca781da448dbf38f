// A single call as an attacker makes it: any content type, any headers, any body, in pieces, over HTTP/2; and what it was
// answered, in one line for all three protocols.
import { bytes, data, type Fields, headers, uint32 } from "../support/frames.ts";
import type { Scene } from "./attack.ts";
import type { Reply, Wire } from "./wire.ts";

/** The content types that calls are made in. */
export const CONTENT_TYPES = {
  grpc: "application/grpc+proto",
  "grpc-web": "application/grpc-web+proto",
  connect: "application/proto",
  "connect stream": "application/connect+proto",
} as const;
export type Protocol = keyof typeof CONTENT_TYPES;

/** A call. */
export interface CallOptions {
  readonly protocol?: Protocol;
  readonly method?: string;
  readonly path?: string;
  readonly contentType?: string;
  readonly more?: Fields;
  /** The body; undefined for none. */
  readonly body?: Uint8Array;
  /** Whether the request ends with it. Default: true. */
  readonly ends?: boolean;
}

/** The header list of a call. */
export function callFields(options: CallOptions): Fields {
  const { protocol = "grpc", method = "POST", path = "/live.v1.Target/Echo", more = [] } = options;
  const contentType = options.contentType ?? CONTENT_TYPES[protocol];
  const type: Fields = contentType === "" ? [] : [["content-type", contentType]];
  return [[":method", method], [":scheme", "http"], [":path", path], [":authority", "localhost"], ...type, ...more];
}

/** An envelope: flags, a length, which may be a lie, and what comes. */
export function envelope(message: Uint8Array, flags = 0, length = message.length): Uint8Array {
  return bytes([flags], uint32(length), message);
}

/** Makes one call on a connection of its own and tells how it was answered. */
export async function call(scene: Scene, options: CallOptions): Promise<string> {
  const wire = await scene.greet();
  return await callOn(wire, 1, options, scene.leftMs);
}

/** Makes one call on a stream. */
export async function callOn(wire: Wire, streamId: number, options: CallOptions, patienceMs: number): Promise<string> {
  const { body, ends = true } = options;
  await wire.write(headers(streamId, callFields(options), { endStream: ends && body === undefined }));
  const pieces = body === undefined ? [] : cut(body);
  for (const [index, piece] of pieces.entries()) {
    if (!await wire.spend(streamId, piece.length, patienceMs)) break;
    await wire.write(data(streamId, piece, { endStream: ends && index === pieces.length - 1 }));
  }
  const reply = wire.reply(streamId);
  await wire.until(() => reply.ended || reply.reset !== undefined || wire.isOver, patienceMs);
  return wire.goaway === undefined ? answer(reply) : wire.told();
}

// Frames of at most the size that every peer takes; an initial window of them.
function cut(body: Uint8Array): Uint8Array[] {
  if (body.length === 0) return [body];
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < body.length; at += 16_384) pieces.push(body.subarray(at, at + 16_384));
  return pieces;
}

/** What a reply comes to: the status of its protocol, its text, and what can be read of its body. */
function answer({ head, trailers, body, reset, ended }: Reply): string {
  if (head.size === 0) return reset === undefined ? "no answer" : `RST_STREAM ${reset}`;
  const field = (name: string): string | undefined => trailers.get(name) ?? head.get(name);
  const grpc = field("grpc-status");
  const whole = body.length === 0 ? "" : new TextDecoder("latin1").decode(bytes(...body));
  return [
    `HTTP ${head.get(":status")}`,
    ...(grpc === undefined ? [] : [`grpc-status ${grpc}`, field("grpc-message") ?? ""]),
    whole.replace(/[^\x20-\x7e]+/g, " ").trim().slice(0, 300),
    ended || reset !== undefined ? "" : "(not ended)",
  ].filter((part) => part !== "").join(" ");
}

/** A message of the service, by hand: fields as number, and text or octets. */
export function parcel(...fields: (readonly [number: number, content: string | Uint8Array])[]): Uint8Array {
  return bytes(...fields.map(([number, content]) => {
    const octets = typeof content === "string" ? new TextEncoder().encode(content) : content;
    return bytes([(number << 3) | 2], varint(octets.length), octets);
  }));
}

/** A varint (protobuf's encoding). */
export function varint(value: number): number[] {
  const octets: number[] = [];
  for (; value > 127; value = Math.floor(value / 128)) octets.push((value % 128) | 128);
  return [...octets, value];
}
