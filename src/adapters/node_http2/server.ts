// Serves HTTP/2 by node:http2 and HTTP/1.1 by node:http on the same port, for Node and Bun. Connections are accepted by
// ../sockets/acceptor.ts and handed to one of two servers that never listen themselves. Left out on purpose: Deno, whose
// node:http2 a peer can make abort the process.
import type { Http2Server, Http2Session, ServerHttp2Stream } from "node:http2";
import type { Duplex } from "node:stream";
import type { ExchangeHandler } from "../../http/exchange.ts";
import type { Listener, ListenOptions, ServerTransport } from "../../transport/server_transport.ts";
import { http2 } from "../built_in.ts";
import { listenAddress } from "../listen_error.ts";
import { Http1Server } from "../node_http1/server.ts";
import { Acceptor, type ConnectionTimeouts } from "../sockets/acceptor.ts";
import { ServerConnection } from "./server_connection.ts";

/** Limits of the node:http2 server. All have defaults that suit a server on the open internet. */
export interface NodeHttp2Options {
  /** Streams that one client may have open at once (SETTINGS_MAX_CONCURRENT_STREAMS). Default: 100. */
  maxConcurrentStreams?: number;
  /** Bytes of request headers, by HPACK's measure on HTTP/2 (RFC 9113 6.5.2). Default: 16384. */
  maxHeaderBytes?: number;
  /** Bytes of one request that may be under way unread (SETTINGS_INITIAL_WINDOW_SIZE). Default: 262144. */
  initialWindowSize?: number;
  /**
   * Milliseconds from accepting a connection to its first request head, TLS handshake included, and between two
   * requests on an HTTP/1.1 connection. Checked every second, so it may take a little longer. Default: 30000.
   */
  headTimeoutMs?: number;
  /** Milliseconds that an HTTP/2 connection may be without a running exchange, before GOAWAY. Default: 600000. */
  idleTimeoutMs?: number;
  /** Connections that may be open at once; more are closed as they come. Default: 10000. */
  maxConnections?: number;
}

type Limits = Required<NodeHttp2Options> & ConnectionTimeouts;

const DEFAULTS: Limits = {
  maxConcurrentStreams: 100,
  maxHeaderBytes: 16_384,
  initialWindowSize: 262_144,
  headTimeoutMs: 30_000,
  idleTimeoutMs: 600_000,
  maxConnections: 10_000,
  maxAgeMs: Infinity,
  writeTimeoutMs: 60_000,
};

/**
 * HTTP/2 and HTTP/1.1 on one port by `node:http2`, on Node and Bun: native gRPC with trailers and full duplex on HTTP/2.
 * TLS offers `h2` and `http/1.1`; cleartext takes HTTP/2 with prior knowledge and HTTP/1.1.
 */
export function nodeHttp2(options: NodeHttp2Options = {}): ServerTransport {
  const limits = { ...DEFAULTS, ...options };
  return {
    async listen(handler: ExchangeHandler, listenOptions: ListenOptions): Promise<Listener> {
      const server = new NodeHttp2Server(handler, limits);
      const address = listenAddress(listenOptions);
      const acceptor = new Acceptor(
        (socket, isHttp2) => server.open(socket, isHttp2),
        limits,
        address,
        listenOptions.tls,
      );
      if (listenOptions.bind !== false) await acceptor.bind();
      return acceptor;
    },
  };
}

/** Hands accepted sockets to node:http2 and node:http. */
class NodeHttp2Server {
  readonly #handler: ExchangeHandler;
  readonly #http2: Http2Server;
  readonly #http1: Http1Server;
  readonly #sessions = new WeakMap<Http2Session, ServerConnection>();
  #handingOver: ServerConnection | undefined;

  constructor(handler: ExchangeHandler, limits: Limits) {
    this.#handler = handler;
    this.#http2 = this.#makeHttp2(limits);
    this.#http1 = new Http1Server(limits.maxHeaderBytes);
  }

  open(socket: Duplex, isHttp2: boolean): ServerConnection {
    const connection = new ServerConnection(socket, this.#handler);
    if (!isHttp2) {
      this.#http1.open(socket, connection);
      return connection;
    }
    this.#handingOver = connection;
    this.#http2.emit("connection", socket);
    this.#handingOver = undefined;
    return connection;
  }

  #makeHttp2({ maxConcurrentStreams, initialWindowSize, maxHeaderBytes }: Limits): Http2Server {
    const server = http2().createServer({
      settings: { maxConcurrentStreams, initialWindowSize, maxHeaderListSize: maxHeaderBytes, enablePush: false },
    });
    server.on("session", (session) => {
      // Emitted while the socket is handed over, which is how a session is known to belong to its connection.
      if (this.#handingOver === undefined) return;
      this.#sessions.set(session, this.#handingOver);
      this.#handingOver.openSession(session);
    });
    server.on("stream", (stream, headers, flags) => {
      const connection = stream.session && this.#sessions.get(stream.session);
      if (connection === undefined) stream.destroy();
      else connection.serveStream(stream as ServerHttp2Stream, headers, flags);
    });
    // The session and its socket are closed by then; a peer that breaks the protocol is its own problem.
    server.on("sessionError", ignore);
    server.on("error", ignore);
    return server;
  }
}

function ignore(): void {
  // An error of a session is followed by the close event of its socket, which is where it is dealt with.
}
