// What transports over an HTTP client have in common, whatever their protocol and whoever makes the connections.
import type { Transport } from "@connectrpc/connect";
import { CallTransport } from "./protocol/call_transport.ts";
import type {
  ClientProtocol,
  ClientProtocolOptions,
  JsonOptions,
  JsonSerialization,
  MessageFormat,
} from "./protocol/client_protocol.ts";
import { jsonSerialization } from "./protocol/json_serialization.ts";
import type { HttpClient } from "./http/client_exchange.ts";
import {
  chooseCompression,
  type Compression,
  type CompressionName,
  defaultCompressMinBytes,
} from "./rpc/compression.ts";

/** A transport that holds connections; `await using` or `close()` ends them. An idle one does not keep the process alive. */
export interface ClosableTransport extends Transport, AsyncDisposable {
  /** Lets running calls end, then closes the connections; further calls end with `unavailable`. */
  close(): Promise<void>;
}

/** The options of a transport that depend on neither its protocol nor its HTTP client. */
export interface TransportOptions {
  /** The format of messages: protobuf's binary one, or JSON. Default: `"binary"`. */
  readonly format?: MessageFormat;
  /** How JSON is read and written; `createClient` adds the types of the service for `google.protobuf.Any`. */
  readonly jsonOptions?: JsonOptions;
  /** The largest message that is received, in bytes, once decompressed: before it is kept. Default: 4 GiB - 1. */
  readonly maxReceiveBytes?: number;
  /** The largest message that is sent, in bytes, before compression. Default: 4 GiB - 1. */
  readonly maxSendBytes?: number;
  /**
   * What replies may be compressed in: names of what the host has, or objects that compress. Default: gzip, br, deflate and
   * zstd over HTTP/2 on Node, Bun and Deno; gzip and deflate over `fetch` and in Workers.
   */
  readonly compression?: readonly (CompressionName | Compression)[];
  /** What requests are compressed in; a call can go without (`compress: false`). Default: nothing. */
  readonly sendCompression?: CompressionName | Compression;
  /** Messages smaller than this are sent uncompressed, in bytes. Default: 1024. */
  readonly compressMinBytes?: number;
  /** What this application calls itself, as `name/version`; Sigil's own name follows it. Not over `fetch`. */
  readonly userAgent?: string;
}

/** The largest length that an envelope can say. */
const maxEnvelopeBytes = 0xffff_ffff;

/** The shortest interval of gRPC's keepalive pings, in milliseconds (proposal A8). */
const MIN_PING_INTERVAL_MS = 10_000;

/** The options of an HTTP/2 client, with its pings no more often than gRPC lets a client send them. */
export function withKeepalive<Options extends { pingIntervalMs?: number }>(options: Options): Options {
  const { pingIntervalMs = 0 } = options;
  return pingIntervalMs > 0 && pingIntervalMs < MIN_PING_INTERVAL_MS
    ? { ...options, pingIntervalMs: MIN_PING_INTERVAL_MS }
    : options;
}

type Options = TransportOptions & Pick<ClientProtocolOptions, "useHttpGet" | "isText">;

/** A transport of a protocol over an HTTP client, which it closes. */
export function transportOver(
  protocol: ClientProtocol,
  http: HttpClient,
  url: string | URL,
  options: Options,
  host: readonly Compression[],
): CallTransport {
  return transportWith(jsonSerialization, protocol, http, url, options, host);
}

/** As {@link transportOver}; `json` is undefined where messages are binary. */
export function transportWith(
  json: JsonSerialization | undefined,
  protocol: ClientProtocol,
  http: HttpClient,
  url: string | URL,
  options: Options,
  host: readonly Compression[],
): CallTransport {
  const { sendCompression } = options;
  return new CallTransport(protocol, {
    http,
    baseUrl: String(url).replace(/\/+$/, ""),
    format: options.format ?? "binary",
    json,
    jsonOptions: options.jsonOptions,
    maxReceiveBytes: options.maxReceiveBytes ?? maxEnvelopeBytes,
    maxSendBytes: options.maxSendBytes ?? maxEnvelopeBytes,
    acceptCompression: chooseCompression(options.compression, host),
    sendCompression: sendCompression && chooseCompression([sendCompression], host)[0],
    compressMinBytes: options.compressMinBytes ?? defaultCompressMinBytes,
    useHttpGet: options.useHttpGet,
    isText: options.isText,
    userAgent: options.userAgent,
  });
}
