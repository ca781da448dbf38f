// HTTP/2 by the engine and HTTP/1.1 by the runtime's own node:http, on one port, over node:net and node:tls: on Node, Bun
// and Deno alike.
import type { Duplex } from "node:stream";
import type { ExchangeHandler } from "../../http/exchange.ts";
import { BufferPool } from "../../http2/frame/buffer_pool.ts";
import { type Http2Limits, resolveLimits } from "../../http2/limits.ts";
import { HeaderBlocks } from "../../transport/header_blocks.ts";
import { Http2Server } from "../../transport/http2_server.ts";
import type { Listener, ListenOptions, ServerTransport } from "../../transport/server_transport.ts";
import { listenAddress } from "../listen_error.ts";
import { Http1Connection } from "../node_http1/connection.ts";
import { Http1Server } from "../node_http1/server.ts";
import { type AcceptedConnection, Acceptor } from "./acceptor.ts";
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
  /** Milliseconds that an HTTP/2 connection may be without a running exchange, before GOAWAY `max_idle`. Default: 3600000. */
  idleTimeoutMs?: number;
  /**
   * Milliseconds that a connection may get old, a tenth more or less at random, before GOAWAY `max_age`, or the end after
   * the running request on HTTP/1.1: so that clients find new servers in time. Default: Infinity.
   */
  maxConnectionAgeMs?: number;
  /** Milliseconds that exchanges may go on after that, on HTTP/2, before the connection is closed. Default: 30000. */
  connectionAgeGraceMs?: number;
  /** Milliseconds of silence after which an HTTP/2 client is pinged, to see whether it is there. Default: 7200000. */
  pingIntervalMs?: number;
  /** Milliseconds in which it has to answer, or anything, before the connection counts as lost. Default: 20000. */
  pingTimeoutMs?: number;
  /**
   * Milliseconds in which a socket has to take each 256 KiB, or fewer, of what it was last given to send (on HTTP/2
   * `http2.maxOutputBytes`, or four times that), before it is closed. Default: 60000.
   */
  writeTimeoutMs?: number;
  /** Connections that may be open at once; more are closed as they come. From 100 on, a warning is given at 80 %. Default: 10000. */
  maxConnections?: number;
  /** Take extended CONNECT (RFC 8441) on HTTP/2; `:protocol` is then a header of such an exchange. Default: false. */
  enableConnectProtocol?: boolean;
  /** Share the port with other processes that do the same, where the system can (SO_REUSEPORT). Default: false. */
  reusePort?: boolean;
}

/** Buffers of 336 KiB that a server keeps for large replies, whatever the number of its connections. */
const MAX_POOLED = 16;

const DEFAULTS = {
  maxHeaderBytes: 16_384,
  headTimeoutMs: 30_000,
  idleTimeoutMs: 3_600_000,
  maxConnectionAgeMs: Infinity,
  connectionAgeGraceMs: 30_000,
  pingIntervalMs: 7_200_000,
  pingTimeoutMs: 20_000,
  writeTimeoutMs: 60_000,
  maxConnections: 10_000,
};

/**
 * HTTP/2 and HTTP/1.1 on one port: native gRPC with trailers and full duplex on HTTP/2, all else on both. TLS offers `h2`
 * and `http/1.1`; cleartext takes HTTP/2 with prior knowledge and HTTP/1.1.
 *
 * @throws RangeError naming the limit, where one is out of its range.
 */
export function sockets(options: SocketsOptions = {}): ServerTransport {
  const limits = resolveOptions(options);
  const http2Limits = resolveLimits(options.http2);
  const { reusePort = false, enableConnectProtocol = false } = options;
  const timeouts = { ...limits, maxAgeMs: limits.maxConnectionAgeMs };
  const lifetime = { ...timeouts, maxAgeGraceMs: limits.connectionAgeGraceMs };
  return {
    async listen(handler: ExchangeHandler, listenOptions: ListenOptions): Promise<Listener> {
      let http1: Http1Server | undefined;
      const turns = new Turn();
      const shared = { turns, blocks: new HeaderBlocks(), pool: new BufferPool(MAX_POOLED) };
      const http2 = { ...shared, limits: http2Limits, lifetime, enableConnectProtocol };
      const open = (socket: Duplex, isHttp2: boolean): AcceptedConnection => {
        turns.connections++;
        socket.once("close", () => turns.connections--);
        if (isHttp2) return new Http2Server(new NodeByteSocket(socket), handler, http2);
        const connection = new Http1Connection(socket, handler);
        http1 ??= new Http1Server(limits.maxHeaderBytes);
        http1.open(socket, connection);
        return connection;
      };
      const address = listenAddress(listenOptions);
      const acceptor = new Acceptor(open, { ...timeouts, reusePort }, address, listenOptions.tls);
      if (listenOptions.bind !== false) await acceptor.bind();
      return acceptor;
    },
  };
}

/**
 * Fills in the defaults; an option that is undefined has its default.
 * @throws RangeError naming the option, its value and its range.
 */
function resolveOptions(options: SocketsOptions): typeof DEFAULTS {
  const resolved = { ...DEFAULTS };
  for (const name of Object.keys(DEFAULTS) as (keyof typeof DEFAULTS)[]) {
    const value = options[name];
    if (value === undefined) continue;
    const isTime = name.endsWith("Ms");
    if (!(value >= 1) || !(Number.isInteger(value) || isTime && value === Infinity)) {
      const range = isTime ? "a whole number of milliseconds from 1, or Infinity" : "a whole number from 1";
      throw new RangeError(`${name} is ${String(value)}; it has to be ${range}.`);
    }
    resolved[name] = value;
  }
  return resolved;
}
