// The one selection of a request: by path, which method; by content type and verb, which protocol. What nobody serves gets
// the error of the protocol that asked for it.
import type { Exchange, ExchangeHandler, HeaderList } from "../http/exchange.ts";
import { encodeGrpcMessage } from "../rpc/grpc_message.ts";
import type { ServerProtocol } from "./protocol.ts";

/** Finds what serves a path in a protocol; undefined where no method has that path. */
export type FindHandler = (path: string) => ((protocol: ServerProtocol) => ExchangeHandler) | undefined;

/** Makes the handler of exchanges that serves, in these protocols, what `find` finds. */
export function exchangeHandler(find: FindHandler, protocols: readonly ServerProtocol[]): ExchangeHandler {
  return (exchange) => {
    const handler = find(exchange.path);
    if (!handler) return refuse(exchange, 404, `${exchange.path} is no method of this server`);
    const contentType = exchange.header("content-type") ?? "";
    for (const protocol of protocols) {
      if (!protocol.speaks(contentType, exchange.method)) continue;
      if (protocol.needsTrailers && !exchange.host.trailers) return refuse(exchange, 415, noTrailers);
      return handler(protocol)(exchange);
    }
    if (exchange.method !== "POST") {
      return refuse(exchange, 405, `${exchange.method} is no verb of this method: use POST`);
    }
    if (isGrpc(contentType)) return refuse(exchange, 415, noGrpc);
    refuse(exchange, 415, `"${contentType}" is no content type of this server`);
  };
}

const noTrailers = "this host cannot send the trailers that gRPC needs: call it with gRPC-Web or Connect";
const noGrpc = "this app does not serve gRPC: call it with gRPC-Web or Connect";

function isGrpc(contentType: string): boolean {
  return /^application\/grpc(\+(proto|json))?(;|$)/.test(contentType);
}

// gRPC answers 200 and puts the error in the headers ("trailers-only"), but for a verb that is not its own; Connect answers an
// unknown path in JSON.
function refuse(exchange: Exchange, status: 404 | 405 | 415, message: string): void {
  const contentType = exchange.header("content-type") ?? "";
  const inGrpc = status === 404 ? contentType.startsWith("application/grpc") : status === 415 && isGrpc(contentType);
  if (inGrpc) {
    const headers: HeaderList = [
      ["content-type", contentType],
      // Code 12 is UNIMPLEMENTED.
      ["grpc-status", "12"],
      ["grpc-message", encodeGrpcMessage(message)],
    ];
    return exchange.reply(200, headers, noBytes);
  }
  // A content type or a verb of no protocol is answered in no protocol's words: a client goes by the status alone.
  const [type, text] = status === 404
    ? ["application/json", JSON.stringify({ code: "unimplemented", message })]
    : ["text/plain", message];
  const allow: HeaderList = status === 405 ? [["allow", "POST"]] : [];
  exchange.reply(status, [["content-type", type], ...allow], new TextEncoder().encode(text));
}

const noBytes = new Uint8Array();
