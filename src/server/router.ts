// connect-es routes, mounted unchanged: the router that their functions are given only notes what is registered; the app
// serves it like any other service.
import type { DescMethod, DescService } from "@bufbuild/protobuf";
import type { ConnectRouter, Interceptor } from "@connectrpc/connect";
import type { UniversalHandlerOptions } from "@connectrpc/connect/protocol";

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
  readonly options: Partial<UniversalHandlerOptions>;
}

/** Runs route functions and answers what they registered. */
export function collectRoutes(routes: readonly ConnectRoutes[]): RoutedService[] {
  const routed: RoutedService[] = [];
  const note = (
    service: DescService,
    implementation: AnyImplementation,
    methods: readonly DescMethod[],
    { interceptors = [], ...options }: Partial<UniversalHandlerOptions> = {},
  ): void => {
    routed.push({ service, implementation, methods, interceptors, options });
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
