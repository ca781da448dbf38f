// Accepts connections by node:net or node:tls and says of each whether it speaks HTTP/2: on cleartext by its first bytes
// (RFC 9113 3.4, the preface `PRI * HTTP/2.0`), on TLS by ALPN (RFC 7301). Sockets that someone else accepted, and any other
// Duplex of bytes, are served as cleartext ones are. What is served on them is the owner's. One timer wheel holds every
// connection's timeouts. Left out: the Upgrade of HTTP/1.1 to h2c, which RFC 9113 3.1 withdrew.
//
// The states of a connection:
//
//   opening (TLS handshake, first bytes) --> open (HTTP/2 or HTTP/1.1) --> draining --> closed
//      |______________________ headTimeoutMs _____________________________________________^
import * as net from "node:net";
import type { Duplex } from "node:stream";
import type { SecureContextOptions, Server as TlsServer } from "node:tls";
import {
  type Listener,
  ListenError,
  type ListenerUsage,
  type ServerTlsOptions,
} from "../../transport/server_transport.ts";
import { crypto, tls } from "../built_in.ts";
import { checkTls, hostPort, type ListenAddress, listenError, tlsError } from "../listen_error.ts";
import { sniff } from "./sniff.ts";
import { SweepWheel } from "./sweep_wheel.ts";

/** How long a connection may stay as it is, in milliseconds. */
export interface ConnectionTimeouts {
  /** From accepting a socket to its first request head, TLS handshake included; also between two HTTP/1.1 requests. */
  readonly headTimeoutMs: number;
  /** How long an HTTP/2 connection may have no running exchange. */
  readonly idleTimeoutMs: number;
  /** How old a connection may get before it is drained. */
  readonly maxAgeMs: number;
  /** How long a socket may take over each 256 KiB, or fewer, of what it was last given to write. */
  readonly writeTimeoutMs: number;
}

/** Bounds of an acceptor. */
export interface AcceptorLimits extends ConnectionTimeouts {
  /** Connections that may be open at once; more are closed as they come. */
  readonly maxConnections: number;
  /** Bind the address although others have, and share its connections with them (SO_REUSEPORT). */
  readonly reusePort?: boolean;
}

/** A connection whose protocol is known. It ends when its socket closes. */
export interface AcceptedConnection {
  /** Lets running exchanges end, takes no new ones, then closes the socket. */
  drain(): void;
  /** Closes the socket now. */
  destroy(): void;
  /** Told every second or so, or sooner where `headTimeoutMs` is; `now` is performance.now(). */
  sweep(now: number, timeouts: ConnectionTimeouts): void;
  /** What it holds at the moment. */
  readonly usage: ConnectionUsage;
}

/** What one connection holds; see ListenerUsage. */
export type ConnectionUsage = Omit<ListenerUsage, "connections">;

/** Serves a socket from its first byte, of which nothing has been read. */
export type OpenConnection = (socket: Duplex, isHttp2: boolean) => AcceptedConnection;

/**
 * Connections that the system keeps until they are accepted, where its own limit is no lower (`net.core.somaxconn` on Linux).
 * One that comes when they are so many is dropped without a word and tries again a second later. Node's 511 are fewer than
 * the clients that come back at once when a server restarts.
 */
const BACKLOG = 4096;

/** The share of `maxConnections` at which a warning is given, and the least limit for which it is: a low one is meant to be reached. */
const WARN_AT = 0.8;
const LEAST_WARNED = 100;

/** How often each connection is checked against its timeouts, at most. */
const SWEEP_MS = 1_000;

/** What binds all addresses of the machine, of IPv4 or of both families (RFC 1122 3.2.1.3, RFC 4291 2.5.2). */
const everyAddress: ReadonlySet<string> = new Set(["0.0.0.0", "::"]);

/** How long a connection may have been silent for its first bytes to be on their way when the server is drained. */
const OPENING_MS = 1_000;

/** A bound address and the connections that it accepted. */
export class Acceptor implements Listener {
  readonly #open: OpenConnection;
  readonly #limits: AcceptorLimits;
  readonly #address: ListenAddress;
  readonly #server: net.Server;
  readonly #secure: boolean;
  /** Accepted sockets: what is served on them, or since when they are awaited. */
  readonly #sockets = new Map<Duplex, AcceptedConnection | number>();
  /** Raw sockets whose TLS handshake is not done, by their remote end. */
  readonly #handshakes = new Map<string, net.Socket>();
  readonly #wheel = new SweepWheel<Duplex>((socket, nowMs) => this.#sweep(socket, nowMs));
  #isBound = false;
  #hasWarned = false;
  #port = 0;
  #draining = false;
  #closed: Promise<void> | undefined;
  #onEmpty: (() => void) | undefined;

  /** @throws ListenError where the TLS options are refused. */
  constructor(open: OpenConnection, limits: AcceptorLimits, address: ListenAddress, tlsOptions?: ServerTlsOptions) {
    this.#open = open;
    this.#limits = limits;
    this.#address = address;
    this.#secure = tlsOptions !== undefined;
    this.#server = tlsOptions === undefined ? this.#acceptClear() : this.#acceptTls(tlsOptions);
    this.#wheel.start(Math.min(SWEEP_MS, limits.headTimeoutMs));
  }

  /** The bound TCP port; 0 for a unix socket. */
  get port(): number {
    return this.#port;
  }

  /**
   * `http://host:port`, `https://host:port`, `unix:path`, or `socket:` where nothing is bound. The host is `localhost` where
   * all addresses are bound: neither `0.0.0.0` nor `::` is one to call, nor one that a certificate holds.
   */
  get url(): string {
    const { path, host } = this.#address;
    if (!this.#isBound) return "socket:";
    if (path !== undefined) return `unix:${path}`;
    return `${this.#secure ? "https" : "http"}://${hostPort(everyAddress.has(host) ? "localhost" : host, this.#port)}`;
  }

  get usage(): ListenerUsage {
    let [runningRequests, queuedRequests, openStreams, bufferedBytes] = [0, 0, 0, 0];
    for (const connection of this.#sockets.values()) {
      if (typeof connection === "number") continue;
      const { usage } = connection;
      runningRequests += usage.runningRequests;
      queuedRequests += usage.queuedRequests;
      openStreams += usage.openStreams;
      bufferedBytes += usage.bufferedBytes;
    }
    const connections = this.#sockets.size + this.#handshakes.size;
    return { connections, runningRequests, queuedRequests, openStreams, bufferedBytes };
  }

  /** @throws ListenError naming address and cause. */
  async bind(): Promise<void> {
    const { path, host, port } = this.#address;
    const { reusePort = false } = this.#limits;
    try {
      await new Promise<void>((resolve, reject) => {
        this.#server.once("error", reject);
        const where = path === undefined ? { host, port, ...reusePort && { reusePort } } : { path };
        this.#server.listen({ ...where, backlog: BACKLOG }, () => {
          this.#server.off("error", reject);
          resolve();
        });
      });
    } catch (error) {
      throw listenError(error, this.#address);
    }
    // Failing to accept one connection (no file descriptor left, say) must not end the process; the next may succeed.
    this.#server.on("error", ignore);
    this.#isBound = true;
    const bound = this.#server.address();
    if (bound !== null && typeof bound === "object") this.#port = bound.port;
  }

  /** Serves a connection that someone else made. One that comes when the listener is closing, or full, is destroyed. */
  accept(socket: Duplex): void {
    if (!this.#track(socket)) return;
    if (this.#closed !== undefined) {
      socket.destroy();
      return;
    }
    (socket as Partial<net.Socket>).setNoDelay?.(true);
    sniff(socket, (isHttp2) => this.#serve(socket, isHttp2));
  }

  /** Gives new connections another certificate. `requestClientCert` stays as it was. */
  replaceCertificate(options: ServerTlsOptions): void {
    if (!this.#secure) {
      throw new ListenError(`Cannot replace the certificate of ${this.#address.text}: it is served without TLS.`);
    }
    checkTls(options);
    try {
      checkKeyPair(options);
      (this.#server as TlsServer).setSecureContext(credentials(options));
    } catch (error) {
      throw tlsError(error, this.#address);
    }
  }

  /** Stops accepting and drains every connection; resolves when all are closed. */
  drain(): Promise<void> {
    this.#draining = true;
    const closed = this.#close();
    const now = performance.now();
    for (const [socket, connection] of [...this.#sockets]) {
      if (typeof connection !== "number") connection.drain();
      else if (now - connection > OPENING_MS) socket.destroy();
      // The first request of a young one may be under way: it is served, and told to go elsewhere with the next.
    }
    return closed;
  }

  /** Stops accepting and closes every connection now; resolves when the address is free. */
  destroy(): Promise<void> {
    const closed = this.#close();
    for (const [socket, connection] of [...this.#sockets]) {
      if (typeof connection === "number") socket.destroy();
      else connection.destroy();
    }
    return closed;
  }

  #close(): Promise<void> {
    return this.#closed ??= (async () => {
      const released = new Promise<void>((resolve) => this.#isBound ? this.#server.close(() => resolve()) : resolve());
      for (const socket of this.#handshakes.values()) socket.destroy();
      if (this.#sockets.size > 0) await new Promise<void>((resolve) => this.#onEmpty = resolve);
      this.#wheel.stop();
      await released;
    })();
  }

  #acceptClear(): net.Server {
    return net.createServer({ noDelay: true, allowHalfOpen: true }, (socket) => {
      if (!this.#track(socket)) return;
      sniff(socket, (isHttp2) => this.#serve(socket, isHttp2));
    });
  }

  #acceptTls(options: ServerTlsOptions): net.Server {
    checkTls(options);
    try {
      checkKeyPair(options);
      const server = tls().createServer({
        ...credentials(options),
        requestCert: options.requestClientCert ?? false,
        rejectUnauthorized: options.requestClientCert ?? false,
        ALPNProtocols: ["h2", "http/1.1"],
        handshakeTimeout: this.#limits.headTimeoutMs,
        noDelay: true,
        allowHalfOpen: true,
      });
      server.on("connection", (socket) => this.#trackHandshake(socket));
      server.on("tlsClientError", (_error, socket) => socket.destroy());
      server.on("secureConnection", (socket) => {
        this.#handshakes.delete(endpoints(socket));
        if (this.#track(socket)) this.#serve(socket, socket.alpnProtocol === "h2");
      });
      return server;
    } catch (error) {
      throw tlsError(error, this.#address);
    }
  }

  #track(socket: Duplex): boolean {
    socket.on("error", ignore);
    if (this.#sockets.size + this.#handshakes.size >= this.#limits.maxConnections) {
      socket.destroy();
      return false;
    }
    this.#sockets.set(socket, performance.now());
    this.#warn();
    this.#wheel.add(socket);
    socket.once("close", () => {
      this.#sockets.delete(socket);
      this.#wheel.delete(socket);
      if (this.#sockets.size === 0) this.#onEmpty?.();
    });
    return true;
  }

  /** Says once that the listener is filling up: by the time that it is full, clients are turned away. */
  #warn(): void {
    const { maxConnections } = this.#limits;
    const { size } = this.#sockets;
    if (this.#hasWarned || maxConnections < LEAST_WARNED || size < maxConnections * WARN_AT) return;
    this.#hasWarned = true;
    console.warn(
      `sigil: ${size} connections are open on ${this.url}, and maxConnections is ${maxConnections}: more will be closed as they come.`,
    );
  }

  /** Keeps a raw socket at hand until its handshake is done, so that closing does not have to wait for it. */
  #trackHandshake(socket: net.Socket): void {
    // A TLS socket does not tell which raw socket it stands on; for TCP the remote end is as good as a name.
    const key = endpoints(socket);
    socket.on("error", ignore);
    if (this.#sockets.size + this.#handshakes.size >= this.#limits.maxConnections) {
      socket.destroy();
      return;
    }
    this.#handshakes.set(key, socket);
    socket.once("close", () => {
      if (this.#handshakes.get(key) === socket) this.#handshakes.delete(key);
    });
  }

  #serve(socket: Duplex, isHttp2: boolean): void {
    if (socket.destroyed) return;
    const connection = this.#open(socket, isHttp2);
    this.#sockets.set(socket, connection);
    if (this.#draining) connection.drain();
  }

  #sweep(socket: Duplex, nowMs: number): void {
    const connection = this.#sockets.get(socket);
    if (connection === undefined) return;
    if (typeof connection !== "number") connection.sweep(nowMs, this.#limits);
    else if (nowMs - connection > (this.#draining ? OPENING_MS : this.#limits.headTimeoutMs)) socket.destroy();
  }
}

/** @throws Error where the key is not that of the certificate, which some runtimes notice in the first handshake only. */
function checkKeyPair({ key, cert }: ServerTlsOptions): void {
  const { createPrivateKey, X509Certificate } = crypto();
  if (!new X509Certificate(pem(cert)).checkPrivateKey(createPrivateKey(pem(key)))) {
    throw new Error("the key does not belong to the certificate");
  }
}

function credentials(options: ServerTlsOptions): SecureContextOptions {
  return {
    key: pem(options.key),
    cert: pem(options.cert),
    ca: options.ca === undefined ? undefined : pem(options.ca),
    minVersion: "TLSv1.2",
  };
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
