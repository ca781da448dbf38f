// A Worker that calls a gRPC server over its own sockets: runs the case that its URL names against the server that
// it names, and answers with what went wrong.
// @ts-ignore: only workerd knows this module, and no types of it are installed.
import { connect } from "cloudflare:sockets";
import { grpcSocketTransport } from "sigil/cloudflare";
import { createClient } from "sigil/edge";
import { Probes, Scoped } from "./app.ts";
import { cases } from "./cases.ts";

export default {
  async fetch(request: Request): Promise<Response> {
    const url = new URL(request.url);
    const found = cases.find(({ name }) => name === url.searchParams.get("case"));
    if (found === undefined) return new Response("there is no such case", { status: 404 });
    const transport = grpcSocketTransport(url.searchParams.get("server") ?? "", { connect });
    try {
      await found.run({ probes: createClient(Probes, transport), scoped: createClient(Scoped, transport) });
      return new Response("passed");
    } catch (error) {
      return new Response(error instanceof Error ? `${error.message}\n${error.stack}` : String(error), { status: 500 });
    } finally {
      await transport.close();
    }
  },
};
