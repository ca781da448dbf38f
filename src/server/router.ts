// connect-es routes, mounted unchanged: the router that their functions are given only notes what is registered; the app
// serves it like any other service.
import type { DescMethod, DescService } from "@bufbuild/protobuf";
import type { ConnectRouter, ConnectRouterOptions, Interceptor } from "@connectrpc/connect";
import { Codings } from "../protocol/coding.ts";
import type { ServedOptions } from "../protocol/protocol.ts";

/** A function that registers services on a connect-es router. */
export type ConnectRoutes = (router: ConnectRouter) => unknown;

type AnyImplementation = { readonly [property: string]: unknown };

/** A service, or one method of it, that routes have registered. */
export interface RoutedService {
  readonly service: DescService;
  readonly implementation: AnyImplementation;
  /** The methods that are served; those without an implementation answer `unimplemented`. */
  readonly methods: readonly DescMethod[];
  readonly interceptors: readonly Interceptor[];
  readonly options: Partial<ServedOptions>;
}

/** Runs route functions and answers what they registered. */
export function collectRoutes(routes: readonly ConnectRoutes[]): RoutedService[] {
  const routed: RoutedService[] = [];
  const note = (
    service: DescService,
    implementation: AnyImplementation,
    methods: readonly DescMethod[],
    options: ConnectRouterOptions = {},
  ): void => {
    const { interceptors = [] } = options;
    routed.push({ service, implementation, methods, interceptors, options: servedOptions(options) });
  };
  const router: ConnectRouter = {
    handlers: [],
    service(service, implementation, options) {
      note(service, implementation as AnyImplementation, service.methods, options);
      return router as never;
    },
    rpc(method, implementation, options) {
      note(method.parent, { [method.localName]: implementation }, [method], options);
      return router as never;
    },
  };
  for (const route of routes) route(router);
  return routed;
}

// What of connect-es's options there is here; what a route leaves out is as the app has it.
function servedOptions(options: ConnectRouterOptions): Partial<ServedOptions> {
  const { readMaxBytes, writeMaxBytes, maxTimeoutMs, compressMinBytes, jsonOptions, acceptCompression } = options;
  const requireConnectProtocolVersion = options.requireConnectProtocolHeader;
  const codings = acceptCompression && new Codings(acceptCompression);
  const given = {
    readMaxBytes,
    writeMaxBytes,
    maxTimeoutMs,
    compressMinBytes,
    jsonOptions,
    codings,
    requireConnectProtocolVersion,
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}
