/**
 * Sigil: gRPC, gRPC-Web and Connect from decorated TypeScript classes, on Node, Bun, Deno and the edge.
 *
 * @module
 */
import "./src/adapters/buffer_text.ts";
export * from "./src/contract.ts";
export * from "./src/public.ts";

// The app
export { Sigil, type SigilListenOptions } from "./src/sigil.ts";
export type { Health, ServingStatus } from "./src/services/health.ts";
export type { CloseOptions, Server } from "./src/server/server.ts";
export { ListenError } from "./src/transport/server_transport.ts";
export type {
  ByteDuplex,
  Listener,
  ListenerUsage,
  ListenOptions,
  ServerTlsOptions,
  ServerTransport,
} from "./src/transport/server_transport.ts";
export { sockets, type SocketsOptions } from "./src/adapters/sockets/server.ts";
export type { Http2Limits } from "./src/http2/limits.ts";
export { nodeHttp2 } from "./src/adapters/node_http2/server.ts";

// Clients
export { createClient } from "./src/create_client.ts";
export { grpcTransport, type GrpcTransportOptions } from "./src/grpc_transport.ts";
export { http2Transport, type Http2TransportOptions } from "./src/http2_transport.ts";
export type { ClosableTransport, TransportOptions } from "./src/closable_transport.ts";
export type { ClientExchange, ClientRequest, HttpClient } from "./src/http/client_exchange.ts";
export type { ClientTlsOptions } from "./src/transport/client_tls.ts";
export type { SocketsConnect } from "./src/adapters/sockets/client_socket.ts";
export type { BackoffOptions } from "./src/transport/backoff.ts";
export { nodeHttp2Client, type NodeHttp2ClientOptions } from "./src/adapters/node_http2/client.ts";

// The schema
export { protoOf } from "./src/proto/export.ts";
