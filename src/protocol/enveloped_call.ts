// Calls whose messages come in envelopes: gRPC, gRPC-Web and the streams of Connect. What differs between the three is a
// dialect: names of headers, and how a reply ends. A unary call reads its body whole and answers in one reply.
import { Code, ConnectError } from "@connectrpc/connect";
import { joinChunks } from "../bytes/join_chunks.ts";
import { abortError, untilAborted } from "../rpc/abort.ts";
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
  /** Whether a reply may be sent with its length; where not, it is streamed. */
  canReplyWhole(exchange: Exchange): boolean;
  /** The end of a reply: its status, and the handler's own trailers. */
  end(error: ConnectError | undefined, own: Headers | undefined, options: ServedMethod["options"]): ReplyEnd;
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

  /** Serves the call to its end, whatever that is. Rejects where not even an error can be sent. */
  async run(): Promise<void> {
    try {
      const context = this.#readHead();
      switch (this.#method.desc.methodKind) {
        case "unary":
          return await this.#answerOne(await this.#readOnly(context), context);
        case "client_streaming":
          return await this.#answerOne(this.#requests(context), context);
        case "server_streaming":
          return await this.#answerMany(await this.#readOnly(context), context);
        case "bidi_streaming":
          return await this.#answerMany(this.#requests(context), context);
      }
    } catch (error) {
      this.#end(toConnectError(error));
    } finally {
      this.#context?.end();
    }
  }

  #readHead(): CallContext {
    const { dialect } = this.#format;
    const { desc, options } = this.#method;
    const timeoutMs = dialect.parseTimeout(this.#exchange.header(dialect.timeoutHeader), options.maxTimeoutMs);
    const context = this.#context = new CallContext(desc, this.#exchange, dialect.protocolName, timeoutMs, this);
    this.#replyCoding = options.codings.accepted(this.#exchange.header(dialect.acceptEncodingHeader));
    this.#requestCoding = options.codings.named(this.#exchange.header(dialect.encodingHeader));
    dialect.checkHead?.(this.#exchange, options);
    return context;
  }

  async #readOnly(context: CallContext): Promise<object> {
    const { readMaxBytes } = this.#method.options;
    const body = this.#exchange.readWhole(readMaxBytes + prefixBytes, this.#format.bodyStart);
    const whole = body instanceof Uint8Array ? body : await beforeDeadline(body, context);
    return await this.#parse(onlyEnvelope(whole, readMaxBytes, this.#format.dialect.malformed));
  }

  async *#requests(context: CallContext): AsyncGenerator<object, void> {
    const { readMaxBytes } = this.#method.options;
    const reader = new EnvelopeReader(() => this.#exchange.read(), readMaxBytes, this.#format.dialect.malformed);
    for (let next = await reader.next(); next; next = await reader.next()) {
      // What arrived before the call ended is nobody's any more: thousands of messages may lie there.
      if (context.isAborted) throw abortError(context.signal);
      yield this.#parse(next);
    }
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

  async #answerOne(input: object | AsyncIterable<object>, context: CallContext): Promise<void> {
    const reply = await this.#method.call.answerOne(input, context);
    const envelope = this.#serialize(reply);
    const body = envelope instanceof Uint8Array ? envelope : await envelope;
    if (this.#headSent || !this.#format.dialect.canReplyWhole(this.#exchange)) {
      await this.#write(body);
      return this.#end(undefined);
    }
    const { trailers, chunk } = this.#endOf(undefined);
    const coding = body[0] === compressedFlag ? this.#replyCoding : undefined;
    const headers = this.#format.headers(coding, context.askedHeader);
    this.#ended = true;
    this.#exchange.reply(
      200,
      headers,
      chunk ? joinChunks([body, chunk], body.byteLength + chunk.byteLength) : body,
      trailers,
    );
  }

  async #answerMany(input: object | AsyncIterable<object>, context: CallContext): Promise<void> {
    for await (const reply of this.#method.call.answerMany(input, context)) {
      const envelope = this.#serialize(reply);
      const room = this.#write(envelope instanceof Uint8Array ? envelope : await envelope);
      if (room) await room;
    }
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

  #end(error: ConnectError | undefined): void {
    const { trailers, chunk } = this.#endOf(error);
    if (!this.#headSent && this.#format.dialect.canReplyWhole(this.#exchange)) {
      const headers = this.#format.headers(undefined, this.#context?.askedHeader);
      this.#ended = true;
      return this.#exchange.reply(200, headers, chunk ?? noBytes, trailers);
    }
    if (chunk) void this.#write(chunk);
    this.#ended = true;
    this.#exchange.end(trailers);
  }

  #endOf(error: ConnectError | undefined): ReplyEnd {
    return this.#format.dialect.end(error, this.#context?.askedTrailer, this.#method.options);
  }
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
  if (error instanceof BodyTooLargeError) return new ConnectError(error.message, Code.ResourceExhausted);
  // What comes here broke off under the call: the peer is gone, and will hardly read it.
  return new ConnectError("the request broke off", Code.Canceled, undefined, undefined, error);
}
