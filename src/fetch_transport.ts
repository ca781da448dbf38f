// Calls over `fetch`: Connect or gRPC-Web, on every runtime and in browsers.
import type { Transport } from "@connectrpc/connect";
import { FetchClient, type FetchClientOptions } from "./adapters/fetch/client.ts";
import { type TransportOptions, transportOver } from "./closable_transport.ts";
import { connectClient } from "./protocol/connect/client.ts";
import { grpcWebClient } from "./protocol/grpc_web/client.ts";
import { streamCompression } from "./rpc/stream_compression.ts";

/** Options of {@link fetchTransport}. */
export interface FetchTransportOptions extends FetchClientOptions, TransportOptions {
  /** The protocol to call in. Default: `"connect"`. */
  readonly protocol?: "connect" | "grpc-web";
  /** Call methods without side effects by HTTP GET, so that caches can answer (Connect only). Default: false. */
  readonly useHttpGet?: boolean;
  /** Send and take base64, for what lets text alone through (gRPC-Web only). Default: false. */
  readonly isText?: boolean;
}

/**
 * Makes a transport over `fetch`.
 *
 * Client streaming and bidi need a `fetch` that can send a stream: those of Node, Bun, Deno and Workers can, and read the
 * response meanwhile; browsers can't.
 *
 * @param url where the service is served; paths in front are kept: `"https://edge.example/api"`.
 * @example
 * ```ts
 * const greeter = createClient(Greeter, fetchTransport("https://edge.example"));
 * ```
 */
export function fetchTransport(url: string | URL, options: FetchTransportOptions = {}): Transport {
  const protocol = options.protocol === "grpc-web" ? grpcWebClient : connectClient;
  return transportOver(protocol, new FetchClient(options), url, options, streamCompression);
}
