// One accepted socket that a node:http server serves: how many exchanges run on it, how long it has been idle, and how it
// is drained. RFC 9112 9: one request after the other, unless the reply says `connection: close`.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { ExchangeHandler, Peer } from "../../http/exchange.ts";
import { peerOf } from "../sockets/peer.ts";
import type { AcceptedConnection, ConnectionTimeouts, ConnectionUsage } from "../sockets/acceptor.ts";
import type { NodeExchange } from "./exchange.ts";
import { Http1Exchange } from "./http1_exchange.ts";

/** How long a first request may take to come in whole when the server is drained. */
const FIRST_REQUEST_MS = 1_000;

/** A socket and the HTTP/1.1 exchanges that run on it. */
export class Http1Connection implements AcceptedConnection {
  protected readonly socket: Duplex;
  protected running = 0;
  protected draining = false;
  /** When the connection was accepted or its last exchange ended, by performance.now(). */
  protected idleSince: number = performance.now();
  readonly #handler: ExchangeHandler;
  readonly #bornMs = performance.now();
  /** Spreads the ages at which connections end, by up to a tenth. */
  readonly #ageFactor = 0.9 + 0.2 * Math.random();
  /** Octets that had left the socket when it last got rid of any, and when that was. */
  #sentOctets = 0;
  #sentMs = performance.now();
  #hasServed = false;
  #peer: Peer | undefined;

  constructor(socket: Duplex, handler: ExchangeHandler) {
    this.socket = socket;
    this.#handler = handler;
  }

  /** What the socket tells about its other end. Made on the first call and kept. */
  get peer(): Peer {
    return this.#peer ??= peerOf(this.socket);
  }

  get usage(): ConnectionUsage {
    return { runningRequests: this.running, queuedRequests: 0, openStreams: 0, bufferedBytes: 0 };
  }

  /** Serves one request. */
  serveRequest(request: IncomingMessage, response: ServerResponse): void {
    request.on("error", ignore);
    response.on("error", ignore);
    const { headers } = request;
    const exchange = new Http1Exchange(
      request,
      response,
      {
        method: request.method ?? "GET",
        scheme: this.peer.encrypted ? "https" : "http",
        authority: headers.host,
        target: request.url ?? "/",
        fields: headers,
        bodiless: headers["transfer-encoding"] === undefined && Number(headers["content-length"] ?? 0) === 0,
      },
      this.peer,
      () => this.draining,
    );
    response.once("close", () => {
      exchange.closed("The client closed the connection before the reply had ended.");
      this.ended();
      if (this.draining && this.running === 0) this.#destroySoon();
    });
    this.serve(exchange);
  }

  /** Lets running exchanges end, and a first one that may be under way; takes no new ones, then closes. */
  drain(): void {
    if (this.draining) return;
    this.draining = true;
    if (this.running === 0 && this.#hasServed) this.socket.destroy();
  }

  /** Closes now; running exchanges are reset. */
  destroy(): void {
    this.socket.destroy();
  }

  /** Closes the connection where it has outstayed a timeout. `now` is performance.now(). */
  sweep(now: number, timeouts: ConnectionTimeouts): void {
    const headTimeoutMs = this.draining ? FIRST_REQUEST_MS : timeouts.headTimeoutMs;
    if (this.running === 0 && now - this.idleSince > headTimeoutMs) this.socket.destroy();
    else if (this.isStuck(now, timeouts.writeTimeoutMs)) this.socket.destroy();
    else if (now - this.#bornMs > timeouts.maxAgeMs * this.#ageFactor) this.drain();
  }

  /** True where the socket has had something to send for so long without getting rid of any of it. */
  protected isStuck(now: number, writeTimeoutMs: number): boolean {
    const waiting = this.socket.writableLength;
    const sent = ((this.socket as Partial<Socket>).bytesWritten ?? 0) - waiting;
    if (waiting === 0 || sent !== this.#sentOctets) {
      this.#sentOctets = sent;
      this.#sentMs = now;
    }
    return now - this.#sentMs > writeTimeoutMs;
  }

  #destroySoon(): void {
    const socket = this.socket as Partial<Socket> & Duplex;
    if (socket.destroySoon !== undefined) socket.destroySoon();
    else socket.end(() => socket.destroy());
  }

  /** Gives an exchange to the handler. */
  protected serve(exchange: NodeExchange): void {
    this.running++;
    this.#hasServed = true;
    try {
      this.#handler(exchange);
    } catch (error) {
      exchange.reset(error);
    }
  }

  /** Tells that an exchange is over. */
  protected ended(): void {
    this.running--;
    this.idleSince = performance.now();
  }
}

function ignore(): void {
  // An error of a request or a response is followed by the response's close event, which is where it is dealt with.
}
