// Calls whose messages come in envelopes: gRPC, gRPC-Web and the streams of Connect. What differs between the three is a
// dialect: names of headers, and how a reply ends. A unary call reads its body whole and answers in one reply.
import { Code } from "@connectrpc/connect";
import { ConnectError } from "../rpc/connect_error.ts";
import { stacklessError } from "../rpc/stackless_error.ts";
import { joinChunks } from "../bytes/join_chunks.ts";
import { untilAborted } from "../rpc/abort.ts";
import { andThen } from "../rpc/and_then.ts";
import { type BodyStart, BodyTooLargeError, type Exchange, type HeaderList } from "../http/exchange.ts";
import type { Compression } from "../rpc/compression.ts";
import { withStatusText } from "../rpc/status_text.ts";
import { CallContext, type HeadFlush } from "./call_context.ts";
import { decompressed } from "./coding.ts";
import {
  compressedFlag,
  encodeEnvelope,
  type Envelope,
  EnvelopeReader,
  envelopeStart,
  onlyEnvelope,
  prefixBytes,
  writePrefix,
} from "./envelope.ts";
import type { ServedMethod, ServedOptions } from "./protocol.ts";
import { RequestMessages } from "./request_messages.ts";
import type { Serialization } from "./serialization.ts";

/** How a reply ends: by HTTP trailers, or by a last chunk of its body. */
export interface ReplyEnd {
  readonly trailers?: HeaderList;
  readonly chunk?: Uint8Array;
}

/** What differs between the protocols that send envelopes. */
export interface Dialect {
  readonly protocolName: string;
  readonly timeoutHeader: string;
  readonly encodingHeader: string;
  readonly acceptEncodingHeader: string;
  /** The code for what is no envelope, no message, or not in its coding. */
  readonly malformed: Code;
  /** @throws ConnectError for a request that this version of the protocol does not serve. */
  checkHead?(exchange: Exchange, options: ServedOptions): void;
  /** Reads the value of `timeoutHeader` as milliseconds. */
  parseTimeout(value: string | undefined, maxMs: number): number | undefined;
  /** Whether replies must not tell the length of their body. */
  readonly isUnsized: boolean;
  /** The end of a reply: its status, and the handler's own trailers, of which a peer may take no more than so many bytes. */
  end(
    error: ConnectError | undefined,
    own: Headers | undefined,
    options: ServedMethod["options"],
    maxTrailersBytes: number | undefined,
  ): ReplyEnd;
}

const noBytes = new Uint8Array();

/** What all calls of a method in one dialect and one format have in common. */
export class EnvelopedFormat {
  readonly dialect: Dialect;
  readonly method: ServedMethod;
  readonly serialization: Serialization;
  /** Refuses a message that is too large before it has come. */
  readonly bodyStart: BodyStart;
  readonly #plain: HeaderList;
  readonly #byCoding = new Map<Compression, HeaderList>();

  constructor(dialect: Dialect, method: ServedMethod, contentType: string, serialization: Serialization) {
    this.dialect = dialect;
    this.method = method;
    this.serialization = serialization;
    this.bodyStart = envelopeStart(method.options.readMaxBytes);
    const accepted = method.options.codings.names;
    this.#plain = frozenList([
      ["content-type", contentType],
      ...(accepted ? [[dialect.acceptEncodingHeader, accepted] as const] : []),
    ]);
  }

  /** The headers of a reply; one and the same list for all replies in a coding that have nothing of their own. */
  headers(coding: Compression | undefined, own: Headers | undefined): HeaderList {
    const headers = coding ? this.#headersIn(coding) : this.#plain;
    return own ? [...headers, ...metadata(own)] : headers;
  }

  #headersIn(coding: Compression): HeaderList {
    let headers = this.#byCoding.get(coding);
    if (!headers) {
      headers = frozenList([...this.#plain, [this.dialect.encodingHeader, coding.name]]);
      this.#byCoding.set(coding, headers);
    }
    return headers;
  }
}

/** One call. */
export class EnvelopedCall implements HeadFlush {
  readonly #exchange: Exchange;
  readonly #format: EnvelopedFormat;
  readonly #method: ServedMethod;
  #context: CallContext | undefined;
  #requestCoding: Compression | undefined;
  #replyCoding: Compression | undefined;
  #headSent = false;
  #ended = false;

  constructor(exchange: Exchange, format: EnvelopedFormat) {
    this.#exchange = exchange;
    this.#format = format;
    this.#method = format.method;
  }

  /** Serves the call to its end, whatever that is. */
  run(): void {
    let serving: void | Promise<void>;
    try {
      serving = this.#serve(this.#readHead());
    } catch (error) {
      return this.#fail(error);
    }
    if (serving) serving.then(() => this.#context?.end(), (error) => this.#fail(error));
    else this.#context?.end();
  }

  #serve(context: CallContext): void | Promise<void> {
    switch (this.#method.desc.methodKind) {
      case "unary":
        return this.#readOnly(context, (message) => this.#answerOne(message, context));
      case "client_streaming":
        return this.#answerOne(this.#requests(context), context);
      case "server_streaming":
        return this.#readOnly(context, (message) => this.#answerMany(message, context));
      case "bidi_streaming":
        return this.#answerMany(this.#requests(context), context);
    }
  }

  #readHead(): CallContext {
    const { dialect } = this.#format;
    const { desc, options } = this.#method;
    const asked = dialect.parseTimeout(this.#exchange.header(dialect.timeoutHeader), options.maxTimeoutMs);
    const timeoutMs = asked ?? options.defaultTimeoutMs;
    const context = this.#context = new CallContext(desc, this.#exchange, dialect.protocolName, timeoutMs, this);
    this.#replyCoding = options.codings.accepted(this.#exchange.header(dialect.acceptEncodingHeader));
    this.#requestCoding = options.codings.named(this.#exchange.header(dialect.encodingHeader));
    dialect.checkHead?.(this.#exchange, options);
    return context;
  }

  /** Reads the one message of a request, and goes on with it. */
  #readOnly(context: CallContext, next: (message: object) => void | Promise<void>): void | Promise<void> {
    const { readMaxBytes } = this.#method.options;
    const body = this.#exchange.readWhole(readMaxBytes + prefixBytes, this.#format.bodyStart);
    const whole = body instanceof Uint8Array ? body : beforeDeadline(body, context);
    const { malformed } = this.#format.dialect;
    return andThen(whole, (whole) => andThen(this.#parse(onlyEnvelope(whole, readMaxBytes, malformed)), next));
  }

  #requests(context: CallContext): RequestMessages {
    const { readMaxBytes, maxStreamMessages } = this.#method.options;
    const reader = new EnvelopeReader(() => this.#exchange.read(), readMaxBytes, this.#format.dialect.malformed);
    return new RequestMessages(reader, (envelope) => this.#parse(envelope), context, this.#exchange, maxStreamMessages);
  }

  #parse({ compressed, bytes }: Envelope): object | Promise<object> {
    const { serialization, dialect } = this.#format;
    if (!compressed) return serialization.parse(bytes);
    if (!this.#requestCoding) {
      const text = `a message is flagged as compressed, and ${dialect.encodingHeader} names no compression`;
      throw new ConnectError(text, Code.Internal);
    }
    const message = decompressed(this.#requestCoding, bytes, this.#method.options.readMaxBytes, dialect.malformed);
    return message instanceof Uint8Array ? serialization.parse(message) : message.then(serialization.parse);
  }

  #serialize(message: object): Uint8Array | Promise<Uint8Array> {
    const envelope = this.#format.serialization.serialize(message, prefixBytes);
    const coding = this.#replyCoding;
    const length = envelope.byteLength - prefixBytes;
    if (!coding || !this.#context?.compress || length < this.#method.options.compressMinBytes) {
      writePrefix(envelope, length, 0);
      return envelope;
    }
    const compressed = coding.compress(envelope.subarray(prefixBytes));
    return compressed instanceof Uint8Array
      ? encodeEnvelope(compressed, compressedFlag)
      : compressed.then((compressed) => encodeEnvelope(compressed, compressedFlag));
  }

  #answerOne(input: object | AsyncIterable<object>, context: CallContext): void | Promise<void> {
    const reply = this.#method.call.answerOne(input, context);
    return andThen(reply, (reply) => andThen(this.#serialize(reply), (body) => this.#reply(body, context)));
  }

  #reply(body: Uint8Array, context: CallContext): void | Promise<void> {
    if (this.#headSent) {
      const room = this.#write(body);
      return room ? room.then(() => this.#end(undefined)) : this.#end(undefined);
    }
    const { trailers, chunk } = this.#endOf(undefined);
    const coding = body[0] === compressedFlag ? this.#replyCoding : undefined;
    const headers = this.#format.headers(coding, context.askedHeader);
    const whole = chunk ? joinChunks([body, chunk], body.byteLength + chunk.byteLength) : body;
    this.#ended = true;
    this.#exchange.reply(200, headers, whole, trailers, this.#format.dialect.isUnsized);
  }

  async #answerMany(input: object | AsyncIterable<object>, context: CallContext): Promise<void> {
    const { maxStreamMessages } = this.#method.options;
    let count = 0;
    await this.#method.call.answerMany(input, context, (message) => {
      if (++count > maxStreamMessages) throw tooManyReplies(maxStreamMessages);
      const envelope = this.#serialize(message);
      return envelope instanceof Uint8Array
        ? this.#write(envelope)
        : envelope.then((envelope) => this.#write(envelope));
    });
    this.#end(undefined);
  }

  /** Sends the head of the reply, where that was not done. */
  sendHead(): void {
    if (this.#headSent || this.#ended) return;
    this.#headSent = true;
    this.#exchange.replyHead(200, this.#format.headers(this.#replyCoding, this.#context?.askedHeader));
  }

  #write(chunk: Uint8Array): Promise<void> | undefined {
    this.sendHead();
    return this.#exchange.write(chunk);
  }

  #fail(error: unknown): void {
    try {
      this.#end(toConnectError(error));
    } catch (cause) {
      this.#exchange.reset(cause);
    } finally {
      this.#context?.end();
    }
  }

  #end(error: ConnectError | undefined): void {
    const { trailers, chunk } = this.#endOf(error);
    if (!this.#headSent) {
      const headers = this.#format.headers(undefined, this.#context?.askedHeader);
      this.#ended = true;
      return this.#exchange.reply(200, headers, chunk ?? noBytes, trailers, this.#format.dialect.isUnsized);
    }
    if (chunk) void this.#write(chunk);
    this.#ended = true;
    this.#exchange.end(trailers);
  }

  #endOf(error: ConnectError | undefined): ReplyEnd {
    const { maxTrailersBytes } = this.#exchange;
    return this.#format.dialect.end(error, this.#context?.askedTrailer, this.#method.options, maxTrailersBytes);
  }
}

function tooManyReplies(maxMessages: number): ConnectError {
  return new ConnectError(`the reply has more than the limit of ${maxMessages} messages`, Code.ResourceExhausted);
}

/** Waits for a part of a request, until the deadline at the latest: a peer that never sends the rest does not hold the call. */
export function beforeDeadline<T>(promise: Promise<T>, context: CallContext): Promise<T> {
  return context.deadline === undefined ? promise : untilAborted(promise, context.signal);
}

/** A list that never changes: hosts that see it again may reuse what they made of it. */
export function frozenList(list: HeaderList): HeaderList {
  return Object.freeze(list.map((pair) => Object.freeze(pair)));
}

/** The handler's own headers, without the names that belong to protocols. */
export function metadata(headers: Headers): HeaderList {
  return [...headers].filter(([name]) =>
    !name.startsWith("grpc-") && !name.startsWith("connect-") && !reservedNames.has(name)
  );
}

const reservedNames = new Set(["content-type", "content-length", "content-encoding", "trailer", "transfer-encoding"]);

/** What a call failed by, as the caller is told; with a text that can be sent, whatever a parser quoted of the request. */
export function toConnectError(error: unknown): ConnectError {
  if (error instanceof ConnectError) return withStatusText(error);
  if (error instanceof BodyTooLargeError) return stacklessError(error.message, Code.ResourceExhausted);
  // What comes here broke off under the call: the peer is gone, and will hardly read it.
  return stacklessError("the request broke off", Code.Canceled, error);
}
