// gRPC over HTTP/2, server side, straight on the neck: a unary call reads its body whole and answers in one reply, without a
// stream on its way. https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md
import type { Message } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import type { Compression } from "@connectrpc/connect/protocol";
import { untilAborted } from "../../call/abort.ts";
import type { Exchange, ExchangeHandler, HeaderList } from "../../http/exchange.ts";
import { parseGrpcTimeout } from "../../rpc/deadline.ts";
import { CallContext } from "../call_context.ts";
import { encodeEnvelope, type Envelope, EnvelopeReader, onlyEnvelope, prefixBytes } from "../envelope.ts";
import type { ServedMethod, ServerProtocol } from "../protocol.ts";
import { binarySerialization, jsonSerialization, type Serialization } from "../serialization.ts";
import { errorTrailers, metadata, okTrailers } from "./status.ts";

const contentTypes = /^application\/grpc(\+(proto|json))?\s*(;|$)/i;

/** Serves gRPC, which needs HTTP/2 and trailers. */
export const grpc: ServerProtocol = {
  name: "grpc",
  needsTrailers: true,
  speaks: (contentType, verb) => verb === "POST" && contentTypes.test(contentType),
  serve(method: ServedMethod): ExchangeHandler {
    const formats = {
      proto: new Format(method, "application/grpc+proto", binarySerialization(method)),
      json: new Format(method, "application/grpc+json", jsonSerialization(method)),
    };
    return (exchange) => {
      const isJson = exchange.header("content-type")?.startsWith("application/grpc+json");
      new GrpcCall(exchange, method, isJson ? formats.json : formats.proto).run()
        .catch((error) => exchange.reset(error));
    };
  },
};

/** Messages smaller than this are sent uncompressed, in bytes: for them it costs more than it saves. */
const defaultCompressMinBytes = 1024;

const noBytes = new Uint8Array();

/** What all calls of a method in one format have in common. */
class Format {
  readonly contentType: string;
  readonly serialization: Serialization;
  readonly codings: readonly Compression[];
  readonly compressMinBytes: number;
  readonly #headers: HeaderList;

  constructor({ options }: ServedMethod, contentType: string, serialization: Serialization) {
    this.contentType = contentType;
    this.serialization = serialization;
    this.codings = options.acceptCompression ?? [];
    this.compressMinBytes = options.compressMinBytes ?? defaultCompressMinBytes;
    const accepted = this.codings.map((coding) => coding.name).join(",");
    this.#headers = [
      ["content-type", contentType],
      ...(accepted ? [["grpc-accept-encoding", accepted] as const] : []),
    ];
  }

  /** The headers of a reply; one and the same list for all replies that have nothing of their own. */
  headers(coding: Compression | undefined, own: Headers | undefined): HeaderList {
    if (!coding && !own) return this.#headers;
    const encoding: HeaderList = coding ? [["grpc-encoding", coding.name]] : [];
    return [...this.#headers, ...encoding, ...(own ? metadata(own) : [])];
  }
}

class GrpcCall {
  readonly #exchange: Exchange;
  readonly #method: ServedMethod;
  readonly #format: Format;
  #context: CallContext | undefined;
  #requestCoding: Compression | undefined;
  #replyCoding: Compression | undefined;
  #headSent = false;

  constructor(exchange: Exchange, method: ServedMethod, format: Format) {
    this.#exchange = exchange;
    this.#method = method;
    this.#format = format;
  }

  /** Serves the call to its end, whatever that is. Rejects where not even an error can be sent. */
  async run(): Promise<void> {
    try {
      this.#readHead();
      switch (this.#method.desc.methodKind) {
        case "unary":
          return await this.#answerOne(await this.#readOnly());
        case "client_streaming":
          return await this.#answerOne(this.#requests());
        case "server_streaming":
          return await this.#answerMany(await this.#readOnly());
        case "bidi_streaming":
          return await this.#answerMany(this.#requests());
      }
    } catch (error) {
      this.#end(errorTrailers(error, this.#context?.askedTrailer));
    } finally {
      this.#context?.end();
    }
  }

  #readHead(): void {
    const { desc, options } = this.#method;
    // The context comes first: a refusal below is answered with what it holds.
    const timeout = this.#exchange.header("grpc-timeout");
    const timeoutMs = parseGrpcTimeout(timeout, options.maxTimeoutMs);
    this.#context = new CallContext(desc, this.#exchange, "grpc", timeoutMs);
    const encoding = this.#exchange.header("grpc-encoding");
    if (encoding !== undefined && encoding !== "identity") {
      this.#requestCoding = this.#format.codings.find((coding) => coding.name === encoding);
      if (!this.#requestCoding) {
        const known = this.#format.codings.map((coding) => coding.name).join(", ");
        throw new ConnectError(`unknown compression "${encoding}": this server knows ${known}`, Code.Unimplemented);
      }
    }
    const accepted = this.#exchange.header("grpc-accept-encoding");
    if (accepted === undefined) return;
    const names = accepted.split(",").map((name) => name.trim());
    this.#replyCoding = this.#format.codings.find((coding) => names.includes(coding.name));
  }

  async #readOnly(): Promise<Message> {
    const { readMaxBytes } = this.#method.options;
    const body = this.#exchange.readWhole(readMaxBytes + prefixBytes);
    const whole = body instanceof Uint8Array ? body : await this.#beforeDeadline(body);
    return await this.#parse(onlyEnvelope(whole, readMaxBytes));
  }

  // The deadline counts from the head of the request: a peer that never sends the rest does not hold the call.
  #beforeDeadline<T>(promise: Promise<T>): Promise<T> {
    const context = this.#context!;
    return context.deadline === undefined ? promise : untilAborted(promise, context.signal);
  }

  async *#requests(): AsyncGenerator<Message, void> {
    const reader = new EnvelopeReader(() => this.#exchange.read(), this.#method.options.readMaxBytes);
    for (let next = await reader.next(); next; next = await reader.next()) yield this.#parse(next);
  }

  #parse({ compressed, bytes }: Envelope): Message | Promise<Message> {
    const { serialization } = this.#format;
    if (!compressed) return serialization.parse(bytes);
    if (!this.#requestCoding) {
      throw new ConnectError(
        "a message is flagged as compressed, and grpc-encoding names no compression",
        Code.Internal,
      );
    }
    return this.#requestCoding.decompress(bytes, this.#method.options.readMaxBytes)
      .then((decompressed) => serialization.parse(decompressed));
  }

  #serialize(message: Message): Uint8Array | Promise<Uint8Array> {
    const bytes = this.#format.serialization.serialize(message);
    const coding = this.#replyCoding;
    if (!coding || bytes.byteLength < this.#format.compressMinBytes) return encodeEnvelope(bytes, false);
    return coding.compress(bytes).then((compressed) => encodeEnvelope(compressed, true));
  }

  async #answerOne(input: Message | AsyncIterable<Message>): Promise<void> {
    const context = this.#context!;
    const reply = await this.#method.call.answerOne(input, context);
    const envelope = this.#serialize(reply);
    const body = envelope instanceof Uint8Array ? envelope : await envelope;
    const headers = this.#format.headers(this.#replyCoding, context.askedHeader);
    this.#exchange.reply(200, headers, body, okTrailers(context.askedTrailer));
  }

  async #answerMany(input: Message | AsyncIterable<Message>): Promise<void> {
    const context = this.#context!;
    for await (const reply of this.#method.call.answerMany(input, context)) {
      const envelope = this.#serialize(reply);
      const chunk = envelope instanceof Uint8Array ? envelope : await envelope;
      this.#sendHead();
      const room = this.#exchange.write(chunk);
      if (room) await room;
    }
    this.#end(okTrailers(context.askedTrailer));
  }

  #sendHead(): void {
    if (this.#headSent) return;
    this.#headSent = true;
    this.#exchange.replyHead(200, this.#format.headers(this.#replyCoding, this.#context?.askedHeader));
  }

  #end(trailers: HeaderList): void {
    if (this.#headSent) return this.#exchange.end(trailers);
    const headers = this.#format.headers(undefined, this.#context?.askedHeader);
    this.#exchange.reply(200, headers, noBytes, trailers);
  }
}
