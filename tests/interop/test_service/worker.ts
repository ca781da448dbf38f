// The client of the interop suite as a Worker: makes the case that its URL names against the server that it names, over the
// Worker's own sockets, and answers with what was wrong.
// @ts-ignore: only workerd knows this module, and no types of it are installed.
import { connect } from "cloudflare:sockets";
import { grpcSocketTransport } from "sigil/cloudflare";
import { createClient } from "sigil/edge";
import { functionalCases, furtherCases } from "./cases.ts";
import { CalledTestService } from "./contract.ts";

const cases = { ...functionalCases, ...furtherCases };

export default {
  async fetch(request: Request): Promise<Response> {
    const { searchParams } = new URL(request.url);
    const run = cases[searchParams.get("case") ?? ""];
    if (run === undefined) return new Response("there is no such case");
    const open = () => grpcSocketTransport(searchParams.get("server") ?? "", { connect });
    await using shared = open();
    try {
      await run(createClient(CalledTestService, shared), { shared, open });
      return new Response("passed");
    } catch (error) {
      return new Response(error instanceof Error ? error.stack : String(error));
    }
  },
};
