// Calls over a transport that is not Sigil's: connect-es's own, or anything of its shape. Messages cross as protobuf-es's.
import type { DescMethod, DescMethodStreaming, DescMethodUnary, Message } from "@bufbuild/protobuf";
import type { StreamResponse, Transport } from "@connectrpc/connect";
import type { BinaryCodec } from "../codec/binary_codec.ts";
import type { MessageStream, MethodCaller } from "../protocol/client_protocol.ts";
import type { CallOptions } from "../rpc/call_options.ts";
import { maxTimerMs } from "../rpc/deadline.ts";

type Result = IteratorResult<object, undefined>;

/** Calls one method over a transport. */
export class ForeignCaller implements MethodCaller {
  readonly #transport: Transport;
  readonly #method: DescMethod;
  readonly #input: BinaryCodec;
  readonly #output: BinaryCodec;

  constructor(transport: Transport, method: DescMethod, input: BinaryCodec, output: BinaryCodec) {
    this.#transport = transport;
    this.#method = method;
    this.#input = input;
    this.#output = output;
  }

  async unary(request: object, options: CallOptions, timeoutMs: number | undefined): Promise<object> {
    const { signal, headers, contextValues } = options;
    const method = this.#method as DescMethodUnary;
    const message = this.#input.encode(request);
    const response = await this.#transport.unary(method, signal, timer(timeoutMs), headers, message, contextValues);
    options.onHeader?.(response.header);
    options.onTrailer?.(response.trailer);
    return this.#output.decode(response.message);
  }

  sendOne(request: object, options: CallOptions, timeoutMs: number | undefined): MessageStream {
    return this.sendMany(one(request), options, timeoutMs);
  }

  sendMany(requests: AsyncIterable<object>, options: CallOptions, timeoutMs: number | undefined): MessageStream {
    const output = this.#output;
    return new ForeignStream(options, (message) => output.decode(message as Message), (signal) => {
      const method = this.#method as DescMethodStreaming;
      const messages = encodeAll(requests, this.#input);
      const { headers, contextValues } = options;
      return this.#transport.stream(method, signal, timer(timeoutMs), headers, messages, contextValues);
    });
  }
}

class ForeignStream implements MessageStream {
  trailer: Headers = new Headers();
  readonly #options: CallOptions;
  readonly #controller = new AbortController();
  readonly #decode: (message: object) => object;
  readonly #begin: (signal: AbortSignal) => Promise<StreamResponse>;
  #response: Promise<StreamResponse> | undefined;
  #messages: AsyncIterator<object> | undefined;

  constructor(
    options: CallOptions,
    decode: (message: object) => object,
    begin: (signal: AbortSignal) => Promise<StreamResponse>,
  ) {
    this.#options = options;
    this.#decode = decode;
    this.#begin = begin;
  }

  async next(): Promise<Result> {
    const response = await this.#responded();
    const next = await (this.#messages ??= response.message[Symbol.asyncIterator]()).next();
    if (!next.done) return { done: false, value: this.#decode(next.value) };
    if (this.trailer !== response.trailer) this.#options.onTrailer?.(this.trailer = response.trailer);
    return { done: true, value: undefined };
  }

  async headed(): Promise<Headers> {
    return (await this.#responded()).header;
  }

  leave(): void {
    this.#controller.abort();
  }

  #responded(): Promise<StreamResponse> {
    return this.#response ??= this.#respond();
  }

  async #respond(): Promise<StreamResponse> {
    const own = this.#controller.signal;
    const signal = this.#options.signal ? AbortSignal.any([this.#options.signal, own]) : own;
    const response = await this.#begin(signal);
    this.#options.onHeader?.(response.header);
    return response;
  }
}

// These transports hand timeouts to timers, which count in 32 bits, and write them on the wire as they are.
function timer(timeoutMs: number | undefined): number | undefined {
  return timeoutMs === undefined ? undefined : Math.min(Math.ceil(timeoutMs), maxTimerMs);
}

async function* one(request: object): AsyncGenerator<object, void> {
  yield request;
}

async function* encodeAll(requests: AsyncIterable<object>, input: BinaryCodec): AsyncGenerator<Message, void> {
  for await (const request of requests) yield input.encode(request);
}
