// Unary calls of Connect: a plain HTTP body each way, trailers as `trailer-` headers, errors as JSON with a status of HTTP;
// GET for methods without side effects. https://connectrpc.com/docs/protocol#unary-request-response-rpcs
import { bytesFromBase64 } from "../../bytes/base64.ts";
import { Code } from "@connectrpc/connect";
import { ConnectError } from "../../rpc/connect_error.ts";
import type { Exchange, HeaderList } from "../../http/exchange.ts";
import { andThen } from "../../rpc/and_then.ts";
import { CallContext } from "../call_context.ts";
import { decompressed } from "../coding.ts";
import { beforeDeadline, frozenList, metadata, toConnectError } from "../enveloped_call.ts";
import type { ServedMethod } from "../protocol.ts";
import type { Serialization } from "../serialization.ts";
import { errorJson, httpStatus } from "./error_json.ts";
import { entityTag, hasEntity } from "./etag.ts";
import { parseConnectTimeout } from "./timeout.ts";
import { checkVersion, versionHeader } from "./version.ts";

const noBytes = new Uint8Array();
const encoder = new TextEncoder();
const errorHeaders = frozenList([["content-type", "application/json"]]);

/** What the unary calls of a method in one format have in common. */
export class UnaryFormat {
  readonly method: ServedMethod;
  readonly serialization: Serialization;
  readonly headers: HeaderList;

  constructor(method: ServedMethod, contentType: string, serialization: Serialization) {
    this.method = method;
    this.serialization = serialization;
    this.headers = frozenList([["content-type", contentType]]);
  }
}

/** One call. */
export class UnaryCall {
  readonly #exchange: Exchange;
  readonly #format: UnaryFormat;
  readonly #query: URLSearchParams | undefined;
  #context: CallContext | undefined;

  /** @param query holds the message of a GET. */
  constructor(exchange: Exchange, format: UnaryFormat, query?: URLSearchParams) {
    this.#exchange = exchange;
    this.#format = format;
    this.#query = query;
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

  #readHead(): CallContext {
    const exchange = this.#exchange;
    const query = this.#query;
    const { desc, options } = this.#format.method;
    const asked = parseConnectTimeout(exchange.header("connect-timeout-ms"), options.maxTimeoutMs);
    this.#context = new CallContext(desc, exchange, "connect", asked ?? options.defaultTimeoutMs);
    const required = options.requireConnectProtocolVersion;
    if (query) checkVersion("the parameter connect", query.get("connect") ?? undefined, "v1", required);
    else checkVersion(versionHeader, exchange.header(versionHeader), "1", required);
    return this.#context;
  }

  #serve(context: CallContext): void | Promise<void> {
    const { method: { call, options }, serialization } = this.#format;
    const query = this.#query;
    const named = query ? query.get("compression") ?? undefined : this.#exchange.header("content-encoding");
    const coding = options.codings.named(named);
    const read = query ? messageOf(query) : this.#exchange.readWhole(options.readMaxBytes);
    const body = read instanceof Uint8Array ? read : beforeDeadline(read, context);
    const bytes = coding
      ? andThen(body, (body) => decompressed(coding, body, options.readMaxBytes, Code.InvalidArgument))
      : body;
    const send = (reply: object): void | Promise<void> => {
      if (serialization.serializeText && this.#exchange.replyText && !query) {
        return this.#replyText(serialization.serializeText(reply, options.compressMinBytes - 1));
      }
      return this.#reply(serialization.serialize(reply, 0));
    };
    return andThen(bytes, (bytes) => andThen(call.answerOne(serialization.parse(bytes), context), send));
  }

  #replyText(message: Uint8Array | string): void | Promise<void> {
    if (message instanceof Uint8Array) return this.#reply(message);
    this.#exchange.replyText?.(this.#withOwn(this.#format.headers), message);
  }

  #reply(message: Uint8Array): void | Promise<void> {
    const { headers, method: { options } } = this.#format;
    if (!this.#query) return this.#send(200, headers, message);
    // A cache must not give what it was told compressed to who can't read that.
    const mayVary = this.#mayCompress(message) && options.codings.names !== "";
    const cached: HeaderList = mayVary ? [...headers, ["vary", "accept-encoding"]] : headers;
    return options.etag ? this.#sendTagged(cached, message) : this.#send(200, cached, message);
  }

  async #sendTagged(headers: HeaderList, message: Uint8Array): Promise<void> {
    const given = this.#context?.askedHeader?.get("etag");
    const tag = given ?? await entityTag(message);
    const tagged: HeaderList = given == null ? [...headers, ["etag", tag]] : headers;
    if (!hasEntity(this.#exchange, tag)) return this.#send(200, tagged, message);
    this.#exchange.reply(304, this.#withOwn(tagged).filter(([name]) => !name.startsWith("content-")), noBytes);
  }

  #fail(error: unknown): void {
    try {
      const failure = toConnectError(error);
      const json = JSON.stringify(errorJson(failure, this.#format.method.options.jsonOptions));
      const own = metadata(failure.metadata);
      const headers = own.length === 0 ? errorHeaders : [...errorHeaders, ...own];
      const sending = this.#send(httpStatus(failure.code), headers, encoder.encode(json));
      if (sending) sending.catch((error) => this.#exchange.reset(error));
    } catch (error) {
      this.#exchange.reset(error);
    } finally {
      this.#context?.end();
    }
  }

  #send(status: number, headers: HeaderList, body: Uint8Array): void | Promise<void> {
    const { codings } = this.#format.method.options;
    const coding = this.#mayCompress(body) ? codings.accepted(this.#exchange.header("accept-encoding")) : undefined;
    if (!coding) return this.#exchange.reply(status, this.#withOwn(headers), body);
    const coded = this.#withOwn([...headers, ["content-encoding", coding.name]]);
    return andThen(coding.compress(body), (compressed) => this.#exchange.reply(status, coded, compressed));
  }

  #mayCompress(body: Uint8Array): boolean {
    return body.byteLength >= this.#format.method.options.compressMinBytes && this.#context?.compress !== false;
  }

  #withOwn(headers: HeaderList): HeaderList {
    const own = this.#context?.askedHeader;
    const trailer = this.#context?.askedTrailer;
    if (!own && !trailer) return headers;
    return [
      ...headers,
      ...(own ? metadata(own) : []),
      ...(trailer ? metadata(trailer).map(([name, value]) => [`trailer-${name}`, value] as const) : []),
    ];
  }
}

function messageOf(query: URLSearchParams): Uint8Array {
  const message = query.get("message") ?? "";
  if (query.get("base64") !== "1") return encoder.encode(message);
  try {
    return bytesFromBase64(message);
  } catch (error) {
    throw new ConnectError("the query's message is no base64", Code.InvalidArgument, undefined, undefined, error);
  }
}
