// From the neck to connect-es's universal handlers: finds the method by path, hands over the request, and writes the reply
// back. What no method serves gets the error of the protocol that asked for it.
import { type ContextValues, createContextValues } from "@connectrpc/connect";
import type { UniversalHandler, UniversalServerResponse } from "@connectrpc/connect/protocol";
import { peerKey } from "../call/invoke.ts";
import { encodeGrpcMessage } from "../rpc/grpc_message.ts";
import type { Exchange, ExchangeHandler, HeaderList } from "../http/exchange.ts";

/** Finds what serves a path; undefined where nothing does. */
export type FindHandler = (path: string) => UniversalHandler | undefined;

/** Makes the handler of exchanges that serves what `find` finds. */
export function exchangeHandler(find: FindHandler): ExchangeHandler {
  return (exchange) => {
    const handler = find(exchange.path);
    if (!handler) return refuse(exchange, 404, `${exchange.path} is no method of this server`);
    if (!exchange.host.trailers && isGrpc(exchange)) {
      return refuse(
        exchange,
        415,
        "this host cannot send the trailers that gRPC needs: call it with gRPC-Web or Connect",
      );
    }
    serve(exchange, handler).catch((error) => exchange.reset(error));
  };
}

const noBytes = new Uint8Array();

async function serve(exchange: Exchange, handler: UniversalHandler): Promise<void> {
  const contextValues: ContextValues = createContextValues().set(peerKey, exchange.peer);
  const response = await handler({
    // connect-es refuses bidi on HTTP/1.1; some hosts do full duplex there.
    httpVersion: exchange.host.fullDuplex ? "2.0" : exchange.httpVersion,
    method: exchange.method,
    url: exchange.url,
    header: exchange.headers(),
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
  return response.header ? pairs(response.header) : [];
}

function trailerList(response: UniversalServerResponse): HeaderList | undefined {
  return response.trailer ? pairs(response.trailer) : undefined;
}

// connect-es encodes more of a status's text than gRPC says, and grpc-js does not decode all of that.
function pairs(headers: Headers): HeaderList {
  return [...headers].map(([name, value]) =>
    name === "grpc-message" ? [name, encodeGrpcMessage(decodeURIComponent(value))] : [name, value]
  );
}

function isGrpc(exchange: Exchange): boolean {
  return /^application\/grpc(\+|;|$)/.test(exchange.header("content-type") ?? "");
}

// gRPC answers 200 and puts the error in the headers ("trailers-only"); Connect answers JSON; others read the text.
function refuse(exchange: Exchange, status: 404 | 415, message: string): void {
  const contentType = exchange.header("content-type") ?? "";
  if (contentType.startsWith("application/grpc")) {
    // Code 12 is UNIMPLEMENTED.
    const headers: HeaderList = [["content-type", contentType], ["grpc-status", "12"], [
      "grpc-message",
      encodeGrpcMessage(message),
    ]];
    return exchange.reply(200, headers, noBytes);
  }
  const body = new TextEncoder().encode(JSON.stringify({ code: "unimplemented", message }));
  exchange.reply(status, [["content-type", "application/json"]], body);
}
