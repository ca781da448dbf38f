// One call of the HTTP/2 client: a request and its response, whatever connections it takes. Its states:
//
//   waiting (for a connection or a free stream) --> sent --> headed --> ended
//      ^________________ refused, once ______________|
//
// A request that the server did not process is sent once more where its body can be (RFC 9113 8.7). Nothing is sent again
// once the head of a response is there.
import { Code, ConnectError } from "@connectrpc/connect";
import type { UniversalClientRequest, UniversalClientResponse } from "@connectrpc/connect/protocol";
import type { HeaderList } from "../http/exchange.ts";
import { ErrorCode } from "../http2/frame/error_code.ts";
import type { ResponseHead } from "../http2/message_head.ts";
import { byteIterable } from "./byte_iterable.ts";
import { ReplayBody } from "./replay_body.ts";
import { abortError, faultError, resetError } from "./reset_error.ts";

/** What a call does to its stream. */
export interface CallStream {
  /** Answers false where the call should wait for {@link Http2ClientCall.onWritable}. */
  sendData(bytes: Uint8Array, endStream: boolean): boolean;
  /** Gives octets of the response back as credit. */
  consume(octets: number): void;
  reset(code: number): void;
  /** Nothing more of this stream matters to the call; all that it left goes back as credit. */
  release(): void;
}

/** What a call needs of the client that made it. */
export interface CallHost {
  /** Finds the call a stream once more, in a later turn. */
  retry(call: Http2ClientCall): void;
  /** The call no longer waits for a stream. */
  abandon(call: Http2ClientCall): void;
}

// A refused request is sent once more where no more of its body than this had been sent.
const REPLAY_BYTES = 65_536;

const NOTHING = new Uint8Array(0);

/** A request and its response. */
export class Http2ClientCall {
  readonly head: HeaderList;
  readonly response: Promise<UniversalClientResponse>;
  /** Connections that left while the call waited for them. */
  missed = 0;
  readonly #address: string;
  readonly #host: CallHost;
  readonly #signal: AbortSignal | undefined;
  readonly #body: ReplayBody | undefined;
  readonly #trailer = new Headers();
  /** Data of the response that nobody has read. */
  readonly #chunks: Uint8Array[] = [];
  #resolve!: (response: UniversalClientResponse) => void;
  #reject!: (error: ConnectError) => void;
  #stream: CallStream | undefined;
  #attempts = 0;
  #isSent = false;
  #isHeaded = false;
  /** The whole response has arrived. */
  #isComplete = false;
  #error: ConnectError | undefined;
  #onWritable: (() => void) | undefined;
  #reader: { resolve(chunk: Uint8Array | undefined): void; reject(error: ConnectError): void } | undefined;
  readonly #onAbort = (): void => this.#breakOff(abortError(this.#signal as AbortSignal), ErrorCode.CANCEL);

  constructor(request: UniversalClientRequest, head: HeaderList, address: string, host: CallHost) {
    this.head = head;
    this.#address = address;
    this.#host = host;
    this.#signal = request.signal;
    this.#body = request.body === undefined ? undefined : new ReplayBody(request.body, REPLAY_BYTES);
    this.response = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    if (this.#signal?.aborted) this.#onAbort();
    else this.#signal?.addEventListener("abort", this.#onAbort);
  }

  /** True where the request ends with its head. */
  get isBodiless(): boolean {
    return this.#body === undefined;
  }

  /** True once nothing more can come of the call. */
  get isOver(): boolean {
    return this.#isComplete || this.#error !== undefined;
  }

  /** The head was sent on a stream: the body follows. */
  begin(stream: CallStream): void {
    this.#stream = stream;
    this.#attempts++;
    this.#isSent = this.#body === undefined;
    if (this.#body !== undefined) this.#send(stream, this.#body);
  }

  /** Ends the call with an error, unless it is over. */
  fail(error: ConnectError): void {
    if (this.isOver) return;
    this.#error = error;
    this.#settle();
    this.#reject(error);
    const reader = this.#reader;
    this.#reader = undefined;
    reader?.reject(error);
    // What has arrived before the failure can still be read; nothing else of the stream matters.
    this.#stream?.release();
  }

  // What its stream tells

  onResponse({ status, headers }: ResponseHead, endStream: boolean): void {
    this.#isHeaded = true;
    this.#body?.commit();
    this.#resolve({
      status,
      header: headersOf(headers, new Headers()),
      body: byteIterable(() => this.#read(), () => this.#giveUp()),
      trailer: this.#trailer,
    });
    if (endStream) this.#complete();
  }

  onData(bytes: Uint8Array, endStream: boolean): void {
    if (bytes.length > 0) {
      const reader = this.#reader;
      if (reader === undefined) this.#chunks.push(bytes);
      else {
        this.#reader = undefined;
        this.#stream?.consume(bytes.length);
        reader.resolve(bytes);
      }
    }
    if (endStream) this.#complete();
  }

  onTrailers(trailers: HeaderList): void {
    headersOf(trailers, this.#trailer);
    this.#complete();
  }

  onWritable(): void {
    const go = this.#onWritable;
    this.#onWritable = undefined;
    go?.();
  }

  /** The server reset the stream; `isUnprocessed` where it says that it did nothing about the request. */
  onReset(code: number, isUnprocessed: boolean): void {
    const again = isUnprocessed && !this.#isHeaded && this.#attempts === 1 && this.#body?.replayable !== false;
    if (!again || this.isOver) return this.fail(resetError(code, this.#address));
    this.#stream?.release();
    this.#stream = undefined;
    this.onWritable();
    this.#host.retry(this);
  }

  /** The stream was reset at this end, because of what the server sent on it. */
  onFault(code: number): void {
    this.fail(faultError(code, this.#address));
  }

  // The request

  async #send(stream: CallStream, body: ReplayBody): Promise<void> {
    const cursor = { position: 0 };
    try {
      for (;;) {
        const chunk = await body.next(cursor);
        if (this.#stream !== stream || this.isOver) return;
        if (chunk === undefined) {
          this.#isSent = true;
          stream.sendData(NOTHING, true);
          return;
        }
        if (chunk.byteLength > 0 && !stream.sendData(chunk, false)) {
          await new Promise<void>((resolve) => this.#onWritable = resolve);
          if (this.#stream !== stream || this.isOver) return;
        }
      }
    } catch (error) {
      // The caller's own iterable failed: there is no whole request any more.
      if (this.#stream === stream) this.#breakOff(ConnectError.from(error), ErrorCode.CANCEL);
    }
  }

  // The response

  #read(): Promise<Uint8Array | undefined> {
    const chunk = this.#chunks.shift();
    if (chunk !== undefined) {
      this.#stream?.consume(chunk.length);
      if (this.#isComplete && this.#chunks.length === 0) this.#stream?.release();
      return Promise.resolve(chunk);
    }
    if (this.#error !== undefined) return Promise.reject(this.#error);
    if (this.#isComplete) return Promise.resolve(undefined);
    return new Promise((resolve, reject) => this.#reader = { resolve, reject });
  }

  #complete(): void {
    if (this.isOver) return;
    this.#isComplete = true;
    // RFC 9113 8.1: a response may end before its request; the rest of it is then of no use to anyone.
    if (!this.#isSent) this.#stream?.reset(ErrorCode.NO_ERROR);
    this.#settle();
    if (this.#chunks.length === 0) this.#stream?.release();
    const reader = this.#reader;
    this.#reader = undefined;
    reader?.resolve(undefined);
  }

  #giveUp(): void {
    this.#chunks.length = 0;
    if (this.#isComplete) this.#stream?.release();
    else this.#breakOff(new ConnectError("The response was given up.", Code.Canceled), ErrorCode.CANCEL);
  }

  #breakOff(error: ConnectError, code: number): void {
    if (this.isOver) return;
    this.#chunks.length = 0;
    this.#stream?.reset(code);
    this.fail(error);
  }

  /** No more is sent, and nothing of the caller's is held. */
  #settle(): void {
    this.#signal?.removeEventListener("abort", this.#onAbort);
    if (!this.#isSent) this.#body?.cancel();
    this.onWritable();
    if (this.#stream === undefined) this.#host.abandon(this);
  }
}

/** Adds the fields that arrived to `headers`. */
function headersOf(list: HeaderList, headers: Headers): Headers {
  for (const [name, value] of list) {
    try {
      headers.append(name, value);
    } catch {
      // Fetch's Headers are stricter than HTTP (RFC 9110 5.5 lets octets through that they don't): what they refuse to
      // hold is left out.
    }
  }
  return headers;
}
