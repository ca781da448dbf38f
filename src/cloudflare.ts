/**
 * Entry point `sigil/cloudflare`: calls in native gRPC out of Cloudflare Workers, which `fetch` cannot make.
 *
 * @module
 */
import { cloudflareSocketsClient, type CloudflareSocketsClientOptions } from "./adapters/cloudflare/client.ts";
import { type ClosableTransport, type TransportOptions, transportOver, withKeepalive } from "./closable_transport.ts";
import { grpcClient } from "./protocol/grpc/client.ts";
import { streamCompression } from "./rpc/stream_compression.ts";

export type { ClosableTransport, TransportOptions } from "./closable_transport.ts";
export type { CloudflareConnect, CloudflareSocket } from "./adapters/cloudflare/socket.ts";
export type { BackoffOptions } from "./transport/backoff.ts";

/** Options of {@link grpcSocketTransport}. */
export interface GrpcSocketTransportOptions extends CloudflareSocketsClientOptions, TransportOptions {}

/**
 * Makes a transport that calls in gRPC over HTTP/2 on a Worker's own sockets.
 *
 * Make one in each request: Workers bind sockets to the request that opened them. One connection is held to each address,
 * and counts as one of the six that a request may have open.
 *
 * @param url `http://host:port` (cleartext with prior knowledge), or `https://host:port`; a Worker's TLS knows no ALPN, so
 *   servers that insist on it, as grpc-go does, refuse the latter.
 * @example
 * ```ts
 * import { connect } from "cloudflare:sockets";
 *
 * await using transport = grpcSocketTransport("http://inner.example:50051", { connect });
 * const greeter = createClient(Greeter, transport);
 * ```
 */
export function grpcSocketTransport(url: string | URL, options: GrpcSocketTransportOptions): ClosableTransport {
  const http = cloudflareSocketsClient(withKeepalive(options));
  return transportOver(grpcClient, http, url, options, streamCompression);
}
