// Connect, server side: unary, GET and streaming. https://connectrpc.com/docs/protocol
import { createHandlerFactory } from "@connectrpc/connect/protocol-connect";
import type { ServerProtocol } from "../protocol.ts";

/** Serves Connect, over any HTTP version. */
export const connect: ServerProtocol = { name: "connect", handlers: createHandlerFactory };
