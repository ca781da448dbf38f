// What each protocol gives to an app: the interfaces that grpc/, grpc_web/ and connect/ fill. The app is given
// a list of protocols, so a bundle carries what it uses.
import type { DescMethod, JsonReadOptions, JsonWriteOptions } from "@bufbuild/protobuf";
import type { Call } from "../call/call.ts";
import type { MessageCodec } from "../codec/message_codec.ts";
import type { ExchangeHandler } from "../http/exchange.ts";
import type { Codings } from "./coding.ts";

/** A method as protocols serve it. */
export interface ServedMethod {
  readonly desc: DescMethod;
  /** Runs calls: messages in, interceptors, handler, messages out. */
  readonly call: Call;
  readonly input: MessageCodec;
  readonly output: MessageCodec;
  readonly options: ServedOptions;
}

/** The limits that every method has. */
export interface ServedLimits {
  /** The largest message that is received, in bytes, once decompressed. */
  readonly readMaxBytes: number;
  /** The largest message that is sent, in bytes, before compression. */
  readonly writeMaxBytes: number;
  /** The longest timeout that a caller may ask for, in milliseconds. */
  readonly maxTimeoutMs: number;
  /** The timeout of callers that ask for none, in milliseconds; undefined where they get none. */
  readonly defaultTimeoutMs: number | undefined;
  /** How many messages a stream may carry each way. */
  readonly maxStreamMessages: number;
  /** Messages smaller than this are sent as they are, in bytes. */
  readonly compressMinBytes: number;
}

/** How a method is served: its limits, its compression, its JSON. */
export interface ServedOptions extends ServedLimits {
  readonly codings: Codings;
  readonly jsonOptions: Partial<JsonReadOptions & JsonWriteOptions>;
  /** Refuse calls of Connect that don't name its version. */
  readonly requireConnectProtocolVersion: boolean;
  /** Answer GETs of Connect with an ETag, and 304 to who has that already. */
  readonly etag: boolean;
}

/** The protocols there are, by their names in options. */
export type ProtocolName = "grpc" | "grpc-web" | "connect";

/** The server side of a protocol. */
export interface ServerProtocol {
  readonly name: ProtocolName;
  /** Replies end with HTTP trailers, so hosts without them can't serve it. */
  readonly needsTrailers: boolean;
  /** Whether a request with this content type and this verb is in this protocol. */
  speaks(contentType: string, verb: string): boolean;
  /** Makes what serves a method. Called once for each method, with its first request. */
  serve(method: ServedMethod): ExchangeHandler;
}
