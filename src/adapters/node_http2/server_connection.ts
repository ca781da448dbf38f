// One accepted socket of the node:http2 server: what it speaks, how many exchanges run on it, and how it is drained.
// The states of a connection:
//
//   opening (TLS handshake, first bytes) --> open (h2 session or http1) --> draining --> closed
//      |______________________ deadline of the first bytes _________________________________^
import type { IncomingMessage, ServerResponse } from "node:http";
import { constants, type IncomingHttpHeaders, type ServerHttp2Session, type ServerHttp2Stream } from "node:http2";
import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import type { ExchangeHandler, Peer } from "../../http/exchange.ts";
import type { NodeExchange } from "./exchange.ts";
import { Http1Exchange } from "./http1_exchange.ts";
import { Http2Exchange } from "./http2_exchange.ts";

/** How long a connection may stay as it is, in milliseconds. */
export interface ConnectionTimeouts {
  /** From accepting a socket to its first request head, TLS handshake included; also between two HTTP/1.1 requests. */
  readonly headTimeoutMs: number;
  /** How long an HTTP/2 connection may have no running exchange. */
  readonly idleTimeoutMs: number;
}

/** An accepted socket and the exchanges that run on it. */
export class ServerConnection {
  readonly #socket: Socket;
  readonly #handler: ExchangeHandler;
  #peer: Peer | undefined;
  #session: ServerHttp2Session | undefined;
  #running = 0;
  #draining = false;
  /** When the connection was accepted or its last exchange ended, by performance.now(). */
  #idleSince: number = performance.now();

  constructor(socket: Socket, handler: ExchangeHandler) {
    this.#socket = socket;
    this.#handler = handler;
  }

  /** Tells that the socket speaks HTTP/2 from now on. */
  openSession(session: ServerHttp2Session): void {
    this.#session = session;
    this.#idleSince = performance.now();
    // The socket's own close event says all that is needed.
    session.on("error", ignore);
    if (this.#draining) session.close();
  }

  /** Serves one HTTP/2 stream. */
  serveStream(stream: ServerHttp2Stream, fields: IncomingHttpHeaders, flags: number): void {
    stream.on("error", ignore);
    if (this.#draining) {
      // RFC 9113 8.7: REFUSED_STREAM tells the client that it may safely send the request again elsewhere.
      stream.close(constants.NGHTTP2_REFUSED_STREAM);
      return;
    }
    const exchange = new Http2Exchange(stream, {
      method: text(fields[":method"]) ?? "GET",
      scheme: this.#scheme,
      authority: text(fields[":authority"]) ?? fields.host,
      target: text(fields[":path"]) ?? "/",
      fields,
      bodiless: (flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0,
    }, this.peer);
    stream.once("aborted", () => exchange.closed("The client reset the stream before the reply had ended."));
    stream.once("close", () => {
      exchange.closed("The stream was closed before the reply had ended.");
      this.#ended();
    });
    this.#serve(exchange);
  }

  /** Serves one HTTP/1.1 request. */
  serveRequest(request: IncomingMessage, response: ServerResponse): void {
    request.on("error", ignore);
    response.on("error", ignore);
    const { headers } = request;
    const exchange = new Http1Exchange(
      request,
      response,
      {
        method: request.method ?? "GET",
        scheme: this.#scheme,
        authority: headers.host,
        target: request.url ?? "/",
        fields: headers,
        bodiless: headers["transfer-encoding"] === undefined && Number(headers["content-length"] ?? 0) === 0,
      },
      this.peer,
      () => this.#draining,
    );
    response.once("close", () => {
      exchange.closed("The client closed the connection before the reply had ended.");
      this.#ended();
    });
    this.#serve(exchange);
  }

  /** What the socket tells about its other end. Made on the first call and kept. */
  get peer(): Peer {
    return this.#peer ??= peerOf(this.#socket);
  }

  /** Lets running exchanges end, takes no new ones, then closes. */
  drain(): void {
    if (this.#draining) return;
    this.#draining = true;
    if (this.#session !== undefined) this.#session.close();
    else if (this.#running === 0) this.#socket.destroy();
  }

  /** Closes now; running exchanges are reset. */
  destroy(): void {
    this.#session?.destroy();
    this.#socket.destroy();
  }

  /** Closes the connection where it has outstayed a timeout. `now` is performance.now(). */
  sweep(now: number, timeouts: ConnectionTimeouts): void {
    if (this.#running > 0) return;
    const idleMs = now - this.#idleSince;
    if (this.#session === undefined) {
      if (idleMs > timeouts.headTimeoutMs) this.#socket.destroy();
    } else if (this.#draining ? idleMs > timeouts.headTimeoutMs : idleMs > timeouts.idleTimeoutMs) {
      // A session that was asked to close and has no stream left only waits for its peer.
      if (this.#draining) this.destroy();
      else this.drain();
    }
  }

  get #scheme(): "http" | "https" {
    return (this.#socket as TLSSocket).encrypted ? "https" : "http";
  }

  #serve(exchange: NodeExchange): void {
    this.#running++;
    try {
      this.#handler(exchange);
    } catch (error) {
      exchange.reset(error);
    }
  }

  #ended(): void {
    this.#running--;
    this.#idleSince = performance.now();
    if (this.#draining && this.#running === 0 && this.#session === undefined) this.#socket.destroySoon();
  }
}

function peerOf(socket: Socket): Peer {
  const encrypted = (socket as TLSSocket).encrypted === true;
  const peer: { address?: string; port?: number; encrypted: boolean; certificate?: Uint8Array } = { encrypted };
  if (socket.remoteAddress !== undefined) peer.address = socket.remoteAddress;
  if (socket.remotePort !== undefined) peer.port = socket.remotePort;
  if (encrypted && (socket as TLSSocket).authorized) {
    const { raw } = (socket as TLSSocket).getPeerCertificate() ?? {};
    if (raw !== undefined) peer.certificate = new Uint8Array(raw);
  }
  return peer;
}

function text(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}

function ignore(): void {
  // Errors of a stream or session are followed by its close event, which is where they are dealt with.
}
