// All that goes to one address: the connections that take new calls, those that only finish theirs, the calls that wait, and
// the pause after a connection could not be made. Connections are filled in the order in which they were made, so that those
// that are not needed any more fall idle; another one is made when calls wait, one at a time.
import { Code } from "@connectrpc/connect";
import { ConnectError } from "../rpc/connect_error.ts";
import type { BufferPool } from "../http2/frame/buffer_pool.ts";
import type { Http2Limits } from "../http2/limits.ts";
import { Backoff, type BackoffOptions } from "./backoff.ts";
import type { ClientSocket } from "./client_socket.ts";
import type { Clock } from "./clock.ts";
import type { HeaderBlock } from "../http2/stream.ts";
import type { CallHost, Http2ClientCall } from "./http2_client_call.ts";
import { Http2ClientConnection } from "./http2_client_connection.ts";
import type { Http2Target } from "./http2_target.ts";
import { connectionError } from "./reset_error.ts";

/** What the client needs of its host. */
export interface Http2ClientHost {
  readonly clock: Clock;
  /** Answers 0 to below 1. Default: `Math.random`. */
  readonly random?: () => number;
  /** Connects, TLS included. Rejects where that fails, and when `signal` aborts, after which nothing of it is left. */
  dial(target: Http2Target, signal: AbortSignal): Promise<ClientSocket>;
}

/** How an origin connects, queues and pings. */
export interface Http2OriginOptions {
  readonly limits: Partial<Http2Limits>;
  readonly pool: BufferPool;
  readonly connectTimeoutMs: number;
  readonly idleTimeoutMs: number;
  readonly pingIntervalMs: number;
  readonly pingTimeoutMs: number;
  readonly pingWithoutCalls: boolean;
  readonly maxQueuedCalls: number;
  readonly maxConnections: number;
  readonly backoff: BackoffOptions | undefined;
}

/** Connections that may leave in a row without having taken a call, before those that wait are told. */
const MAX_MISSED = 3;

/** Milliseconds until the next attempt for calls that wait in spite of that. */
const MISSED_PAUSE_MS = 1_000;

/** One address and the calls to it. */
export class Http2Origin implements CallHost {
  readonly #target: Http2Target;
  readonly #options: Http2OriginOptions;
  readonly #host: Http2ClientHost;
  readonly #backoff: Backoff;
  /** Calls that wait for a connection or a free stream, in order. */
  readonly #queue = new Set<Http2ClientCall<HeaderBlock>>();
  /** All that are not closed. */
  readonly #connections = new Set<Http2ClientConnection>();
  /** Those that take new calls, the oldest first. */
  #usable: Http2ClientConnection[] = [];
  #dialing: AbortController | undefined;
  #retryAtMs = -Infinity;
  #lastError: Error | undefined;
  #pingIntervalMs: number;
  #isClosed = false;
  #onEmpty: () => void = () => {};
  /** Takes the attempt back that calls with `waitForReady` wait for. */
  #cancelRetry: (() => void) | undefined;

  constructor(target: Http2Target, options: Http2OriginOptions, host: Http2ClientHost) {
    this.#target = target;
    this.#options = options;
    this.#host = host;
    this.#backoff = new Backoff(options.backoff, host.random);
    this.#pingIntervalMs = options.pingIntervalMs;
  }

  /** True where nothing is connected, awaited or to be remembered. */
  get isForgettable(): boolean {
    return this.#connections.size === 0 && this.#queue.size === 0 && this.#dialing === undefined &&
      this.#retryAtMs <= this.#host.clock.now();
  }

  /** Gives a call a stream, now or when there is one; ends it with an error where none is to be had. */
  submit(call: Http2ClientCall<HeaderBlock>): void {
    if (call.isOver) return;
    if (this.#isClosed) return call.fail(this.#closedError());
    // Those that wait have come before.
    if (this.#queue.size === 0 && this.#begin(call)) return;
    const { maxQueuedCalls } = this.#options;
    if (this.#queue.size >= maxQueuedCalls) {
      const message =
        `${this.#queue.size} calls to ${this.#target.address} wait for a stream already; maxQueuedCalls is ${maxQueuedCalls}.`;
      return call.fail(new ConnectError(message, Code.ResourceExhausted));
    }
    this.#queue.add(call);
    this.#connectForQueue();
  }

  // What calls ask for

  get address(): string {
    return this.#target.address;
  }

  retry(call: Http2ClientCall<HeaderBlock>): void {
    // A GOAWAY often follows the refusal at once: the other attempt is not to run into it.
    this.#host.clock.soon(() => this.submit(call));
  }

  abandon(call: Http2ClientCall<HeaderBlock>): void {
    if (this.#queue.delete(call) && this.#queue.size === 0) this.#stopRetry();
  }

  /** Lets running calls end and closes; calls that wait end with `unavailable`. */
  close(): Promise<void> {
    this.#isClosed = true;
    this.#stopRetry();
    this.#failQueue(this.#closedError());
    this.#dialing?.abort(new Error("the client is closed"));
    const empty = new Promise<void>((resolve) => this.#onEmpty = resolve);
    if (this.#connections.size === 0) this.#onEmpty();
    for (const connection of [...this.#connections]) connection.leave();
    return empty;
  }

  /** Gives a call a stream on the first connection that has one. */
  #begin(call: Http2ClientCall<HeaderBlock>): boolean {
    const usable = this.#usable;
    for (const connection of usable) {
      // How many streams a server takes is known once it has greeted. Only the first connection is used before that, lest a
      // call that was refused there once is refused again.
      if ((connection.isGreeted || usable.length === 1) && connection.begin(call)) return true;
    }
    return false;
  }

  /** Makes another connection where calls wait and there may be one more. */
  #connectForQueue(): void {
    if (this.#isClosed || this.#dialing !== undefined || this.#queue.size === 0) return;
    const usable = this.#usable;
    if (usable.length >= this.#options.maxConnections || usable.some((connection) => !connection.isGreeted)) return;
    if (this.#host.clock.now() >= this.#retryAtMs) this.#connect();
    else if (usable.length === 0) this.#giveUpForNow();
  }

  async #connect(): Promise<void> {
    const { clock } = this.#host;
    const { connectTimeoutMs } = this.#options;
    const dialing = this.#dialing = new AbortController();
    const stopTimer = clock.after(
      connectTimeoutMs,
      () => dialing.abort(new Error(`no connection within ${connectTimeoutMs} ms`)),
    );
    try {
      const socket = await this.#host.dial(this.#target, dialing.signal);
      if (dialing.signal.aborted) {
        // It came in the very moment in which it was given up.
        socket.destroy();
        throw dialing.signal.reason;
      }
      this.#adopt(socket);
    } catch (error) {
      this.#dialing = undefined;
      if (!this.#isClosed) this.#connectFailed(error as Error);
    } finally {
      stopTimer();
    }
  }

  #adopt(socket: ClientSocket): void {
    this.#dialing = undefined;
    const { limits, pool, idleTimeoutMs, pingTimeoutMs, pingWithoutCalls } = this.#options;
    const options = {
      address: this.#target.address,
      limits,
      pool,
      idleTimeoutMs,
      pingIntervalMs: this.#pingIntervalMs,
      pingTimeoutMs,
      pingWithoutCalls,
    };
    const connection: Http2ClientConnection = new Http2ClientConnection(socket, options, this.#host.clock, {
      onGreeted: () => this.#backoff.reset(),
      onAvailable: () => this.#drainQueue(),
      onTooManyPings: () => {
        // gRPC's keepalive document: a client that is told so halves how often it pings.
        this.#pingIntervalMs *= 2;
      },
      onLeave: () => this.#onLeave(connection),
      onClosed: (reason) => this.#onClosed(connection, reason),
    });
    this.#connections.add(connection);
    this.#usable.push(connection);
    this.#drainQueue();
    // Those that asked for the connection may all have been cancelled meanwhile.
    if (!connection.isUsed) socket.keepAlive(false);
  }

  /** Gives streams to those that wait, as many as there are. */
  #drainQueue(): void {
    for (const call of this.#queue) {
      if (!this.#begin(call)) break;
      this.#queue.delete(call);
    }
    this.#connectForQueue();
  }

  #onLeave(connection: Http2ClientConnection): void {
    if (!this.#usable.includes(connection)) return;
    // A copy, for one of its calls may have been begun on just now.
    this.#usable = this.#usable.filter((other) => other !== connection);
    if (this.#isClosed || this.#queue.size === 0) return;
    if (!connection.isUsed && this.#usable.length === 0) {
      for (const call of [...this.#queue]) {
        if (++call.missed < MAX_MISSED) continue;
        if (call.request.waitForReady) {
          call.missed = 0;
          this.#retryAtMs = this.#host.clock.now() + MISSED_PAUSE_MS;
          continue;
        }
        this.#queue.delete(call);
        const message = `The server at ${this.#target.address} closes its connections before any call.`;
        call.fail(new ConnectError(message, Code.Unavailable));
      }
    }
    // The reason of a connection that closes with it is told after this.
    this.#host.clock.soon(() => this.#connectForQueue());
  }

  #onClosed(connection: Http2ClientConnection, reason: Error): void {
    this.#connections.delete(connection);
    // Behind the last output, which is on its way by then: a process may end with its clients.
    if (this.#connections.size === 0) this.#host.clock.soon(() => this.#onEmpty());
    // One that never greeted counts as one that could not be made.
    if (!connection.isGreeted && !this.#isClosed) this.#connectFailed(reason);
  }

  #connectFailed(error: Error): void {
    this.#lastError = error;
    this.#retryAtMs = this.#host.clock.now() + this.#backoff.next();
    // Where there are other connections, calls go on waiting for one of their streams.
    if (this.#usable.length === 0) this.#giveUpForNow();
  }

  /** Tells the calls that wait, but for those that wait for a server whatever comes: they get another attempt. */
  #giveUpForNow(): void {
    const error = this.#connectError();
    for (const call of [...this.#queue]) {
      if (call.request.waitForReady) continue;
      this.#queue.delete(call);
      call.fail(error);
    }
    if (this.#queue.size === 0 || this.#cancelRetry !== undefined || this.#isClosed) return;
    const { clock } = this.#host;
    this.#cancelRetry = clock.after(Math.max(1, Math.ceil(this.#retryAtMs - clock.now())), () => {
      this.#cancelRetry = undefined;
      this.#connectForQueue();
    });
  }

  #stopRetry(): void {
    this.#cancelRetry?.();
    this.#cancelRetry = undefined;
  }

  #failQueue(error: ConnectError): void {
    for (const call of [...this.#queue]) {
      this.#queue.delete(call);
      call.fail(error);
    }
  }

  #connectError(): ConnectError {
    return connectionError("Cannot connect to", this.#target.address, this.#lastError);
  }

  #closedError(): ConnectError {
    return new ConnectError(`Cannot call ${this.#target.address}: the client is closed.`, Code.Unavailable);
  }
}
