// What each protocol gives to clients: the interfaces that grpc/, grpc_web/ and connect/ fill, mirror of protocol.ts.
import type { DescMethod, JsonReadOptions, JsonWriteOptions } from "@bufbuild/protobuf";
import type { MessageShape } from "../codec/shape.ts";
import type { Compression } from "../rpc/compression.ts";
import type { HttpClient } from "../http/client_exchange.ts";
import type { CallOptions } from "../rpc/call_options.ts";

/** How the requests of a method are written, and its replies read, in one format. */
export interface ClientSerialization {
  /**
   * Writes a request, whatever objects the method takes: instances, or plain objects of their shape. Answers bytes of the
   * caller's own, with `room` bytes in front of the message, to be filled.
   * @param isDeterministic equal messages are equal bytes, for caches
   */
  serialize(request: object, room: number, isDeterministic?: boolean): Uint8Array;
  /** Reads a reply. */
  parse(bytes: Uint8Array): object;
}

/** A method as clients call it. */
export interface CalledMethod {
  readonly desc: DescMethod;
  /** The format of messages; asked for once a transport. */
  serialization(options: SerializationOptions): ClientSerialization;
}

/** Protobuf's binary format, or its JSON. */
export type MessageFormat = "binary" | "json";

/** How JSON is read and written, the registry for `google.protobuf.Any` among it. */
export type JsonOptions = Partial<JsonReadOptions & JsonWriteOptions>;

/** Makes what writes requests and reads replies in JSON. */
export type JsonSerialization = (
  input: MessageShape,
  output: MessageShape,
  options: JsonOptions,
) => ClientSerialization;

/** How a transport holds messages. */
export interface SerializationOptions {
  readonly format: MessageFormat;
  /** What the format `"json"` is made by; absent where a transport has none. */
  readonly json?: JsonSerialization;
  readonly jsonOptions?: JsonOptions;
}

/** What all calls over a transport have in common. */
export interface ClientProtocolOptions extends SerializationOptions {
  readonly http: HttpClient;
  /** Where methods are: their paths come after it. Without a slash at its end. */
  readonly baseUrl: string;
  /** The largest message that is received, in bytes, once decompressed. */
  readonly maxReceiveBytes: number;
  /** The largest message that is sent, in bytes, before compression. */
  readonly maxSendBytes: number;
  /** Compressions that replies may be in, the preferred one first. */
  readonly acceptCompression: readonly Compression[];
  /** The compression of requests. */
  readonly sendCompression: Compression | undefined;
  /** Messages smaller than this are sent uncompressed, in bytes. */
  readonly compressMinBytes: number;
  /** Call methods without side effects by GET (Connect). */
  readonly useHttpGet?: boolean;
  /** Send and take base64 (gRPC-Web). */
  readonly isText?: boolean;
  /** What stands before Sigil's own name in `user-agent`. */
  readonly userAgent?: string;
}

/** The messages of a reply, as they are read. */
export interface MessageStream {
  /** The next message, or that there is none. Begins the call where it has not begun. Rejects with a ConnectError. */
  next(): Promise<IteratorResult<object, undefined>>;
  /** Ends the call where it is not over. */
  leave(): void;
  /** The headers of the reply; rejects where the call fails before. Begins the call. */
  headed(): Promise<Headers>;
  /** The trailers; complete when `next` has told of the end. */
  readonly trailer: Headers;
}

/** Calls one method. */
export interface MethodCaller {
  /** Makes a unary call. */
  unary(request: object, options: CallOptions, timeoutMs: number | undefined): Promise<object>;
  /** Makes a call with one request and any number of replies. */
  sendOne(request: object, options: CallOptions, timeoutMs: number | undefined): MessageStream;
  /** Makes a call with any number of requests. */
  sendMany(requests: AsyncIterable<object>, options: CallOptions, timeoutMs: number | undefined): MessageStream;
}

/** The client side of a protocol. */
export interface ClientProtocol {
  /** `"grpc"`, `"grpc-web"` or `"connect"`. */
  readonly name: string;
  /** Makes what calls a method. */
  caller(method: CalledMethod, options: ClientProtocolOptions): MethodCaller;
}
