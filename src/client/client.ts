// createClient: from a service class, a contract or a generated service to typed functions over a transport. No generated
// code, and no server code either: what a browser bundles is this, the schema and a transport.
import type { DescMethod, DescMethodStreaming, DescMethodUnary, DescService, Message } from "@bufbuild/protobuf";
import {
  type CallOptions as ConnectCallOptions,
  Code,
  ConnectError,
  createContextValues,
  type Interceptor,
  type StreamRequest,
  type StreamResponse,
  type Transport,
  type UnaryRequest,
  type UnaryResponse,
} from "@connectrpc/connect";
import { MessageCodecs } from "../codec/message_codec.ts";
import { interceptorFunction, type InterceptorObject } from "../rpc/interceptor.ts";
import { maxTimerMs } from "../rpc/deadline.ts";
import { type ServiceAnnotation, serviceClassAnnotation } from "../schema/annotation.ts";
import { SchemaError } from "../schema/mistake.ts";
import { toPascalCase } from "../schema/name.ts";
import { createSchema } from "../schema/schema.ts";
import { isDescService, isServiceContract } from "../schema/service.ts";
import type { Client, ClientService } from "./client_type.ts";

/**
 * Options of one call: `timeoutMs` (milliseconds, of which at most 2,147,483,647 count; default: the client's), `signal`,
 * `headers`, `onHeader`, `onTrailer`, `contextValues`. All are optional.
 */
export type CallOptions = ConnectCallOptions;

/** Options of a client. */
export interface ClientOptions {
  /** Interceptors of every call, outermost first. They see the instances that the caller sees. */
  readonly interceptors?: readonly (Interceptor | InterceptorObject)[];
  /** The timeout of calls that set none, in milliseconds; at most 2,147,483,647 (24 days) count. Default: no timeout. */
  readonly defaultTimeoutMs?: number;
}

/** Makes a client of a service over a transport: its own, or any other of connect-es's shape. */
export function createClientOver<S extends ClientService>(
  service: S,
  transport: Transport,
  options: ClientOptions = {},
): Client<S> {
  const { desc, codecs, methods } = bindClient(service);
  const calls: Record<string, unknown> = {};
  for (const [property, method] of methods) {
    calls[property] = new ClientMethod(desc, method, codecs, transport, options).call;
  }
  return calls as Client<S>;
}

interface BoundClient {
  readonly desc: DescService;
  readonly codecs: MessageCodecs;
  readonly methods: readonly (readonly [property: string, method: DescMethod])[];
}

const boundClients = new WeakMap<object, BoundClient>();

function bindClient(service: ClientService): BoundClient {
  const known = boundClients.get(service);
  if (known) return known;
  const contract = contractOf(service);
  const schema = createSchema({ contracts: [contract] });
  const desc = schema.service(contract);
  const property = new Map(
    "kind" in contract
      ? desc.methods.map((method) => [method.name, method.localName])
      : Object.entries(contract.methods).map(([name, { options }]) => [options.name ?? toPascalCase(name), name]),
  );
  const methods = desc.methods.map((method) => [property.get(method.name) ?? method.localName, method] as const);
  const bound = { desc, codecs: new MessageCodecs(schema), methods };
  boundClients.set(service, bound);
  return bound;
}

function contractOf(service: ClientService): ServiceAnnotation | DescService {
  if (isDescService(service) || isServiceContract(service)) return service;
  const annotation = serviceClassAnnotation(service);
  if (annotation) return annotation.contract;
  const name = typeof service === "function" ? service.name : String(service);
  throw new SchemaError([
    `${name}: it is no service. Give a class decorated with @Service, a contract or a generated service.`,
  ]);
}

type AnyRequest = UnaryRequest | StreamRequest;
type AnyResponse = UnaryResponse | StreamResponse;
type Next = (request: AnyRequest) => Promise<AnyResponse>;

class ClientMethod {
  /** The function that the user calls. */
  readonly call: (input: unknown, options?: CallOptions) => unknown;
  readonly #service: DescService;
  readonly #method: DescMethod;
  readonly #codecs: MessageCodecs;
  readonly #transport: Transport;
  readonly #defaultTimeoutMs: number | undefined;
  readonly #interceptors: readonly Interceptor[];

  constructor(
    service: DescService,
    method: DescMethod,
    codecs: MessageCodecs,
    transport: Transport,
    options: ClientOptions,
  ) {
    this.#service = service;
    this.#method = method;
    this.#codecs = codecs;
    this.#transport = transport;
    this.#defaultTimeoutMs = options.defaultTimeoutMs;
    this.#interceptors = (options.interceptors ?? []).map(interceptorFunction);
    switch (method.methodKind) {
      case "unary":
        this.call = (input, options = {}) => this.#unary(input as object, options);
        break;
      case "client_streaming":
        this.call = (input, options = {}) => this.#clientStreaming(input as AsyncIterable<object>, options);
        break;
      case "server_streaming":
        this.call = (input, options = {}) => this.#replies(one(input as object), options);
        break;
      case "bidi_streaming":
        this.call = (input, options = {}) => this.#replies(input as AsyncIterable<object>, options);
        break;
    }
  }

  async #unary(input: object, options: CallOptions): Promise<object> {
    const response = await this.#send(this.#codec().input.create(input ?? {}), false, options);
    options.onHeader?.(response.header);
    options.onTrailer?.(response.trailer);
    return response.message as object;
  }

  async #clientStreaming(input: AsyncIterable<object>, options: CallOptions): Promise<object> {
    const response = await this.#send(this.#createAll(input), true, options);
    options.onHeader?.(response.header);
    let reply: object | undefined;
    for await (const message of response.message as AsyncIterable<object>) {
      if (reply) throw new ConnectError(`${this.#method.name} answered more than one message`, Code.Unimplemented);
      reply = message;
    }
    if (!reply) throw new ConnectError(`${this.#method.name} answered no message`, Code.Unimplemented);
    options.onTrailer?.(response.trailer);
    return reply;
  }

  async *#replies(input: AsyncIterable<object>, options: CallOptions): AsyncGenerator<object, void> {
    // Leaving the loop over the replies ends the call, on the other end too.
    const controller = new AbortController();
    const signal = options.signal ? AbortSignal.any([options.signal, controller.signal]) : controller.signal;
    try {
      const response = await this.#send(this.#createAll(input), true, { ...options, signal });
      options.onHeader?.(response.header);
      yield* response.message as AsyncIterable<object>;
      options.onTrailer?.(response.trailer);
    } finally {
      controller.abort(new ConnectError("the caller left the stream", Code.Canceled));
    }
  }

  #codec(): { input: ReturnType<MessageCodecs["codec"]>; output: ReturnType<MessageCodecs["codec"]> } {
    return { input: this.#codecs.codec(this.#method.input), output: this.#codecs.codec(this.#method.output) };
  }

  async *#createAll(messages: AsyncIterable<object>): AsyncGenerator<object, void> {
    const { input } = this.#codec();
    for await (const message of messages) yield input.create(message);
  }

  // With interceptors the request is an object that they can change; without, the transport is called straight.
  async #send(message: unknown, stream: boolean, options: CallOptions): Promise<AnyResponse> {
    const timeoutMs = timerMs(options.timeoutMs ?? this.#defaultTimeoutMs);
    const innermost: Next = async (request) => await this.#transmit(request, timeoutMs);
    const chain = this.#interceptors.reduceRight<Next>((next, interceptor) => interceptor(next), innermost);
    return await chain({
      stream,
      service: this.#service,
      method: this.#method,
      requestMethod: "POST",
      url: `/${this.#service.typeName}/${this.#method.name}`,
      signal: options.signal ?? new AbortController().signal,
      header: new Headers(options.headers),
      contextValues: options.contextValues ?? createContextValues(),
      message,
    } as AnyRequest);
  }

  async #transmit(request: AnyRequest, timeoutMs: number | undefined): Promise<AnyResponse> {
    const { input, output } = this.#codec();
    const { signal, header, contextValues } = request;
    if (!request.stream) {
      const method = request.method as DescMethodUnary;
      const message = input.encode(request.message);
      const response = await this.#transport.unary(method, signal, timeoutMs, header, message, contextValues);
      return { ...response, message: output.decode(response.message) } as AnyResponse;
    }
    const method = request.method as DescMethodStreaming;
    const messages = mapMessages(request.message, (message) => input.encode(message));
    const response = await this.#transport.stream(method, signal, timeoutMs, header, messages, contextValues);
    return { ...response, message: mapMessages(response.message, (message) => output.decode(message)) } as AnyResponse;
  }
}

// Whole milliseconds, which the wire wants, and no more than timers can take.
function timerMs(timeoutMs: number | undefined): number | undefined {
  if (timeoutMs === undefined) return undefined;
  if (Number.isNaN(timeoutMs)) throw new RangeError("timeoutMs is NaN: give milliseconds, or leave it out.");
  return Math.min(Math.ceil(timeoutMs), maxTimerMs);
}

async function* one(message: object): AsyncGenerator<object, void> {
  yield message ?? {};
}

async function* mapMessages<T>(
  messages: AsyncIterable<Message>,
  map: (message: Message) => T,
): AsyncGenerator<T, void> {
  for await (const message of messages) yield map(message);
}
