// What stands between an app and a host that listens: the options of listen(), and the two interfaces that every socket
// adapter fills. No runtime is named here.
import type { ExchangeHandler } from "../http/exchange.ts";

/** TLS for a listening server. PEM text, or the PEM file's bytes. */
export interface ServerTlsOptions {
  /** The private key. */
  key: string | Uint8Array;
  /** The certificate, followed by its chain. */
  cert: string | Uint8Array;
  /** Authorities that client certificates are checked against. Default: the runtime's own list. */
  ca?: string | Uint8Array;
  /** Ask for a client certificate and refuse connections without a valid one (mTLS). Default: false. */
  requestClientCert?: boolean;
}

/** Where and how a server listens. */
export interface ListenOptions {
  /** Host name or address to bind. Default: `"0.0.0.0"`. */
  host?: string;
  /** TCP port, 0 to 65535; 0 lets the system choose. Default: 50051. */
  port?: number;
  /** Path of a unix socket to listen on, in place of host and port. */
  path?: string;
  /**
   * Bind an address. Default: true. With `false`, host, port and path are not looked at, and only the sockets are served
   * that the server is given (`accept`).
   */
  bind?: boolean;
  /** Serve TLS with ALPN (h2, http/1.1). Default: cleartext, HTTP/2 with prior knowledge (h2c) and HTTP/1.1. */
  tls?: ServerTlsOptions;
}

/** What a listener holds at the moment, over all its connections. */
export interface ListenerUsage {
  /** Connections that are accepted and not closed, TLS handshakes included. */
  readonly connections: number;
  /** Requests whose handlers have not settled. */
  readonly runningRequests: number;
  /** HTTP/2 requests that wait for one of their connection's slots. */
  readonly queuedRequests: number;
  /** HTTP/2 streams that are not closed. */
  readonly openStreams: number;
  /** Octets that HTTP/2 connections keep: of requests not yet read, of replies not yet sent, of headers. */
  readonly bufferedBytes: number;
}

/** A bound socket that accepts connections for an ExchangeHandler. */
export interface Listener {
  /** `http://host:port`, `https://host:port`, `unix:path`, or `socket:` where nothing is bound. */
  readonly url: string;
  /** The bound TCP port; 0 for a unix socket. */
  readonly port: number;
  /** One line about what this host cannot serve, or undefined where it serves all. */
  readonly notice?: string;
  /** What it holds at the moment, for metrics; counted when it is asked for. Absent where the host cannot tell. */
  readonly usage?: ListenerUsage;
  /**
   * Stops accepting connections and new exchanges (GOAWAY on HTTP/2, `connection: close` on HTTP/1.1). Resolves when
   * the exchanges that were running have ended and their connections are closed.
   */
  drain(): Promise<void>;
  /**
   * Serves new connections with another key and certificate from now on; those that stand keep theirs. Absent where the
   * host cannot.
   * @throws ListenError where they are refused, or the listener has no TLS; the former ones stay.
   */
  replaceCertificate?(tls: ServerTlsOptions): void;
  /**
   * Serves a connection that someone else made: a socket of `node:net`, a TLS one, or any other `Duplex` of bytes that
   * nothing has been read from; it is destroyed where the listener is closing or full. Absent where the host cannot.
   */
  accept?(socket: ByteDuplex): void;
  /** Closes every connection now; running exchanges are reset. Resolves when the socket is released. */
  destroy(): Promise<void>;
}

/** A `Duplex` of `node:stream`, said without naming it: types of this package do not need those of Node. */
export interface ByteDuplex {
  readonly readable: boolean;
  readonly writable: boolean;
  read(size?: number): unknown;
  write(chunk: Uint8Array): boolean;
  destroy(): unknown;
}

/** A way to listen: the engine over sockets, `node:http2`. */
export interface ServerTransport {
  /**
   * Binds and starts to serve.
   * @throws ListenError naming address and cause: port in use, no permission, unreadable certificate.
   */
  listen(handler: ExchangeHandler, options: ListenOptions): Promise<Listener>;
}

/** Why a server could not listen, in one line that says what to do. */
export class ListenError extends Error {
  override name = "ListenError";
}
