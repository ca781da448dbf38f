// Entry point `sigil/edge`, chosen by the conditions workerd, edge-light and browser: the app with `fetch` alone. It carries
// no HTTP/2, no socket and no native gRPC.
import type { ClientService } from "./client/client_type.ts";
import type { AppOptions } from "./server/app.ts";
import { FetchApp } from "./fetch_app.ts";

export * from "./public.ts";
export * from "./client.ts";

/**
 * An app for hosts that call `fetch`: Connect and gRPC-Web.
 *
 * @example
 * ```ts
 * export default new Sigil({ services: [Greeter] });
 * ```
 */
export class Sigil extends FetchApp {
  /**
   * @throws SchemaError with every mistake in services, messages and interceptors; InjectionError for a dependency that can't
   *   be found; RangeError for a limit out of its range, and for what the host does not have; StartupError
   *   with all of these, where there are several.
   */
  constructor(options: AppOptions) {
    super(options);
  }

  /**
   * There is none on the edge, so that bundles without calls in process carry no client.
   * @throws TypeError that says what to write: `createClient(Greeter, inProcessTransport(app))`.
   */
  client(_service: ClientService): never {
    throw new TypeError(
      "app.client is not in this bundle: write createClient(TheService, inProcessTransport(app)), both of sigil.",
    );
  }
}
