// One streaming call in envelopes: requests are taken from the caller as the server takes them, replies are read as the caller
// asks for them, and only what was read is given back as credit. A call begins when its replies, or its headers, are
// first asked for, and ends when they are no longer.
import { Code } from "@connectrpc/connect";
import { ConnectError } from "../rpc/connect_error.ts";
import type { Compression } from "../rpc/compression.ts";
import type { HeaderList } from "../http/exchange.ts";
import { canceledBy } from "../rpc/abort.ts";
import type { CallOptions } from "../rpc/call_options.ts";
import { callError, ClientCall } from "./client_call.ts";
import { appendFields, headersOf, noFields } from "./client_metadata.ts";
import type { MessageStream } from "./client_protocol.ts";
import { compressedFlag } from "./envelope.ts";
import type { EnvelopedMethod } from "./enveloped_method.ts";
import { EnvelopeSplitter } from "./envelope_splitter.ts";

type Result = IteratorResult<object, undefined>;

/** The requests of a call: a single one, or as many as come. */
export type Requests = { readonly one: object } | { readonly many: AsyncIterable<object> };

interface Waiter<T> {
  resolve(value: T | PromiseLike<T>): void;
  reject(error: ConnectError): void;
}

const DONE: Result = Object.freeze({ done: true, value: undefined });

/** A streaming call. */
export class EnvelopedStream extends ClientCall implements MessageStream {
  readonly trailer: Headers = new Headers();
  readonly #method: EnvelopedMethod;
  readonly #requests: Requests;
  readonly #timeoutMs: number | undefined;
  readonly #sendCoding: Compression | undefined;
  #hasBegun = false;

  // The requests
  #iterator: AsyncIterator<object> | undefined;
  #wake: (() => void) | undefined;

  // The response
  #replyCoding: Compression | undefined;
  #responseHeaders: HeaderList | undefined;
  readonly #splitter: EnvelopeSplitter;
  readonly #waiters: Waiter<Result>[] = [];
  readonly #headWaiters: Waiter<Headers>[] = [];
  #hasBody = false;
  #end: Uint8Array | undefined;
  #isEndCompressed = false;
  /** HTTP's trailers, once the response has ended. */
  #trailers: HeaderList | undefined;
  #concluding: Promise<Result> | undefined;
  /** Bytes that were received and not given back as credit. */
  #uncredited = 0;
  /** How the call ended, once its reader knows or may know: replies that came before an error are read first. */
  #outcome: ConnectError | "done" | undefined;
  /** Told once all replies that have come are read. */
  #failure: ConnectError | undefined;

  constructor(method: EnvelopedMethod, options: CallOptions, timeoutMs: number | undefined, requests: Requests) {
    super(method.options.http, method.endpoint, noFields, options);
    this.#method = method;
    this.#timeoutMs = timeoutMs;
    this.#requests = requests;
    this.#sendCoding = method.sendCoding(options);
    this.#splitter = new EnvelopeSplitter(method.options.maxReceiveBytes, compressedFlag | method.dialect.endFlag);
    this.isStreamed = "many" in requests;
    this.isFullDuplex = method.method.desc.methodKind === "bidi_streaming";
  }

  // For the caller

  next(): Promise<Result> {
    this.#begin();
    // Those that asked before are answered before.
    if (this.#waiters.length === 0) {
      const result = this.#take();
      if (result !== undefined) return result;
    }
    return new Promise((resolve, reject) => {
      this.#waiters.push({ resolve, reject });
      this.#credit(this.#uncredited);
    });
  }

  headed(): Promise<Headers> {
    this.#begin();
    if (this.#responseHeaders) return Promise.resolve(headersOf(this.#responseHeaders));
    const failure = this.#failure ?? this.#outcome;
    if (failure !== undefined && failure !== "done") return Promise.reject(failure);
    return new Promise((resolve, reject) => this.#headWaiters.push({ resolve, reject }));
  }

  leave(): void {
    this.#hasBegun = true;
    this.#outcome ??= "done";
    if (!this.isOver) this.settle();
    // Also where all has arrived: what nobody reads goes back as credit.
    this.exchange.cancel();
    this.#stopRequests();
    for (const waiter of this.#waiters.splice(0)) waiter.resolve(DONE);
  }

  // For HTTP

  onHead(status: number, headers: HeaderList): void {
    this.#responseHeaders = headers;
    try {
      this.#replyCoding = this.#method.acceptHead(status, headers);
      this.options.onHeader?.(headersOf(headers));
      for (const waiter of this.#headWaiters.splice(0)) waiter.resolve(headersOf(headers));
    } catch (error) {
      this.fail(callError(error));
    }
  }

  onData(bytes: Uint8Array): void {
    if (this.isOver) return;
    this.#hasBody = true;
    this.#uncredited += bytes.length;
    this.#splitter.push(bytes);
    this.#serve();
  }

  onEnd(trailers: HeaderList): void {
    if (this.isOver) return;
    this.settle();
    this.#trailers = trailers;
    this.#stopRequests();
    this.#serve();
  }

  override onWritable(): void {
    const go = this.#wake;
    this.#wake = undefined;
    go?.();
  }

  override onError(error: ConnectError): void {
    if (this.isOver) return;
    this.settle();
    // What came before is read first.
    this.#failure = this.timely(error);
    this.#stopRequests();
    this.#serve();
    for (const waiter of this.#headWaiters.splice(0)) waiter.reject(this.#failure);
  }

  protected onFailed(error: ConnectError): void {
    this.#outcome ??= error;
    this.#stopRequests();
    for (const waiter of this.#headWaiters.splice(0)) waiter.reject(error);
    for (const waiter of this.#waiters.splice(0)) waiter.reject(error);
  }

  // Replies

  /** Answers those who wait, as far as there is something to answer. */
  #serve(): void {
    while (this.#waiters.length > 0) {
      const result = this.#take();
      if (result === undefined) {
        // Someone waits, so what is here has to be a part of a message: the rest needs credit.
        return this.#credit(this.#uncredited);
      }
      const waiter = this.#waiters.shift();
      if (waiter === undefined) result.catch(() => {});
      else waiter.resolve(result);
    }
  }

  /** The next result, where it is here. */
  #take(): Promise<Result> | undefined {
    if (this.#outcome !== undefined) {
      return this.#outcome === "done" ? Promise.resolve(DONE) : Promise.reject(this.#outcome);
    }
    const { signal } = this.options;
    // All may be here, and not yet read: the call can still be given up.
    if (signal?.aborted) return this.#broken(canceledBy(signal));
    try {
      const content = this.#next();
      if (content !== undefined) {
        this.#credit(this.#uncredited - this.#splitter.size);
        const isCompressed = (this.#splitter.flags & compressedFlag) !== 0;
        const message = this.#method.parse(content, isCompressed, this.#replyCoding);
        if (!(message instanceof Promise)) return Promise.resolve({ done: false, value: message });
        return message.then((value) => ({ done: false, value }), (error) => this.#broken(error));
      }
    } catch (error) {
      return this.#broken(error);
    }
    if (this.#failure !== undefined) return Promise.reject(this.#outcome = this.#failure);
    if (this.#trailers === undefined) return undefined;
    return this.#concluding ??= this.#conclude(this.#trailers);
  }

  /** The content of the next message's envelope; keeps that of the end. */
  #next(): Uint8Array | undefined {
    for (let content = this.#splitter.take(); content !== undefined; content = this.#splitter.take()) {
      if (this.#end !== undefined) throw new ConnectError("the response goes on after its end", Code.Internal);
      if ((this.#splitter.flags & this.#method.dialect.endFlag) === 0) return content;
      this.#end = content;
      this.#isEndCompressed = (this.#splitter.flags & compressedFlag) !== 0 && content.length > 0;
    }
    return undefined;
  }

  async #conclude(trailers: HeaderList): Promise<Result> {
    try {
      let envelope = this.#end;
      if (this.#isEndCompressed) envelope = await this.#method.decompress(envelope!, this.#replyCoding);
      const headers = this.#responseHeaders ?? noFields;
      const end = this.#method.dialect.end({ headers, trailers, envelope, hasBody: this.#hasBody });
      if (end.error) throw this.timely(end.error);
      this.#splitter.finish();
      if (this.#outcome !== undefined) return DONE;
      this.#outcome = "done";
      appendFields(this.trailer, end.trailers);
      this.options.onTrailer?.(headersOf(end.trailers));
      return DONE;
    } catch (error) {
      return this.#broken(error);
    }
  }

  /** Ends the call with what was wrong about the response. */
  #broken(error: unknown): Promise<never> {
    const failure = callError(error);
    this.#outcome = failure;
    this.fail(failure);
    return Promise.reject(failure);
  }

  #credit(bytes: number): void {
    if (bytes <= 0) return;
    this.#uncredited -= bytes;
    this.exchange.consume(bytes);
  }

  // Requests

  #begin(): void {
    if (this.#hasBegun) return;
    this.#hasBegun = true;
    try {
      this.headers = this.#method.headers(this.options, this.#timeoutMs, this.#sendCoding);
      if ("many" in this.#requests) {
        this.#iterator = this.#requests.many[Symbol.asyncIterator]();
        this.watch(this.#timeoutMs);
        this.send();
        this.#sendAll(this.#iterator);
      } else {
        const body = this.#method.envelope(this.#requests.one, this.#sendCoding, this.options);
        this.watch(this.#timeoutMs);
        if (body instanceof Uint8Array) this.#sendWhole(body);
        else body.then((compressed) => this.#sendWhole(compressed)).catch((error) => this.fail(callError(error)));
      }
    } catch (error) {
      this.fail(callError(error));
    }
  }

  #sendWhole(body: Uint8Array): void {
    this.body = body;
    this.send();
  }

  // Never rejects: what the caller's own iterable fails with ends the call.
  async #sendAll(requests: AsyncIterator<object>): Promise<void> {
    try {
      while (!this.isOver) {
        const next = await requests.next();
        if (this.isOver) return;
        if (next.done) {
          this.#iterator = undefined;
          return this.exchange.end();
        }
        const envelope = this.#method.envelope(next.value, this.#sendCoding, this.options);
        const chunk = envelope instanceof Uint8Array ? envelope : await envelope;
        if (!this.isOver && !this.exchange.write(chunk)) await new Promise<void>((resolve) => this.#wake = resolve);
      }
    } catch (error) {
      this.#iterator = undefined;
      this.fail(callError(error));
    }
  }

  /** No more requests are sent, and their iterator is told. */
  #stopRequests(): void {
    this.onWritable();
    const iterator = this.#iterator;
    this.#iterator = undefined;
    // A generator that is in the middle of its own await answers later, or with an error that nobody waits for.
    iterator?.return?.().catch(() => {});
  }
}
