// Unary calls of Connect: a plain HTTP body each way, trailers as `trailer-` headers, errors as JSON with a status of HTTP;
// GET for methods without side effects. https://connectrpc.com/docs/protocol#unary-request-response-rpcs
import { base64Decode } from "@bufbuild/protobuf/wire";
import { Code, ConnectError } from "@connectrpc/connect";
import { codeToHttpStatus, errorToJsonBytes } from "@connectrpc/connect/protocol-connect";
import type { Exchange, HeaderList } from "../../http/exchange.ts";
import { CallContext } from "../call_context.ts";
import { decompressed } from "../coding.ts";
import { beforeDeadline, metadata, toConnectError } from "../enveloped_call.ts";
import type { ServedMethod } from "../protocol.ts";
import type { Serialization } from "../serialization.ts";
import { entityTag, hasEntity } from "./etag.ts";
import { parseConnectTimeout } from "./timeout.ts";
import { checkVersion, versionHeader } from "./version.ts";

const noBytes = new Uint8Array();

/** What the unary calls of a method in one format have in common. */
export interface UnaryFormat {
  readonly method: ServedMethod;
  readonly contentType: string;
  readonly serialization: Serialization;
}

/** Serves a unary call to its end. `query` holds the message of a GET. Rejects where not even an error can be sent. */
export async function serveUnary(exchange: Exchange, format: UnaryFormat, query?: URLSearchParams): Promise<void> {
  const { method: { desc, call, options }, serialization } = format;
  let context: CallContext | undefined;
  try {
    const timeoutMs = parseConnectTimeout(exchange.header("connect-timeout-ms"), options.maxTimeoutMs);
    context = new CallContext(desc, exchange, "connect", timeoutMs);
    const required = options.requireConnectProtocolVersion;
    if (query) checkVersion("the parameter connect", query.get("connect") ?? undefined, "v1", required);
    else checkVersion(versionHeader, exchange.header(versionHeader), "1", required);
    const named = query ? query.get("compression") ?? undefined : exchange.header("content-encoding");
    const coding = options.codings.named(named);
    const read = query ? messageOf(query) : exchange.readWhole(options.readMaxBytes);
    const body = read instanceof Uint8Array ? read : await beforeDeadline(read, context);
    const bytes = coding ? await decompressed(coding, body, options.readMaxBytes, Code.InvalidArgument) : body;
    const reply = serialization.serialize(await call.answerOne(serialization.parse(bytes), context), 0);
    await send(exchange, format.method, context, 200, format.contentType, reply);
  } catch (error) {
    const failure = toConnectError(error);
    const json = errorToJsonBytes(failure, options.jsonOptions);
    const status = codeToHttpStatus(failure.code);
    await send(exchange, format.method, context, status, "application/json", json, failure.metadata);
  } finally {
    context?.end();
  }
}

async function send(
  exchange: Exchange,
  { options: { codings, compressMinBytes, etag } }: ServedMethod,
  context: CallContext | undefined,
  status: number,
  contentType: string,
  body: Uint8Array,
  errorMetadata?: Headers,
): Promise<void> {
  const mayCompress = body.byteLength >= compressMinBytes && context?.compress !== false;
  const coding = mayCompress ? codings.accepted(exchange.header("accept-encoding")) : undefined;
  const own = context?.askedHeader;
  const trailer = context?.askedTrailer;
  const tag = etag && status === 200 && exchange.method === "GET" && !own?.has("etag")
    ? await entityTag(body)
    : undefined;
  const headers: HeaderList = [
    ["content-type", contentType],
    ...(tag ? [["etag", tag] as const] : []),
    ...(coding ? [["content-encoding", coding.name] as const] : []),
    // A cache must not give what it was told compressed to who can't read that.
    ...(mayCompress && codings.names && exchange.method === "GET" ? [["vary", "accept-encoding"] as const] : []),
    ...(own ? metadata(own) : []),
    ...(errorMetadata ? metadata(errorMetadata) : []),
    ...(trailer ? metadata(trailer).map(([name, value]) => [`trailer-${name}`, value] as const) : []),
  ];
  const has = etag && status === 200 && exchange.method === "GET" && hasEntity(exchange, tag ?? own?.get("etag") ?? "");
  if (has) return exchange.reply(304, headers.filter(([name]) => !name.startsWith("content-")), noBytes);
  exchange.reply(status, headers, coding ? await coding.compress(body) : body);
}

function messageOf(query: URLSearchParams): Uint8Array {
  const message = query.get("message") ?? "";
  if (query.get("base64") !== "1") return new TextEncoder().encode(message);
  try {
    return base64Decode(message);
  } catch (error) {
    throw new ConnectError("the query's message is no base64", Code.InvalidArgument, undefined, undefined, error);
  }
}
