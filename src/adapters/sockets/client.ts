// The HTTP/2 client over node:net and node:tls, for Node, Bun and Deno.
import type { HttpClient } from "../../http/client_exchange.ts";
import type { ClientTlsOptions } from "../../transport/client_tls.ts";
import type { Clock } from "../../transport/clock.ts";
import { Http2Client, type Http2ClientOptions } from "../../transport/http2_client.ts";
import { dial, type SocketsConnect } from "./client_socket.ts";

/** How a client over sockets connects. */
export interface SocketsClientOptions extends Http2ClientOptions {
  tls?: ClientTlsOptions;
  /** Makes each connection, in place of the client: through a proxy, say, or over an existing `Duplex`. */
  connect?: SocketsConnect;
}

/**
 * An HTTP/2 client over sockets.
 *
 * Calls to one address share one connection, or up to `maxConnections`, within the streams that its server allows; further
 * calls wait their turn.
 * A request that the server refused unprocessed (GOAWAY, REFUSED_STREAM) is sent once more, where its body allows. After
 * an address could not be reached, calls to it fail at once for a while that grows with each failure.
 *
 * Its errors: `unavailable` naming the address where there is no connection; the code of gRPC's table for a
 *   stream that the server reset; `resource_exhausted` where too many calls wait.
 */
export function socketsClient(options: SocketsClientOptions = {}): HttpClient {
  return new Http2Client(options, {
    clock: systemClock,
    dial: (target, signal) => dial(target, options, signal),
  });
}

const systemClock: Clock = {
  now: () => performance.now(),
  after(delayMs, action, background) {
    const timer = setTimeout(action, delayMs);
    if (background) timer.unref();
    return () => clearTimeout(timer);
  },
  soon: (action) => {
    setImmediate(action);
  },
};
