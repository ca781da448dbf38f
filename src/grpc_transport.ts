// Calls in native gRPC over HTTP/2, from Node, Bun and Deno.
import { socketsClient, type SocketsClientOptions } from "./adapters/sockets/client.ts";
import { zlibCompression } from "./adapters/node_zlib/compression.ts";
import { type ClosableTransport, type TransportOptions, transportOver, withKeepalive } from "./closable_transport.ts";
import type { HttpClient } from "./http/client_exchange.ts";
import { grpcClient } from "./protocol/grpc/client.ts";

/** Options of {@link grpcTransport}. */
export interface GrpcTransportOptions extends SocketsClientOptions, TransportOptions {
  /** What speaks HTTP/2, in place of sockets by the options above: `nodeHttp2Client(...)`, say. The transport closes it. */
  readonly httpClient?: HttpClient;
}

/**
 * Makes a transport that calls in gRPC over HTTP/2.
 *
 * One connection is held for each authority, made with the first call and made anew when it is lost.
 *
 * @param url `http://host:port` (cleartext with prior knowledge), `https://host:port`, or `unix:path`.
 * @example
 * ```ts
 * await using transport = grpcTransport("http://localhost:50051");
 * const greeter = createClient(Greeter, transport);
 * ```
 */
export function grpcTransport(url: string | URL, options: GrpcTransportOptions = {}): ClosableTransport {
  const http = options.httpClient ?? socketsClient(withKeepalive(options));
  return transportOver(grpcClient, http, url, options, zlibCompression);
}
