// What a token stands for: a value, another token, a factory, or a class with a scope. Made once for each registration or
// class and kept by it, so that a registration made later is seen and nothing is kept for tokens nobody provides.
import { dependenciesOf, isMeaningless } from "./dependencies.js";
import { markOf } from "./injectable.js";
import { InjectionError } from "./injection_error.js";
import { pathTo } from "./inject.js";
import { lifecycle, registrationAdvice } from "./registrations.js";
import { isConstructor, isDelayed, tokenName } from "./token.js";
/** The bindings of one set of registrations. */
export class Bindings {
  #registrations;
  #known = new WeakMap();
  constructor(registrations) {
    this.#registrations = registrations;
  }
  /**
   * What `token` stands for.
   *
   * @throws {InjectionError} if nothing provides it, with the way from the outermost frame.
   */
  of(token, asker) {
    const registration = this.#registrations.last(token);
    if (registration !== undefined) {
      return this.#ofRegistration(token, registration);
    }
    const known = this.#known.get(token);
    if (known !== undefined) {
      return known;
    }
    if (!isConstructor(token) || isMeaningless(token)) {
      throw nothingProvides(token, asker);
    }
    return this.#keep(token, classBinding(token, undefined));
  }
  /** What every registration of `token` stands for; undefined where there is none. */
  all(token) {
    return this.#registrations.all(token)?.map((registration) => this.#ofRegistration(token, registration));
  }
  #ofRegistration(token, registration) {
    return this.#known.get(registration) ?? this.#keep(registration, bindRegistration(token, registration));
  }
  #keep(key, binding) {
    this.#known.set(key, binding);
    return binding;
  }
}
function bindRegistration(token, registration) {
  const { provider } = registration;
  // The order in which tsyringe looks.
  if ("useValue" in provider) {
    return { kind: "value", value: provider.useValue };
  }
  const scope = scopeOf(registration);
  if ("useToken" in provider) {
    return { kind: "alias", token: provider.useToken, scope, registration };
  }
  if ("useFactory" in provider) {
    return { kind: "factory", create: provider.useFactory };
  }
  const target = provider.useClass;
  if (isDelayed(target)) {
    return { kind: "alias", token: target, scope, registration };
  }
  // Transient is what tsyringe assumes where nothing is said; then what the class says of itself counts.
  if (scope === "transient" && markOf(target) !== undefined) {
    return target === token ? classBinding(target, undefined) : { kind: "alias", token: target, scope, registration };
  }
  return { kind: "class", target: target, scope, registration, dependencies: undefined };
}
function classBinding(target, registration) {
  const scope = markOf(target)?.scope ?? "singleton";
  return { kind: "class", target, scope, registration, dependencies: undefined };
}
/** The dependencies of a class binding. */
export function dependenciesOfBinding(binding) {
  return binding.dependencies ??= dependenciesOf(binding.target);
}
function scopeOf({ options }) {
  switch (options.lifecycle) {
    case lifecycle.singleton:
      return "singleton";
    case lifecycle.containerScoped:
    case lifecycle.resolutionScoped:
      return "call";
    default:
      return "transient";
  }
}
function nothingProvides(token, asker) {
  if (token === undefined || token === null) {
    return new InjectionError(
      `a dependency is ${token}, most likely because two modules import each other: write delay(() => TheClass), ` +
        "with delay from tsyringe, in one of them",
      pathTo(asker, String(token)),
    );
  }
  const name = tokenName(token);
  const why = typeof token === "function"
    ? `${name} names no class that could be constructed`
    : `nothing provides ${name}`;
  return new InjectionError(`${why}: ${registrationAdvice(token)}`, pathTo(asker, name));
}
