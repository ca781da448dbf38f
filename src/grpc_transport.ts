// Calls in native gRPC over HTTP/2, from Node, Bun and Deno.
import type { Transport } from "@connectrpc/connect";
import { type SocketsClient, socketsClient, type SocketsClientOptions } from "./adapters/sockets/client.ts";
import { grpcClient } from "./protocol/grpc/client.ts";
import { transportOptions } from "./transport/client_transport.ts";

/** Options of {@link grpcTransport}. */
export interface GrpcTransportOptions extends SocketsClientOptions {
  /** What speaks HTTP/2, in place of sockets by the options above: `nodeHttp2Client(...)`, say. The transport closes it. */
  readonly httpClient?: SocketsClient;
  /** The largest message that is received, in bytes. Default: 4 GiB - 1. */
  readonly maxReceiveBytes?: number;
}

/** A transport that holds connections; `await using` or `close()` ends them. An idle one does not keep the process alive. */
export interface ClosableTransport extends Transport, AsyncDisposable {
  /** Closes the connections; calls that still run end with `unavailable`. */
  close(): Promise<void>;
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
  const httpClient = options.httpClient ?? socketsClient(options);
  const transport = grpcClient({
    ...transportOptions(url, options.maxReceiveBytes),
    httpClient,
    useBinaryFormat: true,
  });
  return {
    unary: (...call) => transport.unary(...call),
    stream: (...call) => transport.stream(...call),
    close: () => httpClient.close(),
    [Symbol.asyncDispose]: () => httpClient.close(),
  };
}
