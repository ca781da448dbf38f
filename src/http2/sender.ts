// All that is sent on streams: header blocks, data under both windows, and whose turn it is (RFC 9113 5.2, 6.9). Headers are
// written when they are commanded, before any data that waits; data goes straight to the output where nothing stands
// before it, and else takes turns, a frame a stream, when the output is taken.

import { FRAME_HEAD_LENGTH, FrameFlag, FrameType, MAX_31_BIT } from "./frame/frame.ts";
import { FrameWriter } from "./frame/writer.ts";
import type { Guard } from "./guard.ts";
import { HpackEncoder } from "./hpack/encoder.ts";
import type { Http2Limits } from "./limits.ts";
import { SendQueue } from "./send_queue.ts";
import { initialSettings, type SettingsValues } from "./settings.ts";
import type { HeaderBlock, Stream } from "./stream.ts";
import { StreamInput } from "./stream_state.ts";
import type { Streams } from "./streams.ts";

/** Data up to this length may go straight to the output; more takes turns, so that no stream fills a whole turn. */
const MAX_DIRECT = 65_536;

/** Times `maxOutputBytes` where payloads leave uncopied: a write to a socket costs as much as 64 KiB of its bytes. */
const GATHERED_SHARE = 4;

/** Room for dynamic table size updates before a block: two integers of up to six octets. */
const MAX_SIZE_UPDATES = 12;

/** Writes what streams send. */
export class Sender {
  readonly writer: FrameWriter = new FrameWriter();
  /** The peer's settings as they hold for what we send. */
  readonly peer: SettingsValues = initialSettings();
  readonly #limits: Http2Limits;
  readonly #streams: Streams;
  readonly #guard: Guard;
  readonly #encoder: HpackEncoder;
  /** What a stream is told after its END_STREAM was written. */
  readonly #onEnded: (stream: Stream) => void;
  /** Streams with something to send, and those that only the connection's window holds back. */
  readonly #ready = new SendQueue();
  readonly #held = new SendQueue();
  /** Streams of ours that the peer, having lowered its limit, does not take yet. */
  readonly #unopened = new SendQueue();
  readonly #toldToWait = new Set<Stream>();
  #window = 65_535;
  #waiting = 0;
  /** Streams whose headers wait, and those of them that these headers open. */
  #pendingHeaders = 0;
  #unannounced = 0;

  constructor(limits: Http2Limits, streams: Streams, guard: Guard, onEnded: (stream: Stream) => void) {
    this.#limits = limits;
    this.#streams = streams;
    this.#guard = guard;
    this.#onEnded = onEnded;
    this.#encoder = new HpackEncoder({ tableSize: limits.encoderTableSize });
  }

  /** Octets of data that the peer takes now on the whole connection. */
  get window(): number {
    return this.#window;
  }

  /** Octets of data that wait on streams. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Octets of the dynamic table for encoding. */
  get tableSize(): number {
    return this.#encoder.tableSize;
  }

  /** True where the output has frames, or could have. */
  get hasOutput(): boolean {
    return this.writer.output.length > 0 || this.#ready.first !== undefined ||
      (this.#unopened.first !== undefined && this.#mayOpen());
  }

  /** True where the transport is so far behind that nothing more is made for it. */
  get isCongested(): boolean {
    const { length, total } = this.writer.output;
    const { maxOutputBytes } = this.#limits;
    return length >= maxOutputBytes || total >= maxOutputBytes * GATHERED_SHARE;
  }

  /** Sends headers, or final headers after others. Comes to nothing where the stream can send no more. */
  headers(stream: Stream, block: HeaderBlock, endStream: boolean): void {
    stream.headersCommanded = true;
    if (endStream) stream.endCommanded = true;
    // RFC 9113 5.1.1: streams are opened in the order of their identifiers, so none goes before one that waits.
    if (this.isCongested || this.#pendingHeaders > 0) {
      stream.pendingHeaders = block;
      this.#pendingHeaders++;
      if (stream.isUnannounced) this.#unannounced++;
      this.#ready.push(stream);
      return;
    }
    this.#writeBlock(stream.id, block, endStream);
    stream.isUnannounced = false;
    if (endStream) this.#ended(stream);
  }

  /** Sends interim headers (status 1xx); they are dropped where the output is congested, for no reply depends on them. */
  informational(stream: Stream, block: HeaderBlock): void {
    if (!this.isCongested && stream.pendingHeaders === undefined) this.#writeBlock(stream.id, block, false);
  }

  /**
   * Sends data, or keeps it until the windows allow. The bytes are not copied until they are written.
   * @returns false where the caller should wait for `onWritable`
   */
  data(stream: Stream, bytes: Uint8Array, endStream: boolean): boolean {
    const length = bytes.length;
    if (endStream) {
      stream.endCommanded = true;
      this.#forgetWait(stream);
    }
    if (this.#isDirect(stream, length)) {
      // Empty frames only for their END_STREAM: some peers count others as an attack.
      if (length > 0 || endStream) this.#writeData(stream, bytes, endStream);
      return true;
    }
    if (length > 0) {
      if (stream.chunks.length === 0) stream.chunks = [bytes];
      else stream.chunks.push(bytes);
      stream.waiting += length;
      this.#waiting += length;
    }
    if (length > 0 || endStream) this.#ready.push(stream);
    return this.#isWritable(stream);
  }

  /** Sends trailers after all data that waits. */
  trailers(stream: Stream, block: HeaderBlock): void {
    stream.endCommanded = true;
    this.#forgetWait(stream);
    if (
      stream.queue === undefined && stream.waiting === 0 && stream.pendingHeaders === undefined && !this.isCongested
    ) {
      this.#writeBlock(stream.id, block, true);
      this.#ended(stream);
    } else {
      stream.pendingTrailers = block;
      this.#ready.push(stream);
    }
  }

  /** Sends a whole message in one go. */
  message(stream: Stream, headers: HeaderBlock, bytes: Uint8Array, trailers: HeaderBlock | undefined): void {
    stream.headersCommanded = true;
    if (this.#isDirect(stream, bytes.length)) {
      stream.endCommanded = true;
      const last = trailers === undefined;
      const empty = bytes.length === 0;
      this.#writeBlock(stream.id, headers, last && empty);
      if (!empty) this.#writeFrames(stream, bytes, last);
      if (!last) this.#writeBlock(stream.id, trailers, true);
      this.#ended(stream);
    } else {
      this.headers(stream, headers, false);
      this.data(stream, bytes, trailers === undefined);
      if (trailers !== undefined) this.trailers(stream, trailers);
    }
  }

  /** Writes RST_STREAM and drops what waits. The stream was not closed before. */
  reset(stream: Stream, code: number): void {
    this.drop(stream);
    // RFC 9113 5.1: to the peer, a stream of ours whose headers never went out is idle.
    if (!stream.isUnannounced) this.writer.rstStream(stream.id, code);
    this.#streams.apply(stream, StreamInput.SEND_RST_STREAM);
  }

  /** Drops what waits on a stream, for nothing more will be sent on it. */
  drop(stream: Stream): void {
    stream.queue?.remove(stream);
    this.#waiting -= stream.waiting;
    stream.waiting = 0;
    if (stream.chunks.length > 0) stream.chunks = [];
    if (stream.pendingHeaders !== undefined) this.#takePendingHeaders(stream);
    stream.pendingTrailers = undefined;
    stream.endCommanded = true;
    this.#forgetWait(stream);
  }

  /** The peer gave credit to the connection. @returns false where its window went above 2^31-1 */
  creditConnection(increment: number): boolean {
    this.#window += increment;
    if (this.#window > MAX_31_BIT) return false;
    this.#ready.append(this.#held);
    return true;
  }

  /** The peer gave credit to a stream. @returns false where its window went above 2^31-1 */
  creditStream(stream: Stream, increment: number): boolean {
    stream.sendWindow += increment;
    if (stream.sendWindow > MAX_31_BIT) return false;
    if (hasPending(stream)) this.#ready.push(stream);
    return true;
  }

  /**
   * Takes over the peer's settings after they changed. RFC 9113 6.9.2: a change of the initial window moves the windows of
   * all streams, below 0 if need be.
   * @returns false where a window went above 2^31-1
   */
  settingsChanged(formerWindow: number): boolean {
    this.#encoder.setPeerTableSize(this.peer.headerTableSize);
    const difference = this.peer.initialWindowSize - formerWindow;
    if (difference === 0) return true;
    for (const stream of this.#streams.all()) {
      if (!this.creditStream(stream, difference)) return false;
    }
    return true;
  }

  /** Makes frames of what waits, each stream in turn, until the output is full or the windows are empty. */
  pump(): void {
    const unopened = this.#unopened;
    while (unopened.first !== undefined && this.#mayOpen() && !this.isCongested) this.#send(unopened.first);
    for (let stream = this.#ready.first; stream !== undefined && !this.isCongested; stream = this.#ready.first) {
      if (!stream.isUnannounced || (unopened.first === undefined && this.#mayOpen())) {
        this.#send(stream);
      } else {
        this.#ready.remove(stream);
        unopened.push(stream);
      }
    }
  }

  /** Takes the streams out whose applications can go on sending. */
  takeWritable(): Stream[] {
    const writable: Stream[] = [];
    if (this.#toldToWait.size === 0) return writable;
    const { maxUnsentStreamBytes, maxUnsentConnectionBytes } = this.#limits;
    const hasRoom = this.#waiting * 2 <= maxUnsentConnectionBytes;
    for (const stream of this.#toldToWait) {
      // One that has nothing left may always go on, or it would wait for streams that wait for it.
      if (stream.waiting > 0 && (!hasRoom || stream.waiting * 2 > maxUnsentStreamBytes)) continue;
      this.#forgetWait(stream);
      writable.push(stream);
    }
    return writable;
  }

  /** Lets everything go but the output. */
  clear(): void {
    for (const stream of this.#streams.all()) this.drop(stream);
    this.#encoder.clear();
  }

  /** One turn of one stream: at most one DATA frame, with the headers before it and the trailers after it. */
  #send(stream: Stream): void {
    stream.queue?.remove(stream);
    if (stream.pendingHeaders !== undefined) {
      const block = this.#takePendingHeaders(stream);
      stream.isUnannounced = false;
      const last = stream.endCommanded && stream.waiting === 0 && stream.pendingTrailers === undefined;
      this.#writeBlock(stream.id, block, last);
      if (last) return this.#ended(stream);
    }
    if (stream.waiting > 0) {
      // RFC 9113 6.9.1: the smaller of the two windows counts. A window that opens puts the stream back in its queue.
      if (stream.sendWindow <= 0) return;
      if (this.#window <= 0) return this.#held.push(stream);
      const length = Math.min(stream.waiting, stream.sendWindow, this.#window, this.peer.maxFrameSize);
      const last = length === stream.waiting && stream.endCommanded && stream.pendingTrailers === undefined;
      this.#writeChunks(stream, length, last);
      if (last) return this.#ended(stream);
      if (stream.waiting > 0) return this.#ready.push(stream);
    } else if (stream.endCommanded && stream.pendingTrailers === undefined) {
      this.writer.data(stream.id, NOTHING, 0, 0, true);
      return this.#ended(stream);
    }
    if (stream.pendingTrailers !== undefined) {
      this.#writeBlock(stream.id, stream.pendingTrailers, true);
      stream.pendingTrailers = undefined;
      this.#ended(stream);
    }
  }

  #takePendingHeaders(stream: Stream): HeaderBlock {
    const block = stream.pendingHeaders!;
    stream.pendingHeaders = undefined;
    this.#pendingHeaders--;
    if (stream.isUnannounced) this.#unannounced--;
    return block;
  }

  /** RFC 9113 5.1.2: no more streams than the peer takes, also where it lowered its limit after they were begun. */
  #mayOpen(): boolean {
    return this.#streams.openCount - this.#unannounced < this.peer.maxConcurrentStreams;
  }

  /** True where data can be written now without going before another stream's, or over a window. */
  #isDirect(stream: Stream, length: number): boolean {
    return length <= stream.sendWindow && length <= this.#window && length <= MAX_DIRECT &&
      this.#ready.first === undefined && stream.queue === undefined && stream.waiting === 0 &&
      stream.pendingHeaders === undefined && !this.isCongested;
  }

  #isWritable(stream: Stream): boolean {
    const fits = stream.waiting <= this.#limits.maxUnsentStreamBytes &&
      this.#waiting <= this.#limits.maxUnsentConnectionBytes;
    if (fits || stream.endCommanded) return true;
    stream.toldToWait = true;
    this.#toldToWait.add(stream);
    return false;
  }

  /** Nothing more will be sent on a stream, so that its application waits for nothing. */
  #forgetWait(stream: Stream): void {
    if (!stream.toldToWait) return;
    stream.toldToWait = false;
    this.#toldToWait.delete(stream);
  }

  #writeData(stream: Stream, bytes: Uint8Array, endStream: boolean): void {
    this.#writeFrames(stream, bytes, endStream);
    if (endStream) this.#ended(stream);
  }

  #writeFrames(stream: Stream, bytes: Uint8Array, endStream: boolean): void {
    const length = bytes.length;
    const most = this.peer.maxFrameSize;
    let at = 0;
    do {
      const stop = length - at > most ? at + most : length;
      this.writer.data(stream.id, bytes, at, stop, endStream && stop === length);
      this.#guard.onDataSent();
      at = stop;
    } while (at < length);
    this.#spend(stream, length);
  }

  /** One DATA frame out of as many chunks as it takes. */
  #writeChunks(stream: Stream, length: number, endStream: boolean): void {
    const output = this.writer.output;
    this.writer.dataHead(stream.id, length, endStream);
    let used = 0;
    let left = length;
    while (left > 0) {
      const chunk = stream.chunks[used]!;
      const taken = Math.min(left, chunk.length - stream.chunkOffset);
      output.append(chunk.subarray(stream.chunkOffset, stream.chunkOffset + taken));
      left -= taken;
      stream.chunkOffset += taken;
      if (stream.chunkOffset === chunk.length) {
        stream.chunkOffset = 0;
        used++;
      }
    }
    if (used > 0) stream.chunks.splice(0, used);
    stream.waiting -= length;
    this.#waiting -= length;
    this.#guard.onDataSent();
    this.#spend(stream, length);
  }

  #spend(stream: Stream, length: number): void {
    stream.sendWindow -= length;
    stream.progress += length;
    this.#window -= length;
  }

  #ended(stream: Stream): void {
    this.#streams.apply(stream, StreamInput.SEND_END_STREAM);
    this.#onEnded(stream);
  }

  /** Writes a header block in place, where it fits into one frame. */
  #writeBlock(streamId: number, block: HeaderBlock, endStream: boolean): void {
    this.#guard.onHeadersSent();
    const { writer } = this;
    const { output } = writer;
    const most = block instanceof Uint8Array ? block.length + MAX_SIZE_UPDATES : this.#encoder.maxEncodedLength(block);
    output.reserve(FRAME_HEAD_LENGTH + most);
    const start = output.length + FRAME_HEAD_LENGTH;
    let end: number;
    if (block instanceof Uint8Array) {
      end = this.#encoder.writeSizeUpdates(output.bytes, start);
      output.bytes.set(block, end);
      end += block.length;
    } else {
      end = this.#encoder.encode(block, output.bytes, start);
    }
    if (end - start <= this.peer.maxFrameSize) {
      const flags = FrameFlag.END_HEADERS | (endStream ? FrameFlag.END_STREAM : FrameFlag.NONE);
      writer.head(end - start, FrameType.HEADERS, flags, streamId);
      output.length = end;
    } else {
      const whole = output.bytes.slice(start, end);
      writer.headers(streamId, whole, 0, whole.length, endStream, this.peer.maxFrameSize);
    }
  }
}

const NOTHING = new Uint8Array(0);

function hasPending(stream: Stream): boolean {
  return stream.waiting > 0 || stream.pendingHeaders !== undefined || stream.pendingTrailers !== undefined;
}
