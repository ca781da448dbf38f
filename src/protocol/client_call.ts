// What every call of a client is: a request on its way that ends once, by its response, its deadline, its signal or its
// caller. Signals are listened to, and timers set, only where there are any.
import { Code } from "@connectrpc/connect";
import { ConnectError } from "../rpc/connect_error.ts";
import {
  type ClientExchange,
  type ClientRequest,
  closedExchange,
  type Endpoint,
  type HttpClient,
  type Timed,
} from "../http/client_exchange.ts";
import type { HeaderList } from "../http/exchange.ts";
import type { CallOptions } from "../rpc/call_options.ts";
import { canceledBy } from "../rpc/abort.ts";

/** Milliseconds by which clocks of hosts are not exact. */
const CLOCK_GRAIN_MS = 1;

/** One call. */
export abstract class ClientCall implements ClientRequest, Timed {
  readonly endpoint: Endpoint;
  readonly waitForReady: boolean;
  headers: HeaderList;
  body: Uint8Array | undefined = undefined;
  isStreamed = false;
  isFullDuplex = false;
  protected readonly options: CallOptions;
  protected exchange: ClientExchange = closedExchange;
  /** The call is over as far as HTTP is concerned: nothing more comes, nothing more is sent. */
  protected isOver = false;
  readonly #http: HttpClient;
  #deadlineMs = Infinity;
  #timer: unknown;
  #onAbort: (() => void) | undefined;

  constructor(http: HttpClient, endpoint: Endpoint, headers: HeaderList, options: CallOptions) {
    this.#http = http;
    this.endpoint = endpoint;
    this.headers = headers;
    this.options = options;
    this.waitForReady = options.waitForReady === true;
  }

  abstract onHead(status: number, headers: HeaderList): void;
  abstract onData(bytes: Uint8Array): void;
  abstract onEnd(trailers: HeaderList): void;
  /** Tells the caller what the call failed by; the call is over by then. */
  protected abstract onFailed(error: ConnectError): void;

  onWritable(): void {}

  /** Sets what can end the call from this side. */
  protected watch(timeoutMs: number | undefined): void {
    const { signal } = this.options;
    if (signal !== undefined) {
      if (signal.aborted) return this.fail(canceledBy(signal));
      this.#onAbort = () => this.fail(canceledBy(signal));
      signal.addEventListener("abort", this.#onAbort);
    }
    if (timeoutMs === undefined) return;
    this.#deadlineMs = this.#http.timers.now() + timeoutMs;
    this.#timer = this.#http.timers.set(this.#deadlineMs, this);
  }

  /** Sends the request, unless the call is over. */
  protected send(): void {
    if (this.isOver) return;
    const exchange = this.#http.send(this);
    if (!this.isOver) this.exchange = exchange;
  }

  onTime(): void {
    this.#timer = undefined;
    this.fail(new ConnectError("the deadline passed", Code.DeadlineExceeded));
  }

  onError(error: ConnectError): void {
    if (this.isOver) return;
    this.settle();
    this.onFailed(this.timely(error));
  }

  /** Ends the call from this side; the server is told. */
  protected fail(error: ConnectError): void {
    if (this.isOver) return;
    this.settle();
    this.exchange.cancel();
    this.onFailed(error);
  }

  /** The call is over: nothing of it stays behind. */
  protected settle(): void {
    this.isOver = true;
    if (this.#timer !== undefined) this.#http.timers.clear(this.#timer, this);
    this.#timer = undefined;
    if (this.#onAbort !== undefined) this.options.signal?.removeEventListener("abort", this.#onAbort);
    this.#onAbort = undefined;
  }

  /**
   * What a server's error means at this time. One that ends a call at the deadline which it was told may be heard before this
   * side's own timer runs ("gRPC over HTTP2": a client that sees CANCELLED after its deadline says DEADLINE_EXCEEDED).
   */
  protected timely(error: ConnectError): ConnectError {
    if (error.code !== Code.Canceled || this.#deadlineMs === Infinity) return error;
    if (this.#http.timers.now() < this.#deadlineMs - CLOCK_GRAIN_MS) return error;
    return new ConnectError("the deadline passed", Code.DeadlineExceeded, error.metadata, undefined, error);
  }
}

/** What anything thrown while a call is made means to its caller. */
export function callError(error: unknown): ConnectError {
  return error instanceof ConnectError ? error : ConnectError.from(error);
}
