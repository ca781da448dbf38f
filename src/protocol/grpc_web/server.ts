// gRPC-Web, server side: gRPC whose trailers are a last envelope in the body, in its binary form and in base64 (text.ts).
// https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-WEB.md
import { Code } from "@connectrpc/connect";
import type { ExchangeHandler, HeaderList } from "../../http/exchange.ts";
import { parseGrpcTimeout } from "../../rpc/deadline.ts";
import { encodeEnvelope } from "../envelope.ts";
import { type Dialect, EnvelopedCall, EnvelopedFormat } from "../enveloped_call.ts";
import { statusTrailers } from "../grpc_status.ts";
import type { ServedMethod, ServerProtocol } from "../protocol.ts";
import { binarySerialization, jsonSerialization } from "../serialization.ts";
import { TextExchange } from "./text.ts";

const contentTypes = /^application\/grpc-web(-text)?(?:\+(proto|json))?\s*(;|$)/i;

/** The flag of the envelope that holds the trailers. */
const trailerFlag = 0x80;

const dialect: Dialect = {
  protocolName: "grpc-web",
  timeoutHeader: "grpc-timeout",
  encodingHeader: "grpc-encoding",
  acceptEncodingHeader: "grpc-accept-encoding",
  malformed: Code.Internal,
  parseTimeout: parseGrpcTimeout,
  // Edges that turn gRPC-Web back into gRPC do so only where the reply has no content-length.
  isUnsized: true,
  end: (error, own) => ({ chunk: trailerEnvelope(statusTrailers(error, own)) }),
};

/** Serves gRPC-Web, over any HTTP version. */
export const grpcWeb: ServerProtocol = {
  name: "grpc-web",
  needsTrailers: false,
  speaks: (contentType, verb) => verb === "POST" && contentTypes.test(contentType),
  serve(method: ServedMethod): ExchangeHandler {
    const binary = binarySerialization(method, dialect.malformed);
    const text = jsonSerialization(method, dialect.malformed);
    const format = (form: string): EnvelopedFormat =>
      new EnvelopedFormat(dialect, method, `application/${form}`, form.endsWith("json") ? text : binary);
    const [proto, json] = ["grpc-web+proto", "grpc-web+json"].map(format);
    const [textProto, textJson] = ["grpc-web-text+proto", "grpc-web-text+json"].map(format);
    return (exchange) => {
      const [, isText, subtype] = contentTypes.exec(exchange.header("content-type") ?? "") ?? [];
      const isJson = subtype?.toLowerCase() === "json";
      const call = isText
        ? new EnvelopedCall(new TextExchange(exchange), isJson ? textJson : textProto)
        : new EnvelopedCall(exchange, isJson ? json : proto);
      call.run();
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
