// One connection of the HTTP/2 client: the engine over a connected socket, the calls on it, its pings and its idle time.
// Its states:
//
//   open --> leaving (GOAWAY, idle, close; calls go on) --> closed
//     |_________________________________________________________^  (error, lost socket, lost ping)
import type { HeaderList } from "../http/exchange.ts";
import { ClientConnection } from "../http2/client_connection.ts";
import type { ClientEvents, ResetCause } from "../http2/events.ts";
import type { BufferPool } from "../http2/frame/buffer_pool.ts";
import { type ConnectionError, ErrorCode, errorCodeName } from "../http2/frame/error_code.ts";
import type { Http2Limits } from "../http2/limits.ts";
import type { ResponseHead } from "../http2/message_head.ts";
import type { HeaderBlock } from "../http2/stream.ts";
import { StreamTable } from "../http2/stream_table.ts";
import type { ClientSocket } from "./client_socket.ts";
import type { Clock } from "./clock.ts";
import type { Http2ClientCall, StreamOwner } from "./http2_client_call.ts";
import { connectionError } from "./reset_error.ts";

/** How a connection lives. */
export interface Http2ClientConnectionOptions {
  /** The address as messages show it. */
  readonly address: string;
  readonly limits: Partial<Http2Limits>;
  /** Buffers of large outputs, shared by all connections of a client. */
  readonly pool: BufferPool;
  readonly idleTimeoutMs: number;
  /** 0: no pings. */
  readonly pingIntervalMs: number;
  readonly pingTimeoutMs: number;
  readonly pingWithoutCalls: boolean;
}

/** What a connection tells its owner. */
export interface Http2ClientConnectionEvents {
  /** The server has greeted: it speaks HTTP/2. */
  onGreeted(): void;
  /** There may be room for calls that wait. */
  onAvailable(): void;
  /** The server finds that it is pinged too often (GOAWAY ENHANCE_YOUR_CALM, `too_many_pings`). */
  onTooManyPings(): void;
  /** The connection takes no more calls. Told once, before `onClosed`. */
  onLeave(): void;
  /** The connection is over, and its socket as good as closed. Told once. */
  onClosed(reason: Error): void;
}

/** How often time is told to the engine, at most. */
const TICK_MS = 1_000;

/** Milliseconds that a server has to close its end of a connection that is over. */
const FAREWELL_MS = 2_000;

/** Octets of output that may stand in a buffer of the pool: below this it never does. */
const MIN_REUSED = 4096;

/** Writes in one turn. */
const MAX_WRITES = 4;

const NO_TRAILERS: HeaderList = Object.freeze([]);

const PING = Uint8Array.from("sigil ok", (character) => character.charCodeAt(0));

/** A connection and its calls. */
export class Http2ClientConnection implements StreamOwner {
  readonly #options: Http2ClientConnectionOptions;
  readonly #events: Http2ClientConnectionEvents;
  readonly #clock: Clock;
  readonly #socket: ClientSocket;
  readonly #engine: ClientConnection;
  readonly #onWritten: (bytes: Uint8Array) => void;
  /** Calls whose responses are not complete, by their streams. */
  readonly #calls = new StreamTable<Http2ClientCall<HeaderBlock>>();
  /** Calls that the end of the connection takes with it, until its reason is known. */
  readonly #lost: Http2ClientCall<HeaderBlock>[] = [];
  #isGreeted = false;
  #isLeaving = false;
  #isClosed = false;
  #isFlushing = false;
  #isSocketFull = false;
  #isPaused = false;
  #callCount = 0;
  #heardMs: number;
  #idleSinceMs: number;
  /** When the ping under way was sent, or -1. */
  #pingedMs = -1;
  #failure: Error | undefined;
  #stopTicking: () => void = () => {};

  /** Takes over a socket that has just been connected. */
  constructor(
    socket: ClientSocket,
    options: Http2ClientConnectionOptions,
    clock: Clock,
    events: Http2ClientConnectionEvents,
  ) {
    this.#socket = socket;
    this.#options = options;
    this.#clock = clock;
    this.#events = events;
    this.#heardMs = this.#idleSinceMs = clock.now();
    this.#engine = new ClientConnection(this.#engineEvents(), { ...options, gather: socket.writeAll !== undefined });
    this.#onWritten = (bytes) => options.pool.give(bytes);
    socket.start({
      onBytes: (bytes) => this.#receive(bytes),
      onDrain: () => {
        this.#isSocketFull = false;
        this.#flush();
      },
      onEnd: () => this.#onSocketEnd(),
    });
    this.#scheduleFlush();
    this.#engine.advance(this.#heardMs);
    this.#scheduleTick();
  }

  /** True where new calls may use it, now or when others end. */
  get isUsable(): boolean {
    return !this.#isLeaving;
  }

  /** True once it took a call. */
  get isUsed(): boolean {
    return this.#callCount > 0;
  }

  /** True once the server has greeted. */
  get isGreeted(): boolean {
    return this.#isGreeted;
  }

  /** Gives a call a stream; answers false where none is free, in which case `onAvailable` tells when one may be. */
  begin(call: Http2ClientCall<HeaderBlock>): boolean {
    if (this.#isLeaving) return false;
    const streamId = this.#engine.request(call.head, call.isBodiless);
    if (streamId === 0) {
      if (this.#engine.isExhausted) this.leave();
      return false;
    }
    this.#callCount++;
    this.#calls.set(streamId, call);
    if (this.#calls.size === 1) this.#socket.keepAlive(true);
    call.begin(this, streamId);
    return true;
  }

  /** Takes no more calls; closes when those under way have ended. */
  leave(): void {
    if (this.#isLeaving) return;
    this.#isLeaving = true;
    this.#events.onLeave();
    if (this.#calls.size === 0) this.#engine.goaway();
  }

  // What calls do to their streams

  sendData(streamId: number, bytes: Uint8Array, endStream: boolean): boolean {
    return this.#engine.sendData(streamId, bytes, endStream);
  }

  consume(streamId: number, octets: number): void {
    this.#engine.consume(streamId, octets);
  }

  reset(streamId: number, code: number): void {
    this.#engine.reset(streamId, code);
  }

  release(streamId: number): void {
    this.#engine.release(streamId);
    this.#end(streamId);
  }

  /** A call no longer needs the connection. */
  #end(streamId: number): void {
    if (!this.#calls.delete(streamId) || this.#calls.size > 0) return;
    this.#idleSinceMs = this.#clock.now();
    // An idle connection keeps no process alive.
    this.#socket.keepAlive(false);
    if (this.#isLeaving) this.#engine.goaway();
  }

  // What the engine tells

  #engineEvents(): ClientEvents {
    return {
      onResponse: (streamId, head, endStream) => this.#onResponse(streamId, head, endStream),
      onData: (streamId, bytes, endStream) => this.#onData(streamId, bytes, endStream),
      onTrailers: (streamId, trailers) => this.#onTrailers(streamId, trailers),
      onReset: (streamId, code, cause) => this.#onReset(streamId, code, cause),
      onWritable: (streamId) => this.#calls.get(streamId)?.onWritable(),
      onOutput: () => this.#scheduleFlush(),
      onSettings: () => this.#onSettings(),
      onPing: () => {},
      onPong: () => {
        this.#pingedMs = -1;
      },
      onGoaway: (_lastStreamId, code, debugData) => this.#onGoaway(code, debugData),
      onClosed: (error) => this.#onEngineClosed(error),
      // Interim responses are for clients that wait before they send a body, which this one never does.
      onInformational: () => {},
      onAvailable: () => this.#events.onAvailable(),
    };
  }

  #onResponse(streamId: number, { status, headers }: ResponseHead, endStream: boolean): void {
    const call = this.#calls.get(streamId);
    if (endStream) this.#end(streamId);
    call?.onResponse(status, headers);
    if (endStream) call?.onEnd(NO_TRAILERS);
  }

  #onData(streamId: number, bytes: Uint8Array, endStream: boolean): void {
    const call = this.#calls.get(streamId);
    if (endStream) this.#end(streamId);
    if (bytes.length > 0) call?.onData(bytes.slice());
    if (endStream) call?.onEnd(NO_TRAILERS);
  }

  #onTrailers(streamId: number, trailers: HeaderList): void {
    const call = this.#calls.get(streamId);
    this.#end(streamId);
    call?.onEnd(trailers);
  }

  #onReset(streamId: number, code: number, cause: ResetCause): void {
    const call = this.#calls.get(streamId);
    if (call === undefined) return;
    if (cause === "closed") this.#lost.push(call);
    else if (cause === "fault") call.onFault(code);
    else call.onReset(code, cause === "unprocessed" || code === ErrorCode.REFUSED_STREAM);
    this.#end(streamId);
  }

  #onSettings(): void {
    if (!this.#isGreeted) {
      this.#isGreeted = true;
      this.#events.onGreeted();
    }
    this.#events.onAvailable();
  }

  #onGoaway(code: number, debugData: string): void {
    const why = `${errorCodeName(code)}${debugData === "" ? "" : ` (${debugData})`}`;
    if (code !== ErrorCode.NO_ERROR) this.#failure ??= new Error(`the server said goodbye with ${why}`);
    if (code === ErrorCode.ENHANCE_YOUR_CALM && debugData === "too_many_pings") this.#events.onTooManyPings();
    this.leave();
  }

  #onEngineClosed(error: ConnectionError | undefined): void {
    if (error?.by === "local" && error.cause !== undefined) this.#failure ??= error.cause as Error;
    else if (error?.by === "local") this.#failure ??= new Error(`${error}`);
    if (error?.by === "local" && !this.#isGreeted) {
      this.#failure = new Error(`it does not answer in HTTP/2 (${this.#failure?.message})`);
    }
    const reason = this.#failure ?? new Error("it was closed");
    this.#isClosed = true;
    this.#stopTicking();
    if (!this.#isLeaving) {
      this.#isLeaving = true;
      this.#events.onLeave();
    }
    for (const call of this.#lost.splice(0)) {
      call.fail(connectionError("Lost the connection to", this.#options.address, reason));
    }
    // The last output is taken once the engine is done with what it was doing.
    this.#scheduleFlush();
    this.#events.onClosed(reason);
  }

  // The socket

  #receive(bytes: Uint8Array): void {
    if (this.#isClosed) return;
    this.#heardMs = this.#clock.now();
    this.#engine.receive(bytes);
    if (this.#engine.hasOutput) this.#scheduleFlush();
    if (!this.#isClosed && !this.#isPaused && !this.#engine.wantsInput) {
      this.#isPaused = true;
      this.#socket.pause();
    }
  }

  #scheduleFlush(): void {
    if (this.#isFlushing || this.#isSocketFull && !this.#isClosed) return;
    this.#isFlushing = true;
    this.#clock.soon(() => {
      this.#isFlushing = false;
      this.#flush();
    });
  }

  #flush(): void {
    const engine = this.#engine;
    for (let writes = 0; engine.hasOutput && !(this.#isSocketFull && !this.#isClosed); writes++) {
      // What was written gives its buffer back between turns.
      if (writes === MAX_WRITES) return this.#scheduleFlush();
      const rest: Uint8Array[] = [];
      const bytes = engine.takeOutput(rest);
      if (bytes.length === 0) break;
      this.#isSocketFull = !(rest.length > 0
        ? this.#socket.writeAll!([bytes, ...rest])
        : this.#socket.write(bytes, bytes.length > MIN_REUSED ? this.#onWritten : undefined));
    }
    if (this.#isClosed) {
      this.#socket.end();
      // The server ends its side in turn, or not.
      this.#clock.after(FAREWELL_MS, () => this.#socket.destroy(), true);
    } else if (this.#isPaused && engine.wantsInput) {
      this.#isPaused = false;
      this.#socket.resume();
    }
  }

  #onSocketEnd(): void {
    this.#failure ??= this.#socket.failure;
    this.#engine.disconnect();
    this.#socket.destroy();
  }

  // Time

  #scheduleTick(): void {
    const { idleTimeoutMs, pingIntervalMs, pingTimeoutMs } = this.#options;
    const pingMs = pingIntervalMs > 0 ? Math.min(pingIntervalMs, pingTimeoutMs) : TICK_MS;
    const delayMs = Math.max(1, Math.min(TICK_MS, idleTimeoutMs, pingMs));
    this.#stopTicking = this.#clock.after(delayMs, () => this.#tick(), true);
  }

  #tick(): void {
    const now = this.#clock.now();
    const { idleTimeoutMs, pingIntervalMs, pingTimeoutMs, pingWithoutCalls } = this.#options;
    this.#engine.advance(now);
    if (this.#isClosed) return;
    if (this.#pingedMs >= 0 && now - this.#pingedMs >= pingTimeoutMs) {
      this.#failure = new Error(`no answer to a ping within ${pingTimeoutMs} ms`);
      this.#engine.disconnect();
      this.#socket.destroy();
      return;
    }
    const mayPing = pingIntervalMs > 0 && (pingWithoutCalls || this.#calls.size > 0);
    if (this.#calls.size === 0 && now - this.#idleSinceMs >= idleTimeoutMs) this.leave();
    else if (mayPing && this.#pingedMs < 0 && now - this.#heardMs >= pingIntervalMs) {
      this.#pingedMs = now;
      this.#engine.ping(PING);
    }
    if (!this.#isClosed) this.#scheduleTick();
  }
}
