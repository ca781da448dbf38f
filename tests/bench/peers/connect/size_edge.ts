// An edge worker of one service: Connect and gRPC-Web.
import { createConnectRouter } from "@connectrpc/connect";
import { createFetchHandler } from "@connectrpc/connect/protocol";
import { Greeter } from "./generated.ts";

const router = createConnectRouter({ grpc: false });
router.service(Greeter, {
  sayHello: ({ name }: { name: string }) => ({ message: `Hello, ${name}!` }),
} as never); // the descriptor above says nothing about types
const handlers = new Map(router.handlers.map((handler) => [handler.requestPath, createFetchHandler(handler)]));

export default {
  async fetch(request: Request): Promise<Response> {
    const handler = handlers.get(new URL(request.url).pathname);
    return handler === undefined ? new Response(null, { status: 404 }) : await handler(request);
  },
};
