// Calls to the app's own handler, without a socket: a pair of exchanges in memory, the server's and the client's. Bytes cross as a
// network would carry them, back-pressure and all; either end notices when the other one leaves.
import { Code } from "@connectrpc/connect";
import { ConnectError } from "../rpc/connect_error.ts";
import { SingleCallTimers } from "../http/call_timers.ts";
import type { CallTimers, ClientExchange, ClientRequest, HttpClient } from "../http/client_exchange.ts";
import {
  BodyTooLargeError,
  type Exchange,
  type ExchangeHandler,
  type HeaderList,
  type HostCapabilities,
  type Peer,
} from "../http/exchange.ts";
import { joinChunks } from "../bytes/join_chunks.ts";
import { peerGone, PeerSignal } from "../http/peer_signal.ts";

const host: HostCapabilities = { trailers: true, fullDuplex: true };
const peer: Peer = {};
const noTrailers: HeaderList = Object.freeze([]);

/** An HTTP client whose requests are served by a handler of this process. */
export class InProcessClient implements HttpClient {
  readonly hasTrailers = true;
  readonly hasUserAgent = false;
  // Some hosts end a timer with the request in which it was set.
  readonly timers: CallTimers = new SingleCallTimers({
    now: () => performance.now(),
    after(delayMs, action) {
      const timer = setTimeout(action, delayMs);
      return () => clearTimeout(timer);
    },
  });
  readonly #handler: ExchangeHandler;

  constructor(handler: ExchangeHandler) {
    this.#handler = handler;
  }

  send(request: ClientRequest): ClientExchange {
    const exchange = new InProcessExchange(request);
    queueMicrotask(() => this.#handler(exchange));
    return new ClientSide(exchange);
  }

  /** Holds nothing. */
  async close(): Promise<void> {}
}

/** The client's end. */
class ClientSide implements ClientExchange {
  readonly #exchange: InProcessExchange;

  constructor(exchange: InProcessExchange) {
    this.#exchange = exchange;
  }

  write(chunk: Uint8Array): boolean {
    return this.#exchange.receive(chunk);
  }

  end(): void {
    this.#exchange.receiveEnd();
  }

  consume(bytes: number): void {
    this.#exchange.credit(bytes);
  }

  cancel(): void {
    this.#exchange.cancel();
  }
}

/** The server's end. */
class InProcessExchange implements Exchange {
  readonly host: HostCapabilities = host;
  readonly peer: Peer = peer;
  readonly httpVersion = "2";
  readonly #request: ClientRequest;
  readonly #gone = new PeerSignal();
  #headers: Headers | undefined;

  // The request's body
  readonly #chunks: Uint8Array[];
  #hasEnded: boolean;
  #isWriterWaiting = false;
  #onChunk: (() => void) | undefined;

  // The reply
  #isOver = false;
  #unread = 0;
  #onRead: (() => void) | undefined;

  constructor(request: ClientRequest) {
    this.#request = request;
    this.#chunks = request.body === undefined ? [] : [request.body];
    this.#hasEnded = !request.isStreamed;
  }

  get method(): string {
    return this.#request.endpoint.verb;
  }

  get url(): string {
    return this.#request.endpoint.url;
  }

  get path(): string {
    return new URL(this.url).pathname;
  }

  get signal(): AbortSignal {
    return this.#gone.signal;
  }

  header(name: string): string | undefined {
    return this.headers().get(name) ?? undefined;
  }

  headers(): Headers {
    const { endpoint, headers } = this.#request;
    return this.#headers ??= new Headers([...endpoint.headers, ...headers] as [string, string][]);
  }

  readWhole(maxBytes: number): Uint8Array | Promise<Uint8Array> {
    if (!this.#hasEnded) return this.#readAll(maxBytes);
    const whole = this.#whole();
    return whole.length <= maxBytes ? whole : Promise.reject(new BodyTooLargeError(maxBytes));
  }

  async read(): Promise<Uint8Array | undefined> {
    for (;;) {
      if (this.#gone.aborted) throw this.#gone.reason;
      const chunk = this.#chunks.shift();
      if (this.#chunks.length === 0) this.#letWrite();
      if (chunk !== undefined || this.#hasEnded && this.#chunks.length === 0) return chunk;
      await new Promise<void>((resolve) => this.#onChunk = resolve);
    }
  }

  reply(status: number, headers: HeaderList, body: Uint8Array, trailers?: HeaderList): void {
    this.replyHead(status, headers);
    if (body.length > 0 && !this.#isOver) this.#request.onData(body);
    this.end(trailers);
  }

  replyHead(status: number, headers: HeaderList): void {
    if (!this.#isOver) this.#request.onHead(status, headers);
  }

  write(chunk: Uint8Array): Promise<void> | undefined {
    if (this.#isOver || chunk.length === 0) return undefined;
    this.#unread += chunk.length;
    this.#request.onData(chunk);
    if (this.#unread <= 0 || this.#isOver) return undefined;
    return new Promise((resolve) => this.#onRead = resolve);
  }

  end(trailers: HeaderList = noTrailers): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#request.onEnd(trailers);
    this.#letWrite();
  }

  reset(reason?: unknown): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const text = "the server broke the call off";
    this.#request.onError(
      reason instanceof ConnectError ? reason : new ConnectError(text, Code.Internal, undefined, undefined, reason),
    );
    this.#letWrite();
  }

  // For the client's end

  receive(chunk: Uint8Array): boolean {
    if (this.#isOver || chunk.length === 0) return true;
    this.#chunks.push(chunk);
    this.#wake();
    this.#isWriterWaiting = true;
    return false;
  }

  receiveEnd(): void {
    this.#hasEnded = true;
    this.#wake();
  }

  credit(bytes: number): void {
    this.#unread -= bytes;
    if (this.#unread <= 0) this.#letReply();
  }

  cancel(): void {
    this.#isOver = true;
    this.#gone.abort(peerGone("The client left before the reply had ended."));
    this.#wake();
    this.#letReply();
  }

  async #readAll(maxBytes: number): Promise<Uint8Array> {
    const chunks: Uint8Array[] = [];
    let size = 0;
    for (let chunk = await this.read(); chunk !== undefined; chunk = await this.read()) {
      size += chunk.length;
      if (size > maxBytes) throw new BodyTooLargeError(maxBytes);
      chunks.push(chunk);
    }
    return joinChunks(chunks, size);
  }

  #whole(): Uint8Array {
    const chunks = this.#chunks.splice(0);
    return chunks.length === 1 ? chunks[0] : joinChunks(chunks, chunks.reduce((size, chunk) => size + chunk.length, 0));
  }

  #wake(): void {
    const go = this.#onChunk;
    this.#onChunk = undefined;
    go?.();
  }

  #letWrite(): void {
    if (!this.#isWriterWaiting) return;
    this.#isWriterWaiting = false;
    this.#request.onWritable();
  }

  #letReply(): void {
    const go = this.#onRead;
    this.#onRead = undefined;
    go?.();
  }
}
