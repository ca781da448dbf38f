// Resolves tokens and constructs classes for the lifetime they belong to. tsyringe's container is read as a book of
// registrations only: it constructs nothing here and has no child for a call, so a call can neither dispose a singleton
// nor leave an instance of its own inside one. Left out: asynchronous resolution.
import type { DependencyContainer, InjectionToken } from "tsyringe";
import { type Binding, Bindings, type ClassBinding, dependenciesOfBinding } from "./binding.ts";
import type { Dependency } from "./dependencies.ts";
import { currentFrame, enterFrame, type Frame, pathTo } from "./inject.ts";
import { InjectionError } from "./injection_error.ts";
import type { Lifetime } from "./lifetime.ts";
import { type Registration, Registrations } from "./registrations.ts";
import { type Delayed, delayedTarget, isDelayed, type Scope, type Token, tokenName } from "./token.ts";

type Shared = { readonly registration: Registration | undefined };

/** A walk along listed dependencies, in search of what is wrong. */
interface Walk {
  /** Singletons are constructed, once nothing is wrong with what they list. */
  readonly constructs: boolean;
  /** Whether what was walked along is right. */
  readonly walked: Map<Binding, boolean>;
  readonly report: (fault: unknown) => void;
}

/** Resolves for one app, whose singletons live in `app`, and for the calls of that app. */
export class Resolver {
  readonly #container: DependencyContainer | undefined;
  readonly #registrations: Registrations;
  readonly #bindings: Bindings;
  readonly #app: Lifetime;
  readonly #facades = new WeakMap<Lifetime, DependencyContainer>();
  /** Registrations that hold an instance made here, which must not outlive the app. */
  readonly #filled: Registration[] = [];
  /** Delayed dependencies of singletons, to be looked at when the resolution they came up in is over. */
  #delayed: { readonly target: Delayed; readonly step: Step }[] = [];

  constructor(container: DependencyContainer | undefined, app: Lifetime) {
    this.#container = container;
    this.#registrations = new Registrations(container);
    this.#bindings = new Bindings(this.#registrations);
    this.#app = app;
  }

  /** The scope of what `token` stands for. A value counts as a singleton, what a factory makes as transient. */
  scopeOf(token: Token): Scope {
    const seen = new Set<Binding>();
    for (let at = token;;) {
      const binding = this.#bindings.of(isDelayed(at) ? delayedTarget(at) : at, undefined);
      if (binding.kind === "value") return "singleton";
      if (binding.kind === "factory") return "transient";
      if (binding.kind === "class" || binding.scope !== "transient") return binding.scope;
      if (seen.has(binding)) throw circular(undefined, tokenName(at));
      seen.add(binding);
      at = binding.token;
    }
  }

  /** Resolves `token` for `lifetime`, on behalf of `asker`. */
  resolve<T>(token: Token<T>, lifetime: Lifetime, asker: Frame | undefined = currentFrame()): T {
    if (lifetime.ended || this.#app.ended) throw ended(token, lifetime);
    if (isDelayed(token)) return this.#proxy(token, lifetime, asker) as T;
    const binding = this.#bindings.of(token, asker);
    this.#registrations.before(token, "Single");
    const result = this.#provide(binding, token, lifetime, asker);
    this.#registrations.after(token, result, "Single");
    if (asker === undefined && this.#delayed.length > 0) this.#checkDelayed();
    return result as T;
  }

  /** Resolves every registration of `token`, in order; a class without any is constructed. */
  resolveAll<T>(token: Token<T>, lifetime: Lifetime, asker: Frame | undefined = currentFrame()): T[] {
    const bindings = this.#bindings.all(token);
    if (bindings === undefined) return [this.resolve(token, lifetime, asker)];
    this.#registrations.before(token, "All");
    const result = bindings.map((binding) => this.#provide(binding, token, lifetime, asker));
    this.#registrations.after(token, result, "All");
    return result as T[];
  }

  /**
   * Finds mistakes in what tokens depend on, as far as dependencies are listed, without constructing anything but
   * singletons. Each mistake once, however many depend on it.
   */
  check(tokens: readonly Token[]): unknown[] {
    const faults = new Map<unknown, unknown>();
    const report = (fault: unknown): void => {
      const key = fault instanceof InjectionError ? `${fault.path.slice(-2).join()} ${fault.reason}` : fault;
      if (!faults.has(key)) faults.set(key, fault);
    };
    const walk: Walk = { constructs: true, walked: new Map(), report };
    for (const token of tokens) this.#walk(token, undefined, walk);
    try {
      this.#checkDelayed();
    } catch (fault) {
      report(fault);
    }
    return [...faults.values()];
  }

  /** Takes the instances made here out of the container's registrations. */
  release(): void {
    for (const registration of this.#filled.splice(0)) registration.instance = undefined;
  }

  #provide(binding: Binding, token: Token, lifetime: Lifetime, asker: Frame | undefined): unknown {
    switch (binding.kind) {
      case "value":
        return binding.value;
      case "factory": {
        const step = new Step(this, lifetime, asker, token, binding, asker?.holder);
        const before = enterFrame(step);
        try {
          return binding.create(this.#facade(lifetime));
        } finally {
          enterFrame(before);
        }
      }
      case "alias":
        return this.#shared(binding, binding.scope, token, binding, lifetime, asker);
      case "class":
        return this.#shared(binding, binding.scope, binding.target, binding.target, lifetime, asker);
    }
  }

  // One instance an app, one a call, or one for whoever asks. `subject` is what must not come up again further down.
  #shared(
    binding: Extract<Binding, Shared>,
    scope: Scope,
    named: Token,
    subject: object,
    lifetime: Lifetime,
    asker: Frame | undefined,
  ): unknown {
    if (scope === "transient") {
      const instance = this.#make(binding, new Step(this, lifetime, asker, named, subject, asker?.holder));
      // One made for the app that no singleton holds belongs to whoever asked; keeping it would keep it for ever.
      if (binding.kind === "class" && (lifetime.kind === "call" || asker?.holder !== undefined)) lifetime.own(instance);
      return instance;
    }
    const { registration } = binding;
    const key = registration ?? subject;
    if (scope === "call") {
      if (lifetime.kind === "app") throw refuse(tokenName(named), asker);
      const existing = lifetime.get(key);
      if (existing !== undefined) return existing;
      const instance = this.#make(binding, new Step(this, lifetime, asker, named, subject, undefined));
      lifetime.set(key, instance);
      if (binding.kind === "class") lifetime.own(instance);
      return instance;
    }
    const existing = this.#kept(binding, subject);
    if (existing !== undefined) return existing;
    const instance = this.#make(binding, new Step(this, this.#app, asker, named, subject, tokenName(named)));
    if (registration === undefined) {
      this.#app.set(key, instance);
    } else {
      registration.instance = instance;
      this.#filled.push(registration);
    }
    if (binding.kind === "class") this.#app.own(instance);
    return instance;
  }

  /** The instance of a singleton, where there is one. */
  #kept({ registration }: Shared, subject: object): unknown {
    return registration === undefined ? this.#app.get(subject) : registration.instance;
  }

  #make(binding: Extract<Binding, Shared>, step: Step): unknown {
    step.refuseRepetition();
    if (binding.kind === "alias") return this.resolve(binding.token, step.lifetime, step);
    const instance = this.#construct(binding, step);
    if (step.refusal !== undefined) throw step.refusal;
    return instance;
  }

  #construct(binding: ClassBinding, step: Step): unknown {
    const dependencies = dependenciesOfBinding(binding, step.parent);
    const target = binding.target as new (...args: unknown[]) => unknown;
    const before = enterFrame(step);
    try {
      if (dependencies.length === 0) return new target();
      return new target(...dependencies.map((dependency) => this.#parameter(dependency, step)));
    } finally {
      enterFrame(before);
    }
  }

  #parameter(dependency: Dependency | undefined, step: Step): unknown {
    if (dependency === undefined) return undefined;
    const { token, multiple, isOptional, transform, transformArgs = [] } = dependency;
    const absent = isOptional === true && typeof token !== "function" && !isDelayed(token) &&
      this.#bindings.all(token) === undefined;
    let value: unknown;
    if (multiple) value = absent ? [] : this.resolveAll(token, step.lifetime, step);
    else value = absent ? undefined : this.resolve(token, step.lifetime, step);
    if (transform === undefined) return value;
    return this.resolve(transform, step.lifetime, step).transform(value, ...transformArgs);
  }

  #proxy(delayed: Delayed, lifetime: Lifetime, asker: Frame | undefined): unknown {
    const holder = asker?.holder;
    const name = asker?.name ?? "delay";
    if (holder !== undefined) {
      const step = new Step(this, lifetime, undefined, name, undefined, holder);
      this.#delayed.push({ target: delayed, step });
    }
    return delayed.createProxy((target) =>
      this.resolve(target, lifetime, new Step(this, lifetime, currentFrame(), name, undefined, holder))
    );
  }

  #checkDelayed(): void {
    const delayed = this.#delayed;
    this.#delayed = [];
    const report = (fault: unknown): void => {
      throw fault;
    };
    for (const { target, step } of delayed) this.#walk(target, step, { constructs: false, walked: new Map(), report });
  }

  // Whether nothing is wrong with a token and what it depends on.
  #walk(token: Token | Delayed, asker: Frame | undefined, walk: Walk): boolean {
    try {
      return this.#follow(token, asker, walk);
    } catch (fault) {
      walk.report(fault);
      return false;
    }
  }

  #follow(token: Token | Delayed, asker: Frame | undefined, walk: Walk): boolean {
    if (isDelayed(token)) {
      const step = new Step(this, this.#app, undefined, asker?.name ?? "delay", undefined, asker?.holder);
      return this.#follow(delayedTarget(token), step, walk);
    }
    const binding = this.#bindings.of(token, asker);
    if (binding.kind === "value" || binding.kind === "factory") return true;
    const named = binding.kind === "class" ? binding.target : token;
    const subject = binding.kind === "class" ? binding.target : binding;
    const singleton = binding.scope === "singleton";
    if (singleton && (!walk.constructs || this.#kept(binding, subject) !== undefined)) return true;
    const step = new Step(this, this.#app, asker, named, subject, singleton ? tokenName(named) : asker?.holder);
    if (binding.scope === "call" && asker?.holder !== undefined) throw refuse(step.name, asker);
    step.refuseRepetition();
    const known = walk.walked.get(binding);
    if (known !== undefined) return known;
    walk.walked.set(binding, true); // until it is known: what it depends on may lead back to it
    const right = this.#followDependencies(binding, step, walk);
    walk.walked.set(binding, false);
    if (right && singleton) this.resolve(token, this.#app, asker);
    walk.walked.set(binding, right);
    return right;
  }

  #followDependencies(binding: Extract<Binding, Shared>, step: Step, walk: Walk): boolean {
    if (binding.kind === "alias") return this.#walk(binding.token, step, walk);
    let right = true;
    for (const dependency of dependenciesOfBinding(binding, step.parent)) {
      if (dependency === undefined) continue;
      const { token, isOptional, transform } = dependency;
      if (isOptional && this.#bindings.all(token) === undefined) continue;
      // What a singleton is given delayed is looked at once it is constructed.
      if (!isDelayed(token) || binding.scope !== "singleton") right = this.#walk(token, step, walk) && right;
      if (transform !== undefined) right = this.#walk(transform, step, walk) && right;
    }
    return right;
  }

  // Factories are handed the user's container with resolution redirected to here, so that what they ask for obeys the
  // same scopes. One object a lifetime: tsyringe's instancePerContainerCachingFactory then caches by app or by call.
  #facade(lifetime: Lifetime): DependencyContainer {
    let facade = this.#facades.get(lifetime);
    if (facade === undefined) {
      facade = Object.create(this.#container ?? null) as DependencyContainer;
      facade.resolve = <T>(token: InjectionToken<T>): T => this.resolve(token as Token<T>, lifetime);
      facade.resolveAll = <T>(token: InjectionToken<T>): T[] => this.resolveAll(token as Token<T>, lifetime);
      this.#facades.set(lifetime, facade);
    }
    return facade;
  }
}

/** A frame of a resolver. */
class Step implements Frame {
  readonly parent: Frame | undefined;
  readonly lifetime: Lifetime;
  readonly subject: object | undefined;
  readonly holder: string | undefined;
  refusal: InjectionError | undefined = undefined;
  readonly #resolver: Resolver;
  readonly #named: Token;

  constructor(
    resolver: Resolver,
    lifetime: Lifetime,
    parent: Frame | undefined,
    named: Token,
    subject: object | undefined,
    holder: string | undefined,
  ) {
    this.#resolver = resolver;
    this.lifetime = lifetime;
    this.parent = parent;
    this.#named = named;
    this.subject = subject;
    this.holder = holder;
  }

  get name(): string {
    return this.subject === undefined && typeof this.#named === "string" ? this.#named : tokenName(this.#named);
  }

  resolve<T>(token: Token<T>): T {
    return this.#resolver.resolve(token, this.lifetime, this);
  }

  /** Throws if what this step is about is being made further up already. */
  refuseRepetition(): void {
    for (let at = this.parent; at !== undefined; at = at.parent) {
      if (at.subject === this.subject) throw circular(this.parent, this.name);
    }
  }
}

function circular(asker: Frame | undefined, name: string): InjectionError {
  return new InjectionError(
    `${name} depends on itself: take one of these dependencies by delay(() => TheClass), with delay from tsyringe`,
    pathTo(asker, name),
  );
}

function refuse(name: string, asker: Frame | undefined): InjectionError {
  const holder = asker?.holder;
  if (holder === undefined) {
    return new InjectionError(
      `${name} is call-scoped and there is no call: resolve it from a call scope, or mark what asks for it call-scoped`,
      pathTo(asker, name),
    );
  }
  const error = new InjectionError(
    `${holder} is a singleton and depends on ${name}, which is call-scoped: it would keep one call's ${name} for all ` +
      `calls. Mark ${holder} with @Injectable({ scope: "call" }), or pass it what it needs of ${name} by its methods' parameters`,
    pathTo(asker, name),
  );
  for (let at = asker; at?.holder !== undefined; at = at.parent) at.refusal = error;
  return error;
}

function ended(token: Token, lifetime: Lifetime): InjectionError {
  const what = lifetime.kind === "call" && lifetime.ended ? "the call" : "the app";
  return new InjectionError(
    `${tokenName(token)} was asked for after ${what} had ended and its instances had been disposed: resolve what you ` +
      "need while it runs",
  );
}
