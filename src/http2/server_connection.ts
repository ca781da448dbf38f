// The server's end of a connection: requests in, replies out. What both ends share is in connection.ts.

import type { HeaderList } from "../http/exchange.ts";
import { Connection, type ConnectionOptions } from "./connection.ts";
import type { ServerEvents } from "./events.ts";
import { ErrorCode } from "./frame/error_code.ts";
import { fieldSize } from "./hpack/dynamic_table.ts";
import { type CheckedRequest, checkRequest, checkTrailers } from "./header_rules.ts";
import { RequestHead } from "./message_head.ts";
import { ParkedRequest, RequestSlots } from "./request_slots.ts";
import { SettingId } from "./settings.ts";
import { type HeaderBlock, Stream } from "./stream.ts";
import { isClosed, StreamInput, StreamState } from "./stream_state.ts";
import type { ServerConnectionUsage } from "./usage.ts";

/** Options of a {@link ServerConnection}. */
export interface ServerConnectionOptions extends ConnectionOptions {
  /** Take extended CONNECT (RFC 8441), which carries WebSockets and the like. Default false. */
  readonly enableConnectProtocol?: boolean;
}

/** Header lists whose heads are remembered: peers send the same few again and again, and get the same list for them. */
const REMEMBERED_HEADS = 8;

/** The largest head that is kept beyond its request, counted as in {@link RequestHead.size}. */
const MAX_REMEMBERED_SIZE = 2048;

/** The server's end of an HTTP/2 connection. It greets at once: take the output. */
export class ServerConnection extends Connection {
  readonly #events: ServerEvents;
  readonly #extendedConnect: boolean;
  readonly #slots: RequestSlots;
  readonly #lists: (HeaderList | undefined)[] = new Array(REMEMBERED_HEADS).fill(undefined);
  readonly #heads: (RequestHead | undefined)[] = new Array(REMEMBERED_HEADS).fill(undefined);
  #nextHead = 0;
  /** The request that was checked last, which the next one is compared with; of {@link MAX_REMEMBERED_SIZE} at the most. */
  #checked: CheckedRequest | undefined;

  constructor(events: ServerEvents, options: ServerConnectionOptions = {}) {
    super(events, true, options);
    this.#events = events;
    this.#extendedConnect = options.enableConnectProtocol ?? false;
    this.#slots = new RequestSlots(this.limits);
    const own: number[] = [SettingId.MAX_CONCURRENT_STREAMS, this.limits.maxConcurrentStreams];
    if (this.#extendedConnect) own.push(SettingId.ENABLE_CONNECT_PROTOCOL, 1);
    this.greet(own);
  }

  override get usage(): ServerConnectionUsage {
    const { running, queued } = this.#slots;
    return { ...super.usage, runningRequests: this.isClosed ? 0 : running, queuedRequests: queued };
  }

  /**
   * Sends the head of a reply: `:status` first, a list or the octets of a block made by `encodeBlock`.
   * @throws Error where it was sent before. A stream that is over is left alone, by this and all that follow.
   */
  sendHeaders(streamId: number, headers: HeaderBlock, endStream = false): void {
    const stream = this.#replying(streamId, "sendHeaders");
    if (stream === undefined) return;
    this.sender.headers(stream, headers, endStream);
    this.wake();
  }

  /** Sends an interim response (status 100 to 199, not 101) before the head of the reply. */
  sendInformational(streamId: number, headers: HeaderBlock): void {
    const stream = this.#replying(streamId, "sendInformational");
    if (stream === undefined) return;
    this.sender.informational(stream, headers);
    this.wake();
  }

  /** Sends a whole reply: head, data and, where there are any, trailers. In one stroke where the windows allow it. */
  sendReply(streamId: number, headers: HeaderBlock, bytes: Uint8Array, trailers?: HeaderBlock): void {
    const stream = this.#replying(streamId, "sendReply");
    if (stream === undefined) return;
    this.sender.message(stream, headers, bytes, trailers);
    this.wake();
  }

  /**
   * The application is done with a request, whatever became of it: its slot is free, and data that it left goes back as
   * credit. A reply that was sent to its end goes on its way, and the client is told to send no more (RFC 9113 8.1); a
   * stream without one is reset with INTERNAL_ERROR. Call it once for each `onRequest`.
   */
  release(streamId: number): void {
    const stream = this.streams.get(streamId);
    if (stream === undefined || stream.released || stream.parked !== undefined) return;
    this.receiver.consume(stream, stream.receiveWindow.held);
    this.#slots.release();
    if (!isClosed(stream.state)) {
      if (!stream.endCommanded) this.sender.reset(stream, ErrorCode.INTERNAL_ERROR);
      else if (stream.state === StreamState.HALF_CLOSED_LOCAL) this.sender.reset(stream, ErrorCode.NO_ERROR);
    }
    this.streams.release(stream);
    if (this.#slots.queued > 0) this.endTurn();
    this.wake();
  }

  protected override onHeaderList(
    streamId: number,
    stream: Stream | undefined,
    list: HeaderList,
    endStream: boolean,
  ): void {
    if (stream === undefined) this.#onRequestList(streamId, list, endStream);
    else this.#onTrailerList(stream, list, endStream);
  }

  #onRequestList(streamId: number, list: HeaderList, endStream: boolean): void {
    if (this.farewell.isFinal) return this.streams.rememberReset(streamId);
    const head = this.#headOf(list);
    if (head === undefined) return this.refuse(streamId, ErrorCode.PROTOCOL_ERROR);
    // RFC 9113 8.1.1
    if (endStream && head.contentLength > 0) return this.refuse(streamId, ErrorCode.PROTOCOL_ERROR);
    const { streams } = this;
    if (streams.openCount >= this.settings.maxConcurrentStreams) return this.refuse(streamId, ErrorCode.REFUSED_STREAM);
    if (streams.retainedHeaderBytes + head.size > this.limits.maxRetainedHeaderBytes) {
      return this.refuse(streamId, ErrorCode.REFUSED_STREAM);
    }
    const stream = new Stream(streamId, this.sender.peer.initialWindowSize, this.settings.initialWindowSize);
    stream.headersReceived = true;
    stream.expectedLength = head.contentLength;
    stream.headerSize = head.size;
    streams.add(stream);
    if (endStream) streams.apply(stream, StreamInput.RECEIVE_END_STREAM);
    this.guard.onStreamOpened();
    if (this.#slots.take()) return this.#events.onRequest(streamId, head, endStream);
    const waste = this.#slots.park(stream, new ParkedRequest(head, endStream));
    if (waste !== undefined) this.fail(ErrorCode.ENHANCE_YOUR_CALM, waste);
  }

  #onTrailerList(stream: Stream, list: HeaderList, endStream: boolean): void {
    // RFC 9113 8.1: a second header section is trailers, and ends the stream; the content was as long as it said.
    const isWhole = stream.expectedLength === -1 || stream.expectedLength === stream.receivedLength;
    if (!endStream || !isWhole || checkTrailers(list) !== undefined) {
      return this.failStream(stream, ErrorCode.PROTOCOL_ERROR);
    }
    if (stream.parked !== undefined && !this.#retain(stream, list)) {
      return this.failStream(stream, ErrorCode.REFUSED_STREAM);
    }
    this.streams.apply(stream, StreamInput.RECEIVE_END_STREAM);
    if (stream.released) return;
    if (stream.parked === undefined) return this.#events.onTrailers(stream.id, list);
    stream.parked.trailers = list;
  }

  /** Counts a list that waits with its request among the header octets that are held; answers whether there is room. */
  #retain(stream: Stream, list: HeaderList): boolean {
    let size = 0;
    for (const field of list) size += fieldSize(field);
    if (this.streams.retainedHeaderBytes + size > this.limits.maxRetainedHeaderBytes) return false;
    stream.headerSize += size;
    this.streams.retainedHeaderBytes += size;
    return true;
  }

  protected override onParkedData(stream: Stream, bytes: Uint8Array, endStream: boolean): void {
    // Data that waits takes up the connection's window; half of it belongs to the requests that run, or nothing might move.
    if (this.#slots.append(stream, bytes, endStream)) return;
    this.failStream(stream, ErrorCode.REFUSED_STREAM);
  }

  /** The head of a list; undefined where it is malformed. A list that was seen before has the head it had. */
  #headOf(list: HeaderList): RequestHead | undefined {
    const { isListShared } = this.receiver;
    for (let index = 0; isListShared && index < REMEMBERED_HEADS; index++) {
      if (this.#lists[index] === list) return this.#heads[index];
    }
    const head = checkRequest(list, this.#extendedConnect, this.#checked);
    if (!(head instanceof RequestHead)) return undefined;
    if (head.size > MAX_REMEMBERED_SIZE) return head;
    this.#checked = { list, head };
    if (isListShared) {
      head.freeze();
      this.#lists[this.#nextHead] = list;
      this.#heads[this.#nextHead] = head;
      this.#nextHead = (this.#nextHead + 1) % REMEMBERED_HEADS;
    }
    return head;
  }

  protected override onSendEnded(stream: Stream): void {
    this.guard.onReplyCompleted();
    // RFC 9113 8.1: a whole reply may come before the request has ended; the rest of it is not wanted.
    if (stream.released && stream.state === StreamState.HALF_CLOSED_LOCAL) {
      this.sender.reset(stream, ErrorCode.NO_ERROR);
    }
  }

  protected override onStreamLost(stream: Stream): boolean {
    if (stream.parked === undefined) return !stream.released;
    this.#slots.forget(stream);
    // After the last GOAWAY nothing is sent, credit neither.
    if (!this.isClosed) this.receiver.consume(stream, stream.receiveWindow.held);
    this.streams.release(stream);
    return false;
  }

  /** Starts requests that waited, as far as there are slots; what starts may free its slot at once. */
  protected override onTurnEnd(): void {
    while (this.#slots.queued > 0 && !this.isClosed) {
      const next = this.#slots.takeNext();
      if (next === undefined) return;
      this.#start(next.stream, next.request);
    }
  }

  #start(stream: Stream, request: ParkedRequest): void {
    const { data, trailers, endStream } = request;
    const wanted = (): boolean => !this.isClosed && !stream.released && stream.state !== StreamState.CLOSED_BY_US;
    this.#events.onRequest(stream.id, request.head, endStream && data.length === 0 && trailers === undefined);
    if (data.length > 0 && wanted()) this.#events.onData(stream.id, data, endStream && trailers === undefined);
    if (trailers !== undefined && wanted()) this.#events.onTrailers(stream.id, trailers);
  }

  #replying(streamId: number, command: string): Stream | undefined {
    const stream = this.streams.get(streamId);
    if (stream === undefined || isClosed(stream.state)) return undefined;
    if (stream.headersCommanded) {
      throw new Error(`${command}(${streamId}) was called after the stream's headers were sent.`);
    }
    return stream;
  }
}
