// gRPC-Web, client side. https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-WEB.md
import { createTransport } from "@connectrpc/connect/protocol-grpc-web";
import type { ClientProtocol } from "../protocol.ts";
import { withGrpcTimeout } from "../grpc_timeout.ts";

/** Calls in gRPC-Web. */
export const grpcWebClient: ClientProtocol = (options) => createTransport(withGrpcTimeout(options));
