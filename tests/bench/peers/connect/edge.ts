// The connect-es subject on the edge: its universal handlers behind the fetch bridge that it brings.
import { createConnectRouter } from "@connectrpc/connect";
import { createFetchHandler } from "@connectrpc/connect/protocol";
import { serveEdge } from "../../greeter/edge_program.ts";
import { routes } from "./routes.ts";

const handlers = new Map(
  routes(createConnectRouter({ grpc: false })).handlers.map((
    handler,
  ) => [handler.requestPath, createFetchHandler(handler)]),
);

await serveEdge((request) => {
  const handler = handlers.get(new URL(request.url).pathname);
  return handler === undefined ? new Response(null, { status: 404 }) : handler(request);
});
