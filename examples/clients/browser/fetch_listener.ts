// Mounts a fetch handler in a node:http server. (Deno.serve and Bun.serve take one as it is, and so do Hono, Next and others.)
import type { IncomingMessage, RequestListener } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream as NodeReadableStream } from "node:stream/web";

/** A listener for `http.createServer` that answers with what `fetch` answers. */
export function fetchListener(fetch: (request: Request) => Response | Promise<Response>): RequestListener {
  return async (incoming, outgoing) => {
    const gone = new AbortController();
    outgoing.once("close", () => gone.abort());
    try {
      const response = await fetch(requestOf(incoming, gone.signal));
      outgoing.writeHead(response.status, [...response.headers].flat());
      if (response.body === null) outgoing.end();
      else await pipeline(Readable.fromWeb(response.body as NodeReadableStream), outgoing);
    } catch {
      // The browser went away, or the body broke off: there is no one to tell.
      outgoing.destroy();
    }
  };
}

function requestOf(incoming: IncomingMessage, signal: AbortSignal): Request {
  const { method = "GET", url = "/", headers } = incoming;
  const list = Object.entries(headers).map(([name, value]) => [name, String(value)] as [string, string]);
  const body = method === "GET" || method === "HEAD" ? undefined : Readable.toWeb(incoming);
  const init = { method, headers: list, body, signal, duplex: "half" };
  return new Request(new URL(url, `http://${headers.host}`), init as RequestInit);
}
