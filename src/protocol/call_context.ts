// What a handler is told of its call, made when it asks: headers, trailers, signal, timer and context values cost nothing to
// a handler that takes its message and answers.
import type { DescMethod, DescService } from "@bufbuild/protobuf";
import { Code, type ContextValues, createContextValues } from "@connectrpc/connect";
import { ListHeaders } from "../http/list_headers.ts";
import type { Exchange, Peer } from "../http/exchange.ts";
import { type Leave, untilAborted } from "../rpc/abort.ts";
import { maxTimerMs } from "../rpc/deadline.ts";
import type { ServedContext } from "../rpc/handler_context.ts";
import { stacklessError } from "../rpc/stackless_error.ts";

/** What sends the head of a reply before its first message. */
export interface HeadFlush {
  sendHead(): void;
}

/** The context of a call that came as an exchange. */
export class CallContext implements ServedContext {
  readonly method: DescMethod;
  readonly protocolName: string;
  readonly deadline: number | undefined;
  compress = true;
  readonly #exchange: Exchange;
  readonly #flush: HeadFlush | undefined;
  #values: ContextValues | undefined;
  #responseHeader: ListHeaders | undefined;
  #responseTrailer: ListHeaders | undefined;
  #controller: AbortController | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param flush what sends the head of the reply early, where that can be. */
  constructor(
    method: DescMethod,
    exchange: Exchange,
    protocolName: string,
    timeoutMs: number | undefined,
    flush?: HeadFlush,
  ) {
    this.method = method;
    this.#flush = flush;
    this.#exchange = exchange;
    this.protocolName = protocolName;
    this.deadline = timeoutMs === undefined ? undefined : Date.now() + timeoutMs;
    // Nobody waits for the answer any more: no handler is run for it.
    if (timeoutMs === 0) throw stacklessError("the deadline passed", Code.DeadlineExceeded);
  }

  get service(): DescService {
    return this.method.parent;
  }

  get requestMethod(): string {
    return this.#exchange.method;
  }

  get url(): string {
    return this.#exchange.url;
  }

  get peer(): Peer {
    return this.#exchange.peer;
  }

  get requestHeader(): Headers {
    return this.#exchange.headers();
  }

  get responseHeader(): Headers {
    return this.#responseHeader ??= new ListHeaders();
  }

  get responseTrailer(): Headers {
    return this.#responseTrailer ??= new ListHeaders();
  }

  get values(): ContextValues {
    return this.#values ??= createContextValues();
  }

  /** Aborts at the deadline, when the peer goes away, and when the call has ended. */
  get signal(): AbortSignal {
    if (this.#controller) return this.#controller.signal;
    const controller = this.#controller = new AbortController();
    const { signal } = this.#exchange;
    const leave = (): void => this.#abort(signal.reason);
    if (signal.aborted) leave();
    else {
      signal.addEventListener("abort", leave, { once: true });
      const left = this.#leftMs;
      if (left !== undefined && left <= maxTimerMs) this.#timer = setTimeout(() => this.#expire(), Math.max(0, left));
    }
    return controller.signal;
  }

  /** Whether the signal has aborted; false where nobody has asked for it. */
  get isAborted(): boolean {
    return this.#controller?.signal.aborted ?? false;
  }

  /** A function of its own, because connect-es has it as one and handlers may take it out. */
  get timeoutMs(): () => number | undefined {
    return () => this.#leftMs;
  }

  get #leftMs(): number | undefined {
    return this.deadline === undefined ? undefined : this.deadline - Date.now();
  }

  flushHeaders(): void {
    this.#flush?.sendHead();
  }

  /** The reply's own headers, where anybody has set one. */
  get askedHeader(): Headers | undefined {
    return this.#responseHeader?.isEmpty ? undefined : this.#responseHeader;
  }

  /** The reply's own trailers, where anybody has set one. */
  get askedTrailer(): Headers | undefined {
    return this.#responseTrailer?.isEmpty ? undefined : this.#responseTrailer;
  }

  // As the signal would say it, which need not be made where nobody asks for it.
  inTime<T>(promise: PromiseLike<T>, leave: Leave): Promise<T> {
    const left = this.#leftMs;
    if (left === undefined || left > maxTimerMs) return Promise.resolve(promise);
    if (this.#controller) return untilAborted(promise, this.signal, leave);
    return new Promise<T>((resolve, reject) => {
      const timer = setTimeout(() => {
        leave(promise);
        reject(stacklessError("the deadline passed", Code.DeadlineExceeded));
      }, Math.max(0, left));
      promise.then((value) => {
        clearTimeout(timer);
        resolve(value);
      }, (error) => {
        clearTimeout(timer);
        reject(error);
      });
    });
  }

  holdUntil(settled: Promise<unknown>): void {
    this.#exchange.holdUntil?.(settled);
  }

  /** The call has ended: stops the timer, and aborts the signal where there is one. */
  end(): void {
    if (this.#controller === undefined) return;
    clearTimeout(this.#timer);
    if (this.#controller.signal.aborted) return;
    this.#controller.abort(stacklessError("the call has ended", Code.Canceled));
  }

  #expire(): void {
    this.#abort(stacklessError("the deadline passed", Code.DeadlineExceeded));
  }

  #abort(reason: unknown): void {
    clearTimeout(this.#timer);
    if (!this.#controller?.signal.aborted) this.#controller?.abort(reason);
  }
}
