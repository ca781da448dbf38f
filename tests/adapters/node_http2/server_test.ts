// The lists of every way to listen and of listening on sockets, for node:http2 on Node and Bun.
import { nodeHttp2 } from "../../../src/adapters/node_http2/server.ts";
import { exchangeCases } from "../exchange_cases.ts";
import { serverCases } from "../server_cases.ts";

if (!("Deno" in globalThis)) {
  exchangeCases(() => nodeHttp2());
  serverCases((limits) => nodeHttp2(limits));
}
