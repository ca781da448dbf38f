// gRPC over HTTP/2, client side. https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md
import { createTransport } from "@connectrpc/connect/protocol-grpc";
import type { ClientProtocol } from "../protocol.ts";
import { withGrpcTimeout } from "../grpc_timeout.ts";

/** Calls in gRPC. */
export const grpcClient: ClientProtocol = (options) => createTransport(withGrpcTimeout(options));
