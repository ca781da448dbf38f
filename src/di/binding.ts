// What a token stands for: a value, another token, a factory, or a class with a scope. Made once for each registration or
// class and kept by it, so that a registration made later is seen and nothing is kept for tokens nobody provides.
import { dependenciesOf, type Dependency, isMeaningless } from "./dependencies.ts";
import { markOf } from "./injectable.ts";
import { InjectionError } from "./injection_error.ts";
import { type Frame, pathTo } from "./inject.ts";
import { lifecycle, type Registration, registrationAdvice, type Registrations } from "./registrations.ts";
import { type Constructor, isConstructor, isDelayed, type Scope, type Token, tokenName } from "./token.ts";
import type { DependencyContainer } from "tsyringe";

/** What a token stands for. `registration` is where a shared instance is kept; without one, the class is the key. */
export type Binding =
  | { readonly kind: "value"; readonly value: unknown }
  | { readonly kind: "factory"; readonly create: (container: DependencyContainer) => unknown }
  | {
    readonly kind: "alias";
    readonly token: Token;
    readonly scope: Scope;
    readonly registration: Registration;
  }
  | ClassBinding;

/** A class to be constructed. */
export interface ClassBinding {
  readonly kind: "class";
  readonly target: Constructor;
  readonly scope: Scope;
  readonly registration: Registration | undefined;
  /** What the constructor is given; looked up when it is first needed, since metadata may come after registration. */
  dependencies: readonly (Dependency | undefined)[] | undefined;
}

/** The bindings of one set of registrations. */
export class Bindings {
  readonly #registrations: Registrations;
  readonly #known = new WeakMap<object, Binding>();

  constructor(registrations: Registrations) {
    this.#registrations = registrations;
  }

  /**
   * What `token` stands for.
   *
   * @throws {InjectionError} if nothing provides it, with the way from the outermost frame.
   */
  of(token: Token, asker: Frame | undefined): Binding {
    const registration = this.#registrations.last(token);
    if (registration !== undefined) return this.#ofRegistration(token, registration);
    const known = this.#known.get(token as object);
    if (known !== undefined) return known;
    if (!isConstructor(token) || isMeaningless(token)) throw nothingProvides(token, asker);
    return this.#keep(token, classBinding(token, undefined));
  }

  /** What every registration of `token` stands for; undefined where there is none. */
  all(token: Token): readonly Binding[] | undefined {
    return this.#registrations.all(token)?.map((registration) => this.#ofRegistration(token, registration));
  }

  #ofRegistration(token: Token, registration: Registration): Binding {
    return this.#known.get(registration) ?? this.#keep(registration, bindRegistration(token, registration));
  }

  #keep(key: object, binding: Binding): Binding {
    this.#known.set(key, binding);
    return binding;
  }
}

function bindRegistration(token: Token, registration: Registration): Binding {
  const { provider } = registration;
  // The order in which tsyringe looks.
  if ("useValue" in provider) return { kind: "value", value: provider.useValue };
  const scope = scopeOf(registration);
  if ("useToken" in provider) return { kind: "alias", token: provider.useToken, scope, registration };
  if ("useFactory" in provider) return { kind: "factory", create: provider.useFactory };
  const target: Token = provider.useClass;
  if (isDelayed(target)) return { kind: "alias", token: target, scope, registration };
  // Transient is what tsyringe assumes where nothing is said; then what the class says of itself counts.
  if (scope === "transient" && markOf(target as Constructor) !== undefined) {
    return target === token ? classBinding(target, undefined) : { kind: "alias", token: target, scope, registration };
  }
  return { kind: "class", target: target as Constructor, scope, registration, dependencies: undefined };
}

function classBinding(target: Constructor, registration: Registration | undefined): ClassBinding {
  const scope = markOf(target)?.scope ?? "singleton";
  return { kind: "class", target, scope, registration, dependencies: undefined };
}

/** The dependencies of a class binding, for errors on behalf of `asker`. */
export function dependenciesOfBinding(
  binding: ClassBinding,
  asker: Frame | undefined,
): readonly (Dependency | undefined)[] {
  return binding.dependencies ??= dependenciesOf(binding.target, asker);
}

function scopeOf({ options }: Registration): Scope {
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

function nothingProvides(token: unknown, asker: Frame | undefined): InjectionError {
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
