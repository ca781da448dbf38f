// The app of Node, Bun and Deno: `fetch` as on every host, and `listen` for native gRPC and all else on one port.
import { defaultTransport } from "./adapters/default_transport.ts";
import { zlibCompression } from "./adapters/node_zlib/compression.ts";
import { onShutdownSignal } from "./adapters/process_signals.ts";
import { type ClientOptions, createClientOver } from "./client/client.ts";
import type { Client, ClientService } from "./client/client_type.ts";
import { container } from "./di/container.ts";
import { FetchApp, fetchHost } from "./fetch_app.ts";
import { inProcessTransport } from "./in_process_transport.ts";
import { grpc } from "./protocol/grpc/server.ts";
import type { Health } from "./services/health.ts";
import { OwnServices } from "./services/own_services.ts";
import type { AppOptions } from "./server/app.ts";
import { type CloseOptions, Server } from "./server/server.ts";
import type { ListenOptions, ServerTransport } from "./transport/server_transport.ts";

/** Options of {@link Sigil.listen}. */
export interface SigilListenOptions extends ListenOptions, CloseOptions {
  /** The way to listen. Default: the one that suits the runtime. */
  readonly transport?: ServerTransport;
  /** Close the server on SIGTERM and SIGINT; a second signal ends the process at once. Default: true. */
  readonly shutdownSignals?: boolean;
}

/**
 * An app: services, interceptors and a container, served on every host.
 *
 * @example
 * ```ts
 * const app = new Sigil({ services: [Greeter] });
 * await using server = await app.listen({ port: 50051 });
 * console.log(`serving on ${server.url}`);
 * await server.closed;
 * ```
 */
export class Sigil extends FetchApp {
  readonly #servers = new Set<Server>();
  /** Those of them that nobody has begun to close. */
  readonly #running = new Set<Server>();
  readonly #own: OwnServices;

  /**
   * @throws SchemaError with every mistake in services, messages and interceptors; InjectionError for a dependency that can't
   *   be found; RangeError for a limit out of its range, and for what the runtime does not have; StartupError
   *   with all of these, where there are several.
   */
  constructor(options: AppOptions) {
    const own = new OwnServices(options);
    super({ ...options, container: options.container ?? container }, {
      protocols: [grpc, ...fetchHost.protocols],
      compression: zlibCompression,
      ownServices: own.ownServices,
      wrap: own.wrap,
    });
    this.#own = own;
    own.begin(this.schema);
  }

  /**
   * A client that calls a service in process: no port, the whole chain of interceptors, messages encoded and decoded. Calls of
   * a service that the app does not serve end with `unimplemented`.
   *
   * @throws SchemaError where `service` is none, or has mistakes.
   * @example
   * ```ts
   * const reply = await app.client(Greeter).sayHello({ name: "Ada" });
   * ```
   */
  client<S extends ClientService>(service: S, options: ClientOptions = {}): Client<S> {
    return createClientOver(service, inProcessTransport(this), options);
  }

  /**
   * Says whether the app and its services are to be used, to those who ask `grpc.health.v1.Health`.
   * @throws TypeError where the app was made without `health: true`
   */
  get health(): Health {
    if (this.#own.health === undefined) throw new TypeError("The app tells no health. Make it with { health: true }.");
    return this.#own.health;
  }

  /**
   * Listens for gRPC, gRPC-Web and Connect on one port.
   *
   * @throws ListenError where the port is in use, the certificate can't be read, or the address can't be bound.
   */
  async listen(options: SigilListenOptions = {}): Promise<Server> {
    const transport = options.transport ?? await defaultTransport();
    const listener = await transport.listen(this.handler, options);
    if (listener.notice) console.warn(`sigil: ${listener.notice}`);
    const server = new Server(listener, { ...options, onClosing: () => this.#onClosing(server) });
    this.#servers.add(server);
    this.#running.add(server);
    this.#own.health?.resume();
    const unsubscribe = options.shutdownSignals === false ? undefined : onShutdownSignal(() => void server.close());
    server.closed.then(() => {
      unsubscribe?.();
      this.#servers.delete(server);
    });
    return server;
  }

  #onClosing(server: Server): void {
    this.#running.delete(server);
    if (this.#running.size === 0) this.#own.health?.shutDown();
  }

  /** Closes the servers that still run, then disposes the singletons that the app made. */
  override async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#servers].map((server) => server.close()));
    await super[Symbol.asyncDispose]();
  }
}
