// An Exchange over one node:http2 stream (RFC 9113 8.1): replies in one HEADERS and DATA, trailers in a last HEADERS,
// resets as RST_STREAM.
import type { ServerHttp2Stream } from "node:http2";
import type { HeaderList, HostCapabilities, Peer } from "../../http/exchange.ts";
import { ErrorCode } from "../../http2/frame/error_code.ts";
import { resetStream } from "./reset_stream.ts";
import { NodeExchange, outgoingFields, type RequestHead } from "../node_http1/exchange.ts";

const HOST: HostCapabilities = { trailers: true, fullDuplex: true };

/** One HTTP/2 stream as an exchange. */
export class Http2Exchange extends NodeExchange {
  readonly host: HostCapabilities = HOST;
  readonly httpVersion = "2";
  readonly #stream: ServerHttp2Stream;
  #trailers: HeaderList | undefined;
  #broken = false;

  constructor(stream: ServerHttp2Stream, head: RequestHead, peer: Peer) {
    super(head, stream, stream, peer);
    this.#stream = stream;
  }

  reply(status: number, headers: HeaderList, body: Uint8Array, trailers?: HeaderList): void {
    if (this.done || this.#stream.headersSent) return;
    const hasTrailers = trailers !== undefined && trailers.length > 0;
    const empty = body.byteLength === 0 && !hasTrailers;
    if (!this.#respond(status, headers, empty, hasTrailers)) return;
    this.#trailers = trailers;
    this.done = true;
    if (!empty) this.#stream.end(body.byteLength === 0 ? undefined : body);
    if (!hasTrailers) this.#stream.once("finish", () => this.#stopRequest());
  }

  replyHead(status: number, headers: HeaderList): void {
    if (this.done || this.#stream.headersSent) return;
    this.#respond(status, headers, false, true);
  }

  end(trailers?: HeaderList): void {
    if (this.done) return;
    this.#trailers = trailers;
    this.done = true;
    if (!this.#stream.destroyed) this.#stream.end();
  }

  reset(): void {
    if (this.done && this.#stream.writableFinished) return;
    this.done = true;
    this.#broken = true;
    this.#close(ErrorCode.INTERNAL_ERROR);
  }

  #respond(status: number, headers: HeaderList, endStream: boolean, waitForTrailers: boolean): boolean {
    if (this.#stream.destroyed || this.#stream.closed) return false;
    try {
      if (waitForTrailers) this.#stream.once("wantTrailers", () => this.#sendTrailers());
      this.#stream.respond({ ":status": status, ...outgoingFields(headers) }, { endStream, waitForTrailers });
      return true;
    } catch {
      // A header that HTTP/2 cannot carry is the caller's mistake; the peer learns that there will be no reply.
      this.reset();
      return false;
    }
  }

  #sendTrailers(): void {
    // Closing a stream makes the runtime ask for trailers too, which would make a reset look like an end.
    if (this.#broken) return;
    try {
      // Without any trailers this sends the empty DATA frame with END_STREAM that the runtime left out for us.
      this.#stream.sendTrailers(outgoingFields(this.#trailers ?? []));
    } catch {
      this.#close(ErrorCode.INTERNAL_ERROR);
      return;
    }
    this.#stopRequest();
  }

  /** RFC 9113 8.1: a server that has sent a whole reply may ask the client to stop sending, with NO_ERROR. */
  #stopRequest(): void {
    if (this.requestEnded) return;
    this.body.discard();
    // The end of the request is often in the same turn as its last message; only what still sends after it is stopped.
    setImmediate(() => {
      if (!this.requestEnded) this.#close(ErrorCode.NO_ERROR);
    });
  }

  #close(code: number): void {
    if (!this.#stream.destroyed && !this.#stream.closed) resetStream(this.#stream, code);
  }
}
