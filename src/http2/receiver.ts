// All that is received on streams: header blocks joined from their frames and decoded, data under both windows, resets,
// window updates, and PRIORITY, which is checked and ignored (RFC 9113 5.3.2). What a header list means depends on the end:
// the connection judges it. Each frame ends in at most one event or fault, as the last thing done about it.

import type { HeaderList } from "../http/exchange.ts";
import type { ConnectionEvents } from "./events.ts";
import { ErrorCode } from "./frame/error_code.ts";
import { FrameFlag, readUint31, readUint32 } from "./frame/frame.ts";
import type { Guard } from "./guard.ts";
import { HeaderBlockBuffer } from "./header_block_buffer.ts";
import { HpackDecoder } from "./hpack/decoder.ts";
import { HpackError } from "./hpack/hpack_error.ts";
import type { Http2Limits } from "./limits.ts";
import type { Sender } from "./sender.ts";
import type { Stream } from "./stream.ts";
import { isClosed, StreamEffect, StreamInput, StreamState, transition } from "./stream_state.ts";
import type { Streams } from "./streams.ts";
import { ReceiveWindow } from "./window.ts";

/** What the connection does for its receiver. */
export interface ReceiverHost {
  /** A header list for a stream that is open, or for one that the peer opens with it where there is none. */
  headers(streamId: number, stream: Stream | undefined, list: HeaderList, endStream: boolean): void;
  /** True where the peer may open this idle stream. */
  canOpen(streamId: number): boolean;
  /** Data of a request that waits for a slot. */
  park(stream: Stream, bytes: Uint8Array, endStream: boolean): void;
  /** The peer reset a stream, which has closed. */
  reset(stream: Stream, code: number): void;
  /** Ends the connection with GOAWAY. */
  fail(code: number, message: string): void;
  /** Ends a stream with RST_STREAM; it is not closed. */
  failStream(stream: Stream, code: number): void;
  /** Answers a frame on a stream that is not there with RST_STREAM. */
  refuse(streamId: number, code: number): void;
}

/** Reads what arrives on streams. */
export class Receiver {
  readonly #limits: Http2Limits;
  readonly #streams: Streams;
  readonly #sender: Sender;
  readonly #guard: Guard;
  readonly #events: ConnectionEvents;
  readonly #host: ReceiverHost;
  readonly #decoder: HpackDecoder;
  readonly #block: HeaderBlockBuffer;
  readonly #window = new ReceiveWindow(65_535);

  constructor(
    limits: Http2Limits,
    streams: Streams,
    sender: Sender,
    guard: Guard,
    events: ConnectionEvents,
    host: ReceiverHost,
  ) {
    this.#limits = limits;
    this.#streams = streams;
    this.#sender = sender;
    this.#guard = guard;
    this.#events = events;
    this.#host = host;
    this.#block = new HeaderBlockBuffer(limits);
    this.#decoder = new HpackDecoder({
      maxTableSize: 4096,
      maxHeaderListSize: limits.maxHeaderListSize,
      maxFields: limits.maxHeaderFields,
      maxStringLength: limits.maxHeaderFieldLength,
    });
  }

  /** The connection's receive window. */
  get window(): ReceiveWindow {
    return this.#window;
  }

  /** True where the header list at hand may come again as the very same object. */
  get isListShared(): boolean {
    return this.#decoder.isShared;
  }

  /** The stream whose header block is not complete, or 0: until it is, no other frame may come (RFC 9113 6.10). */
  get blockStreamId(): number {
    return this.#block.streamId;
  }

  /** Octets of that block so far. */
  get blockLength(): number {
    return this.#block.length;
  }

  /** Octets of the dynamic table for decoding. */
  get tableSize(): number {
    return this.#decoder.tableSize;
  }

  /** Gives the peer the whole of the connection's window, which the protocol begins at 65535 octets. */
  openWindow(): void {
    this.#window.grow(this.#limits.connectionWindowSize);
    this.#updateConnection();
  }

  /** The peer has acknowledged our SETTINGS_HEADER_TABLE_SIZE. */
  setHeaderTableSize(octets: number): void {
    this.#decoder.setMaxTableSize(octets);
  }

  /** HEADERS, RFC 9113 6.2. */
  headers(flags: number, streamId: number, bytes: Uint8Array, start: number, end: number): void {
    if (streamId === 0) return this.#host.fail(ErrorCode.PROTOCOL_ERROR, "HEADERS on stream 0");
    if (flags & FrameFlag.PADDED) {
      const pad = start < end ? bytes[start]! : 0;
      if (++start + pad > end) {
        return this.#host.fail(ErrorCode.PROTOCOL_ERROR, `HEADERS with ${pad} octets of padding or more than it has`);
      }
      end -= pad;
    }
    let dependsOnItself = false;
    if (flags & FrameFlag.PRIORITY) {
      if (end - start < 5) {
        return this.#host.fail(ErrorCode.FRAME_SIZE_ERROR, "HEADERS too short for its priority fields");
      }
      dependsOnItself = readUint31(bytes, start) === streamId;
      start += 5;
    }
    const endStream = (flags & FrameFlag.END_STREAM) !== 0;
    if (flags & FrameFlag.END_HEADERS) return this.#decode(streamId, bytes, start, end, endStream, dependsOnItself);
    const fault = this.#block.begin(streamId, endStream, dependsOnItself, bytes, start, end);
    if (fault !== undefined) this.#host.fail(ErrorCode.ENHANCE_YOUR_CALM, fault);
  }

  /** CONTINUATION, RFC 9113 6.10. */
  continuation(flags: number, streamId: number, bytes: Uint8Array, start: number, end: number): void {
    const block = this.#block;
    if (streamId === 0 || block.streamId !== streamId) {
      return this.#host.fail(
        ErrorCode.PROTOCOL_ERROR,
        `CONTINUATION on stream ${streamId}, which has no open header block`,
      );
    }
    const fault = (start === end ? this.#guard.onGlitch() : undefined) ?? block.append(bytes, start, end);
    if (fault !== undefined) return this.#host.fail(ErrorCode.ENHANCE_YOUR_CALM, fault);
    if ((flags & FrameFlag.END_HEADERS) === 0) return;
    const { endStream, dependsOnItself } = block;
    const whole = block.take();
    this.#decode(streamId, whole, 0, whole.length, endStream, dependsOnItself);
  }

  #decode(
    streamId: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    endStream: boolean,
    dependsOnItself: boolean,
  ): void {
    // Whatever becomes of the stream, the block has to go through the decoder (RFC 9113 4.3).
    const list = this.#decoder.decode(bytes, start, end);
    if (list instanceof HpackError && list.scope === "connection") return this.#host.fail(list.code, list.message);
    const stream = this.#streams.get(streamId);
    const state = stream === undefined ? this.#streams.stateOf(streamId) : stream.state;
    if (state === StreamState.IDLE) {
      if (!this.#host.canOpen(streamId)) {
        return this.#host.fail(
          ErrorCode.PROTOCOL_ERROR,
          `HEADERS on stream ${streamId}, which is not the peer's to open`,
        );
      }
      this.#streams.lastPeerId = streamId;
    } else {
      const effect = transition(state, StreamInput.RECEIVE_HEADERS);
      if (effect < 0) return this.#refuse(effect, streamId, stream, "HEADERS");
    }
    // RFC 7540 5.3.1, which RFC 9113 dropped with the rest of priority; peers still test for it.
    if (dependsOnItself) return this.#failOrRefuse(streamId, stream, ErrorCode.PROTOCOL_ERROR);
    if (list instanceof HpackError) return this.#failOrRefuse(streamId, stream, list.code);
    this.#host.headers(streamId, stream, list, endStream);
  }

  /** DATA, RFC 9113 6.1. */
  data(flags: number, streamId: number, bytes: Uint8Array, start: number, end: number): void {
    if (streamId === 0) return this.#host.fail(ErrorCode.PROTOCOL_ERROR, "DATA on stream 0");
    // RFC 9113 6.9.1: the whole payload counts, padding too.
    const length = end - start;
    if (flags & FrameFlag.PADDED) {
      const pad = length > 0 ? bytes[start]! : 0;
      if (++start + pad > end) {
        return this.#host.fail(ErrorCode.PROTOCOL_ERROR, `DATA with ${pad} octets of padding or more than it has`);
      }
      end -= pad;
    }
    if (!this.#window.receive(length)) {
      const message = `${length} octets of DATA, above the connection's window of ${this.#window.available}`;
      return this.#host.fail(ErrorCode.FLOW_CONTROL_ERROR, message);
    }
    const stream = this.#streams.get(streamId);
    const state = stream === undefined ? this.#streams.stateOf(streamId) : stream.state;
    const effect = transition(state, StreamInput.RECEIVE_DATA);
    if (stream === undefined || effect < 0) {
      this.#creditConnection(length);
      if (effect === StreamEffect.IGNORE && length > 0 && length <= this.#streams.lateOctets) {
        // It was allowed when it was sent, in however many frames.
        this.#streams.lateOctets -= length;
        return;
      }
      return this.#refuse(effect, streamId, stream, "DATA");
    }
    if (!stream.receiveWindow.receive(length)) {
      this.#creditConnection(length);
      return this.#host.failStream(stream, ErrorCode.FLOW_CONTROL_ERROR);
    }
    const size = end - start;
    if (size < length) this.#credit(stream, length - size);
    const endStream = (flags & FrameFlag.END_STREAM) !== 0;
    stream.receivedLength += size;
    if (stream.expectedLength !== -1 && !this.#agreesWithLength(stream, endStream)) {
      this.#credit(stream, size);
      return this.#host.failStream(stream, ErrorCode.PROTOCOL_ERROR);
    }
    if (endStream) this.#streams.apply(stream, StreamInput.RECEIVE_END_STREAM);
    const waste = this.#judgeData(stream, size, endStream);
    if (waste !== undefined) return this.#host.fail(ErrorCode.ENHANCE_YOUR_CALM, waste);
    if (stream.released) {
      this.#credit(stream, size);
    } else if (size > 0 || endStream) {
      const content = bytes.subarray(start, end);
      if (stream.parked !== undefined) this.#host.park(stream, content, endStream);
      else this.#events.onData(streamId, content, endStream);
    }
  }

  /** RFC 9113 8.1.1: the content is as long as content-length says. */
  #agreesWithLength(stream: Stream, endStream: boolean): boolean {
    return endStream ? stream.receivedLength === stream.expectedLength : stream.receivedLength <= stream.expectedLength;
  }

  #judgeData(stream: Stream, size: number, endStream: boolean): string | undefined {
    if (size > 0) this.#guard.onUsefulData(size);
    if (endStream) return undefined;
    if (size === 0) return this.#guard.onEmptyData();
    const cost = stream.released ? 0 : this.#guard.smallDataCost(size);
    if (cost === 0) return undefined;
    stream.smallDataCost += cost;
    return this.#guard.onSmallData(cost);
  }

  /** RST_STREAM, RFC 9113 6.4. */
  rstStream(streamId: number, bytes: Uint8Array, start: number, end: number): void {
    if (end - start !== 4) return this.#host.fail(ErrorCode.FRAME_SIZE_ERROR, `RST_STREAM of ${end - start} octets`);
    if (streamId === 0) return this.#host.fail(ErrorCode.PROTOCOL_ERROR, "RST_STREAM on stream 0");
    const stream = this.#streams.get(streamId);
    const state = stream === undefined ? this.#streams.stateOf(streamId) : stream.state;
    const effect = transition(state, StreamInput.RECEIVE_RST_STREAM);
    if (stream === undefined || effect < 0) return this.#refuse(effect, streamId, stream, "RST_STREAM");
    const waste = stream.headersCommanded ? undefined : this.#guard.onReset();
    if (waste !== undefined) return this.#host.fail(ErrorCode.ENHANCE_YOUR_CALM, waste);
    this.#sender.drop(stream);
    this.#streams.apply(stream, StreamInput.RECEIVE_RST_STREAM);
    this.#host.reset(stream, readUint32(bytes, start));
  }

  /** WINDOW_UPDATE, RFC 9113 6.9. */
  windowUpdate(streamId: number, bytes: Uint8Array, start: number, end: number): void {
    if (end - start !== 4) return this.#host.fail(ErrorCode.FRAME_SIZE_ERROR, `WINDOW_UPDATE of ${end - start} octets`);
    const waste = this.#guard.onWindowUpdate();
    if (waste !== undefined) return this.#host.fail(ErrorCode.ENHANCE_YOUR_CALM, waste);
    const increment = readUint31(bytes, start);
    if (streamId === 0) {
      if (increment === 0) return this.#host.fail(ErrorCode.PROTOCOL_ERROR, "WINDOW_UPDATE of 0");
      if (this.#sender.creditConnection(increment)) return;
      return this.#host.fail(
        ErrorCode.FLOW_CONTROL_ERROR,
        "WINDOW_UPDATE makes the connection's window larger than 2147483647",
      );
    }
    const stream = this.#streams.get(streamId);
    const state = stream === undefined ? this.#streams.stateOf(streamId) : stream.state;
    const effect = transition(state, StreamInput.RECEIVE_WINDOW_UPDATE);
    if (stream === undefined || effect < 0) return this.#refuse(effect, streamId, stream, "WINDOW_UPDATE");
    if (increment === 0) return this.#host.failStream(stream, ErrorCode.PROTOCOL_ERROR);
    if (!this.#sender.creditStream(stream, increment)) this.#host.failStream(stream, ErrorCode.FLOW_CONTROL_ERROR);
  }

  /** PRIORITY, RFC 9113 6.3: its form is checked, its content has no effect. */
  priority(streamId: number, bytes: Uint8Array, start: number, end: number): void {
    if (streamId === 0) return this.#host.fail(ErrorCode.PROTOCOL_ERROR, "PRIORITY on stream 0");
    const waste = this.#guard.onGlitch();
    if (waste !== undefined) return this.#host.fail(ErrorCode.ENHANCE_YOUR_CALM, waste);
    const stream = this.#streams.get(streamId);
    if (end - start !== 5) return this.#failOrRefuse(streamId, stream, ErrorCode.FRAME_SIZE_ERROR);
    if (readUint31(bytes, start) === streamId) this.#failOrRefuse(streamId, stream, ErrorCode.PROTOCOL_ERROR);
  }

  /** The application has consumed data of a stream: its credit goes back to the peer, in time. */
  consume(stream: Stream, octets: number): void {
    const held = stream.receiveWindow.held;
    if (stream.smallDataCost > 0) {
      const refund = octets >= held ? stream.smallDataCost : Math.floor((stream.smallDataCost * octets) / held);
      stream.smallDataCost -= refund;
      this.#guard.onSmallDataConsumed(refund);
    }
    this.#credit(stream, octets);
  }

  /** The application keeps octets of a stream that it has not consumed: the connection has its credit, the stream has not. */
  keep(stream: Stream, octets: number): void {
    const kept = Math.min(octets, stream.receiveWindow.held - stream.kept);
    stream.kept += kept;
    this.#creditConnection(kept);
  }

  /** Lets all go that is kept. */
  clear(): void {
    this.#block.clear();
    this.#decoder.clear();
    this.#window.consume(this.#window.held);
  }

  /** The one way in which received octets become credit again: of the stream and of the connection, by the same amount. */
  #credit(stream: Stream, octets: number): void {
    const consumed = stream.receiveWindow.consume(octets);
    const kept = Math.min(consumed, stream.kept);
    stream.kept -= kept;
    this.#creditConnection(consumed - kept);
    this.updateStream(stream);
  }

  /** Gives a stream the credit that is due, after it was consumed or the window got smaller. */
  updateStream(stream: Stream): void {
    const window = stream.receiveWindow;
    const { state } = stream;
    if (state !== StreamState.OPEN && state !== StreamState.HALF_CLOSED_LOCAL) return;
    if (window.owed * 2 < window.size) return;
    const most = Math.min(this.#limits.maxStreamWindowSize, this.#limits.connectionWindowSize);
    // A window that was used up by a peer while its reader kept up is too small: it doubles.
    if (window.held === 0 && window.size < most && stream.receivedLength >= window.size) {
      window.grow(Math.min(window.size * 2, most));
    }
    const update = window.takeUpdate();
    if (update > 0) this.#sender.writer.windowUpdate(stream.id, update);
  }

  #creditConnection(octets: number): void {
    this.#window.consume(octets);
    this.#updateConnection();
  }

  #updateConnection(): void {
    const update = this.#window.takeUpdate();
    if (update > 0) this.#sender.writer.windowUpdate(0, update);
  }

  /** What comes of a frame that the stream's state does not allow. */
  #refuse(effect: number, streamId: number, stream: Stream | undefined, what: string): void {
    switch (effect) {
      case StreamEffect.STREAM_ERROR:
        return this.#failOrRefuse(streamId, stream, ErrorCode.STREAM_CLOSED);
      case StreamEffect.CLOSED_ERROR:
        return this.#host.fail(ErrorCode.STREAM_CLOSED, `${what} on stream ${streamId}, which has ended`);
      case StreamEffect.PROTOCOL_ERROR:
        return this.#host.fail(ErrorCode.PROTOCOL_ERROR, `${what} on stream ${streamId}, which is idle or passed over`);
      default: {
        const waste = this.#guard.onGlitch();
        if (waste !== undefined) this.#host.fail(ErrorCode.ENHANCE_YOUR_CALM, waste);
      }
    }
  }

  #failOrRefuse(streamId: number, stream: Stream | undefined, code: number): void {
    if (stream !== undefined && !isClosed(stream.state)) return this.#host.failStream(stream, code);
    // RFC 9113 5.1: RST_STREAM cannot be sent for an idle stream, so its error is the connection's.
    if (stream === undefined && this.#streams.stateOf(streamId) === StreamState.IDLE) {
      return this.#host.fail(code, `a faulty frame on stream ${streamId}, which is idle`);
    }
    this.#host.refuse(streamId, code);
  }
}
