// gRPC over HTTP/2, server side. https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md
import { Code } from "@connectrpc/connect";
import type { ExchangeHandler } from "../../http/exchange.ts";
import { parseGrpcTimeout } from "../../rpc/deadline.ts";
import { type Dialect, EnvelopedCall, EnvelopedFormat } from "../enveloped_call.ts";
import type { ServedMethod, ServerProtocol } from "../protocol.ts";
import { binarySerialization, jsonSerialization } from "../serialization.ts";
import { statusTrailers } from "../grpc_status.ts";

const contentTypes = /^application\/grpc(\+(proto|json))?\s*(;|$)/i;

const dialect: Dialect = {
  protocolName: "grpc",
  timeoutHeader: "grpc-timeout",
  encodingHeader: "grpc-encoding",
  acceptEncodingHeader: "grpc-accept-encoding",
  malformed: Code.Internal,
  parseTimeout: parseGrpcTimeout,
  isUnsized: false,
  end: (error, own, _options, maxBytes) => ({ trailers: statusTrailers(error, own, maxBytes) }),
};

/** Serves gRPC, which needs HTTP/2 and trailers. */
export const grpc: ServerProtocol = {
  name: "grpc",
  needsTrailers: true,
  speaks: (contentType, verb) => verb === "POST" && contentTypes.test(contentType),
  serve(method: ServedMethod): ExchangeHandler {
    const proto = new EnvelopedFormat(
      dialect,
      method,
      "application/grpc+proto",
      binarySerialization(method, dialect.malformed),
    );
    const json = new EnvelopedFormat(
      dialect,
      method,
      "application/grpc+json",
      jsonSerialization(method, dialect.malformed),
    );
    return (exchange) => {
      const isJson = exchange.header("content-type")?.toLowerCase().startsWith("application/grpc+json");
      new EnvelopedCall(exchange, isJson ? json : proto).run();
    };
  },
};
