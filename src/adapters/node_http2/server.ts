// Listens with node:net or node:tls and serves HTTP/2 and HTTP/1.1 on the same port, for Node and Bun. The accepting
// server hands each socket to one of two servers that never listen themselves: on cleartext by the first bytes of the
// connection (RFC 9113 3.4, the preface `PRI * HTTP/2.0`), on TLS by ALPN (RFC 7301). Left out on purpose: Deno, whose
// node:http2 a peer can make abort the process, and the Upgrade of HTTP/1.1 to h2c, which RFC 9113 3.1 withdrew.
import * as http from "node:http";
import * as http2 from "node:http2";
import * as net from "node:net";
import * as tls from "node:tls";
import type { ExchangeHandler } from "../../http/exchange.ts";
import type { Listener, ListenOptions, ServerTlsOptions, ServerTransport } from "../../transport/server_transport.ts";
import { checkTls, hostPort, type ListenAddress, listenAddress, listenError, tlsError } from "../listen_error.ts";
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
   * requests on an HTTP/1.1 connection. Checked every few seconds, so it may take a little longer. Default: 30000.
   */
  headTimeoutMs?: number;
  /** Milliseconds that an HTTP/2 connection may be without a running exchange, before GOAWAY. Default: 600000. */
  idleTimeoutMs?: number;
  /** Connections that may be open at once; more are closed as they come. Default: 10000. */
  maxConnections?: number;
}

type Limits = Required<NodeHttp2Options>;

const DEFAULTS: Limits = {
  maxConcurrentStreams: 100,
  maxHeaderBytes: 16_384,
  initialWindowSize: 262_144,
  headTimeoutMs: 30_000,
  idleTimeoutMs: 600_000,
  maxConnections: 10_000,
};

// How often connections are checked against their timeouts.
const SWEEP_MS = 5_000;

// As much of the preface as no HTTP/1.1 request begins with: its first five bytes.
const PREFACE_START = new Uint8Array([0x50, 0x52, 0x49, 0x20, 0x2a]);

/**
 * HTTP/2 and HTTP/1.1 on one port by `node:http2`, on Node and Bun: native gRPC with trailers and full duplex on HTTP/2.
 * TLS offers `h2` and `http/1.1`; cleartext takes HTTP/2 with prior knowledge and HTTP/1.1.
 */
export function nodeHttp2(options: NodeHttp2Options = {}): ServerTransport {
  const limits = { ...DEFAULTS, ...options };
  return {
    async listen(handler: ExchangeHandler, listenOptions: ListenOptions): Promise<Listener> {
      const address = listenAddress(listenOptions);
      const listener = new NodeHttp2Listener(handler, limits, address, listenOptions.tls);
      await listener.bind();
      return listener;
    },
  };
}

class NodeHttp2Listener implements Listener {
  readonly #handler: ExchangeHandler;
  readonly #limits: Limits;
  readonly #address: ListenAddress;
  readonly #acceptor: net.Server;
  readonly #http2: http2.Http2Server;
  readonly #http1: http.Server;
  readonly #secure: boolean;
  readonly #sockets = new Map<net.Socket, ServerConnection>();
  readonly #handshakes = new Map<string, net.Socket>();
  readonly #sessions = new WeakMap<http2.Http2Session, ServerConnection>();
  #sweeper: ReturnType<typeof setInterval> | undefined;
  #handingOver: ServerConnection | undefined;
  #port = 0;
  #closed: Promise<void> | undefined;
  #onEmpty: (() => void) | undefined;

  constructor(handler: ExchangeHandler, limits: Limits, address: ListenAddress, tlsOptions?: ServerTlsOptions) {
    this.#handler = handler;
    this.#limits = limits;
    this.#address = address;
    this.#secure = tlsOptions !== undefined;
    this.#http2 = this.#makeHttp2();
    this.#http1 = this.#makeHttp1();
    this.#acceptor = tlsOptions === undefined ? this.#acceptClear() : this.#acceptTls(tlsOptions);
    this.#acceptor.maxConnections = limits.maxConnections;
  }

  get port(): number {
    return this.#port;
  }

  get url(): string {
    const { path, host } = this.#address;
    if (path !== undefined) return `unix:${path}`;
    return `${this.#secure ? "https" : "http"}://${hostPort(host, this.#port)}`;
  }

  async bind(): Promise<void> {
    const { path, host, port } = this.#address;
    try {
      await new Promise<void>((resolve, reject) => {
        this.#acceptor.once("error", reject);
        this.#acceptor.listen(path === undefined ? { host, port } : { path }, () => {
          this.#acceptor.off("error", reject);
          resolve();
        });
      });
    } catch (error) {
      throw listenError(error, this.#address);
    }
    // Failing to accept one connection (no file descriptor left, say) must not end the process; the next may succeed.
    this.#acceptor.on("error", ignore);
    const bound = this.#acceptor.address();
    if (bound !== null && typeof bound === "object") this.#port = bound.port;
    this.#sweeper = setInterval(() => this.#sweep(), Math.min(SWEEP_MS, this.#limits.headTimeoutMs));
    this.#sweeper.unref();
  }

  drain(): Promise<void> {
    const closed = this.#close();
    for (const connection of [...this.#sockets.values()]) connection.drain();
    return closed;
  }

  destroy(): Promise<void> {
    const closed = this.#close();
    for (const connection of [...this.#sockets.values()]) connection.destroy();
    return closed;
  }

  #close(): Promise<void> {
    return this.#closed ??= (async () => {
      const released = new Promise<void>((resolve) => this.#acceptor.close(() => resolve()));
      for (const socket of this.#handshakes.values()) socket.destroy();
      if (this.#sockets.size > 0) await new Promise<void>((resolve) => this.#onEmpty = resolve);
      clearInterval(this.#sweeper);
      await released;
    })();
  }

  #makeHttp2(): http2.Http2Server {
    const { maxConcurrentStreams, initialWindowSize, maxHeaderBytes } = this.#limits;
    const server = http2.createServer({
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
      else connection.serveStream(stream as http2.ServerHttp2Stream, headers, flags);
    });
    // The session and its socket are closed by then; a peer that breaks the protocol is its own problem.
    server.on("sessionError", ignore);
    server.on("error", ignore);
    return server;
  }

  #makeHttp1(): http.Server {
    // The runtime's own timeouts are for servers that listen; those of this file hold on every runtime. A request may
    // last as long as its call does.
    const server = http.createServer({
      maxHeaderSize: this.#limits.maxHeaderBytes,
      requestTimeout: 0,
      headersTimeout: 0,
      keepAliveTimeout: 0,
    }, (request, response) => {
      const connection = this.#sockets.get(request.socket);
      if (connection === undefined) response.destroy();
      else connection.serveRequest(request, response);
    });
    server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
      if (error.code === "ECONNRESET" || !socket.writable) {
        socket.destroy();
        return;
      }
      const status = error.code === "HPE_HEADER_OVERFLOW" ? "431 Request Header Fields Too Large" : "400 Bad Request";
      socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
    });
    server.on("error", ignore);
    return server;
  }

  #acceptClear(): net.Server {
    return net.createServer({ noDelay: true, allowHalfOpen: true }, (socket) => {
      this.#track(socket);
      sniff(socket, (isHttp2) => this.#handOver(socket, isHttp2));
    });
  }

  #acceptTls(options: ServerTlsOptions): net.Server {
    checkTls(options);
    try {
      const server = tls.createServer({
        key: pem(options.key),
        cert: pem(options.cert),
        ca: options.ca === undefined ? undefined : pem(options.ca),
        requestCert: options.requestClientCert ?? false,
        rejectUnauthorized: options.requestClientCert ?? false,
        ALPNProtocols: ["h2", "http/1.1"],
        minVersion: "TLSv1.2",
        handshakeTimeout: this.#limits.headTimeoutMs,
        noDelay: true,
        allowHalfOpen: true,
      });
      server.on("connection", (socket) => this.#trackHandshake(socket));
      server.on("tlsClientError", (_error, socket) => socket.destroy());
      server.on("secureConnection", (socket) => {
        this.#handshakes.delete(endpoints(socket));
        this.#track(socket);
        this.#handOver(socket, socket.alpnProtocol === "h2");
      });
      return server;
    } catch (error) {
      throw tlsError(error, this.#address);
    }
  }

  #track(socket: net.Socket): void {
    socket.on("error", ignore);
    this.#sockets.set(socket, new ServerConnection(socket, this.#handler));
    socket.once("close", () => {
      this.#sockets.delete(socket);
      if (this.#sockets.size === 0) this.#onEmpty?.();
    });
  }

  /** Keeps a raw socket at hand until its handshake is done, so that closing does not have to wait for it. */
  #trackHandshake(socket: net.Socket): void {
    // A TLS socket does not tell which raw socket it stands on; for TCP the remote end is as good as a name.
    const key = endpoints(socket);
    socket.on("error", ignore);
    this.#handshakes.set(key, socket);
    socket.once("close", () => {
      if (this.#handshakes.get(key) === socket) this.#handshakes.delete(key);
    });
  }

  #handOver(socket: net.Socket, isHttp2: boolean): void {
    this.#handingOver = this.#sockets.get(socket);
    (isHttp2 ? this.#http2 : this.#http1).emit("connection", socket);
    this.#handingOver = undefined;
  }

  #sweep(): void {
    const now = performance.now();
    for (const connection of [...this.#sockets.values()]) connection.sweep(now, this.#limits);
  }
}

/** Tells whether a connection begins with the HTTP/2 preface, leaving all of its bytes to be read again. */
function sniff(socket: net.Socket, tell: (isHttp2: boolean) => void): void {
  let seen: Buffer = Buffer.alloc(0);
  const onEnd = (): void => {
    socket.destroy();
  };
  const onReadable = (): void => {
    const chunk: Buffer | null = socket.read();
    if (chunk === null) return;
    seen = seen.length === 0 ? chunk : Buffer.concat([seen, chunk]);
    const length = Math.min(seen.length, PREFACE_START.length);
    const matches = PREFACE_START.subarray(0, length).every((byte, i) => byte === seen[i]);
    if (matches && length < PREFACE_START.length) return;
    socket.off("readable", onReadable);
    socket.off("end", onEnd);
    socket.unshift(seen);
    tell(matches);
  };
  socket.on("readable", onReadable);
  socket.on("end", onEnd);
}

function endpoints(socket: net.Socket): string {
  return `${socket.remoteAddress ?? ""} ${socket.remotePort ?? ""}`;
}

function pem(value: string | Uint8Array): string | Buffer {
  return typeof value === "string" ? value : Buffer.from(value);
}

function ignore(): void {
  // An error of a socket is followed by its close event, which is where it is dealt with.
}
