// HTTP/2 by the engine and HTTP/1.1 by the runtime's own node:http, on one port, over node:net and node:tls: on Node, Bun
// and Deno alike.
import type { Socket } from "node:net";
import type { ExchangeHandler } from "../../http/exchange.ts";
import { type Http2Limits, resolveLimits } from "../../http2/limits.ts";
import { HeaderBlocks } from "../../transport/header_blocks.ts";
import { Http2Server } from "../../transport/http2_server.ts";
import type { Listener, ListenOptions, ServerTransport } from "../../transport/server_transport.ts";
import { listenAddress } from "../listen_error.ts";
import { Http1Connection } from "../node_http1/connection.ts";
import { Http1Server } from "../node_http1/server.ts";
import { type AcceptedConnection, Acceptor, type ConnectionTimeouts } from "./acceptor.ts";
import { NodeByteSocket } from "./byte_socket.ts";
import { Turn } from "./turn.ts";

/** Limits of a server over sockets. All have defaults that suit a server on the open internet. */
export interface SocketsOptions {
  /** Limits of each HTTP/2 connection that differ from the engine's defaults. */
  http2?: Partial<Http2Limits>;
  /** Bytes of the head of an HTTP/1.1 request. Default: 16384. */
  maxHeaderBytes?: number;
  /**
   * Milliseconds from accepting a connection to its first bytes, TLS handshake included, and between two requests on an
   * HTTP/1.1 connection. Checked every second, so it may take a little longer. Default: 30000.
   */
  headTimeoutMs?: number;
  /** Milliseconds that an HTTP/2 connection may be without a running exchange, before GOAWAY. Default: 3600000. */
  idleTimeoutMs?: number;
  /** Connections that may be open at once; more are closed as they come. Default: 10000. */
  maxConnections?: number;
  /** Share the port with other processes that do the same, where the system can (SO_REUSEPORT). Default: false. */
  reusePort?: boolean;
}

const DEFAULTS = {
  maxHeaderBytes: 16_384,
  headTimeoutMs: 30_000,
  idleTimeoutMs: 3_600_000,
  maxConnections: 10_000,
  reusePort: false,
} as const;

/**
 * HTTP/2 and HTTP/1.1 on one port: native gRPC with trailers and full duplex on HTTP/2, all else on both. TLS offers `h2`
 * and `http/1.1`; cleartext takes HTTP/2 with prior knowledge and HTTP/1.1.
 *
 * @throws RangeError naming the limit, where one is out of its range.
 */
export function sockets(options: SocketsOptions = {}): ServerTransport {
  const limits = { ...DEFAULTS, ...given(options), http2: resolveLimits(options.http2) };
  return {
    async listen(handler: ExchangeHandler, listenOptions: ListenOptions): Promise<Listener> {
      const http1 = new Http1Server(limits.maxHeaderBytes);
      const http2 = { limits: limits.http2, atTurnEnd: new Turn().add, blocks: new HeaderBlocks() };
      const open = (socket: Socket, isHttp2: boolean): AcceptedConnection => {
        if (isHttp2) {
          return new Http2Connection(new Http2Server(new NodeByteSocket(socket), handler, http2));
        }
        const connection = new Http1Connection(socket, handler);
        http1.open(socket, connection);
        return connection;
      };
      const acceptor = new Acceptor(open, limits, listenAddress(listenOptions), listenOptions.tls);
      await acceptor.bind();
      return acceptor;
    },
  };
}

/** The pump as the acceptor knows connections. */
class Http2Connection implements AcceptedConnection {
  readonly #server: Http2Server;

  constructor(server: Http2Server) {
    this.#server = server;
  }

  drain(): void {
    this.#server.drain();
  }

  destroy(): void {
    this.#server.destroy();
  }

  sweep(now: number, timeouts: ConnectionTimeouts): void {
    this.#server.sweep(now, timeouts.idleTimeoutMs);
  }
}

/** The options that have a value: one that is undefined leaves its default. */
function given(options: SocketsOptions): SocketsOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
