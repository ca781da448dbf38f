// A transport that serves a page of its own on the port of an app: `/` and its script `/page.js`, and the app beside them.
import { readFileSync } from "node:fs";
import { type ServerTransport, sockets } from "sigil";

const HTML =
  `<!doctype html><meta charset="utf-8"><title>interop</title><script type="module" src="/page.js"></script>`;

/** Sockets that serve the script at `path`, too. */
export function socketsWithPage(path: string): ServerTransport {
  const script = readFileSync(path);
  const plain = sockets();
  return {
    ...plain,
    listen: (handler, options) =>
      plain.listen((exchange) => {
        if (exchange.method !== "GET" || (exchange.path !== "/" && exchange.path !== "/page.js")) {
          return handler(exchange);
        }
        const [type, body] = exchange.path === "/"
          ? ["text/html", new TextEncoder().encode(HTML)]
          : ["text/javascript", new Uint8Array(script)];
        exchange.reply(200, [["content-type", type as string]], body as Uint8Array);
      }, options),
  };
}
