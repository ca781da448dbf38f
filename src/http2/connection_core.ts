// THE ENGINE: one HTTP/2 connection, RFC 9113, sans-IO. Bytes in, events out; commands in, bytes out. No socket, clock or
// timer inside. Here is the connection's life, its frames and the turn of the transport; commands on streams are in
// connection.ts, what streams receive and send in receiver.ts and sender.ts.
//
// A peer's fault is answered with a frame and told with an event; nothing is thrown because of a peer. After a connection
// error the engine is terminal: it holds one last output, has let go of everything else, and ignores what comes.

import type { HeaderList } from "../http/exchange.ts";
import type { ConnectionEvents } from "./events.ts";
import { ConnectionError, ErrorCode } from "./frame/error_code.ts";
import { FrameFlag, FrameType, readUint31, readUint32 } from "./frame/frame.ts";
import { FrameReader } from "./frame/reader.ts";
import { GoawayExchange } from "./goaway_exchange.ts";
import { Guard } from "./guard.ts";
import type { Http2Limits } from "./limits.ts";
import { Receiver } from "./receiver.ts";
import { Sender } from "./sender.ts";
import type { SettingsValues } from "./settings.ts";
import { SettingsExchange } from "./settings_exchange.ts";
import type { Stream } from "./stream.ts";
import { isClosed, StreamInput } from "./stream_state.ts";
import { Streams } from "./streams.ts";
import type { ConnectionUsage } from "./usage.ts";
import { Watch } from "./watch.ts";

const MAX_DEBUG_DATA = 1024; // octets of a peer's debug data that are told

/** One end of a connection without the commands on its streams. */
export abstract class ConnectionCore {
  protected readonly limits: Http2Limits;
  protected readonly streams: Streams;
  protected readonly guard: Guard;
  protected readonly sender: Sender;
  protected readonly receiver: Receiver;
  protected readonly settings: SettingsExchange;
  protected readonly farewell: GoawayExchange;
  readonly #events: ConnectionEvents;
  readonly #isServer: boolean;
  readonly #reader: FrameReader;
  readonly #watch: Watch;
  #closed = false;
  /** Inside `receive` or `takeOutput`: no need to tell of output, and no way to feed more. */
  #busy = false;
  #outputTold = false;

  protected constructor(events: ConnectionEvents, isServer: boolean, limits: Http2Limits) {
    this.limits = limits;
    this.#events = events;
    this.#isServer = isServer;
    this.streams = new Streams(isServer ? 0 : 1);
    this.guard = new Guard(limits);
    this.sender = new Sender(limits, this.streams, this.guard, (stream) => this.onSendEnded(stream));
    this.receiver = new Receiver(limits, this.streams, this.sender, this.guard, events, {
      headers: (streamId, stream, list, endStream) => this.onHeaderList(streamId, stream, list, endStream),
      canOpen: (streamId) => isServer && (streamId & 1) === 1,
      park: (stream, bytes, endStream) => this.onParkedData(stream, bytes, endStream),
      reset: (stream, code) => this.#onPeerReset(stream, code),
      fail: (code, message) => this.fail(code, message),
      failStream: (stream, code) => this.failStream(stream, code),
      refuse: (streamId, code) => this.refuse(streamId, code),
    });
    this.farewell = new GoawayExchange(this.streams, this.sender);
    this.#watch = new Watch(limits);
    this.settings = new SettingsExchange(limits, this.streams, this.sender, this.receiver, this.guard, this.#watch);
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
  /** Data of a request that waits for a slot. */
  protected abstract onParkedData(stream: Stream, bytes: Uint8Array, endStream: boolean): void;
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

  /** True where one end or the other is going away: streams go on, new ones belong on another connection. */
  get isGoingAway(): boolean {
    return this.farewell.isBegun || this.farewell.isPeerGoing;
  }

  /** True where there is output to take. */
  get hasOutput(): boolean {
    return this.sender.hasOutput;
  }

  /** False where the transport should not read: the peer doesn't read what it asked for. Look again after `takeOutput`. */
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
      outputBytes: this.sender.writer.output.total,
      partialBytes: this.#reader.bufferedLength + this.receiver.blockLength,
      retainedHeaderBytes: this.streams.retainedHeaderBytes,
      decoderTableBytes: this.receiver.tableSize,
      encoderTableBytes: this.sender.tableSize,
      receiveWindow: this.receiver.window.available,
      sendWindow: this.sender.window,
    };
  }

  /**
   * Takes bytes from the transport, in pieces of any size, and tells the events that come of them. The bytes are not kept
   * or changed; they are a plain Uint8Array, not a Buffer. Take the output afterwards.
   * @param budget frames that are taken in this turn, header blocks counting more; see {@link FrameReader.read}
   * @returns how many octets that were; the rest is for the next turn
   * @throws Error when called from within an event.
   */
  receive(bytes: Uint8Array, budget: number = Infinity): number {
    if (this.#busy) throw new Error("receive() was called from within an event; feed the bytes when it has returned.");
    if (this.#closed) return bytes.length;
    const taken = this.#run(() => this.#reader.read(bytes, budget));
    this.endTurn();
    return taken ?? bytes.length;
  }

  /**
   * Takes the bytes that are ready for the transport: all of them, but no more than about `maxOutputBytes`; where
   * `hasOutput` is still true, there is more later. They belong to the caller; `rest` gets what follows of them.
   */
  takeOutput(rest?: Uint8Array[]): Uint8Array {
    if (!this.#closed && !this.#busy) this.#run(() => this.#produce());
    const taken = this.sender.writer.output.take(rest);
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
      this.settings.isGreeted,
      this.settings.isPending,
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

  // Going away

  /**
   * Begins a graceful end. A server announces it, goes on taking requests until the announcement has made its way to the
   * client and back, then names the last one it took (RFC 9113 6.8). A client names no stream at once. The connection
   * closes by itself when all streams have ended. The debug data says why, for whoever looks at the frames.
   */
  goaway(debugData = ""): void {
    if (this.#closed || this.farewell.isBegun) return;
    if (!this.#isServer) return this.goawayNow(ErrorCode.NO_ERROR, debugData);
    this.farewell.announce(debugData);
    this.wake();
  }

  /** Says goodbye at once: streams so far go on, new ones of the peer are ignored; it may try those elsewhere. */
  goawayNow(code: number = ErrorCode.NO_ERROR, debugData = ""): void {
    if (this.#closed || this.farewell.isFinal) return;
    this.farewell.finish(code, debugData);
    if (!this.#busy) this.endTurn();
    this.wake();
  }

  // For both ends' own parts

  /** Sends the first SETTINGS, with what this end wants of its own, and opens the connection's window. */
  protected greet(own: readonly number[]): void {
    this.settings.greet(own);
    this.receiver.openWindow();
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
    this.farewell.finish(code, message);
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
    if (!this.settings.isGreeted && (type !== FrameType.SETTINGS || (flags & FrameFlag.ACK) !== 0)) {
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

  #onSettings(flags: number, streamId: number, bytes: Uint8Array, start: number, end: number): void {
    const fault = this.settings.onFrame(flags, streamId, bytes, start, end, !this.#isServer);
    if (fault !== undefined) return this.fail(fault.code, fault.message);
    if ((flags & FrameFlag.ACK) === 0) this.#events.onSettings(this.sender.peer);
  }

  /** RFC 9113 6.7. */
  #onPing(flags: number, streamId: number, bytes: Uint8Array, start: number, end: number): void {
    if (streamId !== 0) return this.fail(ErrorCode.PROTOCOL_ERROR, `PING on stream ${streamId}`);
    if (end - start !== 8) return this.fail(ErrorCode.FRAME_SIZE_ERROR, `PING of ${end - start} octets`);
    if (flags & FrameFlag.ACK) {
      const payload = bytes.subarray(start, end);
      if (this.farewell.onPong(payload)) return this.goawayNow();
      return this.#events.onPong(payload);
    }
    this.sender.writer.ping(bytes, start, true);
    const strike = this.#isServer ? this.guard.onPing(this.streams.openCount > 0) : undefined;
    const waste = strike ?? this.guard.onGlitch() ?? this.guard.onControlReply();
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
    const fault = this.farewell.onPeer(lastStreamId);
    if (fault !== undefined) return this.fail(ErrorCode.PROTOCOL_ERROR, fault);
    for (const stream of this.streams.all()) {
      if (this.#closed || this.#isServer || stream.id <= lastStreamId || isClosed(stream.state)) continue;
      this.sender.drop(stream);
      this.streams.apply(stream, StreamInput.RECEIVE_RST_STREAM);
      if (this.onStreamLost(stream)) this.#events.onReset(stream.id, ErrorCode.REFUSED_STREAM, "unprocessed");
    }
    if (!this.#closed) this.#events.onGoaway(lastStreamId, code, debugData);
  }

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
      if (!this.#closed && !isClosed(stream.state)) this.#events.onWritable(stream.id);
    }
    if (!this.#closed) this.sender.pump();
  }

  /** Runs what tells events. An event that throws ends the connection; its error goes to `onClosed`. */
  #run<T>(action: () => T): T | undefined {
    const wasBusy = this.#busy;
    this.#busy = true;
    try {
      return action();
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
    if (this.farewell.isFinal && this.streams.openCount === 0) return this.#terminate(undefined);
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
