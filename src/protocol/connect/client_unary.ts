// Unary calls of Connect, client side: the message is the body, the status is HTTP's, and methods without side effects may
// go by GET. https://connectrpc.com/docs/protocol#unary-request
import { idempotencyLevel } from "../../schema/descriptor_number.ts";
import { Code } from "@connectrpc/connect";
import { ConnectError } from "../../rpc/connect_error.ts";
import type { Compression } from "../../rpc/compression.ts";
import { joinChunks } from "../../bytes/join_chunks.ts";
import type { Endpoint } from "../../http/client_exchange.ts";
import type { HeaderList } from "../../http/exchange.ts";
import { type CallOptions, mayCompress } from "../../rpc/call_options.ts";
import { callError, ClientCall } from "../client_call.ts";
import { fieldValue, headersOf, metadataFields, noFields } from "../client_metadata.ts";
import type {
  CalledMethod,
  ClientProtocolOptions,
  ClientSerialization,
  MessageStream,
  MethodCaller,
} from "../client_protocol.ts";
import { decompressed } from "../coding.ts";
import { endpointOf, parseReply, replyCoding, serializeRequest } from "../enveloped_method.ts";
import { codeOfHttpStatus, httpError, wireError } from "../grpc_reply.ts";
import { contentTypeError } from "./client_stream.ts";
import { getUrl } from "./get_url.ts";
import { readErrorBody } from "./read_error.ts";
import { formatConnectTimeout } from "./timeout.ts";

/** The largest body of an error that is read, whatever the limit of messages, in bytes. */
const minErrorBytes = 65_536;

/** One unary method over one transport. */
export class ConnectUnaryMethod implements MethodCaller {
  readonly method: CalledMethod;
  readonly options: ClientProtocolOptions;
  readonly serialization: ClientSerialization;
  readonly endpoint: Endpoint;
  readonly mayGet: boolean;

  constructor(method: CalledMethod, options: ClientProtocolOptions) {
    this.method = method;
    this.options = options;
    this.serialization = method.serialization(options);
    this.mayGet = options.useHttpGet === true &&
      method.desc.idempotency === idempotencyLevel.NO_SIDE_EFFECTS;
    const accepted = options.acceptCompression.map((coding) => coding.name).join(",");
    this.endpoint = endpointOf(method, options, [
      ["content-type", `application/${options.format === "json" ? "json" : "proto"}`],
      ["connect-protocol-version", "1"],
      ...(accepted ? [["accept-encoding", accepted] as const] : []),
    ]);
  }

  async unary(request: object, options: CallOptions, timeoutMs: number | undefined): Promise<object> {
    const bytes = serializeRequest(this, request, 0, this.mayGet);
    const { sendCompression, compressMinBytes } = this.options;
    const isSmall = bytes.length < compressMinBytes;
    const coding = isSmall || !mayCompress(request, options) ? undefined : sendCompression;
    const body = coding === undefined ? bytes : await coding.compress(bytes);
    const url = this.mayGet ? getUrl(this.endpoint.url, body, coding, this.options.format) : undefined;
    const endpoint = url === undefined ? this.endpoint : { verb: "GET", url, headers: noFields };
    const headers = headersFor(options, timeoutMs, url === undefined ? coding : undefined);
    return await new Promise((resolve, reject) => {
      const call = new ConnectUnary(this, endpoint, headers, options, resolve, reject);
      call.start(url === undefined ? body : undefined, timeoutMs);
    });
  }

  sendOne(): MessageStream {
    throw new TypeError(`${this.method.desc.name} is unary: it has one request and one reply.`);
  }

  sendMany(): MessageStream {
    return this.sendOne();
  }
}

function headersFor(options: CallOptions, timeoutMs: number | undefined, coding: Compression | undefined): HeaderList {
  const metadata = metadataFields(options.headers);
  if (timeoutMs === undefined && coding === undefined) return metadata;
  const fields: (readonly [string, string])[] = [];
  if (timeoutMs !== undefined) fields.push(["connect-timeout-ms", formatConnectTimeout(timeoutMs)]);
  if (coding !== undefined) fields.push(["content-encoding", coding.name]);
  return [...fields, ...metadata];
}

class ConnectUnary extends ClientCall {
  readonly #method: ConnectUnaryMethod;
  readonly #resolve: (reply: object) => void;
  readonly #reject: (error: unknown) => void;
  readonly #chunks: Uint8Array[] = [];
  #size = 0;
  #maxBytes: number;
  #status = 0;
  #responseHeaders: HeaderList = noFields;
  #coding: Compression | undefined;

  constructor(
    method: ConnectUnaryMethod,
    endpoint: Endpoint,
    headers: HeaderList,
    options: CallOptions,
    resolve: (reply: object) => void,
    reject: (error: unknown) => void,
  ) {
    super(method.options.http, endpoint, headers, options);
    this.#method = method;
    this.#maxBytes = method.options.maxReceiveBytes;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  start(body: Uint8Array | undefined, timeoutMs: number | undefined): void {
    this.body = body;
    this.watch(timeoutMs);
    this.send();
  }

  onHead(status: number, headers: HeaderList): void {
    this.#status = status;
    this.#responseHeaders = headers;
    try {
      const error = this.#headError(status, headers);
      if (error) return this.fail(error);
      const encoding = fieldValue(headers, "content-encoding")?.toLowerCase();
      if (encoding !== undefined && encoding !== "identity") {
        this.#coding = replyCoding(encoding, this.#method.options.acceptCompression);
      }
      if (status !== 200) this.#maxBytes = Math.max(this.#maxBytes, minErrorBytes);
      // Judged before anything is kept.
      if (Number(fieldValue(headers, "content-length") ?? 0) > this.#maxBytes) throw this.#tooLarge();
      if (status === 200) this.options.onHeader?.(headersOf(splitTrailers(headers)[0]));
    } catch (error) {
      this.fail(callError(error));
    }
  }

  onData(bytes: Uint8Array): void {
    if (this.isOver) return;
    this.exchange.consume(bytes.length);
    this.#size += bytes.length;
    if (this.#size > this.#maxBytes) return this.fail(this.#tooLarge());
    this.#chunks.push(bytes);
  }

  onEnd(): void {
    if (this.isOver) return;
    this.settle();
    const body = joinChunks(this.#chunks, this.#size);
    // An empty body is no compressed one, whatever its head says.
    if (this.#coding === undefined || body.length === 0) return this.#conclude(body);
    try {
      const whole = decompressed(this.#coding, body, this.#maxBytes, Code.Internal);
      if (whole instanceof Uint8Array) return this.#conclude(whole);
      whole.then((bytes) => this.#conclude(bytes), (error) => this.#reject(callError(error)));
    } catch (error) {
      this.#reject(callError(error));
    }
  }

  protected onFailed(error: ConnectError): void {
    this.#chunks.length = 0;
    this.#reject(error);
  }

  #headError(status: number, headers: HeaderList): ConnectError | undefined {
    if (status === 200) return contentTypeError(headers, "application/", this.#method.options);
    // The JSON of an error may follow.
    const isJson = /^application\/json\s*(;|$)/i.test(fieldValue(headers, "content-type") ?? "");
    return isJson ? undefined : httpError(status, headers);
  }

  #conclude(body: Uint8Array): void {
    try {
      const headers = this.#responseHeaders;
      const [own, trailers] = splitTrailers(headers);
      if (this.#status !== 200) {
        const error = readErrorBody(body, codeOfHttpStatus(this.#status));
        if (error === undefined) throw this.timely(httpError(this.#status, headers));
        throw this.timely(wireError(error, own, trailers));
      }
      const reply = parseReply(this.#method, body);
      this.options.onTrailer?.(headersOf(trailers));
      this.#resolve(reply);
    } catch (error) {
      this.#reject(callError(error));
    }
  }

  #tooLarge(): ConnectError {
    const text = `a response of more than ${this.#maxBytes} bytes is over the limit (maxReceiveBytes)`;
    return new ConnectError(text, Code.ResourceExhausted);
  }
}

/** Headers apart from trailers, which Connect sends as headers with a prefix. */
function splitTrailers(headers: HeaderList): [headers: HeaderList, trailers: HeaderList] {
  const own: (readonly [string, string])[] = [];
  const trailers: (readonly [string, string])[] = [];
  for (const field of headers) {
    if (field[0].startsWith("trailer-")) trailers.push([field[0].slice(8), field[1]]);
    else own.push(field);
  }
  return [own, trailers];
}
