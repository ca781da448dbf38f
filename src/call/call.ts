// One call, from the message that the protocol has read to the message that it will write: the interceptors (composed once a
// method), the handler, the reply. A call scope is opened only where something is call-scoped, and disposed when the call
// ends, however it ends.
import type { DescMethod } from "@bufbuild/protobuf";
import {
  type ContextKey,
  createContextKey,
  type Interceptor,
  type StreamRequest,
  type StreamResponse,
  type UnaryRequest,
  type UnaryResponse,
} from "@connectrpc/connect";
import type { ConnectError } from "../rpc/connect_error.ts";
import type { MessageCodec } from "../codec/message_codec.ts";
import type { CallScope } from "../di/injector.ts";
import type { HandlerContext, ServedContext } from "../rpc/handler_context.ts";
import { describe } from "../schema/resolve.ts";
import { untilAborted } from "../rpc/abort.ts";
import { isPromiseLike } from "../rpc/and_then.ts";
import { ChainRequest, ChainResponse } from "./chain_message.ts";
import { deliver, type Take } from "./delivery.ts";
import type { ErrorMask } from "./error_mask.ts";
import { ReplacedContext } from "./replaced_context.ts";

/** A handler as the chain calls it: its request or requests, the context, and the call's scope where there is one. */
export type Handle = (input: unknown, context: HandlerContext, scope: CallScope | undefined) => unknown;

/** A method made ready to be called. */
export interface Invocation {
  readonly method: DescMethod;
  readonly output: MessageCodec;
  readonly handle: Handle;
  /** Outermost first. */
  readonly interceptors: readonly Interceptor[];
  /** Opens the scope of a call; absent where nothing is call-scoped. */
  readonly openScope: (() => CallScope) | undefined;
  readonly errorMask: ErrorMask;
}

/** The context value that holds the scope of a call, for interceptors that are call-scoped. */
export const scopeKey: ContextKey<CallScope | undefined> = createContextKey<CallScope | undefined>(undefined, {
  description: "scope",
});
const contextKey: ContextKey<HandlerContext | undefined> = createContextKey<HandlerContext | undefined>(undefined, {
  description: "handler context",
});

/** How long a handler may clean up after its call was aborted, in milliseconds, before its scope is disposed. */
const cleanUpMs = 500;

const neverAborted = new AbortController().signal;

type AnyRequest = UnaryRequest | StreamRequest;
type AnyResponse = UnaryResponse | StreamResponse;
type Next = (request: AnyRequest) => Promise<AnyResponse>;

/** Runs the calls of one method. */
export class Call {
  readonly #invocation: Invocation;
  #composed: Next | undefined;
  readonly #takesStream: boolean;
  readonly #answersStream: boolean;

  constructor(invocation: Invocation) {
    this.#invocation = invocation;
    const kind = invocation.method.methodKind;
    this.#takesStream = kind === "client_streaming" || kind === "bidi_streaming";
    this.#answersStream = kind === "server_streaming" || kind === "bidi_streaming";
  }

  /** Serves a unary or client-streaming call. Answers at once where the handler does, and nothing stands around it. */
  answerOne(input: object | AsyncIterable<object>, context: ServedContext): object | Promise<object> {
    const { openScope, handle, interceptors } = this.#invocation;
    if (openScope || interceptors.length > 0) return this.#answerOneInside(input, context);
    let reply: unknown;
    try {
      reply = handle(input, context, undefined);
    } catch (error) {
      throw this.#masked(error, context);
    }
    if (!isPromiseLike(reply)) return reply as object;
    // Without a deadline nothing has to end before the handler does, and the signal need not be made.
    if (context.deadline !== undefined) return this.#answerInTime(reply, context);
    return (reply as Promise<object>).then(undefined, (error) => {
      throw this.#masked(error, context);
    });
  }

  async #answerInTime(reply: PromiseLike<unknown>, context: ServedContext): Promise<object> {
    let running: PromiseLike<unknown> | undefined;
    try {
      return await context.inTime(reply, (left) => running = left) as object;
    } catch (error) {
      throw this.#masked(error, context);
    } finally {
      if (running) await this.#closeAfter(running, undefined, context);
    }
  }

  async #answerOneInside(input: object | AsyncIterable<object>, context: ServedContext): Promise<object> {
    const { openScope, handle, interceptors } = this.#invocation;
    const scope = openScope?.();
    let running: PromiseLike<unknown> | undefined;
    const leave = (left: PromiseLike<unknown>): void => {
      running = left;
    };
    try {
      if (scope) context.values.set(scopeKey, scope);
      if (interceptors.length > 0) {
        const chain = this.#runChain(input, context);
        // What is call-scoped is disposed as soon as the caller has gone; all else can wait for the handler.
        const response = await (scope ? untilAborted(chain, context.signal, leave) : context.inTime(chain, leave));
        return response.message as object;
      }
      const reply = handle(input, context, scope);
      return (isPromiseLike(reply) ? await untilAborted(reply, context.signal, leave) : reply) as object;
    } catch (error) {
      throw this.#masked(error, context);
    } finally {
      if (running) await this.#closeAfter(running, scope, context);
      else if (scope) await this.#close(scope);
    }
  }

  /** Serves a server-streaming or bidi-streaming call: `take` is given each message when there is room for it. */
  async answerMany(input: object | AsyncIterable<object>, context: ServedContext, take: Take): Promise<void> {
    const { openScope, method, handle, interceptors } = this.#invocation;
    const scope = openScope?.();
    let running: PromiseLike<unknown> | undefined;
    const leave = (left: PromiseLike<unknown>): void => {
      running = left;
    };
    try {
      if (scope) context.values.set(scopeKey, scope);
      const response = interceptors.length > 0
        ? await untilAborted(this.#runChain(input, context), context.signal, leave)
        : undefined;
      let replies = response ? response.message : handle(input, context, scope);
      // Not by its type, but an async function that throws before its first reply is easily written.
      if (isPromiseLike(replies)) replies = await untilAborted(replies, context.signal, leave);
      await deliver(stream(replies, method), take, context.signal, leave);
      // Trailers are complete only now.
      if (response) copyHeaders(response.trailer, context.responseTrailer);
    } catch (error) {
      throw this.#masked(error, context);
    } finally {
      if (running) await this.#closeAfter(running, scope, context);
      else if (scope) await this.#close(scope);
    }
  }

  #masked(error: unknown, context: ServedContext): ConnectError {
    const { errorMask, method } = this.#invocation;
    return errorMask.mask(error, method, () => context.signal);
  }

  /** The error to send for one that was thrown outside of the handler: masked and reported in the same way. */
  mask(error: unknown): ConnectError {
    return this.#invocation.errorMask.mask(error, this.#invocation.method, () => neverAborted);
  }

  async #runChain(message: unknown, context: HandlerContext): Promise<AnyResponse> {
    context.values.set(contextKey, context);
    // An interceptor sees a stream on both sides of any streaming call, as in connect-es.
    const given = this.#answersStream && !this.#takesStream ? one(message) : message;
    const request = new ChainRequest(context, this.#takesStream || this.#answersStream, given) as AnyRequest;
    const response = await this.#chain()(request);
    if (isObject(response) && ChainResponse.isOwn(response) && !response.stream) return response;
    if (!response?.header || !response.trailer) {
      throw new TypeError(
        `An interceptor answered ${describe(response)}. Answer what next(request) does: header, trailer and message.`,
      );
    }
    copyHeaders(response.header, context.responseHeader);
    if (this.#answersStream) return response;
    const last = await lastOf(response);
    copyHeaders(response.trailer, context.responseTrailer);
    return { ...response, message: last } as AnyResponse;
  }

  // Composed within the first call, so that what an interceptor throws here is told as any other error of a call is.
  #chain(): Next {
    return this.#composed ??= this.#invocation.interceptors.reduceRight<Next>((next, interceptor) => {
      const composed: unknown = interceptor(next);
      if (typeof composed === "function") return composed as Next;
      throw new TypeError(
        `An interceptor made ${describe(composed)} of next. Return a function: (next) => (request) => next(request).`,
      );
    }, (request) => this.#innermost(request));
  }

  // The end of the chain: the handler itself, with the context as the interceptors left it.
  async #innermost(request: AnyRequest): Promise<AnyResponse> {
    const { handle, output, method } = this.#invocation;
    const context = contextOf(request);
    const scope = request.contextValues.get(scopeKey);
    const input = this.#answersStream && !this.#takesStream
      ? await onlyOne(request.message as AsyncIterable<unknown>)
      : request.message;
    const result = handle(input, context, scope);
    const create = (reply: object): object => output.create(reply);
    const message = this.#answersStream
      ? createAll(stream(await result, method), create)
      : create(await result as object);
    return new ChainResponse(
      context,
      request.stream,
      request.stream && !this.#answersStream ? one(message) : message,
    ) as AnyResponse;
  }

  // The call is over, and the handler still runs, its own clean-up perhaps: what it holds is disposed after that, but not
  // much later. Within the call, because some hosts end whatever outlives it. What the handler throws is still reported.
  async #closeAfter(
    running: PromiseLike<unknown>,
    scope: CallScope | undefined,
    context: ServedContext,
  ): Promise<void> {
    const { errorMask, method } = this.#invocation;
    const settled = Promise.resolve(running).then(() => {}, (error) => {
      errorMask.mask(error, method, () => context.signal);
    });
    context.holdUntil?.(settled);
    if (!scope) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, cleanUpMs);
    });
    await Promise.race([settled, late]);
    clearTimeout(timer);
    await this.#close(scope);
  }

  async #close(scope: CallScope): Promise<void> {
    try {
      await scope.dispose();
    } catch (error) {
      // The caller has its answer; a failed clean-up is the operator's business.
      this.#invocation.errorMask.report(error, this.#invocation.method);
    }
  }
}

// The context of a request, with what interceptors have put in place of its own header and signal.
function contextOf(request: AnyRequest): HandlerContext {
  const context = request.contextValues.get(contextKey);
  if (!context) {
    throw new TypeError(
      "An interceptor replaced contextValues, which carry the call. Set values in the request's own.",
    );
  }
  if (ChainRequest.isOwn(request)) return context;
  const { header: requestHeader, signal } = request;
  if (requestHeader === context.requestHeader && signal === context.signal) return context;
  return new ReplacedContext(context, requestHeader, signal);
}

function stream(replies: unknown, { parent, name }: DescMethod): AsyncIterable<object> {
  const iterable = replies as AsyncIterable<object> | undefined | null;
  if (typeof iterable?.[Symbol.asyncIterator] === "function") return iterable;
  throw new TypeError(
    `${parent.typeName}/${name} answers a stream: expected an async iterable, as an async generator (async *) is, got ` +
      `${describe(replies)}.`,
  );
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function copyHeaders(from: Headers, to: Headers): void {
  if (from === to) return;
  from.forEach((value, name) => to.set(name, value));
}

async function* createAll(
  replies: AsyncIterable<object>,
  create: (reply: object) => object,
): AsyncGenerator<object, void> {
  for await (const reply of replies) yield create(reply);
}

async function* one(message: unknown): AsyncGenerator<unknown, void> {
  yield message;
}

async function onlyOne(messages: AsyncIterable<unknown>): Promise<unknown> {
  for await (const message of messages) return message;
  throw new TypeError("An interceptor passed on a stream without the request message.");
}

async function lastOf(response: AnyResponse): Promise<unknown> {
  if (!response.stream) return response.message;
  let last: unknown;
  for await (const message of response.message) last = message;
  return last;
}
