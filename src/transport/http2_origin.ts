// All that goes to one address: the connection that takes new calls, those that only finish theirs, the calls that wait, and
// the pause after a connection could not be made.
import { Code, ConnectError } from "@connectrpc/connect";
import type { Http2Limits } from "../http2/limits.ts";
import { Backoff, type BackoffOptions } from "./backoff.ts";
import type { ClientSocket } from "./client_socket.ts";
import type { Clock } from "./clock.ts";
import type { Http2ClientCall } from "./http2_client_call.ts";
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
  readonly connectTimeoutMs: number;
  readonly idleTimeoutMs: number;
  readonly pingIntervalMs: number;
  readonly pingTimeoutMs: number;
  readonly maxQueuedCalls: number;
  readonly backoff: BackoffOptions | undefined;
}

/** Connections that may leave in a row without having taken a call, before those that wait are told. */
const MAX_MISSED = 3;

/** One address and the calls to it. */
export class Http2Origin {
  readonly #target: Http2Target;
  readonly #options: Http2OriginOptions;
  readonly #host: Http2ClientHost;
  readonly #backoff: Backoff;
  /** Calls that wait for a connection or a free stream, in order. */
  readonly #queue = new Set<Http2ClientCall>();
  /** All that are not closed. */
  readonly #connections = new Set<Http2ClientConnection>();
  #current: Http2ClientConnection | undefined;
  #dialing: AbortController | undefined;
  #retryAtMs = -Infinity;
  #lastError: Error | undefined;
  #pingIntervalMs: number;
  #isClosed = false;
  #onEmpty: () => void = () => {};

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
  submit(call: Http2ClientCall): void {
    if (call.isOver) return;
    if (this.#isClosed) return call.fail(this.#closedError());
    // Those that wait have come before.
    if (this.#queue.size === 0 && this.#current?.begin(call)) return;
    const { maxQueuedCalls } = this.#options;
    if (this.#queue.size >= maxQueuedCalls) {
      const message =
        `${this.#queue.size} calls to ${this.#target.address} wait for a stream already; maxQueuedCalls is ${maxQueuedCalls}.`;
      return call.fail(new ConnectError(message, Code.ResourceExhausted));
    }
    this.#queue.add(call);
    if (this.#current === undefined) this.#connect();
  }

  /** A call no longer waits. */
  abandon(call: Http2ClientCall): void {
    this.#queue.delete(call);
  }

  /** Lets running calls end and closes; calls that wait end with `unavailable`. */
  close(): Promise<void> {
    this.#isClosed = true;
    this.#failQueue(this.#closedError());
    this.#dialing?.abort(new Error("the client is closed"));
    const empty = new Promise<void>((resolve) => this.#onEmpty = resolve);
    if (this.#connections.size === 0) this.#onEmpty();
    for (const connection of [...this.#connections]) connection.leave();
    return empty;
  }

  async #connect(): Promise<void> {
    if (this.#dialing !== undefined) return;
    const { clock } = this.#host;
    if (clock.now() < this.#retryAtMs) return this.#failQueue(this.#connectError());
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
      this.#dialing = undefined;
    }
  }

  #adopt(socket: ClientSocket): void {
    this.#dialing = undefined;
    const { limits, idleTimeoutMs, pingTimeoutMs } = this.#options;
    const options = {
      address: this.#target.address,
      limits,
      idleTimeoutMs,
      pingIntervalMs: this.#pingIntervalMs,
      pingTimeoutMs,
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
    this.#current = connection;
    this.#drainQueue();
    // Those that asked for the connection may all have been cancelled meanwhile.
    if (!connection.isUsed) socket.keepAlive(false);
  }

  /** Gives streams to those that wait, as many as there are. */
  #drainQueue(): void {
    for (const call of this.#queue) {
      if (this.#current === undefined || !this.#current.begin(call)) break;
      this.#queue.delete(call);
    }
  }

  #onLeave(connection: Http2ClientConnection): void {
    if (this.#current !== connection) return;
    this.#current = undefined;
    if (this.#isClosed || this.#queue.size === 0) return;
    if (!connection.isUsed) {
      for (const call of [...this.#queue]) {
        if (++call.missed < MAX_MISSED) continue;
        this.#queue.delete(call);
        const message = `The server at ${this.#target.address} closes its connections before any call.`;
        call.fail(new ConnectError(message, Code.Unavailable));
      }
    }
    // The reason of a connection that closes with it is told after this.
    this.#host.clock.soon(() => {
      if (this.#queue.size > 0 && this.#current === undefined) this.#connect();
    });
  }

  #onClosed(connection: Http2ClientConnection, reason: Error): void {
    this.#connections.delete(connection);
    if (this.#connections.size === 0) this.#onEmpty();
    // One that never greeted counts as one that could not be made.
    if (!connection.isGreeted && !this.#isClosed) this.#connectFailed(reason);
  }

  #connectFailed(error: Error): void {
    this.#lastError = error;
    this.#retryAtMs = this.#host.clock.now() + this.#backoff.next();
    this.#failQueue(this.#connectError());
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
