// Calls in any of the three protocols over HTTP/2, from Node, Bun and Deno.
import { socketsClient, type SocketsClientOptions } from "./adapters/sockets/client.ts";
import { zlibCompression } from "./adapters/node_zlib/compression.ts";
import { type ClosableTransport, type TransportOptions, transportOver, withKeepalive } from "./closable_transport.ts";
import type { HttpClient } from "./http/client_exchange.ts";
import { connectClient } from "./protocol/connect/client.ts";
import { grpcClient } from "./protocol/grpc/client.ts";
import { grpcWebClient } from "./protocol/grpc_web/client.ts";

/** Options of {@link http2Transport}. */
export interface Http2TransportOptions extends SocketsClientOptions, TransportOptions {
  /** The protocol to call in. Default: `"grpc"`. */
  readonly protocol?: "grpc" | "grpc-web" | "connect";
  /** Call methods without side effects by HTTP GET, so that caches can answer (Connect only). Default: false. */
  readonly useHttpGet?: boolean;
  /** What speaks HTTP/2, in place of sockets by the options above: `nodeHttp2Client(...)`, say. The transport closes it. */
  readonly httpClient?: HttpClient;
}

const protocols = { grpc: grpcClient, "grpc-web": grpcWebClient, connect: connectClient };

/**
 * Makes a transport that calls in gRPC, gRPC-Web or Connect over HTTP/2, streams both ways in all of them.
 *
 * @param url `http://host:port` (cleartext with prior knowledge), `https://host:port`, or `unix:path`.
 * @example
 * ```ts
 * await using transport = http2Transport("https://localhost:8443", { protocol: "connect" });
 * const greeter = createClient(Greeter, transport);
 * ```
 */
export function http2Transport(url: string | URL, options: Http2TransportOptions = {}): ClosableTransport {
  const http = options.httpClient ?? socketsClient(withKeepalive(options));
  return transportOver(protocols[options.protocol ?? "grpc"], http, url, options, zlibCompression);
}
