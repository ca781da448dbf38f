// What an application has registered on its tsyringe container, read without changing it. tsyringe has no public way to
// learn a registration's provider or lifecycle; `resolve` would construct with its own faults (singletons tracked by the
// container of a call, call-scoped instances captured by singletons), and even `isRegistered` adds an empty list to the
// registry for every token it does not know. So four fields of its containers are read here, and nowhere else.
import "./reflect.js";
import { InjectionError } from "./injection_error.js";
import { tokenName } from "./token.js";
/** The numbers of tsyringe's `Lifecycle`. */
export const lifecycle = { transient: 0, singleton: 1, resolutionScoped: 2, containerScoped: 3 };
/** A tsyringe container as a book of registrations, those of its parents included. */
export class Registrations {
  #container;
  /** @throws {InjectionError} if `container` is not a container of tsyringe 4. */
  constructor(container) {
    const open = container;
    if (!(open?._registry?._registryMap instanceof Map) || open.interceptors?.preResolution === undefined) {
      throw new InjectionError(
        "the container is not one of tsyringe 4: give the `container` that tsyringe exports, or a child of it",
      );
    }
    this.#container = open;
  }
  /** All registrations of `token`, in order, from the nearest container that has any. */
  all(token) {
    for (let at = this.#container; at !== undefined; at = at.parent) {
      const found = at._registry._registryMap.get(token);
      if (found !== undefined && found.length > 0) {
        return found;
      }
    }
    return undefined;
  }
  /** The registration that counts for `token`: the last one. */
  last(token) {
    return this.all(token)?.at(-1);
  }
  /** Runs what `container.beforeResolution` was given for `token`. */
  before(token, kind) {
    const hooks = this.#container.interceptors.preResolution._registryMap;
    if (hooks.size > 0 && hooks.has(token)) {
      this.#container.executePreResolutionInterceptor(token, kind);
    }
  }
  /** Runs what `container.afterResolution` was given for `token`. */
  after(token, result, kind) {
    const hooks = this.#container.interceptors.postResolution._registryMap;
    if (hooks.size > 0 && hooks.has(token)) {
      this.#container.executePostResolutionInterceptor(token, result, kind);
    }
  }
}
/** What to write so that a string, a symbol or an abstract class can be provided. */
export function registrationAdvice(token) {
  const written = typeof token === "string" ? JSON.stringify(token) : tokenName(token);
  return `register it on the app's container: container.register(${written}, { useValue: ... })`;
}
/** A token as tsyringe's own signatures want it. */
export function injectionToken(token) {
  return token;
}
