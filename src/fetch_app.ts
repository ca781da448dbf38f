// The app of hosts that hand over `Request`s: Deno Deploy, Workers, Bun.serve, Deno.serve, Next, Hono. Connect and gRPC-Web.
import { fetchExchange, type WaitUntil } from "./adapters/fetch/server.ts";
import type { Peer } from "./http/exchange.ts";
import { connect } from "./protocol/connect/server.ts";
import { grpcWeb } from "./protocol/grpc_web/server.ts";
import { streamCompression } from "./rpc/stream_compression.ts";
import { App, type AppHost, type AppOptions } from "./server/app.ts";

/** What every host of fetch can serve: the protocols that need no trailers, the compression of web streams. */
export const fetchHost: AppHost = { protocols: [connect, grpcWeb], compression: streamCompression };

/** An app for hosts that call `fetch`. */
export class FetchApp extends App {
  /**
   * Serves one request. Bound, so that it can be passed on its own: `Deno.serve(app.fetch)`. Never rejects: what goes wrong
   * is told by the response.
   *
   * @param info what the host tells beside the request; Deno's `remoteAddr` is read, all else is left alone.
   * @param context the third argument of Workers, whose `waitUntil` has calls end in order after their clients have gone:
   *   without it the host drops handlers where they stand, and nothing of theirs is disposed.
   */
  readonly fetch: (request: Request, info?: unknown, context?: unknown, ...rest: unknown[]) => Promise<Response>;

  constructor(options: AppOptions, host: AppHost = fetchHost) {
    super(options, host);
    this.fetch = (request, info, context) => fetchExchange(this.handler, request, peerOf(info), waitUntilOf(context));
  }
}

function peerOf(info: unknown): Peer {
  const { remoteAddr } = (info ?? {}) as { remoteAddr?: { hostname?: string; port?: number } };
  return remoteAddr ? { address: remoteAddr.hostname, port: remoteAddr.port } : {};
}

function waitUntilOf(context: unknown): WaitUntil | undefined {
  const host = context as { waitUntil?: WaitUntil } | null | undefined;
  if (typeof host?.waitUntil !== "function") return undefined;
  return (settled) => {
    try {
      host.waitUntil!(settled);
    } catch {
      // A context that is not of this request: the host waits for nothing, and the call is served all the same.
    }
  };
}
