// A transport of Sigil's: a protocol over an HTTP client. createClient calls its methods straight, between the user's classes
// and bytes; whatever else takes a Transport of connect-es's shape calls it with protobuf-es's messages.
import type {
  DescMessage,
  DescMethod,
  DescMethodStreaming,
  DescMethodUnary,
  MessageInitShape,
} from "@bufbuild/protobuf";
import type { ContextValues, StreamResponse, Transport, UnaryResponse } from "@connectrpc/connect";
import type { CallOptions } from "../rpc/call_options.ts";
import { generatedMethod } from "./codec_method.ts";
import { messageIterator } from "./message_iterator.ts";
import type { CalledMethod, ClientProtocol, ClientProtocolOptions, MethodCaller } from "./client_protocol.ts";

/** A transport that holds connections; `await using` or `close()` ends them. An idle one does not keep the process alive. */
export class CallTransport implements Transport, AsyncDisposable {
  readonly #protocol: ClientProtocol;
  readonly #options: ClientProtocolOptions;
  readonly #callers = new WeakMap<DescMethod, MethodCaller>();

  constructor(protocol: ClientProtocol, options: ClientProtocolOptions) {
    this.#protocol = protocol;
    this.#options = options;
  }

  /** Where methods are; for credentials that must not go over every connection. */
  get baseUrl(): string {
    return this.#options.baseUrl;
  }

  /** What calls a method with messages of one's own. Made anew each time: keep it. */
  caller(method: CalledMethod): MethodCaller {
    return this.#protocol.caller(method, this.#options);
  }

  /** Makes a unary call, as connect-es asks for it. */
  async unary<I extends DescMessage, O extends DescMessage>(
    method: DescMethodUnary<I, O>,
    signal: AbortSignal | undefined,
    timeoutMs: number | undefined,
    header: HeadersInit | undefined,
    input: MessageInitShape<I>,
    _contextValues?: ContextValues,
  ): Promise<UnaryResponse<I, O>> {
    let responseHeader = new Headers();
    let responseTrailer = new Headers();
    const options: CallOptions = {
      signal,
      headers: header,
      onHeader: (received) => responseHeader = received,
      onTrailer: (received) => responseTrailer = received,
    };
    const message = await this.#callerOf(method).unary(input as object, options, positive(timeoutMs));
    const response = { stream: false, service: method.parent, method, header: responseHeader, message };
    return { ...response, trailer: responseTrailer } as UnaryResponse<I, O>;
  }

  /** Makes a streaming call, as connect-es asks for it. */
  async stream<I extends DescMessage, O extends DescMessage>(
    method: DescMethodStreaming<I, O>,
    signal: AbortSignal | undefined,
    timeoutMs: number | undefined,
    header: HeadersInit | undefined,
    input: AsyncIterable<MessageInitShape<I>>,
    _contextValues?: ContextValues,
  ): Promise<StreamResponse<I, O>> {
    const options: CallOptions = { signal, headers: header };
    const caller = this.#callerOf(method);
    const calls = method.methodKind === "server_streaming"
      ? caller.sendOne(await onlyMessage(input as AsyncIterable<object>), options, positive(timeoutMs))
      : caller.sendMany(input as AsyncIterable<object>, options, positive(timeoutMs));
    const responseHeader = await calls.headed();
    return {
      stream: true,
      service: method.parent,
      method,
      header: responseHeader,
      message: messageIterator(calls),
      trailer: calls.trailer,
    } as unknown as StreamResponse<I, O>;
  }

  /** Lets running calls end, then closes the connections; further calls end with `unavailable`. */
  async close(): Promise<void> {
    await this.#options.http.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #callerOf(desc: DescMethod): MethodCaller {
    let caller = this.#callers.get(desc);
    if (caller === undefined) this.#callers.set(desc, caller = this.caller(generatedMethod(desc)));
    return caller;
  }
}

// connect-es: a timeout of 0 and below means none.
function positive(timeoutMs: number | undefined): number | undefined {
  return timeoutMs !== undefined && timeoutMs > 0 ? timeoutMs : undefined;
}

async function onlyMessage(messages: AsyncIterable<object>): Promise<object> {
  for await (const message of messages) return message;
  return {};
}
