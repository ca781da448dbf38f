// The client's end of a connection: requests out, responses in. What both ends share is in connection.ts.

import type { HeaderList } from "../http/exchange.ts";
import { Connection, type ConnectionOptions } from "./connection.ts";
import type { ClientEvents } from "./events.ts";
import { ErrorCode } from "./frame/error_code.ts";
import { MAX_31_BIT, PREFACE } from "./frame/frame.ts";
import { checkResponse, checkTrailers } from "./header_rules.ts";
import { SettingId } from "./settings.ts";
import { type HeaderBlock, Stream } from "./stream.ts";
import { isClosed, StreamInput } from "./stream_state.ts";

/** Options of a {@link ClientConnection}. */
export type ClientConnectionOptions = ConnectionOptions;

/** Streams that are opened before the server has said how many it takes. RFC 9113 6.5.2 advises no server to take fewer. */
const STREAMS_BEFORE_SETTINGS = 100;

/** Interim responses of one stream; the RFC names no bound. */
const MAX_INFORMATIONAL = 16;

/** The client's end of an HTTP/2 connection. It greets at once: take the output. */
export class ClientConnection extends Connection {
  readonly #events: ClientEvents;
  /** A request could not be made: tell when one can. */
  #isAwaited = false;

  constructor(events: ClientEvents, options: ClientConnectionOptions = {}) {
    super(events, false, options);
    this.#events = events;
    const { output } = this.sender.writer;
    output.reserve(PREFACE.length);
    output.bytes.set(PREFACE);
    output.length = PREFACE.length;
    this.sender.peer.maxConcurrentStreams = STREAMS_BEFORE_SETTINGS;
    // RFC 9113 8.4: without push there are no streams of the server's to count.
    this.greet([SettingId.ENABLE_PUSH, 0]);
  }

  /** How many requests can be made now. */
  get availableStreams(): number {
    if (this.isClosed || this.isGoingAway || this.isExhausted) return 0;
    return Math.max(0, this.sender.peer.maxConcurrentStreams - this.streams.openCount);
  }

  /** True where all stream identifiers are used up: only another connection can make requests. */
  get isExhausted(): boolean {
    return this.streams.lastLocalId >= MAX_31_BIT;
  }

  /**
   * Makes a request: `:method`, `:scheme`, `:authority` and `:path` first, a list or the octets of a block made by
   * `encodeBlock`.
   * @param isHead the method is HEAD, whose response has no content whatever its content-length
   * @returns the stream's identifier, or 0 where none can be opened now; `onAvailable` tells when one can
   */
  request(headers: HeaderBlock, endStream = false, isHead = false): number {
    if (this.availableStreams === 0) {
      this.#isAwaited = true;
      return 0;
    }
    const streamId = this.streams.lastLocalId === 0 ? 1 : this.streams.lastLocalId + 2;
    const stream = new Stream(streamId, this.sender.peer.initialWindowSize, this.settings.initialWindowSize);
    stream.bodiless = isHead;
    stream.isUnannounced = true;
    this.streams.lastLocalId = streamId;
    this.streams.add(stream);
    this.guard.onStreamOpened();
    this.sender.headers(stream, headers, endStream);
    this.wake();
    return streamId;
  }

  /**
   * The application is done with a request, whatever became of it: data that it left goes back as credit, and a stream
   * that is not over is reset with CANCEL. Call it once for each request.
   */
  release(streamId: number): void {
    const stream = this.streams.get(streamId);
    if (stream === undefined || stream.released) return;
    this.receiver.consume(stream, stream.receiveWindow.held);
    if (!isClosed(stream.state)) this.sender.reset(stream, ErrorCode.CANCEL);
    this.streams.release(stream);
    this.wake();
  }

  protected override onHeaderList(
    _streamId: number,
    stream: Stream | undefined,
    list: HeaderList,
    endStream: boolean,
  ): void {
    // The receiver lets header lists through for open streams only, and no server opens one.
    if (stream === undefined) return;
    if (stream.headersReceived) return this.#onTrailerList(stream, list, endStream);
    const head = checkResponse(list);
    if (typeof head === "string") return this.failStream(stream, ErrorCode.PROTOCOL_ERROR);
    if (head.status < 200) {
      // RFC 9113 8.1.1: an interim response ends no stream.
      if (endStream) return this.failStream(stream, ErrorCode.PROTOCOL_ERROR);
      if (++stream.interimCount > MAX_INFORMATIONAL) return this.failStream(stream, ErrorCode.ENHANCE_YOUR_CALM);
      return stream.released ? undefined : this.#events.onInformational(stream.id, head);
    }
    stream.headersReceived = true;
    // RFC 9110 8.6: these tell of a length and have no content.
    const bodiless = stream.bodiless || head.status === 204 || head.status === 304;
    stream.expectedLength = bodiless ? 0 : head.contentLength;
    if (endStream) {
      if (stream.expectedLength > 0) return this.failStream(stream, ErrorCode.PROTOCOL_ERROR);
      this.streams.apply(stream, StreamInput.RECEIVE_END_STREAM);
    }
    if (!stream.released) this.#events.onResponse(stream.id, head, endStream);
  }

  #onTrailerList(stream: Stream, list: HeaderList, endStream: boolean): void {
    const isWhole = stream.expectedLength === -1 || stream.expectedLength === stream.receivedLength;
    if (!endStream || !isWhole || checkTrailers(list) !== undefined) {
      return this.failStream(stream, ErrorCode.PROTOCOL_ERROR);
    }
    this.streams.apply(stream, StreamInput.RECEIVE_END_STREAM);
    if (!stream.released) this.#events.onTrailers(stream.id, list);
  }

  /** Only requests wait for slots, and only servers have them. */
  protected override onParkedData(): void {}

  protected override onSendEnded(): void {}

  protected override onStreamLost(stream: Stream): boolean {
    return !stream.released;
  }

  protected override onTurnEnd(): void {
    if (!this.#isAwaited || this.availableStreams === 0) return;
    this.#isAwaited = false;
    this.#events.onAvailable();
  }
}
