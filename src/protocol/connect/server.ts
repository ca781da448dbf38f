// Connect, server side: unary, GET and streaming. https://connectrpc.com/docs/protocol
import { createHandlerFactory } from "@connectrpc/connect/protocol-connect";
import type { UniversalHandler } from "@connectrpc/connect/protocol";
import type { ServedMethod, ServerProtocol } from "../protocol.ts";
import { serveUniversal, universalHandler } from "../universal.ts";

const contentTypes = /^application\/(connect\+)?(proto|json)\s*(;|$)/i;

/** Serves Connect, over any HTTP version. */
export const connect: ServerProtocol = {
  name: "connect",
  needsTrailers: false,
  // A GET has no body, so no content type either.
  speaks: (contentType, verb) => contentTypes.test(contentType) || (verb === "GET" && contentType === ""),
  serve: (method) => serveUniversal(connectHandler(method)),
};

/** Makes connect-es's own handler of a method, for calls in process. */
export function connectHandler(method: ServedMethod): UniversalHandler {
  return universalHandler(method, createHandlerFactory);
}
