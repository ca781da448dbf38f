// What a dependency is asked for by, and how a token is written in an error. Dependency injection has no specification;
// the kinds of token are tsyringe's, so that one registered there can be asked for here. Left out: token objects of our own.
import "./reflect.ts";
import type { InjectionToken } from "tsyringe";

/** Any class, abstract ones included. */
export type Constructor<T = unknown> = abstract new (...args: never[]) => T;

/**
 * What a dependency is asked for by: a class, a string, a symbol, or tsyringe's `delay(() => SomeClass)`. A string or a
 * symbol says nothing of the type, so `T` is whatever the caller names.
 */
export type Token<T = unknown> = Constructor<T> | InjectionToken<T>;

/** A class whose name is not known yet when the module that depends on it runs: what tsyringe's `delay` returns. */
export interface Delayed {
  createProxy(create: (target: Constructor) => unknown): unknown;
}

/** How long an instance lives: as long as the app, as long as one call, or as long as whoever asked for it. */
export type Scope = "singleton" | "call" | "transient";

/** Tells whether `token` is a class; arrow functions, which cannot be constructed, are not. */
export function isConstructor(token: unknown): token is Constructor {
  return typeof token === "function" && token.prototype !== undefined;
}

/** Tells whether `token` came from tsyringe's `delay`, whichever copy of tsyringe it was. */
export function isDelayed(token: unknown): token is Delayed {
  return typeof token === "object" && token !== null && "createProxy" in token &&
    typeof token.createProxy === "function";
}

/**
 * The class a delayed token stands for. To be called once all modules have run, not while a class is being decorated.
 */
export function delayedTarget(delayed: Delayed): Constructor {
  let found: Constructor | undefined;
  const proxy = delayed.createProxy((target) => {
    found = target;
    return {};
  }) as object;
  // Any operation makes the proxy ask for its class; the object it is given here is thrown away with it.
  Reflect.has(proxy, "constructor");
  return found as Constructor;
}

/** A token as errors write it: `OrderStore`, `'DATABASE_URL'`, `Symbol(clock)`, `delay(OrderStore)`. */
export function tokenName(token: unknown): string {
  if (typeof token === "function") return token.name === "" ? "(anonymous class)" : token.name;
  if (typeof token === "string") return `'${token}'`;
  if (isDelayed(token)) return `delay(${tokenName(delayedTarget(token))})`;
  return String(token);
}
