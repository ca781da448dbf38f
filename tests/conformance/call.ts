// One call of the client under test, as the suite asks for it, and how it ended. No runtime is named here: Workers make calls
// too.
import { type Any, anyUnpack } from "@bufbuild/protobuf/wkt";
import { type CallOptions, ConnectError, createClient, type Transport } from "sigil/client";
import {
  appendHeaders,
  type ClientCompatRequest,
  type ConformanceProtocol,
  delay,
  headerList,
  type RpcError,
  StreamType,
} from "./protocol.ts";

/** What the suite wants to know of a call. */
export interface Result {
  responseHeaders: object[];
  responseTrailers: object[];
  payloads: object[];
  error?: object;
  numUnsentRequests: number;
}

interface Reply {
  readonly payload?: object;
}

/** One call as the suite asks for it. */
export class ConformanceCall {
  readonly #protocol: ConformanceProtocol;
  readonly #transport: Transport;
  readonly #request: ClientCompatRequest;
  readonly #controller = new AbortController();
  readonly #header = new Headers();
  readonly #payloads: object[] = [];
  #responseHeader: Headers | undefined;
  #responseTrailer: Headers | undefined;
  #sent = 0;

  constructor(protocol: ConformanceProtocol, request: ClientCompatRequest, transport: Transport) {
    this.#protocol = protocol;
    this.#transport = transport;
    this.#request = request;
    appendHeaders(this.#header, request.requestHeaders);
  }

  /** Makes the call; whatever it ends with is in the result. */
  async run(): Promise<Result> {
    const client = createClient(this.#protocol.service, this.#transport) as unknown as Record<string, unknown>;
    const { method = "Unary" } = this.#request;
    const call = client[method[0].toLowerCase() + method.slice(1)];
    let error: ConnectError | undefined;
    try {
      await this.#invoke(call);
    } catch (thrown) {
      error = ConnectError.from(thrown);
    }
    // An error's metadata is headers and trailers in one.
    const header = this.#responseHeader ?? error?.metadata;
    const trailer = error?.metadata ?? this.#responseTrailer;
    return {
      responseHeaders: headerList(header ?? new Headers()),
      responseTrailers: headerList(trailer ?? new Headers()),
      payloads: this.#payloads,
      error: error && errorMessage(error),
      numUnsentRequests: error ? this.#request.requestMessages.length - this.#sent : 0,
    };
  }

  async #invoke(call: unknown): Promise<void> {
    const { streamType, requestMessages } = this.#request;
    switch (streamType) {
      case StreamType.unary: {
        const unary = call as (request: object, options: CallOptions) => Promise<Reply>;
        await this.#beforeSending();
        this.#sent++;
        const reply = unary(this.#unpack(requestMessages[0]), this.#options());
        this.#cancelAfterCloseSend();
        return this.#take(await reply);
      }
      case StreamType.clientStream: {
        const clientStream = call as (requests: AsyncIterable<object>, options: CallOptions) => Promise<Reply>;
        return this.#take(await clientStream(this.#requests(), this.#options()));
      }
      case StreamType.serverStream: {
        const serverStream = call as (request: object, options: CallOptions) => AsyncIterable<Reply>;
        await this.#beforeSending();
        this.#sent++;
        const replies = serverStream(this.#unpack(requestMessages[0]), this.#options())[Symbol.asyncIterator]();
        const first = replies.next();
        this.#cancelAfterCloseSend();
        return await this.#takeAll(replies, first);
      }
      case StreamType.halfDuplexBidi: {
        const bidi = call as (requests: AsyncIterable<object>, options: CallOptions) => AsyncIterable<Reply>;
        return await this.#takeAll(bidi(this.#requests(), this.#options())[Symbol.asyncIterator]());
      }
      case StreamType.fullDuplexBidi: {
        const bidi = call as (requests: AsyncIterable<object>, options: CallOptions) => AsyncIterable<Reply>;
        return await this.#alternate(bidi);
      }
      default:
        throw new Error(`There is no stream type ${streamType}.`);
    }
  }

  // One request, one reply, in turn; what is left of the replies after the last request.
  async #alternate(
    bidi: (requests: AsyncIterable<object>, options: CallOptions) => AsyncIterable<Reply>,
  ): Promise<void> {
    const turns: (() => void)[] = [];
    let open = 0;
    const grant = (): void => {
      const turn = turns.shift();
      if (turn) turn();
      else open++;
    };
    const requests = this.#requests(() => open > 0 ? void open-- : new Promise<void>((resolve) => turns.push(resolve)));
    const replies = bidi(requests, this.#options())[Symbol.asyncIterator]();
    for (const _ of this.#request.requestMessages) {
      grant();
      const { done, value } = await replies.next();
      if (done) return;
      this.#take(value);
    }
    grant();
    await this.#takeAll(replies);
  }

  async #takeAll(
    replies: AsyncIterator<Reply>,
    first: Promise<IteratorResult<Reply>> = replies.next(),
  ): Promise<void> {
    for (let next = await first; !next.done; next = await replies.next()) this.#take(next.value);
  }

  #take(reply: Reply): void {
    this.#payloads.push(reply.payload ?? {});
    const timing = this.#request.cancel?.cancelTiming;
    if (timing?.case === "afterNumResponses" && timing.value === this.#payloads.length) this.#controller.abort();
  }

  // The requests, each after its delay and its turn; the last turn is for the end.
  async *#requests(turn: () => Promise<void> | void = () => {}): AsyncGenerator<object, void> {
    for (const message of this.#request.requestMessages) {
      await turn();
      await this.#beforeSending();
      this.#sent++;
      yield this.#unpack(message);
    }
    await turn();
    if (this.#request.cancel?.cancelTiming.case === "beforeCloseSend") this.#controller.abort();
    else this.#cancelAfterCloseSend();
  }

  async #beforeSending(): Promise<void> {
    if (this.#request.requestDelayMs > 0) await delay(this.#request.requestDelayMs);
  }

  #cancelAfterCloseSend(): void {
    const timing = this.#request.cancel?.cancelTiming;
    if (timing?.case === "afterCloseSendMs") setTimeout(() => this.#controller.abort(), timing.value);
    if (timing && timing.case === undefined) this.#controller.abort();
  }

  #options(): CallOptions {
    return {
      headers: this.#header,
      signal: this.#controller.signal,
      timeoutMs: this.#request.timeoutMs,
      onHeader: (header) => this.#responseHeader = header,
      onTrailer: (trailer) => this.#responseTrailer = trailer,
    };
  }

  #unpack(message: Any): object {
    const unpacked = anyUnpack(message, this.#protocol.registry);
    if (!unpacked) throw new Error(`There is no message ${message.typeUrl}.`);
    return unpacked;
  }
}

function errorMessage(error: ConnectError): RpcError {
  const details = error.details.flatMap((detail) =>
    "type" in detail
      ? [{
        $typeName: "google.protobuf.Any" as const,
        typeUrl: `type.googleapis.com/${detail.type}`,
        value: detail.value,
      }]
      : []
  );
  return { code: error.code, message: error.rawMessage, details };
}
