// The commands that both ends of a connection have. How they make their way is the core's, the sender's and the receiver's.

import { ConnectionCore } from "./connection_core.ts";
import type { ConnectionEvents } from "./events.ts";
import type { BufferPool } from "./frame/buffer_pool.ts";
import { ErrorCode } from "./frame/error_code.ts";
import { type Http2Limits, resolveLimits } from "./limits.ts";
import type { SettingsUpdate } from "./settings.ts";
import type { HeaderBlock, Stream } from "./stream.ts";
import { isClosed } from "./stream_state.ts";

/** What both ends can be told at their making. */
export interface ConnectionOptions {
  /** Limits other than the defaults. */
  readonly limits?: Partial<Http2Limits>;
  /**
   * Where buffers for large outputs come from. Whoever takes such an output may give it back here once it was written.
   * Default: each is made anew.
   */
  readonly pool?: BufferPool;
  /**
   * Give large payloads out as they are, as pieces of the output of their own, in place of copying them: chunks given to
   * `sendData` are then to be left alone until the transport has written them. Default false.
   */
  readonly gather?: boolean;
}

/** One end of an HTTP/2 connection. Commands on a stream that is over come to nothing, for the peer may have ended it. */
export abstract class Connection extends ConnectionCore {
  protected constructor(events: ConnectionEvents, isServer: boolean, options: ConnectionOptions) {
    super(events, isServer, resolveLimits(options.limits));
    this.sender.writer.output.gathers = options.gather ?? false;
    if (options.pool !== undefined) this.sender.writer.output.pool = options.pool;
  }

  /**
   * Sends data on a stream whose headers were sent. The bytes are not copied at once, or at all: leave them as they are.
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

  /** Sends trailers, which end our side of the stream, after all data. */
  sendTrailers(streamId: number, trailers: HeaderBlock): void {
    const stream = this.sending(streamId, "sendTrailers");
    if (stream === undefined) return;
    this.sender.trailers(stream, trailers);
    this.wake();
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

  /**
   * Takes received data over from the connection, whose other streams may go on, and gives the peer no credit for this
   * stream: it can send no more on it than its window, until `consume` is called as well, for the same octets.
   */
  keep(streamId: number, octets: number): void {
    const stream = this.streams.get(streamId);
    if (stream === undefined) return;
    this.receiver.keep(stream, octets);
    this.wake();
  }

  /** Breaks a stream off with RST_STREAM. No event follows. A stream that is over is left alone. */
  reset(streamId: number, code: number): void {
    const stream = this.streams.get(streamId);
    if (stream === undefined || isClosed(stream.state) || stream.parked !== undefined) return;
    this.sender.reset(stream, code);
    this.wake();
  }

  /** Sends a PING with eight octets; `onPong` brings them back. */
  ping(payload: Uint8Array): void {
    if (payload.length !== 8) {
      throw new RangeError(`The payload of a PING is ${payload.length} octets; it has to be 8.`);
    }
    if (this.isClosed) return;
    this.sender.writer.ping(payload, 0, false);
    this.wake();
  }

  /** Ends the connection now: GOAWAY, `onReset` for each stream that was alive, `onClosed`. */
  close(code: number = ErrorCode.NO_ERROR, debugData = ""): void {
    this.fail(code, debugData);
    this.wake();
  }

  /** Changes settings of ours; they hold when the peer has acknowledged them. */
  updateSettings(update: SettingsUpdate): void {
    if (this.isClosed) return;
    this.settings.update(update);
    this.wake();
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
}
