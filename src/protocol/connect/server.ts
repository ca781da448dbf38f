// Connect, server side: unary by POST and GET, and streams. https://connectrpc.com/docs/protocol
import { idempotencyLevel } from "../../schema/descriptor_number.ts";
import { Code } from "@connectrpc/connect";
import type { Exchange, ExchangeHandler, HeaderList } from "../../http/exchange.ts";
import { EnvelopedCall, EnvelopedFormat } from "../enveloped_call.ts";
import type { ServedMethod, ServerProtocol } from "../protocol.ts";
import { binarySerialization, jsonSerialization } from "../serialization.ts";
import { connectStream } from "./stream.ts";
import { UnaryCall, UnaryFormat } from "./unary.ts";

const contentTypes = /^application\/(connect\+)?(proto|json)\s*(;|$)/i;

/** Serves Connect, over any HTTP version. */
export const connect: ServerProtocol = {
  name: "connect",
  needsTrailers: false,
  // A GET has no body, so no content type either.
  speaks: (contentType, verb) => contentTypes.test(contentType) || (verb === "GET" && contentType === ""),
  serve: (method) => method.desc.methodKind === "unary" ? unaryHandler(method) : streamHandler(method),
};

function unaryHandler(method: ServedMethod): ExchangeHandler {
  const binary = binarySerialization(method, Code.InvalidArgument);
  const proto = new UnaryFormat(method, "application/proto", binary);
  const json = new UnaryFormat(method, "application/json", jsonSerialization(method, Code.InvalidArgument));
  const allowsGet = method.desc.idempotency === idempotencyLevel.NO_SIDE_EFFECTS;
  return (exchange) => {
    if (exchange.method === "GET" && allowsGet) {
      const query = new URL(exchange.url).searchParams;
      const format = { proto, json }[query.get("encoding") ?? ""];
      if (!format) return refuse(exchange, 415);
      return new UnaryCall(exchange, format, query).run();
    }
    if (exchange.method !== "POST") return refuse(exchange, 405, allowsGet ? "GET, POST" : "POST");
    const contentType = exchange.header("content-type")?.toLowerCase() ?? "";
    if (contentType.startsWith("application/connect+")) return refuse(exchange, 415);
    return new UnaryCall(exchange, contentType.startsWith("application/proto") ? proto : json).run();
  };
}

function streamHandler(method: ServedMethod): ExchangeHandler {
  const binary = binarySerialization(method, Code.InvalidArgument);
  const proto = new EnvelopedFormat(connectStream, method, "application/connect+proto", binary);
  const text = jsonSerialization(method, Code.InvalidArgument);
  const json = new EnvelopedFormat(connectStream, method, "application/connect+json", text);
  return (exchange) => {
    if (exchange.method !== "POST") return refuse(exchange, 405, "POST");
    const contentType = exchange.header("content-type")?.toLowerCase() ?? "";
    if (!contentType.startsWith("application/connect+")) return refuse(exchange, 415);
    const format = contentType.startsWith("application/connect+proto") ? proto : json;
    new EnvelopedCall(exchange, format).run();
  };
}

const noBytes = new Uint8Array();

function refuse(exchange: Exchange, status: 405 | 415, allow?: string): void {
  const headers: HeaderList = allow ? [["allow", allow]] : [];
  exchange.reply(status, headers, noBytes);
}
