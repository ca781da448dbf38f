// What transports over held connections have in common, whoever makes the connections.
import type { Transport } from "@connectrpc/connect";
import { grpcClient } from "./protocol/grpc/client.ts";
import { type ClosableHttpClient, transportOptions } from "./transport/client_transport.ts";

/** A transport that holds connections; `await using` or `close()` ends them. An idle one does not keep the process alive. */
export interface ClosableTransport extends Transport, AsyncDisposable {
  /** Lets running calls end, then closes the connections; further calls end with `unavailable`. */
  close(): Promise<void>;
}

/** The shortest interval of gRPC's keepalive pings, in milliseconds (proposal A8). */
const MIN_PING_INTERVAL_MS = 10_000;

/** The options of an HTTP/2 client, with its pings no more often than gRPC lets a client send them. */
export function withKeepalive<Options extends { pingIntervalMs?: number }>(options: Options): Options {
  const { pingIntervalMs = 0 } = options;
  return pingIntervalMs > 0 && pingIntervalMs < MIN_PING_INTERVAL_MS
    ? { ...options, pingIntervalMs: MIN_PING_INTERVAL_MS }
    : options;
}

/** A transport that calls in gRPC by an HTTP/2 client, which it closes. */
export function grpcOver(
  httpClient: ClosableHttpClient,
  url: string | URL,
  maxReceiveBytes: number | undefined,
): ClosableTransport {
  const transport = grpcClient({ ...transportOptions(url, maxReceiveBytes), httpClient, useBinaryFormat: true });
  return {
    unary: (...call) => transport.unary(...call),
    stream: (...call) => transport.stream(...call),
    close: () => httpClient.close(),
    [Symbol.asyncDispose]: () => httpClient.close(),
  };
}
