// The program of a subject on the edge: its fetch handler called in process to the harness's orders, or served by Bun.serve
// or Deno.serve. The first argument says which (`in-process` or `served`), the second which content type is sent.
import process from "node:process";
import { announce, driven, expectAnswer, unsupported } from "./program.ts";
import { EDGE_IN_FLIGHT, type EdgeFormat, edgeFormat } from "./edge_format.ts";

type FetchHandler = (request: Request) => Response | Promise<Response>;
interface HostGlobals {
  Bun?: { serve(options: { port: number; hostname: string; fetch: FetchHandler }): { port: number } };
  Deno?: {
    serve(
      options: { port: number; hostname: string; onListen(address: { port: number }): void },
      fetch: FetchHandler,
    ): void;
  };
}

/** Runs the program; resolves when the harness has no more orders. */
export async function serveEdge(handler: FetchHandler): Promise<void> {
  const [mode, format] = process.argv.slice(2);
  if (mode === "in-process") await callInProcess(handler, edgeFormat(format));
  else serve(handler);
}

async function callInProcess(handler: FetchHandler, format: EdgeFormat): Promise<void> {
  const url = `http://127.0.0.1${format.path}`;
  await driven(EDGE_IN_FLIGHT, async () => {
    const body = format.request as BodyInit;
    const response = await handler(new Request(url, { method: "POST", headers: format.headers, body }));
    const answer = new Uint8Array(await response.arrayBuffer());
    if (response.status !== 200) expectAnswer(response.status, "200");
    if (!format.accepts(answer)) expectAnswer(new TextDecoder().decode(answer), "the greeting");
  });
}

function serve(handler: FetchHandler): void {
  const { Bun, Deno } = globalThis as HostGlobals;
  const address = { port: 0, hostname: "127.0.0.1" };
  if (Bun !== undefined) announce(Bun.serve({ ...address, fetch: handler }).port);
  else if (Deno !== undefined) Deno.serve({ ...address, onListen: ({ port }) => announce(port) }, handler);
  else unsupported("Node has no server for fetch handlers");
}
