// What can be given as an interceptor, and where @UseInterceptors keeps it. The shape of an interceptor is connect-es's own,
// so existing ones work: (next) => async (request) => await next(request).
import type { Interceptor } from "@connectrpc/connect";

/** An object whose `intercept` method is an interceptor. */
export interface InterceptorObject {
  intercept(next: Parameters<Interceptor>[0]): ReturnType<Interceptor>;
}

/** A class of such objects; its instances are made by dependency injection. */
export type InterceptorClass = new (...args: never[]) => InterceptorObject;

/** An interceptor: a function, an object with an `intercept` method, or a class of such objects. */
export type InterceptorLike = Interceptor | InterceptorObject | InterceptorClass;

/** Whether an interceptor is a class, which dependency injection instantiates. */
export function isInterceptorClass(interceptor: InterceptorLike): interceptor is InterceptorClass {
  return typeof interceptor === "function" &&
    typeof (interceptor.prototype as Partial<InterceptorObject> | undefined)?.intercept === "function";
}

/** The function of an interceptor that is no class. */
export function interceptorFunction(interceptor: Interceptor | InterceptorObject): Interceptor {
  return typeof interceptor === "function" ? interceptor : (next) => interceptor.intercept(next);
}

// By the object that stands for the class: its prototype, or its decorator metadata. The key "" is the whole class.
const noted = new WeakMap<object, Map<string, readonly InterceptorLike[]>>();

/** Notes interceptors for a method of a class, or for the whole class (""). */
export function noteInterceptors(owner: object, property: string, interceptors: readonly InterceptorLike[]): void {
  let own = noted.get(owner);
  if (own === undefined) noted.set(owner, own = new Map());
  own.set(property, [...interceptors, ...(own.get(property) ?? [])]);
}

/** The interceptors noted for a class: those of the class, then those of the method. Base classes come first. */
export function notedInterceptors(serviceClass: { readonly prototype: object }, property: string): InterceptorLike[] {
  const metadataSymbol = (Symbol as { readonly metadata?: symbol }).metadata ?? Symbol.for("Symbol.metadata");
  const metadata = (serviceClass as unknown as Record<symbol, object | undefined>)[metadataSymbol];
  const owners: Map<string, readonly InterceptorLike[]>[] = [];
  for (const start of [metadata, serviceClass.prototype]) {
    const chain: Map<string, readonly InterceptorLike[]>[] = [];
    for (let o: object | null = start ?? null; o !== null; o = Object.getPrototypeOf(o)) {
      const own = noted.get(o);
      if (own) chain.unshift(own);
    }
    owners.push(...chain);
  }
  return ["", property].flatMap((key) => owners.flatMap((own) => own.get(key) ?? []));
}
