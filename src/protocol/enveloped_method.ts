// Calls whose messages come in envelopes, client side: gRPC, gRPC-Web and the streams of Connect; mirror of
// enveloped_call.ts. What differs between the three is a dialect: names of headers, and how a response ends.
import { Code } from "@connectrpc/connect";
import { ConnectError } from "../rpc/connect_error.ts";
import type { Compression } from "../rpc/compression.ts";
import type { Endpoint } from "../http/client_exchange.ts";
import type { HeaderList } from "../http/exchange.ts";
import { type CallOptions, mayCompress } from "../rpc/call_options.ts";
import { fieldValue, metadataFields, noFields } from "./client_metadata.ts";
import type {
  CalledMethod,
  ClientProtocolOptions,
  ClientSerialization,
  MessageStream,
  MethodCaller,
} from "./client_protocol.ts";
import { decompressed } from "./coding.ts";
import { compressedFlag, encodeEnvelope, prefixBytes, writePrefix } from "./envelope.ts";
import { EnvelopedStream } from "./enveloped_stream.ts";
import { EnvelopedUnary } from "./enveloped_unary.ts";

/** The end of a response as it came. */
export interface ResponseEnd {
  readonly headers: HeaderList;
  /** HTTP's own trailers. */
  readonly trailers: HeaderList;
  /** The last envelope, decompressed, of protocols that end with one. */
  readonly envelope: Uint8Array | undefined;
  /** There was a body, whatever it was. */
  readonly hasBody: boolean;
}

/** What the end of a response says. */
export interface ReadEnd {
  readonly error: ConnectError | undefined;
  readonly trailers: HeaderList;
}

/** What differs between the protocols that send envelopes. */
export interface ClientDialect {
  readonly timeoutHeader: string;
  readonly encodingHeader: string;
  readonly acceptEncodingHeader: string;
  /** The flag of the envelope that ends a response; 0 where none does. */
  readonly endFlag: number;
  /** The fields that every request has, `content-type` among them. */
  headers(options: ClientProtocolOptions): HeaderList;
  formatTimeout(timeoutMs: number): string;
  /** What is wrong with the head of a response; undefined for nothing. */
  headError(status: number, headers: HeaderList, options: ClientProtocolOptions): ConnectError | undefined;
  /** Reads the end of a response. */
  end(end: ResponseEnd): ReadEnd;
}

/** One method, called in one dialect over one transport. */
export class EnvelopedMethod implements MethodCaller {
  readonly dialect: ClientDialect;
  readonly endpoint: Endpoint;
  readonly options: ClientProtocolOptions;
  readonly serialization: ClientSerialization;
  readonly method: CalledMethod;
  /** The head that was found good last: servers send the same one over and over. */
  #goodHeaders: HeaderList | undefined;

  constructor(dialect: ClientDialect, method: CalledMethod, options: ClientProtocolOptions) {
    this.dialect = dialect;
    this.method = method;
    this.options = options;
    this.serialization = method.serialization(options);
    const accepted = options.acceptCompression.map((coding) => coding.name).join(",");
    this.endpoint = endpointOf(method, options, [
      ...dialect.headers(options),
      ...(accepted ? [[dialect.acceptEncodingHeader, accepted] as const] : []),
    ]);
  }

  unary(request: object, options: CallOptions, timeoutMs: number | undefined): Promise<object> {
    return new Promise((resolve, reject) => {
      try {
        new EnvelopedUnary(this, options, timeoutMs, resolve, reject).start(request, timeoutMs);
      } catch (error) {
        reject(error);
      }
    });
  }

  sendOne(request: object, options: CallOptions, timeoutMs: number | undefined): MessageStream {
    return new EnvelopedStream(this, options, timeoutMs, { one: request });
  }

  sendMany(requests: AsyncIterable<object>, options: CallOptions, timeoutMs: number | undefined): MessageStream {
    return new EnvelopedStream(this, options, timeoutMs, { many: requests });
  }

  /** The fields of one request: its timeout, its compression, its metadata. */
  headers(options: CallOptions, timeoutMs: number | undefined, coding: Compression | undefined): HeaderList {
    const metadata = metadataFields(options.headers);
    if (timeoutMs === undefined && coding === undefined) return metadata;
    const fields: (readonly [string, string])[] = [];
    if (timeoutMs !== undefined) fields.push([this.dialect.timeoutHeader, this.dialect.formatTimeout(timeoutMs)]);
    if (coding !== undefined) fields.push([this.dialect.encodingHeader, coding.name]);
    for (const field of metadata) fields.push(field);
    return fields;
  }

  /** What a call's messages may be compressed with. */
  sendCoding(options: CallOptions): Compression | undefined {
    return options.compress === false ? undefined : this.options.sendCompression;
  }

  /** A message in its envelope, by a promise where its compression takes time. */
  envelope(
    message: object,
    coding: Compression | undefined,
    options: CallOptions,
  ): Uint8Array | Promise<Uint8Array> {
    const envelope = serializeRequest(this, message, prefixBytes);
    const isSmall = envelope.length - prefixBytes < this.options.compressMinBytes;
    if (coding === undefined || isSmall || !mayCompress(message, options)) {
      writePrefix(envelope, envelope.length - prefixBytes, 0);
      return envelope;
    }
    const compressed = coding.compress(envelope.subarray(prefixBytes));
    if (compressed instanceof Uint8Array) return encodeEnvelope(compressed, compressedFlag);
    return compressed.then((bytes) => encodeEnvelope(bytes, compressedFlag));
  }

  /**
   * Judges the head of a response; answers the compression of its messages.
   * @throws ConnectError where it is no response of this protocol, or is an error itself.
   */
  acceptHead(status: number, headers: HeaderList): Compression | undefined {
    if (headers === this.#goodHeaders && status === 200) return undefined;
    const error = this.dialect.headError(status, headers, this.options);
    if (error) throw error;
    const encoding = fieldValue(headers, this.dialect.encodingHeader)?.toLowerCase();
    if (encoding === undefined || encoding === "identity") {
      if (status === 200 && Object.isFrozen(headers)) this.#goodHeaders = headers;
      return undefined;
    }
    return replyCoding(encoding, this.options.acceptCompression);
  }

  /** Reads a message; by a promise where its compression takes time. */
  parse(bytes: Uint8Array, isCompressed: boolean, coding: Compression | undefined): object | Promise<object> {
    const message = isCompressed ? this.decompress(bytes, coding) : bytes;
    return message instanceof Uint8Array ? parseReply(this, message) : message.then((each) => parseReply(this, each));
  }

  /** Decompresses the content of an envelope that says so. */
  decompress(bytes: Uint8Array, coding: Compression | undefined): Uint8Array | Promise<Uint8Array> {
    if (coding !== undefined) return decompressed(coding, bytes, this.options.maxReceiveBytes, Code.Internal);
    const text = `a message is flagged as compressed, and ${this.dialect.encodingHeader} names no compression`;
    throw new ConnectError(text, Code.Internal);
  }
}

/** Where a method is, and what all its requests say. */
export function endpointOf({ desc }: CalledMethod, options: ClientProtocolOptions, headers: HeaderList): Endpoint {
  const frozen = headers.length === 0 ? noFields : Object.freeze(headers.slice());
  return Object.freeze({
    verb: "POST",
    url: `${options.baseUrl}/${desc.parent.typeName}/${desc.name}`,
    headers: frozen,
  });
}

/**
 * The compression that a response names.
 * @throws ConnectError `internal` for one that was not asked for ("gRPC compression", client side).
 */
export function replyCoding(name: string, codings: readonly Compression[]): Compression {
  const coding = codings.find((each) => each.name === name);
  if (coding) return coding;
  const known = codings.map((each) => each.name).join(", ") || "none";
  throw new ConnectError(
    `the response is in the unknown compression "${name}": this client takes ${known}`,
    Code.Internal,
  );
}

/** What writes and reads the messages of a method. */
export interface MessageSide {
  readonly method: CalledMethod;
  readonly options: ClientProtocolOptions;
  readonly serialization: ClientSerialization;
}

/** Writes a request. @throws ConnectError `resource_exhausted` over the limit; what the request's own mistakes throw. */
export function serializeRequest(
  { serialization, options, method }: MessageSide,
  request: object,
  room: number,
  isDeterministic?: boolean,
): Uint8Array {
  const bytes = serialization.serialize(request, room, isDeterministic);
  if (bytes.length - room <= options.maxSendBytes) return bytes;
  const what = `a ${method.desc.input.typeName} of ${bytes.length - room} bytes`;
  throw new ConnectError(
    `${what} is over the limit of ${options.maxSendBytes} bytes (maxSendBytes)`,
    Code.ResourceExhausted,
  );
}

/** Reads a reply. @throws ConnectError `internal` for what is none. */
export function parseReply({ serialization, method }: MessageSide, bytes: Uint8Array): object {
  try {
    return serialization.parse(bytes);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const text = `the response is no ${method.desc.output.typeName}: ${why}`;
    throw new ConnectError(text, Code.Internal, undefined, undefined, error);
  }
}
