// One request of an HTTP/2 client, whatever connections it takes. Its states:
//
//   waiting (for a connection or a free stream) --> sent --> headed --> ended
//      ^________________ refused, once ______________|
//
// A request that the server did not process is sent once more where its body can be (RFC 9113 8.7). Nothing is sent again
// once the head of a response is there.
import type { ConnectError } from "../rpc/connect_error.ts";
import type { ClientExchange, ClientRequest } from "../http/client_exchange.ts";
import type { HeaderList } from "../http/exchange.ts";
import { ErrorCode } from "../http2/frame/error_code.ts";
import { faultError, resetError } from "./reset_error.ts";

/** What a call does to its stream, by the stream's number. */
export interface StreamOwner {
  /** Answers false where the call should wait for {@link Http2ClientCall.onWritable}. */
  sendData(streamId: number, bytes: Uint8Array, endStream: boolean): boolean;
  /** Gives octets of the response back as credit. */
  consume(streamId: number, octets: number): void;
  reset(streamId: number, code: number): void;
  /** Nothing more of this stream matters to the call; all that it left goes back as credit. */
  release(streamId: number): void;
}

/** What a call needs of the client that made it. */
export interface CallHost {
  /** The address as messages show it. */
  readonly address: string;
  /** Finds the call a stream once more, in a later turn. */
  retry(call: Http2ClientCall): void;
  /** The call no longer waits for a stream. */
  abandon(call: Http2ClientCall): void;
}

// A refused request is sent once more where no more of its body than this had been sent.
const REPLAY_BYTES = 65_536;

const NOTHING = new Uint8Array(0);

/** A request on its way. */
export class Http2ClientCall<Head = unknown> implements ClientExchange {
  readonly request: ClientRequest;
  /** The head as its connection sends it. */
  readonly head: Head;
  /** Connections that left while the call waited for them. */
  missed = 0;
  readonly #host: CallHost;
  #owner: StreamOwner | undefined;
  #streamId = 0;
  #attempts = 0;
  #isHeaded = false;
  /** The whole response has arrived. */
  #isComplete = false;
  /** Nothing more is told to the request. */
  #isOver = false;
  /** Octets that were told and not given back. */
  #unread = 0;

  // A streamed body
  /** What a second attempt would have to send again, and what was written before there was a stream. */
  #kept: Uint8Array[] | undefined;
  #keptBytes = 0;
  #isReplayable = true;
  #isSent: boolean;
  #isWaiting = false;

  constructor(request: ClientRequest, head: Head, host: CallHost) {
    this.request = request;
    this.head = head;
    this.#host = host;
    this.#isSent = !request.isStreamed;
  }

  /** True where the request ends with its head. */
  get isBodiless(): boolean {
    return this.request.body === undefined && !this.request.isStreamed;
  }

  /** True once nothing more can come of the call. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** The head was sent on a stream: the body follows. */
  begin(owner: StreamOwner, streamId: number): void {
    this.#owner = owner;
    this.#streamId = streamId;
    this.#attempts++;
    const { body, isStreamed } = this.request;
    if (body !== undefined) owner.sendData(streamId, body, true);
    else if (isStreamed) this.#beginBody(owner, streamId);
  }

  #beginBody(owner: StreamOwner, streamId: number): void {
    let hasRoom = true;
    for (const chunk of this.#kept ?? []) hasRoom = owner.sendData(streamId, chunk, false);
    if (!this.#isReplayable) this.#kept = undefined;
    if (this.#isSent) owner.sendData(streamId, NOTHING, true);
    else if (hasRoom) this.onWritable();
  }

  // What the request's owner commands

  write(chunk: Uint8Array): boolean {
    if (this.#isOver || this.#isSent || chunk.length === 0) return true;
    const owner = this.#owner;
    if (this.#isReplayable || owner === undefined) {
      (this.#kept ??= []).push(chunk);
      this.#keptBytes += chunk.length;
      if (this.#keptBytes > REPLAY_BYTES) this.#isReplayable = false;
      if (!this.#isReplayable && owner !== undefined) this.#kept = undefined;
    }
    if (owner?.sendData(this.#streamId, chunk, false)) return true;
    this.#isWaiting = true;
    return false;
  }

  end(): void {
    if (this.#isOver || this.#isSent) return;
    this.#isSent = true;
    this.#owner?.sendData(this.#streamId, NOTHING, true);
  }

  consume(octets: number): void {
    this.#unread -= octets;
    this.#owner?.consume(this.#streamId, octets);
    if (this.#isComplete && this.#unread <= 0) this.#release();
  }

  cancel(): void {
    if (this.#isOver) return this.#release();
    this.#isOver = true;
    if (this.#owner === undefined) return this.#host.abandon(this);
    this.#owner.reset(this.#streamId, ErrorCode.CANCEL);
    this.#release();
  }

  /** Ends the call with an error, unless it is over. */
  fail(error: ConnectError): void {
    if (this.#isOver) return;
    this.#isOver = true;
    if (this.#owner === undefined) this.#host.abandon(this);
    this.#release();
    this.request.onError(error);
  }

  // What its stream tells

  onResponse(status: number, headers: HeaderList): void {
    if (this.#isOver) return;
    this.#isHeaded = true;
    this.#isReplayable = false;
    this.#kept = undefined;
    this.request.onHead(status, headers);
  }

  /** Data, which belongs to the call. */
  onData(bytes: Uint8Array): void {
    if (this.#isOver) return;
    this.#unread += bytes.length;
    this.request.onData(bytes);
  }

  /** The response is whole. */
  onEnd(trailers: HeaderList): void {
    if (this.#isOver) return;
    this.#isOver = this.#isComplete = true;
    // RFC 9113 8.1: a response may end before its request; the rest of it is then of no use to anyone.
    if (!this.#isSent) this.#owner?.reset(this.#streamId, ErrorCode.NO_ERROR);
    if (this.#unread <= 0) this.#release();
    this.request.onEnd(trailers);
    // Whoever waits to write learns that nothing more is taken.
    this.onWritable();
  }

  onWritable(): void {
    if (!this.#isWaiting) return;
    this.#isWaiting = false;
    this.request.onWritable();
  }

  /** The server reset the stream; `isUnprocessed` where it says that it did nothing about the request. */
  onReset(code: number, isUnprocessed: boolean): void {
    if (this.#isOver) return;
    const again = isUnprocessed && !this.#isHeaded && this.#attempts === 1 && this.#isReplayable;
    if (!again) return this.fail(resetError(code, this.#host.address));
    this.#release();
    this.#host.retry(this);
  }

  /** The stream was reset at this end, because of what the server sent on it. */
  onFault(code: number): void {
    this.fail(faultError(code, this.#host.address));
  }

  #release(): void {
    const owner = this.#owner;
    this.#owner = undefined;
    owner?.release(this.#streamId);
  }
}
