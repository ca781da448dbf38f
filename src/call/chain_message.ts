// What goes through a chain of interceptors, in connect-es's shape: the request on its way in, the response on its way out.
import type { DescMethod, DescService } from "@bufbuild/protobuf";
import type { ContextValues } from "@connectrpc/connect";
import type { HandlerContext } from "../rpc/handler_context.ts";

// Own properties, as a spread copies no others; and made when they are asked for, as most interceptors don't. Shared by all
// requests: getters written into each would cost a microsecond a call.
const url: PropertyDescriptor & ThisType<ChainRequest> = {
  get() {
    return this.context.url;
  },
  enumerable: true,
  configurable: true,
};
const signal: PropertyDescriptor & ThisType<ChainRequest> = {
  get() {
    return this.context.signal;
  },
  enumerable: true,
  configurable: true,
};

/** A request as the chain gives it to the first interceptor. */
export class ChainRequest {
  declare readonly url: string;
  declare readonly signal: AbortSignal;
  readonly stream: boolean;
  readonly service: DescService;
  readonly method: DescMethod;
  readonly requestMethod: string;
  readonly header: Headers;
  readonly contextValues: ContextValues;
  readonly message: unknown;
  readonly #context: HandlerContext;

  constructor(context: HandlerContext, stream: boolean, message: unknown) {
    this.#context = context;
    this.stream = stream;
    this.service = context.service;
    this.method = context.method;
    this.requestMethod = context.requestMethod;
    this.header = context.requestHeader;
    this.contextValues = context.values;
    this.message = message;
    Object.defineProperty(this, "url", url);
    Object.defineProperty(this, "signal", signal);
  }

  /** The context of the call. */
  get context(): HandlerContext {
    return this.#context;
  }

  /** Whether a request is one as it was made here; copies that interceptors made are not. */
  static isOwn(request: object): request is ChainRequest {
    return #context in request;
  }
}

/** The response that the handler's answer becomes. */
export class ChainResponse {
  readonly stream: boolean;
  readonly service: DescService;
  readonly method: DescMethod;
  readonly header: Headers;
  readonly trailer: Headers;
  readonly message: unknown;
  readonly #isOwn = true;

  constructor(context: HandlerContext, stream: boolean, message: unknown) {
    this.stream = stream;
    this.service = context.service;
    this.method = context.method;
    this.header = context.responseHeader;
    this.trailer = context.responseTrailer;
    this.message = message;
  }

  /** Whether a response is one as it was made here. */
  static isOwn(response: object): boolean {
    return #isOwn in response;
  }
}
