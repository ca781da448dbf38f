// How to listen where nothing else is asked for. The adapter is imported when it is needed, so that a bundle for the edge,
// which never listens, does not load a module of Node's.
import type { ServerTransport } from "../transport/server_transport.ts";

/** The way to listen on Node, Bun and Deno: the engine over sockets. Loads its module when `listen` is called. */
export function defaultTransport(): ServerTransport {
  return {
    async listen(handler, options) {
      const { sockets } = await import("./sockets/server.ts");
      return sockets().listen(handler, options);
    },
  };
}
