// gRPC-Web, client side: gRPC whose trailers are a last envelope in the body.
// https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-WEB.md
import { Code } from "@connectrpc/connect";
import { ConnectError } from "../../rpc/connect_error.ts";
import type { HeaderList } from "../../http/exchange.ts";
import { formatGrpcTimeout } from "../../rpc/deadline.ts";
import { fieldValue } from "../client_metadata.ts";
import type { ClientProtocol } from "../client_protocol.ts";
import { type ClientDialect, EnvelopedMethod, type ReadEnd, type ResponseEnd } from "../enveloped_method.ts";
import { grpcHeadError, userAgent } from "../grpc_dialect.ts";
import { isOk, statusError, wireError } from "../grpc_reply.ts";
import { TextClient } from "./client_text.ts";

/** The flag of the envelope that holds the trailers. */
const trailerFlag = 0x80;

/** The dialect of a form of gRPC-Web: its content type, without the format of messages. */
function dialectOf(type: string): ClientDialect {
  return {
    timeoutHeader: "grpc-timeout",
    encodingHeader: "grpc-encoding",
    acceptEncodingHeader: "grpc-accept-encoding",
    endFlag: trailerFlag,
    headers: (options) => [
      ["content-type", `${type}+${options.format === "json" ? "json" : "proto"}`],
      ["x-grpc-web", "1"],
      // PROTOCOL-WEB.md: browsers keep user-agent to themselves.
      [options.http.hasUserAgent ? "x-user-agent" : "user-agent", userAgent(options)],
    ],
    formatTimeout: formatGrpcTimeout,
    headError: (status, headers, { format }) => grpcHeadError(status, headers, type, format),
    end: readEnd,
  };
}

function readEnd({ headers, envelope, hasBody }: ResponseEnd): ReadEnd {
  if (envelope !== undefined) {
    const trailers = parseTrailers(envelope);
    return { error: isOk(trailers) ? undefined : statusError(trailers, headers), trailers };
  }
  // "Trailers-Only": a status in the head, where no body follows.
  if (!hasBody && fieldValue(headers, "grpc-status") !== undefined) {
    return { error: statusError(headers, headers), trailers: [] };
  }
  const text = "the response ended without its trailers";
  return { error: wireError(new ConnectError(text, Code.Internal), headers), trailers: [] };
}

const binary = dialectOf("application/grpc-web");
const text = dialectOf("application/grpc-web-text");

/** Calls in gRPC-Web, in its binary form or in base64. */
export const grpcWebClient: ClientProtocol = {
  name: "grpc-web",
  caller(method, options) {
    if (!options.isText) return new EnvelopedMethod(binary, method, options);
    return new EnvelopedMethod(text, method, { ...options, http: new TextClient(options.http) });
  },
};

/** Reads the trailers in the last envelope: lines as in a header of HTTP/1.1. What is none of them is passed over. */
export function parseTrailers(content: Uint8Array): HeaderList {
  const trailers: [string, string][] = [];
  for (const line of new TextDecoder().decode(content).split(/\r?\n/)) {
    const colon = line.indexOf(":");
    // Names are lower-case by the specification, and in any case where a proxy wrote them.
    if (colon > 0) trailers.push([line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()]);
  }
  return trailers;
}
