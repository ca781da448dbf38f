// The app: services, interceptors and a container become a handler of exchanges. It names no host: the entry points add
// `fetch` and `listen`.
import type { DescMessage } from "@bufbuild/protobuf";
import type { DependencyContainer } from "tsyringe";
import { ErrorMask, type ReportUnknownError } from "../call/error_mask.ts";
import { MessageCodecs } from "../codec/message_codec.ts";
import { Injector } from "../di/injector.ts";
import type { ExchangeHandler } from "../http/exchange.ts";
import { Codings } from "../protocol/coding.ts";
import { exchangeHandler } from "../protocol/exchange_handler.ts";
import type { ProtocolName, ServerProtocol } from "../protocol/protocol.ts";
import { chooseCompression, type Compression, type CompressionName } from "../rpc/compression.ts";
import type { InterceptorLike } from "../rpc/interceptor.ts";
import type { CallLimits } from "../rpc/limits.ts";
import type { MessageClass } from "../schema/field_type.ts";
import { Mistakes } from "../schema/mistake.ts";
import type { PackageOptions } from "../schema/proto_file.ts";
import { describe } from "../schema/resolve.ts";
import { createSchema, type Schema } from "../schema/schema.ts";
import { Binder } from "./binding.ts";
import { type CorsOptions, withCors } from "./cors.ts";
import { appLimits, serviceLimits } from "./served_limits.ts";
import { MethodTable } from "./method_table.ts";
import { collectRoutes, type ConnectRoutes } from "./router.ts";
import {
  checkInterceptors,
  draftServices,
  injectedClasses,
  type ServiceBinding,
  type ServiceLike,
} from "./service_draft.ts";
import { StartupFaults } from "./startup_error.ts";

/** What an app serves, and how. */
export interface AppOptions extends CallLimits {
  /** Classes decorated with `@Service`, and contracts with their implementations (`implement`). */
  readonly services?: readonly ServiceLike[];
  /** Existing connect-es routes, mounted beside the services. */
  readonly routes?: ConnectRoutes | readonly ConnectRoutes[];
  /** Messages that no method reaches, to be in the schema all the same (`google.protobuf.Any` can carry them). */
  readonly messages?: readonly (MessageClass | DescMessage)[];
  /**
   * Options of the `.proto` files, by package: `{ "shop.v1": { goPackage: "example.com/shop/v1" } }`, or a function of the
   * package's name. Default: none.
   */
  readonly packages?: PackageOptions;
  /** Interceptors of every call, outermost first. Those of a service and of a method run after them. */
  readonly interceptors?: readonly InterceptorLike[];
  /**
   * The tsyringe container that services and interceptors come from. Default: tsyringe's global one; none in
   * `sigil/edge`, whose bundles are without tsyringe.
   */
  readonly container?: DependencyContainer;
  /**
   * What messages may be compressed in, and are understood in: names of what the host has, or objects that compress. `[]`
   * switches compression off. Default: gzip, br, deflate and zstd on Node, Bun and Deno; gzip and deflate on other hosts.
   */
  readonly compression?: readonly (CompressionName | Compression)[];
  /** The protocols to serve, of those that the host can: `"grpc"`, `"grpc-web"`, `"connect"`. Default: all of these. */
  readonly protocols?: readonly ProtocolName[];
  /** Lets web pages of other origins call, and read the replies. Default: they can't. */
  readonly cors?: CorsOptions;
  /**
   * Refuse Connect's calls without `connect-protocol-version` (`connect=v1` in a GET), which forms of web pages can't send.
   * Beyond: `invalid_argument`. Default: false.
   */
  readonly requireConnectProtocolVersion?: boolean;
  /**
   * Answer Connect's GETs with an ETag, and with status 304 where the caller has that already. A handler that sets `etag`
   * itself is left its own. Default: false.
   */
  readonly etag?: boolean;
  /**
   * Tell tools what is served: gRPC's reflection (`grpc.reflection.v1` and `v1alpha`), and `GET /schema` for those that can't do
   * its streams. The app's interceptors see both. On Node, Bun and Deno. Default: false.
   */
  readonly reflection?: boolean;
  /**
   * Tell load balancers and clients whether the app is to be used (`grpc.health.v1.Health`); `app.health` says so. On Node, Bun and
   * Deno. Default: false.
   */
  readonly health?: boolean;
  /** Takes what handlers throw that is no ConnectError; the caller gets only its id. Default: `console.error`. */
  readonly onUnknownError?: ReportUnknownError;
}

const noOwnServices =
  "reflection and health are not in this bundle: they are served by the Sigil of Node, Bun and Deno.";

/** What an entry point gives to its app: what its bundle carries, and what its host can do. */
export interface AppHost {
  readonly protocols: readonly ServerProtocol[];
  readonly compression: readonly Compression[];
  /** Services of Sigil's own that the options ask for; absent where the bundle does not carry them. */
  readonly ownServices?: (schema: () => Schema) => readonly ServiceBinding[];
  /** Stands in front of all that is served. */
  readonly wrap?: (handler: ExchangeHandler) => ExchangeHandler;
}

/** Services made ready to be served. */
export class App {
  /** The descriptors of everything that the app serves. */
  readonly schema: Schema;
  /** Serves exchanges, for whatever host hands them over. */
  readonly handler: ExchangeHandler;
  readonly #injector: Injector;
  readonly #methods: MethodTable;

  /**
   * @throws SchemaError with every mistake in services, messages and interceptors; InjectionError for a dependency that can't
   *   be found; RangeError for a limit out of its range, and for what the host does not have; StartupError
   *   with all of these, where there are several.
   */
  constructor(options: AppOptions, host: AppHost) {
    const { services = [], interceptors = [], routes = [], messages, packages } = options;
    const faults = new StartupFaults();
    const limits = appLimits(options, faults);
    const codings = faults.attempt(() => new Codings(chooseCompression(options.compression, host.compression)));
    const protocols = faults.attempt(() => chooseProtocols(options.protocols, host.protocols));
    const wrap = faults.attempt(() => options.cors ? withCors(options.cors) : (handler: ExchangeHandler) => handler);
    const mistakes = new Mistakes();
    const routed = collectRoutes(typeof routes === "function" ? [routes] : routes);
    if ((options.reflection || options.health) && !host.ownServices) faults.add([new RangeError(noOwnServices)]);
    const own = host.ownServices?.(() => this.schema) ?? [];
    const drafts = draftServices([...services, ...own], routed, mistakes);
    checkInterceptors(interceptors, "interceptors", mistakes);
    const bindings = drafts.map((draft) => [draft, serviceLimits(draft, faults)] as const);
    const contracts = drafts.map((draft) => draft.contract);
    const schema = faults.attempt(() => createSchema({ contracts, messages, packages }, mistakes));
    const injector = faults.attempt(() => new Injector(options.container));
    if (injector) faults.add(injector.check(injectedClasses(drafts, interceptors)));
    const fault = faults.error();
    if (fault || !codings || !protocols || !wrap || !schema || !injector) {
      // What was constructed in search of mistakes is of no use to anyone; what its disposal throws is not what is wrong.
      injector?.dispose().catch(() => {});
      throw fault;
    }
    this.schema = schema;
    this.#injector = injector;
    const binder = new Binder(schema, injector, interceptors);
    this.#methods = new MethodTable(bindings.flatMap(([draft, limits]) => binder.bind(draft, limits)), {
      codecs: new MessageCodecs(this.schema),
      errorMask: new ErrorMask(options.onUnknownError),
      options: {
        ...limits,
        codings,
        jsonOptions: { registry: this.schema.registry },
        requireConnectProtocolVersion: options.requireConnectProtocolVersion ?? false,
        etag: options.etag ?? false,
      },
    });
    const handler = exchangeHandler((path) => this.#methods.find(path)?.handler, protocols);
    this.handler = wrap(host.wrap ? host.wrap(handler) : handler);
  }

  /** Disposes the singletons that the app made, the latest first. Servers are closed before. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#injector.dispose();
  }
}

function chooseProtocols(
  chosen: readonly ProtocolName[] | undefined,
  host: readonly ServerProtocol[],
): readonly ServerProtocol[] {
  if (!chosen) return host;
  const names = host.map(({ name }) => name);
  const unknown = chosen.find((name) => !names.includes(name));
  if (unknown === undefined) return host.filter(({ name }) => chosen.includes(name));
  throw new RangeError(`protocols names ${describe(unknown)}: this host can serve ${names.join(", ")}.`);
}
