// gRPC over HTTP/2, server side. https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md
import { createHandlerFactory } from "@connectrpc/connect/protocol-grpc";
import type { ServerProtocol } from "../protocol.ts";

/** Serves gRPC, which needs HTTP/2 and trailers. */
export const grpc: ServerProtocol = { name: "grpc", handlers: createHandlerFactory };
