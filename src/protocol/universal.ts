// connect-es's universal handlers behind the neck: hands a request over, and writes the reply back. Connect and gRPC-Web are
// served this way, for now.
import type { HandlerContext as ConnectHandlerContext, MethodImplSpec } from "@connectrpc/connect";
import { type ContextValues, createContextValues } from "@connectrpc/connect";
import {
  createUniversalServiceHandlers,
  type ProtocolHandlerFactory,
  type UniversalHandler,
  type UniversalHandlerOptions,
  type UniversalServerResponse,
} from "@connectrpc/connect/protocol";
import type { Message } from "@bufbuild/protobuf";
import { peerKey } from "../call/call.ts";
import type { Exchange, ExchangeHandler, HeaderList } from "../http/exchange.ts";
import { maxTimerMs, parseGrpcTimeout } from "../rpc/deadline.ts";
import type { HandlerContext } from "../rpc/handler_context.ts";
import type { ServedMethod } from "./protocol.ts";

/** One of connect-es's protocols. */
export type UniversalProtocol = (options: Partial<UniversalHandlerOptions>) => ProtocolHandlerFactory;

/** Makes connect-es's handler of a method in one of its protocols. */
export function universalHandler(method: ServedMethod, protocol: UniversalProtocol): UniversalHandler {
  const { desc } = method;
  const [handler] = createUniversalServiceHandlers(
    { service: desc.parent, methods: { [desc.localName]: implementation(method) } },
    [protocol(method.options)],
  );
  return handler;
}

/** Serves exchanges by connect-es's handler. */
export function serveUniversal(handler: UniversalHandler): ExchangeHandler {
  return (exchange) => {
    serve(exchange, handler).catch((error) => exchange.reset(error));
  };
}

function implementation({ desc: method, call }: ServedMethod): MethodImplSpec {
  const impl = method.methodKind === "unary" || method.methodKind === "client_streaming"
    ? (input: Message | AsyncIterable<Message>, context: ConnectHandlerContext) =>
      call.answerOne(input, extend(context))
    : (input: Message | AsyncIterable<Message>, context: ConnectHandlerContext) =>
      call.answerMany(input, extend(context));
  return { kind: method.methodKind, method, impl } as MethodImplSpec;
}

function extend(base: ConnectHandlerContext): HandlerContext {
  const timeoutMs = base.timeoutMs();
  return Object.assign(base, {
    deadline: timeoutMs === undefined ? undefined : Date.now() + timeoutMs,
    peer: base.values.get(peerKey),
  });
}

const noBytes = new Uint8Array();

async function serve(exchange: Exchange, handler: UniversalHandler): Promise<void> {
  const contextValues: ContextValues = createContextValues().set(peerKey, exchange.peer);
  const response = await handler({
    // connect-es refuses bidi on HTTP/1.1; some hosts do full duplex there.
    httpVersion: exchange.host.fullDuplex ? "2.0" : exchange.httpVersion,
    method: exchange.method,
    url: exchange.url,
    header: withinTimers(exchange.headers()),
    body: bodyChunks(exchange),
    signal: exchange.signal,
    contextValues,
  });
  if (response.body === undefined) {
    return exchange.reply(response.status, headerList(response), noBytes, trailerList(response));
  }
  await writeBody(exchange, response, response.body);
}

async function writeBody(
  exchange: Exchange,
  response: UniversalServerResponse,
  body: AsyncIterable<Uint8Array>,
): Promise<void> {
  const headers = headerList(response);
  const chunks = body[Symbol.asyncIterator]();
  try {
    if (isUnary(response)) {
      const parts: Uint8Array[] = [];
      for (let next = await chunks.next(); !next.done; next = await chunks.next()) parts.push(next.value);
      return exchange.reply(response.status, headers, join(parts), trailerList(response));
    }
    exchange.replyHead(response.status, headers);
    for (let next = await chunks.next(); !next.done; next = await chunks.next()) {
      if (exchange.signal.aborted) return;
      await exchange.write(next.value);
    }
    exchange.end(trailerList(response));
  } finally {
    await chunks.return?.();
  }
}

// connect-es hands any timeout to a timer, and one that is too long for it ends the call at once.
function withinTimers(headers: Headers): Headers {
  const connect = headers.get("connect-timeout-ms");
  const grpc = headers.get("grpc-timeout");
  if (connect === null && grpc === null) return headers;
  const bounded = new Headers(headers);
  // What is no timeout in the protocol's form is left as it is, to be refused.
  if (/^\d{1,10}$/.test(connect ?? "") && Number(connect) > maxTimerMs) {
    bounded.set("connect-timeout-ms", String(maxTimerMs));
  }
  if (/^\d{1,8}[HMS]$/.test(grpc ?? "") && parseGrpcTimeout(grpc ?? undefined, Infinity)! > maxTimerMs) {
    bounded.set("grpc-timeout", `${Math.floor(maxTimerMs / 1000)}S`);
  }
  return bounded;
}

// Connect's unary replies are plain bodies; all others are made of envelopes.
function isUnary(response: UniversalServerResponse): boolean {
  const contentType = response.header?.get("content-type") ?? "";
  return !contentType.startsWith("application/grpc") && !contentType.startsWith("application/connect+");
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1) return parts[0];
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.byteLength, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.byteLength;
  }
  return whole;
}

async function* bodyChunks(exchange: Exchange): AsyncGenerator<Uint8Array, void> {
  for (let chunk = await exchange.read(); chunk; chunk = await exchange.read()) yield chunk;
}

function headerList(response: UniversalServerResponse): HeaderList {
  return response.header ? [...response.header] : [];
}

function trailerList(response: UniversalServerResponse): HeaderList | undefined {
  return response.trailer ? [...response.trailer] : undefined;
}
