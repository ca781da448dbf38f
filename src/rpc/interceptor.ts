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

/** What is wrong with something given as an interceptor, and what to give; undefined where nothing is. */
export function interceptorMistake(given: unknown): string | undefined {
  if (typeof given === "function") {
    // Of functions, only classes have a prototype that can't be replaced; without the method they are no interceptors, and
    // can't be called as functions.
    const isClass = Object.getOwnPropertyDescriptor(given, "prototype")?.writable === false;
    if (!isClass || isInterceptorClass(given as InterceptorLike)) return undefined;
    return `class ${given.name} is no interceptor. Give it a method intercept(next); a property is not seen.`;
  }
  if (typeof (given as Partial<InterceptorObject> | null | undefined)?.intercept === "function") return undefined;
  return `${given === undefined ? "undefined (a circle of imports?)" : String(given)} is no interceptor. ` +
    "Give (next) => (request) => next(request), or a class or an object with a method intercept(next).";
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

/**
 * Finds the interceptors noted for a method of a class: those of the class, then those of the method. Base classes come
 * first.
 */
export function notedInterceptors(
  serviceClass: { readonly prototype: object },
): (property: string) => readonly InterceptorLike[] {
  const notes = notesOf(serviceClass);
  if (notes.length === 0) return () => none;
  return (property) => ["", property].flatMap((key) => notes.flatMap((own) => own.get(key) ?? []));
}

const none: readonly InterceptorLike[] = [];

/** The methods of a class that interceptors are noted for. */
export function interceptedProperties(serviceClass: { readonly prototype: object }): string[] {
  const keys = notesOf(serviceClass).flatMap((own) => [...own.keys()]);
  return [...new Set(keys)].filter((key) => key !== "");
}

function notesOf(serviceClass: { readonly prototype: object }): Map<string, readonly InterceptorLike[]>[] {
  const metadataSymbol = (Symbol as { readonly metadata?: symbol }).metadata ?? Symbol.for("Symbol.metadata");
  const metadata = (serviceClass as unknown as Record<symbol, object | undefined>)[metadataSymbol];
  const notes: Map<string, readonly InterceptorLike[]>[] = [];
  for (const start of [metadata, serviceClass.prototype]) {
    const chain: Map<string, readonly InterceptorLike[]>[] = [];
    for (let o: object | null = start ?? null; o !== null; o = Object.getPrototypeOf(o)) {
      const own = noted.get(o);
      if (own) chain.unshift(own);
    }
    notes.push(...chain);
  }
  return notes;
}
