// THE ENGINE: one HTTP/2 connection, RFC 9113, sans-IO. Bytes in, events out; commands in, bytes out. No socket, clock or
// timer inside. This is what both ends share: the connection's life, SETTINGS, PING and GOAWAY, and the turn of the
// transport; streams are the receiver's and the sender's, and what a header list means is each end's own.
//
// A peer's fault is answered with a frame and told with an event; nothing is thrown because of a peer. After a connection
// error the engine is terminal: it holds one last output, has let go of everything else, and ignores what comes.

import type { HeaderList } from "../http/exchange.ts";
import type { ConnectionEvents } from "./events.ts";
import { ConnectionError, ErrorCode } from "./frame/error_code.ts";
import { FrameFlag, FrameType, MAX_31_BIT, readUint31, readUint32 } from "./frame/frame.ts";
import { FrameReader } from "./frame/reader.ts";
import { Guard } from "./guard.ts";
import { type Http2Limits, resolveLimits } from "./limits.ts";
import { Receiver } from "./receiver.ts";
import { Sender } from "./sender.ts";
import { PendingSettings, readSettings, SettingId, type SettingsUpdate, type SettingsValues } from "./settings.ts";
import type { Stream } from "./stream.ts";
import { isClosed, StreamInput } from "./stream_state.ts";
import { Streams } from "./streams.ts";
import { Watch } from "./watch.ts";

/** What both ends can be told at their making. */
export interface ConnectionOptions {
  /** Limits other than the defaults. */
  readonly limits?: Partial<Http2Limits>;
}

/** What a connection holds at the moment, for metrics and tests. Octets, and counts. */
export interface ConnectionUsage {
  readonly openStreams: number;
  /** Streams that are open, or that the application has not released. */
  readonly streams: number;
  /** Received data that was not consumed. */
  readonly heldBytes: number;
  /** Data that waits to be sent. */
  readonly waitingBytes: number;
  /** Frames that wait to be taken. */
  readonly outputBytes: number;
  /** The beginning of a frame that is not complete. */
  readonly partialBytes: number;
  readonly retainedHeaderBytes: number;
  /** What the peer may send, and what we may, on the whole connection. */
  readonly receiveWindow: number;
  readonly sendWindow: number;
}

/** The PING between the two GOAWAYs of a graceful end: its answer says that the first one has been read. */
const DRAIN_PING = Uint8Array.from("drain ok", (character) => character.charCodeAt(0));

/** How a connection is on its way out. */
const Drain = { NONE: 0, ANNOUNCED: 1, FINAL: 2 } as const;

/** One end of an HTTP/2 connection. */
export abstract class Connection {
  protected readonly limits: Http2Limits;
  protected readonly streams: Streams;
  protected readonly guard: Guard;
  protected readonly sender: Sender;
  protected readonly receiver: Receiver;
  protected readonly maxConcurrentStreams: { value: number };
  readonly #events: ConnectionEvents;
  readonly #isServer: boolean;
  readonly #reader: FrameReader;
  readonly #pending = new PendingSettings();
  readonly #watch: Watch;
  #initialWindowSize: number;
  #settingsReceived = false;
  #drain: number = Drain.NONE;
  /** The last stream that a final GOAWAY of ours named: later ones may not name a higher one (RFC 9113 6.8). */
  #namedStreamId = MAX_31_BIT;
  #closed = false;
  /** Inside `receive` or `takeOutput`: no need to tell of output, and no way to feed more. */
  #busy = false;
  #outputTold = false;

  protected constructor(events: ConnectionEvents, isServer: boolean, options: ConnectionOptions) {
    const limits = resolveLimits(options.limits);
    this.limits = limits;
    this.#events = events;
    this.#isServer = isServer;
    this.maxConcurrentStreams = { value: limits.maxConcurrentStreams };
    this.#initialWindowSize = 65_535;
    this.streams = new Streams(isServer ? 0 : 1);
    this.guard = new Guard(limits);
    this.sender = new Sender(limits, this.streams, this.guard, (stream) => this.onSendEnded(stream));
    this.receiver = new Receiver(limits, this.streams, this.sender, this.guard, events, {
      headers: (streamId, stream, list, endStream) => this.onHeaderList(streamId, stream, list, endStream),
      canOpen: (streamId) => isServer && (streamId & 1) === 1,
      reset: (stream, code) => this.#onPeerReset(stream, code),
      fail: (code, message) => this.fail(code, message),
      failStream: (stream, code) => this.failStream(stream, code),
      refuse: (streamId, code) => this.refuse(streamId, code),
    });
    this.#watch = new Watch(limits);
    this.#reader = new FrameReader({
      onPreface: () => {},
      onFrame: (type, flags, streamId, bytes, start, end) => this.#onFrame(type, flags, streamId, bytes, start, end),
      onBadPreface: () => this.fail(ErrorCode.PROTOCOL_ERROR, "no HTTP/2 client preface"),
      onFrameTooLong: (type, _streamId, length, limit) =>
        this.fail(
          ErrorCode.FRAME_SIZE_ERROR,
          `a frame of type ${type} with ${length} octets, above the limit of ${limit}`,
        ),
    }, isServer);
    this.#reader.maxFrameSize = limits.maxFrameSize;
  }

  // For each end to say

  /** A header list of an open stream, or of one that it opens. */
  protected abstract onHeaderList(
    streamId: number,
    stream: Stream | undefined,
    list: HeaderList,
    endStream: boolean,
  ): void;
  /** We have sent all of our side of a stream. */
  protected abstract onSendEnded(stream: Stream): void;
  /** A stream has ended before its time; answers false where the application never knew of it. */
  protected abstract onStreamLost(stream: Stream): boolean;
  /** The transport's turn is over: what waits for freed slots can go on. */
  protected abstract onTurnEnd(): void;

  // The transport's side

  /** True once the connection is over: only the last output is left to take. */
  get isClosed(): boolean {
    return this.#closed;
  }

  /** True where no new streams are begun, for one end or the other is going away. */
  get isDraining(): boolean {
    return this.#drain !== Drain.NONE;
  }

  /** True where there is output to take. */
  get hasOutput(): boolean {
    return this.sender.hasOutput;
  }

  /**
   * False where the transport should not read, because the peer doesn't read what it asked for. True again after
   * `takeOutput`.
   */
  get wantsInput(): boolean {
    return !this.#closed && !this.sender.isCongested && this.guard.controlReplies < this.limits.pauseAtControlReplies;
  }

  /** The peer's settings as they hold now. */
  get peerSettings(): Readonly<SettingsValues> {
    return this.sender.peer;
  }

  /** What the connection holds at the moment. */
  get usage(): ConnectionUsage {
    return {
      openStreams: this.streams.openCount,
      streams: this.streams.size,
      heldBytes: this.receiver.window.held,
      waitingBytes: this.sender.waiting,
      outputBytes: this.sender.writer.output.length,
      partialBytes: this.#reader.bufferedLength,
      retainedHeaderBytes: this.streams.retainedHeaderBytes,
      receiveWindow: this.receiver.window.available,
      sendWindow: this.sender.window,
    };
  }

  /**
   * Takes bytes from the transport, in pieces of any size, and tells the events that come of them. The bytes are not kept
   * or changed. Take the output afterwards.
   * @throws Error when called from within an event.
   */
  receive(bytes: Uint8Array): void {
    if (this.#busy) throw new Error("receive() was called from within an event; feed the bytes when it has returned.");
    if (this.#closed) return;
    this.#run(() => this.#reader.read(bytes));
    this.endTurn();
  }

  /**
   * Takes the bytes that are ready for the transport: all of them, but no more than about `maxOutputBytes`; where
   * `hasOutput` is still true, there is more once these are on their way. They belong to the caller.
   */
  takeOutput(): Uint8Array {
    if (!this.#closed && !this.#busy) this.#run(() => this.#produce());
    const taken = this.sender.writer.output.take();
    this.guard.controlReplies = 0;
    this.#outputTold = false;
    this.endTurn();
    return taken;
  }

  /** The transport is gone: every stream is reset, and nothing is sent any more. */
  disconnect(message = "the transport was closed"): void {
    if (this.#closed) return;
    this.#terminate(new ConnectionError(ErrorCode.NO_ERROR, message, "transport"));
    this.sender.writer.output.clear();
  }

  /**
   * Tells the time, of any clock that only goes forward, in milliseconds: the timeouts of the limits hold, and budgets are
   * earned back. Call it every second or so.
   */
  advance(nowMs: number): void {
    if (this.#closed) return;
    this.guard.advance(this.#watch.advance(nowMs));
    const fault = this.#watch.check(
      this.#settingsReceived,
      this.#pending.length > 0,
      this.receiver.blockStreamId !== 0,
    );
    if (fault !== undefined) return this.fail(fault.code, fault.message);
    this.#run(() => {
      for (const stream of this.#watch.stalled(this.streams.all())) {
        if (!this.#closed && !isClosed(stream.state)) this.failStream(stream, ErrorCode.CANCEL);
      }
    });
    this.endTurn();
    this.wake();
  }

  // The application's side

  /**
   * Sends data on a stream whose headers were sent. The bytes are not copied at once: leave them as they are.
   * @returns true where more can be sent at once; false where the caller should wait for `onWritable`. Data for a stream
   * that is over is dropped, with true.
   * @throws Error where the stream's headers were not sent, or its end was.
   */
  sendData(streamId: number, bytes: Uint8Array, endStream = false): boolean {
    const stream = this.sending(streamId, "sendData");
    if (stream === undefined) return true;
    const goOn = this.sender.data(stream, bytes, endStream);
    this.wake();
    return goOn;
  }

  /** Octets of data that wait to be sent on a stream. */
  waiting(streamId: number): number {
    return this.streams.get(streamId)?.waiting ?? 0;
  }

  /** Gives octets of received data back as credit to the peer. More than were received, or a stream that is gone, are ignored. */
  consume(streamId: number, octets: number): void {
    const stream = this.streams.get(streamId);
    if (stream === undefined) return;
    this.receiver.consume(stream, octets);
    this.wake();
  }

  /** Breaks a stream off with RST_STREAM. No event follows. A stream that is over is left alone. */
  reset(streamId: number, code: number): void {
    const stream = this.streams.get(streamId);
    if (stream === undefined || isClosed(stream.state)) return;
    this.sender.reset(stream, code);
    this.wake();
  }

  /** Sends a PING with eight octets; `onPong` brings them back. */
  ping(payload: Uint8Array): void {
    if (payload.length !== 8) {
      throw new RangeError(`The payload of a PING is ${payload.length} octets; it has to be 8.`);
    }
    if (this.#closed) return;
    this.sender.writer.ping(payload, 0, false);
    this.wake();
  }

  /**
   * Begins a graceful end. A server announces it, goes on taking requests until the announcement has made its way to the
   * client and back, then names the last one it took (RFC 9113 6.8). A client names no stream at once. The connection
   * closes by itself when all streams have ended.
   */
  goaway(): void {
    if (this.#closed || this.#drain !== Drain.NONE) return;
    if (!this.#isServer) return this.goawayNow(ErrorCode.NO_ERROR, "");
    this.#drain = Drain.ANNOUNCED;
    this.sender.writer.goaway(MAX_31_BIT, ErrorCode.NO_ERROR, "");
    this.sender.writer.ping(DRAIN_PING, 0, false);
    this.wake();
  }

  /** Says goodbye at once: streams so far go on, new ones of the peer are ignored; it may try those elsewhere. */
  goawayNow(code: number = ErrorCode.NO_ERROR, debugData = ""): void {
    if (this.#closed || this.#drain === Drain.FINAL) return;
    this.#drain = Drain.FINAL;
    this.#namedStreamId = this.streams.lastPeerId;
    this.sender.writer.goaway(this.#namedStreamId, code, debugData);
    if (!this.#busy) this.endTurn();
    this.wake();
  }

  /** Ends the connection now: GOAWAY, `onReset` for each stream that was alive, `onClosed`. */
  close(code: number = ErrorCode.NO_ERROR, debugData = ""): void {
    this.fail(code, debugData);
    this.wake();
  }

  /** Changes settings of ours; they hold when the peer has acknowledged them. */
  updateSettings(update: SettingsUpdate): void {
    if (this.#closed) return;
    const pairs: number[] = [];
    const { headerTableSize, maxConcurrentStreams, initialWindowSize } = update;
    if (headerTableSize !== undefined) pairs.push(SettingId.HEADER_TABLE_SIZE, within(headerTableSize, 65_536));
    if (maxConcurrentStreams !== undefined) {
      pairs.push(SettingId.MAX_CONCURRENT_STREAMS, within(maxConcurrentStreams, MAX_31_BIT));
      this.maxConcurrentStreams.value = maxConcurrentStreams;
    }
    if (initialWindowSize !== undefined) pairs.push(SettingId.INITIAL_WINDOW_SIZE, within(initialWindowSize, 2 ** 30));
    this.#pending.push(update);
    this.sender.writer.settings(pairs);
    this.wake();
  }

  // For both ends' own parts

  /** The initial receive window of a new stream. */
  protected get initialWindowSize(): number {
    return this.#initialWindowSize;
  }

  /** True where streams that the peer opens from now on are ignored. */
  protected get ignoresNewStreams(): boolean {
    return this.#drain === Drain.FINAL;
  }

  /** Sends the first SETTINGS, with what differs from the protocol's own values, and opens the connection's window. */
  protected greet(own: readonly number[]): void {
    const { headerTableSize, initialWindowSize, maxFrameSize, maxHeaderListSize } = this.limits;
    const pairs = [...own];
    if (headerTableSize !== 4096) pairs.push(SettingId.HEADER_TABLE_SIZE, headerTableSize);
    if (initialWindowSize !== 65_535) pairs.push(SettingId.INITIAL_WINDOW_SIZE, initialWindowSize);
    if (maxFrameSize !== 16_384) pairs.push(SettingId.MAX_FRAME_SIZE, maxFrameSize);
    pairs.push(SettingId.MAX_HEADER_LIST_SIZE, maxHeaderListSize);
    this.sender.writer.settings(pairs);
    this.#pending.push({ headerTableSize, initialWindowSize });
    this.receiver.openWindow();
  }

  /** The stream that a command sends on; undefined where it is over. */
  protected sending(streamId: number, command: string): Stream | undefined {
    const stream = this.streams.get(streamId);
    if (stream === undefined || isClosed(stream.state)) return undefined;
    if (!stream.headersCommanded) {
      throw new Error(`${command}(${streamId}) was called before the stream's headers were sent.`);
    }
    if (stream.endCommanded) throw new Error(`${command}(${streamId}) was called after the stream's end was sent.`);
    return stream;
  }

  /** Tells that there is output, unless that was told or goes without saying. */
  protected wake(): void {
    if (this.#busy || this.#outputTold || !this.sender.hasOutput) return;
    this.#outputTold = true;
    this.#events.onOutput();
  }

  /** A connection error: GOAWAY, and the end. */
  protected fail(code: number, message: string, cause?: unknown): void {
    if (this.#closed) return;
    this.sender.writer.goaway(Math.min(this.streams.lastPeerId, this.#namedStreamId), code, message);
    this.#terminate(new ConnectionError(code, message, "local", cause));
  }

  /** A stream error: RST_STREAM, for what the peer did. */
  protected failStream(stream: Stream, code: number): void {
    this.sender.reset(stream, code);
    const waste = this.guard.onStreamError() ?? this.guard.onControlReply();
    if (this.onStreamLost(stream)) this.#events.onReset(stream.id, code, "fault");
    if (waste !== undefined) this.fail(ErrorCode.ENHANCE_YOUR_CALM, waste);
  }

  /** A stream error for a stream that is not in the table. */
  protected refuse(streamId: number, code: number): void {
    this.sender.writer.rstStream(streamId, code);
    this.streams.rememberReset(streamId);
    const waste = this.guard.onStreamError() ?? this.guard.onControlReply();
    if (waste !== undefined) this.fail(ErrorCode.ENHANCE_YOUR_CALM, waste);
  }

  // Frames of the connection

  #onFrame(type: number, flags: number, streamId: number, bytes: Uint8Array, start: number, end: number): void {
    if (this.receiver.blockStreamId !== 0 && type !== FrameType.CONTINUATION) {
      // RFC 9113 6.10
      return this.fail(ErrorCode.PROTOCOL_ERROR, `a frame of type ${type} in the middle of a header block`);
    }
    if (!this.#settingsReceived && (type !== FrameType.SETTINGS || (flags & FrameFlag.ACK) !== 0)) {
      // RFC 9113 3.4
      return this.fail(ErrorCode.PROTOCOL_ERROR, `a frame of type ${type} before the first SETTINGS`);
    }
    switch (type) {
      case FrameType.DATA:
        return this.receiver.data(flags, streamId, bytes, start, end);
      case FrameType.HEADERS:
        return this.receiver.headers(flags, streamId, bytes, start, end);
      case FrameType.PRIORITY:
        return this.receiver.priority(streamId, bytes, start, end);
      case FrameType.RST_STREAM:
        return this.receiver.rstStream(streamId, bytes, start, end);
      case FrameType.SETTINGS:
        return this.#onSettings(flags, streamId, bytes, start, end);
      case FrameType.PUSH_PROMISE:
        // RFC 9113 8.4: never of a client, and we have turned it off for servers.
        return this.fail(ErrorCode.PROTOCOL_ERROR, "PUSH_PROMISE, though push is off");
      case FrameType.PING:
        return this.#onPing(flags, streamId, bytes, start, end);
      case FrameType.GOAWAY:
        return this.#onGoaway(streamId, bytes, start, end);
      case FrameType.WINDOW_UPDATE:
        return this.receiver.windowUpdate(streamId, bytes, start, end);
      case FrameType.CONTINUATION:
        return this.receiver.continuation(flags, streamId, bytes, start, end);
      default:
        // RFC 9113 4.1: frames of unknown types are ignored.
        return this.#spend(this.guard.onGlitch());
    }
  }

  /** RFC 9113 6.5. */
  #onSettings(flags: number, streamId: number, bytes: Uint8Array, start: number, end: number): void {
    const length = end - start;
    if (streamId !== 0) return this.fail(ErrorCode.PROTOCOL_ERROR, `SETTINGS on stream ${streamId}`);
    if (flags & FrameFlag.ACK) {
      if (length !== 0) {
        return this.fail(ErrorCode.FRAME_SIZE_ERROR, `an acknowledgement of SETTINGS with ${length} octets`);
      }
      return this.#onSettingsAck();
    }
    if (length % 6 !== 0) return this.fail(ErrorCode.FRAME_SIZE_ERROR, `SETTINGS of ${length} octets`);
    if (length > this.limits.maxSettingsEntries * 6) {
      const message = `too_many_settings: ${
        length / 6
      } in one frame, above the limit of ${this.limits.maxSettingsEntries}`;
      return this.fail(ErrorCode.ENHANCE_YOUR_CALM, message);
    }
    const { peer } = this.sender;
    const formerWindow = peer.initialWindowSize;
    const fault = readSettings(peer, bytes, start, end, !this.#isServer);
    if (fault !== undefined) return this.fail(fault.code, fault.message);
    if (!this.sender.settingsChanged(formerWindow)) {
      return this.fail(
        ErrorCode.FLOW_CONTROL_ERROR,
        "SETTINGS_INITIAL_WINDOW_SIZE makes a window larger than 2147483647",
      );
    }
    this.sender.writer.settingsAck();
    const waste = (this.#settingsReceived ? this.guard.onGlitch() : undefined) ?? this.guard.onControlReply();
    this.#settingsReceived = true;
    if (waste !== undefined) return this.fail(ErrorCode.ENHANCE_YOUR_CALM, waste);
    this.#events.onSettings(peer);
  }

  /** Our oldest unacknowledged settings hold from here on. */
  #onSettingsAck(): void {
    const update = this.#pending.acknowledge();
    if (update === undefined) return this.#spend(this.guard.onGlitch());
    this.#watch.onSettingsAck();
    if (update.headerTableSize !== undefined) this.receiver.setHeaderTableSize(update.headerTableSize);
    const difference = (update.initialWindowSize ?? this.#initialWindowSize) - this.#initialWindowSize;
    if (difference === 0) return;
    this.#initialWindowSize += difference;
    for (const stream of this.streams.all()) stream.receiveWindow.shift(difference);
  }

  /** RFC 9113 6.7. */
  #onPing(flags: number, streamId: number, bytes: Uint8Array, start: number, end: number): void {
    if (streamId !== 0) return this.fail(ErrorCode.PROTOCOL_ERROR, `PING on stream ${streamId}`);
    if (end - start !== 8) return this.fail(ErrorCode.FRAME_SIZE_ERROR, `PING of ${end - start} octets`);
    if (flags & FrameFlag.ACK) {
      const payload = bytes.subarray(start, end);
      if (this.#drain === Drain.ANNOUNCED && payload.every((octet, index) => octet === DRAIN_PING[index])) {
        return this.goawayNow();
      }
      return this.#events.onPong(payload);
    }
    this.sender.writer.ping(bytes, start, true);
    const waste = this.guard.onGlitch() ?? this.guard.onControlReply();
    if (waste !== undefined) return this.fail(ErrorCode.ENHANCE_YOUR_CALM, waste);
    this.#events.onPing();
  }

  /** RFC 9113 6.8. */
  #onGoaway(streamId: number, bytes: Uint8Array, start: number, end: number): void {
    if (streamId !== 0) return this.fail(ErrorCode.PROTOCOL_ERROR, `GOAWAY on stream ${streamId}`);
    if (end - start < 8) return this.fail(ErrorCode.FRAME_SIZE_ERROR, `GOAWAY of ${end - start} octets`);
    const lastStreamId = readUint31(bytes, start);
    const code = readUint32(bytes, start + 4);
    const debugData = String.fromCharCode(...bytes.subarray(start + 8, Math.min(end, start + 8 + MAX_DEBUG_DATA)));
    const fault = this.onPeerGoaway(lastStreamId);
    if (fault !== undefined) return this.fail(ErrorCode.PROTOCOL_ERROR, fault);
    for (const stream of [...this.streams.all()]) {
      if (this.#isServer || stream.id <= lastStreamId || isClosed(stream.state)) continue;
      this.sender.drop(stream);
      this.streams.apply(stream, StreamInput.RECEIVE_RST_STREAM);
      if (this.onStreamLost(stream)) this.#events.onReset(stream.id, ErrorCode.REFUSED_STREAM, "unprocessed");
    }
    if (!this.#closed) this.#events.onGoaway(lastStreamId, code, debugData);
  }

  /** The peer goes away; answers what is wrong with that, if anything. */
  protected abstract onPeerGoaway(lastStreamId: number): string | undefined;

  #onPeerReset(stream: Stream, code: number): void {
    if (this.onStreamLost(stream)) this.#events.onReset(stream.id, code, "peer");
  }

  #spend(waste: string | undefined): void {
    if (waste !== undefined) this.fail(ErrorCode.ENHANCE_YOUR_CALM, waste);
  }

  // The turn

  #produce(): void {
    this.sender.pump();
    const writable = this.sender.takeWritable();
    if (writable.length === 0) return;
    for (const stream of writable) {
      if (!isClosed(stream.state)) this.#events.onWritable(stream.id);
    }
    if (!this.#closed) this.sender.pump();
  }

  /** Runs what tells events. An event that throws ends the connection; its error goes to `onClosed`. */
  #run(action: () => void): void {
    const wasBusy = this.#busy;
    this.#busy = true;
    try {
      action();
    } catch (error) {
      this.fail(ErrorCode.INTERNAL_ERROR, "an event handler failed", error);
    } finally {
      this.#busy = wasBusy;
    }
  }

  /** What is due after bytes were read or taken, and after slots were freed. */
  protected endTurn(): void {
    if (this.#closed || this.#busy) return;
    this.#run(() => this.onTurnEnd());
    if (this.#closed) return;
    if (this.#drain === Drain.FINAL && this.streams.openCount === 0) return this.#terminate(undefined);
    if (this.#isServer && this.streams.lastPeerId > this.limits.drainAtStreamId) this.goaway();
  }

  #terminate(error: ConnectionError | undefined): void {
    this.#closed = true;
    this.#reader.stop();
    const lost: number[] = [];
    for (const stream of this.streams.all()) {
      if (!isClosed(stream.state) && this.onStreamLost(stream)) lost.push(stream.id);
    }
    this.sender.clear();
    this.receiver.clear();
    this.streams.clear();
    const code = error === undefined ? ErrorCode.NO_ERROR : error.code;
    for (const streamId of lost) this.#tell(() => this.#events.onReset(streamId, code, "closed"));
    this.#tell(() => this.#events.onClosed(error));
  }

  /** The last events: one that throws cannot keep the others from being told. */
  #tell(event: () => void): void {
    try {
      event();
    } catch {
      // The connection is over already; there is nothing left to end for it.
    }
  }
}

/** Octets of a peer's debug data that are told. */
const MAX_DEBUG_DATA = 1024;

function within(value: number, most: number): number {
  if (!Number.isInteger(value) || value < 0 || value > most) {
    throw new RangeError(`A setting is ${value}; it has to be a whole number from 0 to ${most}.`);
  }
  return value;
}
