// Dependency injection as an app uses it: singletons that live as long as the app, call scopes that live as long as one
// call. Built on a tsyringe container, where there is one, which is read but never asked to construct. Left out: anything about requests;
// the app decides which of its classes need a call scope and when a call is over.
import type { DependencyContainer } from "./container.ts";
import { Lifetime } from "./lifetime.ts";
import { Resolver } from "./resolver.ts";
import type { Scope, Token } from "./token.ts";

/** Resolves for one app. */
export class Injector {
  readonly #lifetime: Lifetime = new Lifetime("app");
  readonly #resolver: Resolver;

  /**
   * `container` is where registrations are looked up, its parents included; without one, nothing is registered.
   *
   * @throws {InjectionError} if it is not a container of tsyringe 4.
   */
  constructor(container?: DependencyContainer) {
    this.#resolver = new Resolver(container, this.#lifetime);
  }

  /**
   * How long what `token` stands for lives. A class says so itself or by its registration, and is a singleton where
   * neither does; a value is a singleton, what a factory makes is transient.
   *
   * @throws {InjectionError} if nothing provides `token`.
   */
  scopeOf(token: Token): Scope {
    return this.#resolver.scopeOf(token);
  }

  /**
   * Whether `token` has to be resolved anew for each call: it is call-scoped, or transient. A singleton never does, since
   * it may depend on nothing call-scoped. Asks for nothing to be constructed; meant to be asked once, at startup.
   *
   * @throws {InjectionError} if nothing provides `token`.
   */
  needsCallScope(token: Token): boolean {
    return this.#resolver.scopeOf(token) !== "singleton";
  }

  /**
   * Finds what is wrong with tokens and all that they depend on before the first call does. Singletons are constructed, so
   * their inject() is seen; of call-scoped and transient classes, which are not, the listed dependencies are checked.
   *
   * @returns an {@linkcode InjectionError} for each token that nothing provides, each parameter about which nothing is
   * known, each circle, and each singleton that depends on something call-scoped; and whatever constructors of singletons
   * threw. Of one constructor, the first inject() that fails.
   */
  check(tokens: readonly Token[]): unknown[] {
    return this.#resolver.check(tokens);
  }

  /**
   * Resolves a singleton, or a transient instance that belongs to the caller and is not disposed here.
   *
   * @throws {InjectionError} as {@linkcode Injector.verify} does, or if `token` is call-scoped.
   */
  resolve<T>(token: Token<T>): T {
    return this.#resolver.resolve(token, this.#lifetime);
  }

  /** Opens the scope of one call. Costs nothing until something is resolved from it. */
  openCallScope(): CallScope {
    return new CallScope(this.#resolver);
  }

  /**
   * Disposes the singletons constructed here, the last constructed first, each awaited before the next; never values,
   * products of factories, or singletons that tsyringe had constructed before. Again, it gives the same promise.
   *
   * @throws {AggregateError} with every failure, after all have been disposed.
   */
  dispose(): Promise<void> {
    this.#resolver.release();
    return this.#lifetime.dispose();
  }
}

/** The instances of one call. */
export class CallScope {
  readonly #lifetime: Lifetime = new Lifetime("call");
  readonly #resolver: Resolver;

  constructor(resolver: Resolver) {
    this.#resolver = resolver;
  }

  /**
   * Resolves for this call: what is call-scoped is constructed once, for whoever asks; transient instances each time;
   * singletons come from the app.
   *
   * @throws {InjectionError} as {@linkcode Injector.verify} does, or once the scope has been disposed.
   */
  resolve<T>(token: Token<T>): T {
    return this.#resolver.resolve(token, this.#lifetime);
  }

  /**
   * Disposes what was constructed for this call, the last constructed first, each awaited before the next; never a
   * singleton. Called again, it gives the same promise.
   *
   * @throws {AggregateError} with every failure, after all have been disposed.
   */
  dispose(): Promise<void> {
    return this.#lifetime.dispose();
  }
}
