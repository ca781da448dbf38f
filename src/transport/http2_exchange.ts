// An Exchange over one stream of the HTTP/2 engine (RFC 9113 8.1). On the unary path the body is there before the handler
// starts, and the reply leaves by one call: no promise and no signal is made unless someone asks. Octets go back to the
// peer as credit when the reader takes them, so that a reader that waits holds its peer back.
import {
  type BodyStart,
  BodyTooLargeError,
  type Exchange,
  type HeaderList,
  type HostCapabilities,
  type Peer,
} from "../http/exchange.ts";
import { ListHeaders } from "../http/list_headers.ts";
import { peerGone, PeerSignal } from "../http/peer_signal.ts";
import { requestPath, type RequestTarget, requestUrl } from "../http/request_url.ts";
import { ErrorCode } from "../http2/frame/error_code.ts";
import type { RequestHead } from "../http2/message_head.ts";
import type { ServerConnection } from "../http2/server_connection.ts";
import type { HeaderBlock } from "../http2/stream.ts";
import type { BodyBudget, IncompleteBody } from "./body_budget.ts";
import type { HeaderBlocks } from "./header_blocks.ts";
import { ReceivedBody } from "./received_body.ts";

const HOST: HostCapabilities = { trailers: true, fullDuplex: true };
const NO_BYTES = new Uint8Array(0);

/** What an exchange needs of the connection that it runs on. */
export interface Http2ExchangeOwner {
  readonly connection: ServerConnection;
  readonly blocks: HeaderBlocks;
  readonly bodies: BodyBudget;
  readonly peer: Peer;
  /** A promise of the next turn, where this one has lasted for long. */
  pace(): Promise<void> | undefined;
  /** The handler is done with the exchange: its slot is free. */
  release(streamId: number): void;
}

/** How the body is read: not yet, by chunk, whole, or not any more. */
type Reading = "chunks" | "whole" | "discarded" | undefined;

interface Waiter {
  resolve(bytes: Uint8Array | undefined): void;
  reject(reason: unknown): void;
}

/** One stream as an exchange. */
export class Http2Exchange implements Exchange, IncompleteBody {
  readonly #owner: Http2ExchangeOwner;
  readonly #streamId: number;
  readonly #head: RequestHead;
  #headers: Headers | undefined;
  #signal: PeerSignal | undefined;
  /** Why the stream is over before its reply was, once it is. */
  #lost: DOMException | undefined;

  // The request's body
  readonly #body: ReceivedBody;
  #ended: boolean;
  #reading: Reading;
  #maxBytes = 0;
  #start: BodyStart | undefined;
  /** Octets of a body that is read whole, for which the peer has no credit. */
  #keptBack = 0;
  #waiter: Waiter | undefined;

  // The reply
  #headSent = false;
  #done = false;
  /** Handlers that outlive the reply. */
  #holds = 0;
  #onWritable: (() => void) | undefined;

  constructor(owner: Http2ExchangeOwner, streamId: number, head: RequestHead, ended: boolean) {
    this.#owner = owner;
    this.#streamId = streamId;
    this.#head = head;
    this.#ended = ended;
    this.#body = new ReceivedBody(owner.bodies);
  }

  // The request

  get host(): HostCapabilities {
    return HOST;
  }

  get maxTrailersBytes(): number {
    return this.#owner.connection.peerSettings.maxHeaderListSize;
  }

  get peer(): Peer {
    return this.#owner.peer;
  }

  get httpVersion(): string {
    return "2";
  }

  get method(): string {
    return this.#head.method;
  }

  get url(): string {
    return requestUrl(this.#target);
  }

  get path(): string {
    const { path } = this.#head;
    const isPlain = path.startsWith("/") && !path.includes("?");
    return isPlain ? path : requestPath(this.#target);
  }

  header(name: string): string | undefined {
    return name === ":protocol" ? this.#head.protocol : this.#head.header(name);
  }

  headers(): Headers {
    return this.#headers ??= new ListHeaders(this.#head.headers);
  }

  get signal(): AbortSignal {
    if (this.#signal === undefined) {
      this.#signal = new PeerSignal();
      if (this.#lost !== undefined) this.#signal.abort(this.#lost);
    }
    return this.#signal.signal;
  }

  readWhole(maxBytes: number, start?: BodyStart): Uint8Array | Promise<Uint8Array> {
    const body = this.#body;
    const { contentLength } = this.#head;
    if (body.size > maxBytes || contentLength > maxBytes) return this.#refuse(maxBytes);
    if (this.#ended) return this.#takeWhole();
    if (this.#lost !== undefined) return Promise.reject(this.#lost);
    this.#reading = "whole";
    this.#maxBytes = maxBytes;
    this.#start = start;
    body.promised = contentLength;
    if (body.size > 0) {
      this.#take(body.size);
      const fault = this.#judgeStart();
      if (fault !== undefined) return Promise.reject(fault.error);
    }
    return new Promise<Uint8Array>((resolve, reject) => {
      this.#waiter = { resolve: resolve as Waiter["resolve"], reject };
    });
  }

  read(): Promise<Uint8Array | undefined> {
    this.#reading ??= "chunks";
    const chunk = this.#body.shift();
    if (chunk !== undefined) {
      this.#owner.connection.consume(this.#streamId, chunk.length);
      const turn = this.#owner.pace();
      return turn === undefined ? Promise.resolve(chunk) : turn.then(() => chunk);
    }
    if (this.#ended || this.#reading === "discarded") return Promise.resolve(undefined);
    if (this.#lost !== undefined) return Promise.reject(this.#lost);
    return new Promise((resolve, reject) => this.#waiter = { resolve, reject });
  }

  pace(): Promise<void> | undefined {
    return this.#owner.pace();
  }

  // The reply

  reply(status: number, headers: HeaderList, body: Uint8Array, trailers?: HeaderList): void {
    if (this.#headSent || this.#done) return;
    const head = this.#blockOf(headers, status);
    const last = trailers === undefined || trailers.length === 0 ? undefined : this.#blockOf(trailers);
    if (head === undefined || this.#done) return;
    this.#headSent = true;
    this.#owner.connection.sendReply(this.#streamId, head, body, last);
    this.#finish();
  }

  replyHead(status: number, headers: HeaderList): void {
    if (this.#headSent || this.#done) return;
    const head = this.#blockOf(headers, status);
    if (head === undefined) return;
    this.#headSent = true;
    this.#owner.connection.sendHeaders(this.#streamId, head);
  }

  write(chunk: Uint8Array): Promise<void> | undefined {
    if (this.#done || this.#lost !== undefined || !this.#headSent || chunk.length === 0) return undefined;
    if (this.#owner.connection.sendData(this.#streamId, chunk)) return this.#owner.pace();
    return new Promise((resolve) => this.#onWritable = resolve);
  }

  end(trailers?: HeaderList): void {
    if (this.#done) return;
    const { connection } = this.#owner;
    if (!this.#headSent) return this.reset();
    if (trailers === undefined || trailers.length === 0) connection.sendData(this.#streamId, NO_BYTES, true);
    else {
      const last = this.#blockOf(trailers);
      if (last === undefined) return;
      connection.sendTrailers(this.#streamId, last);
    }
    this.#finish();
  }

  holdUntil(settled: Promise<unknown>): void {
    this.#holds++;
    const letGo = (): void => {
      if (--this.#holds === 0 && this.#done) this.#owner.release(this.#streamId);
    };
    settled.then(letGo, letGo);
  }

  reset(_reason?: unknown): void {
    if (this.#done) return;
    this.#owner.connection.reset(this.#streamId, ErrorCode.INTERNAL_ERROR);
    this.#finish();
  }

  // For the pump

  /** True where the stream is over before its reply was. */
  get isLost(): boolean {
    return this.#lost !== undefined;
  }

  /** Octets of memory of a body that is read whole, and not yet there. */
  get assembledBytes(): number {
    return this.#reading === "whole" ? this.#body.memory : 0;
  }

  /** Takes a piece of the body, which lies there during this call only. */
  onData(bytes: Uint8Array, ended: boolean): void {
    this.#ended = ended;
    const waiter = this.#waiter;
    if (this.#reading === "discarded") {
      this.#owner.connection.consume(this.#streamId, bytes.length);
    } else if (bytes.length > 0) {
      if (this.#reading === "whole") return this.#assemble(bytes, ended);
      if (waiter !== undefined) {
        this.#waiter = undefined;
        this.#owner.connection.consume(this.#streamId, bytes.length);
        return waiter.resolve(bytes.slice());
      }
      this.#body.append(bytes);
    }
    if (ended) this.#settle();
  }

  /** Gives the peer credit for what was kept back of a body that is read whole. */
  takeMore(): void {
    const keptBack = this.#keptBack;
    if (keptBack === 0) return;
    this.#keptBack = 0;
    this.#owner.connection.consume(this.#streamId, keptBack);
  }

  /** Takes the end of the body where trailers ended it. */
  onTrailers(): void {
    this.#ended = true;
    this.#settle();
  }

  /** Lets the writer go on. */
  onWritable(): void {
    const go = this.#onWritable;
    this.#onWritable = undefined;
    go?.();
  }

  /** Takes the end of the stream before that of the reply. */
  onLost(how: string): void {
    if (this.#lost !== undefined || this.#done) return;
    this.#lost = peerGone(how);
    const waiter = this.#waiter;
    this.#waiter = undefined;
    waiter?.reject(this.#lost);
    this.onWritable();
    this.#signal?.abort(this.#lost);
  }

  get #target(): RequestTarget {
    const { path, authority } = this.#head;
    return { scheme: this.peer.encrypted ? "https" : "http", authority: authority || undefined, target: path };
  }

  /** Takes a piece of a body that is read whole. */
  #assemble(bytes: Uint8Array, ended: boolean): void {
    const waiter = this.#waiter;
    const isTooLarge = this.#body.size + bytes.length > this.#maxBytes;
    this.#body.append(bytes);
    this.#take(bytes.length);
    const fault = isTooLarge ? { error: new BodyTooLargeError(this.#maxBytes) } : this.#judgeStart();
    if (fault === undefined) {
      if (ended) this.#settle();
      return;
    }
    this.#waiter = undefined;
    this.#discard();
    waiter?.reject(fault.error);
  }

  /** The peer has credit for octets of an incomplete body, now or when others have ended. */
  #take(octets: number): void {
    const { connection, bodies } = this.#owner;
    if (bodies.grow(this, octets)) return connection.consume(this.#streamId, octets);
    this.#keptBack += octets;
    connection.keep(this.#streamId, octets);
  }

  /** Lets the reader see how the body begins, once; answers what is wrong with it. */
  #judgeStart(): { readonly error: unknown } | undefined {
    const start = this.#start;
    const body = this.#body;
    if (start === undefined || body.size < start.bytes) return undefined;
    this.#start = undefined;
    try {
      body.promised = start.check(body.start(start.bytes));
      return undefined;
    } catch (error) {
      this.#discard();
      return { error };
    }
  }

  #settle(): void {
    const waiter = this.#waiter;
    if (waiter === undefined) return;
    this.#waiter = undefined;
    waiter.resolve(this.#reading === "whole" ? this.#takeWhole() : undefined);
  }

  #takeWhole(): Uint8Array {
    const body = this.#body;
    if (body.size > 0) this.#owner.bodies.end(this, body.size);
    return body.take();
  }

  #refuse(maxBytes: number): Promise<never> {
    this.#discard();
    return Promise.reject(new BodyTooLargeError(maxBytes));
  }

  #discard(): void {
    const { size } = this.#body;
    this.#owner.bodies.end(this, size);
    this.#reading = "discarded";
    this.#keptBack = 0;
    this.#owner.connection.consume(this.#streamId, size);
    this.#body.clear();
  }

  /** The block of a head or of trailers; undefined where HTTP cannot carry one, which resets the exchange. */
  #blockOf(list: HeaderList, status = 0): HeaderBlock | undefined {
    try {
      return this.#owner.blocks.blockOf(list, status);
    } catch (error) {
      // The caller's mistake; the peer learns that there will be no reply, or no more of it.
      this.reset(error);
      return undefined;
    }
  }

  #finish(): void {
    this.#done = true;
    this.#owner.bodies.end(this, this.#body.size);
    this.#body.clear();
    this.#reading = "discarded";
    this.#settle();
    this.onWritable();
    if (this.#holds === 0) this.#owner.release(this.#streamId);
  }
}
