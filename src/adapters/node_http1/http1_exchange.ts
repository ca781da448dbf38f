// An Exchange over one node:http request (RFC 9112). No trailers are promised: clients of gRPC do not speak HTTP/1.1, and
// clients of the other protocols need none.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { HeaderList, HostCapabilities, Peer } from "../../http/exchange.ts";
import { NodeExchange, outgoingFields, type RequestHead } from "./exchange.ts";

const HOST: HostCapabilities = { trailers: false, fullDuplex: false };

/** One HTTP/1.1 request and its response as an exchange. */
export class Http1Exchange extends NodeExchange {
  readonly host: HostCapabilities = HOST;
  readonly httpVersion = "1.1";
  readonly #response: ServerResponse;
  readonly #draining: () => boolean;
  /** True while the head of a streamed reply waits for what may go with it. */
  #headWaits = false;

  /** @param draining Whether the connection is to be closed after the reply. */
  constructor(
    request: IncomingMessage,
    response: ServerResponse,
    head: RequestHead,
    peer: Peer,
    draining: () => boolean,
  ) {
    super(head, request, response, peer);
    this.#response = response;
    this.#draining = draining;
  }

  reply(status: number, headers: HeaderList, body: Uint8Array, _trailers?: HeaderList, isUnsized = false): void {
    if (this.done || this.#response.headersSent) return;
    if (!this.#writeHead(status, headers, isUnsized ? undefined : body.byteLength)) return;
    this.done = true;
    if (isUnsized) this.#response.write(body);
    this.#response.end(isUnsized ? undefined : body);
    this.body.discard();
  }

  replyHead(status: number, headers: HeaderList): void {
    if (this.done || this.#response.headersSent) return;
    if (!this.#writeHead(status, headers)) return;
    // In the next microtask: what is written at once goes with the head, in one segment. To flush a head that has left
    // writes no octets to the socket, which Deno's TLS sockets take for a write that never ends.
    this.#headWaits = true;
    queueMicrotask(() => {
      if (this.#headWaits && !this.#response.destroyed) this.#response.flushHeaders();
      this.#headWaits = false;
    });
  }

  override write(chunk: Uint8Array): Promise<void> | undefined {
    if (chunk.byteLength > 0) this.#headWaits = false;
    return super.write(chunk);
  }

  end(): void {
    if (this.done) return;
    this.done = true;
    this.#headWaits = false;
    this.#response.end();
    this.body.discard();
  }

  reset(): void {
    if (this.done && this.#response.writableFinished) return;
    this.done = true;
    this.#response.destroy();
  }

  #writeHead(status: number, headers: HeaderList, length?: number): boolean {
    if (this.#response.destroyed) return false;
    try {
      const fields = outgoingFields(headers);
      if (length !== undefined && status !== 204 && status !== 304) fields["content-length"] = String(length);
      // A request that is still arriving is read on, unheard: to close now could take the reply away from its client
      // (RFC 9112 9.6). One that never ends is ended by the connection's timeout.
      if (this.#draining()) fields["connection"] = "close";
      this.#response.writeHead(status, fields);
      return true;
    } catch {
      // A header that HTTP cannot carry is the caller's mistake; the peer learns that there will be no reply.
      this.reset();
      return false;
    }
  }
}
