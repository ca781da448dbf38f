// gRPC-Web, server side: gRPC whose trailers are a last envelope in the body. The binary form; the base64 form
// (grpc-web-text) is refused as an unknown content type. https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-WEB.md
import { Code } from "@connectrpc/connect";
import type { ExchangeHandler, HeaderList } from "../../http/exchange.ts";
import { parseGrpcTimeout } from "../../rpc/deadline.ts";
import { encodeEnvelope } from "../envelope.ts";
import { type Dialect, EnvelopedCall, EnvelopedFormat } from "../enveloped_call.ts";
import { statusTrailers } from "../grpc_status.ts";
import type { ServedMethod, ServerProtocol } from "../protocol.ts";
import { binarySerialization, jsonSerialization } from "../serialization.ts";

const contentTypes = /^application\/grpc-web(\+(proto|json))?\s*(;|$)/i;

/** The flag of the envelope that holds the trailers. */
const trailerFlag = 0x80;

const dialect: Dialect = {
  protocolName: "grpc-web",
  timeoutHeader: "grpc-timeout",
  encodingHeader: "grpc-encoding",
  acceptEncodingHeader: "grpc-accept-encoding",
  malformed: Code.Internal,
  parseTimeout: parseGrpcTimeout,
  // Edges that turn gRPC-Web back into gRPC do so only where the reply has no content-length; they are hosts of fetch.
  canReplyWhole: (exchange) => exchange.host.trailers,
  end: (error, own) => ({ chunk: trailerEnvelope(statusTrailers(error, own)) }),
};

/** Serves gRPC-Web, over any HTTP version. */
export const grpcWeb: ServerProtocol = {
  name: "grpc-web",
  needsTrailers: false,
  speaks: (contentType, verb) => verb === "POST" && contentTypes.test(contentType),
  serve(method: ServedMethod): ExchangeHandler {
    const proto = new EnvelopedFormat(
      dialect,
      method,
      "application/grpc-web+proto",
      binarySerialization(method, dialect.malformed),
    );
    const json = new EnvelopedFormat(
      dialect,
      method,
      "application/grpc-web+json",
      jsonSerialization(method, dialect.malformed),
    );
    return (exchange) => {
      const isJson = exchange.header("content-type")?.startsWith("application/grpc-web+json");
      new EnvelopedCall(exchange, isJson ? json : proto).run().catch((error) => exchange.reset(error));
    };
  },
};

const encoder = new TextEncoder();
const okEnvelope = encodeTrailers([["grpc-status", "0"]]);

function trailerEnvelope(trailers: HeaderList): Uint8Array {
  return trailers.length === 1 && trailers[0][1] === "0" ? okEnvelope : encodeTrailers(trailers);
}

// No space after the colon: an edge that turns this into HTTP/2 trailers would make it part of the value.
function encodeTrailers(trailers: HeaderList): Uint8Array {
  const lines = trailers.map(([name, value]) => `${name}:${value}\r\n`).join("");
  return encodeEnvelope(encoder.encode(lines), trailerFlag);
}
