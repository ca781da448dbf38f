// Dependency injection as an app uses it: singletons that live as long as the app, call scopes that live as long as one
// call. Built on a tsyringe container, which is read but never asked to construct. Left out: anything about requests;
// the app decides which of its classes need a call scope and when a call is over.
import { container as globalContainer } from "./container.js";
import { Lifetime } from "./lifetime.js";
import { Resolver } from "./resolver.js";
/** Resolves for one app. */
export class Injector {
  #lifetime = new Lifetime("app");
  #resolver;
  /**
   * `container` is where registrations are looked up, its parents included; tsyringe's global one by default.
   *
   * @throws {InjectionError} if it is not a container of tsyringe 4.
   */
  constructor(container = globalContainer) {
    this.#resolver = new Resolver(container, this.#lifetime);
  }
  /**
   * How long what `token` stands for lives. A class says so itself or by its registration, and is a singleton where
   * neither does; a value is a singleton, what a factory makes is transient.
   *
   * @throws {InjectionError} if nothing provides `token`.
   */
  scopeOf(token) {
    return this.#resolver.scopeOf(token);
  }
  /**
   * Whether `token` has to be resolved anew for each call: it is call-scoped, or transient. A singleton never does, since
   * it may depend on nothing call-scoped. Asks for nothing to be constructed; meant to be asked once, at startup.
   *
   * @throws {InjectionError} if nothing provides `token`.
   */
  needsCallScope(token) {
    return this.#resolver.scopeOf(token) !== "singleton";
  }
  /**
   * Finds what is wrong with `token` and all it depends on before the first call does. Singletons are constructed, so
   * their inject() is seen; of call-scoped and transient classes, which are not, the listed dependencies are checked.
   *
   * @throws {InjectionError} for a token that nothing provides, a parameter about which nothing is known, a circle, or a
   * singleton that depends on something call-scoped; and whatever a singleton's constructor throws.
   */
  verify(token) {
    this.#resolver.verify(token);
  }
  /**
   * Resolves a singleton, or a transient instance that belongs to the caller and is not disposed here.
   *
   * @throws {InjectionError} as {@linkcode Injector.verify} does, or if `token` is call-scoped.
   */
  resolve(token) {
    return this.#resolver.resolve(token, this.#lifetime);
  }
  /** Opens the scope of one call. Costs nothing until something is resolved from it. */
  openCallScope() {
    return new CallScope(this.#resolver);
  }
  /**
   * Disposes the singletons constructed here, the last constructed first, each awaited before the next; never values,
   * products of factories, or singletons that tsyringe had constructed before. Again, it gives the same promise.
   *
   * @throws {AggregateError} with every failure, after all have been disposed.
   */
  dispose() {
    this.#resolver.release();
    return this.#lifetime.dispose();
  }
}
/** The instances of one call. */
export class CallScope {
  #lifetime = new Lifetime("call");
  #resolver;
  constructor(resolver) {
    this.#resolver = resolver;
  }
  /**
   * Resolves for this call: what is call-scoped is constructed once, for whoever asks; transient instances each time;
   * singletons come from the app.
   *
   * @throws {InjectionError} as {@linkcode Injector.verify} does, or once the scope has been disposed.
   */
  resolve(token) {
    return this.#resolver.resolve(token, this.#lifetime);
  }
  /**
   * Disposes what was constructed for this call, the last constructed first, each awaited before the next; never a
   * singleton. Called again, it gives the same promise.
   *
   * @throws {AggregateError} with every failure, after all have been disposed.
   */
  dispose() {
    return this.#lifetime.dispose();
  }
}
