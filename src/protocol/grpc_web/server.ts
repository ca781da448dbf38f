// gRPC-Web, server side. https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-WEB.md
import { createHandlerFactory } from "@connectrpc/connect/protocol-grpc-web";
import type { ServerProtocol } from "../protocol.ts";

/** Serves gRPC-Web, over any HTTP version. */
export const grpcWeb: ServerProtocol = { name: "grpc-web", handlers: createHandlerFactory };
