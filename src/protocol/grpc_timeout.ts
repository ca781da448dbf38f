// The timeout of a client's call in gRPC and gRPC-Web: connect-es writes milliseconds, however many digits they have, and the
// protocol allows eight. https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md#requests (Timeout)
import type { CommonTransportOptions } from "@connectrpc/connect/protocol";
import { formatGrpcTimeout } from "../rpc/deadline.ts";

/** The options of a transport, with an HTTP client that writes timeouts as servers can read them. */
export function withGrpcTimeout(options: CommonTransportOptions): CommonTransportOptions {
  return {
    ...options,
    httpClient: (request) => {
      const timeout = /^(\d{9,})m$/.exec(request.header.get("grpc-timeout") ?? "");
      if (timeout) request.header.set("grpc-timeout", formatGrpcTimeout(Number(timeout[1])));
      return options.httpClient(request);
    },
  };
}
