// The context of a call whose interceptors have put a header or a signal of their own in place of the request's.
import type { DescMethod, DescService } from "@bufbuild/protobuf";
import type { ContextValues } from "@connectrpc/connect";
import type { Peer } from "../http/exchange.ts";
import type { HandlerContext } from "../rpc/handler_context.ts";

/** A context that is another one but for header and signal. */
export class ReplacedContext implements HandlerContext {
  readonly requestHeader: Headers;
  readonly signal: AbortSignal;
  readonly timeoutMs: () => number | undefined;
  readonly #context: HandlerContext;

  constructor(context: HandlerContext, requestHeader: Headers, signal: AbortSignal) {
    this.#context = context;
    this.requestHeader = requestHeader;
    this.signal = signal;
    this.timeoutMs = context.timeoutMs;
  }

  get method(): DescMethod {
    return this.#context.method;
  }

  get service(): DescService {
    return this.#context.service;
  }

  get requestMethod(): string {
    return this.#context.requestMethod;
  }

  get protocolName(): string {
    return this.#context.protocolName;
  }

  get url(): string {
    return this.#context.url;
  }

  get deadline(): number | undefined {
    return this.#context.deadline;
  }

  get peer(): Peer {
    return this.#context.peer;
  }

  get values(): ContextValues {
    return this.#context.values;
  }

  get responseHeader(): Headers {
    return this.#context.responseHeader;
  }

  get responseTrailer(): Headers {
    return this.#context.responseTrailer;
  }

  get compress(): boolean {
    return this.#context.compress;
  }

  set compress(compress: boolean) {
    this.#context.compress = compress;
  }

  flushHeaders(): void {
    this.#context.flushHeaders();
  }
}
