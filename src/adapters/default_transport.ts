// Chooses how to listen by the runtime at hand. The hosts are imported when they are needed, so that a bundle for the
// edge, which never listens, does not load a module of Node's.
import type { ServerTransport } from "../transport/server_transport.ts";

/**
 * The way to listen that suits this runtime: `Deno.serve` on Deno, `node:http2` on Node and Bun.
 * Loads its module when `listen` is called.
 */
export function defaultTransport(): ServerTransport {
  return {
    async listen(handler, options) {
      // Not by `process`: Bun and Deno have one that says it is Node's.
      if ("Deno" in globalThis) {
        const { denoServe } = await import("./deno_serve/server.ts");
        return denoServe().listen(handler, options);
      }
      const { nodeHttp2 } = await import("./node_http2/server.ts");
      return nodeHttp2().listen(handler, options);
    },
  };
}
