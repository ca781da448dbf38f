// From what an app serves to methods that can be called: each with its descriptor, its handler, its interceptors and whether a
// call needs a scope. Instances are found here, at startup; per call only what is call-scoped.
import type { DescMethod, DescService } from "@bufbuild/protobuf";
import { Code, type Interceptor } from "@connectrpc/connect";
import { ConnectError } from "../rpc/connect_error.ts";
import type { Handle } from "../call/call.ts";
import { scopeKey } from "../call/call.ts";
import type { CallScope, Injector } from "../di/injector.ts";
import type { ServedLimits, ServedOptions } from "../protocol/protocol.ts";
import {
  interceptorFunction,
  type InterceptorLike,
  isInterceptorClass,
  notedInterceptors,
} from "../rpc/interceptor.ts";
import type { ServiceAnnotation } from "../schema/annotation.ts";
import { toPascalCase } from "../schema/name.ts";
import type { Schema } from "../schema/schema.ts";
import type { ServiceClass, ServiceDraft } from "./service_draft.ts";

/** A method that can be called. */
export interface BoundMethod {
  readonly method: DescMethod;
  readonly handle: Handle;
  readonly interceptors: readonly Interceptor[];
  readonly openScope: (() => CallScope) | undefined;
  readonly options: Partial<ServedOptions>;
}

/** An interceptor as calls run it, found once for all methods that have it. */
interface BoundInterceptor {
  readonly interceptor: Interceptor;
  readonly perCall: boolean;
}

/** Binds the services of one app. */
export class Binder {
  readonly #schema: Schema;
  readonly #injector: Injector;
  readonly #appInterceptors: readonly InterceptorLike[];
  readonly #bound = new Map<InterceptorLike, BoundInterceptor>();

  constructor(schema: Schema, injector: Injector, appInterceptors: readonly InterceptorLike[]) {
    this.#schema = schema;
    this.#injector = injector;
    this.#appInterceptors = appInterceptors;
  }

  /** Binds one service: a bound method for each of its methods. */
  bind(draft: ServiceDraft, limitsOf: (property: string) => Partial<ServedLimits>): BoundMethod[] {
    const injector = this.#injector;
    const service = this.#schema.service(draft.contract);
    const { implementation, options = {} } = draft;
    const serviceClass = typeof implementation === "function" ? implementation as ServiceClass : undefined;
    const perCall = serviceClass !== undefined && isPerCall(serviceClass, injector);
    const instance = perCall ? undefined : serviceClass ? injector.resolve(serviceClass) : implementation;
    const ownInterceptors = serviceClass ? notedInterceptors(serviceClass) : () => [];
    const openScope = (): CallScope => injector.openCallScope();
    return methodProperties(draft.contract, service)
      .filter(([, method]) => !draft.methods || draft.methods.includes(method))
      .map(([property, method]) => {
        const likes = [...this.#appInterceptors, ...ownInterceptors(property), ...(draft.interceptors ?? [])];
        const bound = likes.map((like) => this.#interceptor(like));
        return {
          method,
          handle: handler(property, method, instance, serviceClass),
          interceptors: bound.map(({ interceptor }) => interceptor),
          openScope: perCall || bound.some(({ perCall }) => perCall) ? openScope : undefined,
          options: { ...limitsOf(property), ...options },
        };
      });
  }

  #interceptor(like: InterceptorLike): BoundInterceptor {
    const known = this.#bound.get(like);
    if (known) return known;
    const perCall = isInterceptorClass(like) && isPerCall(like, this.#injector);
    const bound = { interceptor: bindInterceptor(like, perCall, this.#injector), perCall };
    this.#bound.set(like, bound);
    return bound;
  }
}

function methodProperties(contract: ServiceAnnotation | DescService, service: DescService): [string, DescMethod][] {
  if ("kind" in contract) return service.methods.map((method) => [method.localName, method]);
  const byName = new Map(service.methods.map((method) => [method.name, method]));
  return Object.entries(contract.methods).flatMap(([property, { options }]) => {
    const method = byName.get(options.name ?? toPascalCase(property));
    return method ? [[property, method] as [string, DescMethod]] : [];
  });
}

function handler(
  property: string,
  method: DescMethod,
  instance: object | undefined,
  serviceClass: ServiceClass | undefined,
): Handle {
  return (input, context, scope) => {
    const target = (instance ?? scope?.resolve(serviceClass as ServiceClass)) as Record<string, Handle | undefined>;
    if (typeof target[property] !== "function") {
      throw new ConnectError(`${method.parent.typeName}/${method.name} is not implemented`, Code.Unimplemented);
    }
    return target[property](input, context, undefined);
  };
}

function isPerCall(target: ServiceClass, injector: Injector): boolean {
  return injector.scopeOf(target) !== "singleton" || injector.needsCallScope(target);
}

// A call-scoped interceptor is found when a call comes, through the scope that the call carries.
function bindInterceptor(like: InterceptorLike, perCall: boolean, injector: Injector): Interceptor {
  if (!isInterceptorClass(like)) return interceptorFunction(like);
  if (!perCall) return interceptorFunction(injector.resolve(like));
  return (next) => (request) => {
    const scope = request.contextValues.get(scopeKey) as CallScope;
    return scope.resolve(like).intercept(next)(request);
  };
}
