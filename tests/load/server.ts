// The server of the live proofs: what `listen` gives on the runtime at hand, on 127.0.0.1, with the default limits. Timeouts
// may be shorter, so that a script need not wait for an hour to see them hold. Orders tell what the server holds.
import { pendingTimers } from "./timers.ts";
import process from "node:process";
import { type Server, type ServerTlsOptions, Sigil, sockets, type SocketsOptions } from "../../mod.ts";
import { memory, takeOrders } from "./orders.ts";
import { handlers, Target } from "./service.ts";

/** What a server holds: see ListenerUsage, and what only its own process can tell. */
export interface ServerReport {
  readonly rssBytes: number;
  readonly heapBytes: number;
  readonly timers: number;
  readonly handlers: number;
  /** The most handlers that ran at once since this was asked last. */
  readonly mostHandlers: number;
  readonly connections: number;
  readonly runningRequests: number;
  readonly queuedRequests: number;
  readonly openStreams: number;
  readonly bufferedBytes: number;
}

const { port = 0, shutdownSignals = false, tls, ...limits } = JSON.parse(process.argv[2] ?? "{}") as
  & SocketsOptions
  & { port?: number; shutdownSignals?: boolean; tls?: ServerTlsOptions };
const app = new Sigil({ services: [Target], reflection: true, health: true, onUnknownError: () => {} });
const listen = (port: number): Promise<Server> =>
  app.listen({
    host: "127.0.0.1",
    port,
    transport: sockets(limits),
    shutdownSignals,
    tls,
  });
/** The oldest first. */
const servers = [await listen(port)];

const unexpected: string[] = [];
process.on("uncaughtException", (error) => unexpected.push(`uncaught: ${error.stack ?? error}`));
process.on(
  "unhandledRejection",
  (error) => unexpected.push(`unhandled: ${error instanceof Error ? error.stack : error}`),
);
// The servers close themselves on SIGTERM; the process ends the moment they have, whatever else there is.
if (shutdownSignals) {
  process.once("SIGTERM", () => void Promise.all(servers.map((server) => server.closed)).then(() => process.exit(0)));
}

takeOrders({ port: servers[0].port }, {
  async report(): Promise<ServerReport> {
    const most = handlers.most;
    handlers.most = handlers.running;
    const { rssBytes, heapBytes } = await memory();
    const timers = pendingTimers();
    return { rssBytes, heapBytes, timers, handlers: handlers.running, mostHandlers: most, ...servers[0].usage! };
  },
  /** Errors that reached nobody, since this was asked last. */
  unexpected: () => unexpected.splice(0),
  /** Another server beside those that there are; answers its port. */
  async another() {
    const server = await listen(0);
    servers.push(server);
    return server.port;
  },
  closeOldest: ({ graceMs }: { graceMs: number }) => servers.shift()!.close({ graceMs }),
});
