// gRPC-Web, server side. https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-WEB.md
import { createHandlerFactory } from "@connectrpc/connect/protocol-grpc-web";
import type { ServerProtocol } from "../protocol.ts";
import { serveUniversal, universalHandler } from "../universal.ts";

const contentTypes = /^application\/grpc-web(\+(proto|json))?\s*(;|$)/i;

/** Serves gRPC-Web, over any HTTP version. */
export const grpcWeb: ServerProtocol = {
  name: "grpc-web",
  needsTrailers: false,
  speaks: (contentType) => contentTypes.test(contentType),
  serve: (method) => serveUniversal(universalHandler(method, createHandlerFactory)),
};
