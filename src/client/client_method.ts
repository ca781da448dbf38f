// The function of a client for one method. Without interceptors the caller's message goes straight to the transport; with
// any, what connect-es's interceptors see is made: a request with headers, a signal and context values.
import type { DescMethod } from "@bufbuild/protobuf";
import {
  Code,
  createContextKey,
  createContextValues,
  type Interceptor,
  type StreamRequest,
  type StreamResponse,
  type UnaryRequest,
  type UnaryResponse,
} from "@connectrpc/connect";
import { ConnectError } from "../rpc/connect_error.ts";
import type { MessageStream, MethodCaller } from "../protocol/client_protocol.ts";
import { messageIterator } from "../protocol/message_iterator.ts";
import type { CallOptions } from "../rpc/call_options.ts";

/** What a method's function needs. */
export interface MethodBinding {
  readonly desc: DescMethod;
  /** What interceptors see as the URL of a call. */
  readonly url: string;
  /** Called with the first call. */
  readonly caller: () => MethodCaller;
  /** From a plain object to an instance, for interceptors to see. */
  readonly create: (message: object) => object;
  /** Outermost first. */
  readonly interceptors: readonly Interceptor[];
  /** The options of a call with those of its client. */
  readonly complete: (options: CallOptions) => CallOptions | Promise<CallOptions>;
}

type AnyRequest = UnaryRequest | StreamRequest;
type AnyResponse = UnaryResponse | StreamResponse;
type Next = (request: AnyRequest) => Promise<AnyResponse>;

const optionsKey = createContextKey<CallOptions | undefined>(undefined, { description: "call options" });
const noOptions: CallOptions = Object.freeze({});

/** One method of a client. */
export class ClientMethod {
  /** The function that the user calls. */
  readonly call: (input: unknown, options?: CallOptions) => unknown;
  readonly #binding: MethodBinding;
  #caller: MethodCaller | undefined;
  #chain: Next | undefined;

  constructor(binding: MethodBinding) {
    this.#binding = binding;
    switch (binding.desc.methodKind) {
      case "unary":
        this.call = (input, options = noOptions) => this.#unary((input ?? {}) as object, options);
        break;
      case "client_streaming":
        this.call = (input, options = noOptions) => this.#clientStreaming(input as AsyncIterable<object>, options);
        break;
      case "server_streaming":
        this.call = (input, options = noOptions) => this.#replies((input ?? {}) as object, options);
        break;
      case "bidi_streaming":
        this.call = (input, options = noOptions) => this.#replies(input as AsyncIterable<object>, options);
        break;
    }
  }

  get #transmit(): MethodCaller {
    return this.#caller ??= this.#binding.caller();
  }

  get #isIntercepted(): boolean {
    return this.#binding.interceptors.length > 0;
  }

  #unary(input: object, given: CallOptions): Promise<object> {
    try {
      const options = this.#binding.complete(given);
      if (options instanceof Promise) return options.then((complete) => this.#unaryWith(input, complete));
      return this.#unaryWith(input, options);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  #unaryWith(input: object, options: CallOptions): Promise<object> {
    if (!this.#isIntercepted) return this.#transmit.unary(input, options, timeoutOf(options));
    return this.#interceptedUnary(input, options);
  }

  async #interceptedUnary(input: object, options: CallOptions): Promise<object> {
    const response = await this.#run(this.#binding.create(input), false, options);
    options.onHeader?.(response.header);
    options.onTrailer?.(response.trailer);
    return response.message as object;
  }

  async #clientStreaming(input: AsyncIterable<object>, given: CallOptions): Promise<object> {
    const replies = this.#replies(input, given);
    const { name } = this.#binding.desc;
    let reply: object | undefined;
    for await (const message of replies) {
      if (reply) throw new ConnectError(`${name} answered more than one message`, Code.Unimplemented);
      reply = message;
    }
    if (!reply) throw new ConnectError(`${name} answered no message`, Code.Unimplemented);
    return reply;
  }

  #replies(input: object, given: CallOptions): AsyncIterable<object> {
    let options: CallOptions | Promise<CallOptions>;
    try {
      options = this.#binding.complete(given);
    } catch (error) {
      options = Promise.reject(error);
    }
    if (!this.#isIntercepted && !(options instanceof Promise)) return messageIterator(this.#stream(input, options));
    return this.#laterReplies(input, options);
  }

  #stream(input: object, options: CallOptions): MessageStream {
    return Symbol.asyncIterator in input
      ? this.#transmit.sendMany(input as AsyncIterable<object>, options, timeoutOf(options))
      : this.#transmit.sendOne(input, options, timeoutOf(options));
  }

  async *#laterReplies(
    input: object,
    given: CallOptions | Promise<CallOptions>,
  ): AsyncGenerator<object, void> {
    const options = await given;
    if (!this.#isIntercepted) return yield* messageIterator(this.#stream(input, options));
    // Leaving the loop over the replies ends the call, on the other end too.
    const controller = new AbortController();
    const signal = options.signal ? AbortSignal.any([options.signal, controller.signal]) : controller.signal;
    try {
      const requests = Symbol.asyncIterator in input ? input as AsyncIterable<object> : one(input);
      const response = await this.#run(createAll(requests, this.#binding.create), true, { ...options, signal });
      options.onHeader?.(response.header);
      yield* response.message as AsyncIterable<object>;
      options.onTrailer?.(response.trailer);
    } finally {
      controller.abort(new ConnectError("the caller left the stream", Code.Canceled));
    }
  }

  // Interceptors

  #run(message: unknown, stream: boolean, options: CallOptions): Promise<AnyResponse> {
    const { desc, url, interceptors } = this.#binding;
    this.#chain ??= interceptors.reduceRight<Next>((next, each) => each(next), (request) => this.#innermost(request));
    const contextValues = options.contextValues ?? createContextValues();
    contextValues.set(optionsKey, options);
    return this.#chain({
      stream,
      service: desc.parent,
      method: desc,
      requestMethod: "POST",
      url,
      signal: options.signal ?? new AbortController().signal,
      header: new Headers(options.headers),
      contextValues,
      message,
    } as AnyRequest);
  }

  // The end of the chain: the call, with what interceptors made of it.
  async #innermost(request: AnyRequest): Promise<AnyResponse> {
    const given = request.contextValues.get(optionsKey) ?? noOptions;
    let header = new Headers();
    let trailer = new Headers();
    const options: CallOptions = {
      ...given,
      signal: request.signal,
      headers: request.header,
      contextValues: request.contextValues,
      onHeader: (received) => header = received,
      onTrailer: (received) => trailer = received,
    };
    const { stream, service, method } = request;
    if (!stream) {
      const message = await this.#transmit.unary(request.message, options, timeoutOf(options));
      return { stream, service, method, header, trailer, message } as AnyResponse;
    }
    const requests = request.message as AsyncIterable<object>;
    const isSingle = method.methodKind === "server_streaming";
    const replies = this.#stream(isSingle ? await onlyMessage(requests, method) : requests, options);
    header = await replies.headed();
    const message = messageIterator(replies);
    return { stream, service, method, header, trailer: replies.trailer, message } as unknown as AnyResponse;
  }
}

// connect-es: a timeout of 0 and below means none.
function timeoutOf({ timeoutMs }: CallOptions): number | undefined {
  if (timeoutMs === undefined || timeoutMs <= 0) return undefined;
  if (Number.isNaN(timeoutMs)) throw new RangeError("timeoutMs is NaN: give milliseconds, or leave it out.");
  return Math.ceil(timeoutMs);
}

async function* one(message: object): AsyncGenerator<object, void> {
  yield message;
}

async function* createAll(
  messages: AsyncIterable<object>,
  create: (message: object) => object,
): AsyncGenerator<object, void> {
  for await (const message of messages) yield create(message);
}

async function onlyMessage(messages: AsyncIterable<object>, { name }: DescMethod): Promise<object> {
  for await (const message of messages) return message;
  throw new TypeError(`An interceptor passed on no request of ${name}.`);
}
