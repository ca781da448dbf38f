// gRPC over HTTP/2, client side. https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md
import { formatGrpcTimeout } from "../../rpc/deadline.ts";
import type { ClientProtocol } from "../client_protocol.ts";
import { type ClientDialect, EnvelopedMethod } from "../enveloped_method.ts";
import { grpcHeadError, userAgent } from "../grpc_dialect.ts";
import { isOk, statusError } from "../grpc_reply.ts";

const dialect: ClientDialect = {
  timeoutHeader: "grpc-timeout",
  encodingHeader: "grpc-encoding",
  acceptEncodingHeader: "grpc-accept-encoding",
  endFlag: 0,
  headers: (options) => [
    ["te", "trailers"],
    ["content-type", `application/grpc+${options.format === "json" ? "json" : "proto"}`],
    ["user-agent", userAgent(options)],
  ],
  formatTimeout: formatGrpcTimeout,
  headError: (status, headers, { format }) => grpcHeadError(status, headers, "application/grpc", format),
  end({ headers, trailers, hasBody }) {
    if (isOk(trailers)) return { error: undefined, trailers };
    // "Trailers-Only": a head that ends the response. A status in a head that something follows is none.
    const status = hasBody || trailers.length > 0 ? trailers : headers;
    return { error: statusError(status, headers), trailers };
  },
};

/** Calls in gRPC. */
export const grpcClient: ClientProtocol = {
  name: "grpc",
  caller: (method, options) => new EnvelopedMethod(dialect, method, options),
};
