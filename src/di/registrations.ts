// What an application has registered on its tsyringe container, read without changing it. tsyringe has no public way to
// learn a registration's provider or lifecycle; `resolve` would construct with its own faults (singletons tracked by the
// container of a call, call-scoped instances captured by singletons), and even `isRegistered` adds an empty list to the
// registry for every token it does not know. So four fields of its containers are read here, and nowhere else.
import "./reflect.ts";
import type { DependencyContainer, InjectionToken, Provider } from "tsyringe";
import { aliasesOf, areRegistered } from "./alias.ts";
import { InjectionError } from "./injection_error.ts";
import { type Token, tokenName } from "./token.ts";

/** One registration. `instance` is where tsyringe keeps a singleton; Sigil keeps it there too, so that both agree. */
export interface Registration {
  readonly provider: Provider<unknown>;
  readonly options: { readonly lifecycle: number };
  instance?: unknown;
}

/** The numbers of tsyringe's `Lifecycle`. */
export const lifecycle = { transient: 0, singleton: 1, resolutionScoped: 2, containerScoped: 3 } as const;

interface Hooks {
  readonly _registryMap: ReadonlyMap<unknown, readonly unknown[]>;
}

interface OpenContainer {
  readonly parent?: OpenContainer;
  readonly _registry: { readonly _registryMap: ReadonlyMap<unknown, readonly Registration[]> };
  readonly interceptors: { readonly preResolution: Hooks; readonly postResolution: Hooks };
  executePreResolutionInterceptor(token: unknown, kind: "Single" | "All"): void;
  executePostResolutionInterceptor(token: unknown, result: unknown, kind: "Single" | "All"): void;
}

/** A tsyringe container as a book of registrations, those of its parents included; an empty one where there is none. */
export class Registrations {
  readonly #container: OpenContainer | undefined;
  readonly #aliases = new Map<Token, readonly Registration[]>();

  /** @throws {InjectionError} if `container` is not a container of tsyringe 4. */
  constructor(container: DependencyContainer | undefined) {
    if (container === undefined) return;
    const open = container as unknown as OpenContainer;
    if (!(open?._registry?._registryMap instanceof Map) || open.interceptors?.preResolution === undefined) {
      throw new InjectionError(
        "the container is not one of tsyringe 4: give the `container` that tsyringe exports, or a child of it",
      );
    }
    this.#container = open;
  }

  /** All registrations of `token`, in order, from the nearest container that has any. */
  all(token: Token): readonly Registration[] | undefined {
    for (let at: OpenContainer | undefined = this.#container; at !== undefined; at = at.parent) {
      const found = at._registry._registryMap.get(token);
      if (found !== undefined && found.length > 0) return found;
    }
    return this.#container && areRegistered() ? undefined : this.#aliasesOf(token);
  }

  /** The registration that counts for `token`: the last one. */
  last(token: Token): Registration | undefined {
    return this.all(token)?.at(-1);
  }

  #aliasesOf(token: Token): readonly Registration[] | undefined {
    const known = this.#aliases.get(token);
    const targets = known ? undefined : aliasesOf(token);
    if (!targets) return known;
    const options = { lifecycle: lifecycle.transient };
    const made = targets.map((target): Registration => ({ provider: { useToken: injectionToken(target) }, options }));
    this.#aliases.set(token, made);
    return made;
  }

  /** Runs what `container.beforeResolution` was given for `token`. */
  before(token: Token, kind: "Single" | "All"): void {
    const hooks = this.#container?.interceptors.preResolution._registryMap;
    if (hooks && hooks.size > 0 && hooks.has(token)) this.#container?.executePreResolutionInterceptor(token, kind);
  }

  /** Runs what `container.afterResolution` was given for `token`. */
  after(token: Token, result: unknown, kind: "Single" | "All"): void {
    const hooks = this.#container?.interceptors.postResolution._registryMap;
    if (hooks && hooks.size > 0 && hooks.has(token)) {
      this.#container?.executePostResolutionInterceptor(token, result, kind);
    }
  }
}

/** What to write so that a string, a symbol or an abstract class can be provided. */
export function registrationAdvice(token: unknown): string {
  const written = typeof token === "string" ? JSON.stringify(token) : tokenName(token);
  return `register it on the app's container: container.register(${written}, { useValue: ... })`;
}

/** A token as tsyringe's own signatures want it. */
export function injectionToken<T>(token: Token<T>): InjectionToken<T> {
  return token as InjectionToken<T>;
}
