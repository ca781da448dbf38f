// The class decorator that says what a class is constructed with and how long its instances live. One function serves
// both dialects of decorators: standard ones pass a context, legacy ones do not, and neither is needed here beyond a check.
// Left out: parameter decorators, which standard decorators do not have; tsyringe's own are read in dependencies.ts.
import { noteAlias } from "./alias.ts";
import { InjectionError } from "./injection_error.ts";
import type { Constructor, Scope, Token } from "./token.ts";

/** How a class marked by {@linkcode Injectable} lives, and what else it can be asked for by. */
export interface InjectableOptions {
  /**
   * `"singleton"` (the default): one instance an app. `"call"`: one instance a call, shared by its interceptors and its
   * handler, disposed when the call ends. `"transient"`: a new instance for everyone who asks.
   */
  readonly scope?: Scope;
  /**
   * A further token for the class, say the string or abstract class it stands for. It is registered on tsyringe's global
   * container, as the `token` of tsyringe's `injectable` is: an app with an unrelated container does not see it. Apps of
   * `sigil/edge` do.
   */
  readonly token?: Token;
}

/** What a class has been marked with. `dependencies` is undefined where the decorator was given none. */
export interface InjectableMark {
  readonly dependencies: readonly Token[] | undefined;
  readonly scope: Scope;
}

/** What is passed to a constructor for a list of tokens; anything, for a string or a symbol. */
export type Resolved<Tokens extends readonly Token[]> = {
  -readonly [Index in keyof Tokens]: Tokens[Index] extends string | symbol ? never
    : Tokens[Index] extends Token<infer T> ? T
    : never;
};

/** Decorates a class whose constructor takes what `Tokens` stand for, one after the other. */
export type InjectableDecorator<Tokens extends readonly Token[]> = <
  Class extends abstract new (...dependencies: Resolved<Tokens>) => object,
>(
  target: Class & TakesAll<Class, Tokens>,
  context?: ClassDecoratorContext,
) => void;

// A constructor with fewer parameters than there are tokens would be assignable; what it ignores is a mistake.
type TakesAll<Class extends abstract new (...args: never) => object, Tokens extends readonly Token[]> =
  Tokens["length"] extends Lengths<ConstructorParameters<Class>> ? unknown : {
    readonly "the constructor takes fewer parameters than there are dependencies": Tokens["length"];
  };
type Lengths<Parameters extends readonly unknown[]> = Parameters["length"] | Required<Parameters>["length"];

const marks = new WeakMap<Constructor, InjectableMark>();

/**
 * Marks a class for dependency injection.
 *
 * `@Injectable([OrderStore, "DATABASE_URL"])` lists what the constructor is given, in order; a list that does not fit the
 * constructor does not compile. `@Injectable()` and `@Injectable({ scope: "call" })` are for classes that use
 * {@linkcode inject}, or whose compiler emits metadata. A subclass without a mark of its own inherits the mark.
 *
 * @throws {InjectionError} if the scope is none of the three, or if it decorates anything but a class.
 */
export function Injectable<const Tokens extends readonly Token[]>(
  dependencies: Tokens,
  options?: InjectableOptions,
): InjectableDecorator<Tokens>;
export function Injectable(
  options?: InjectableOptions,
): (target: Constructor<object>, context?: ClassDecoratorContext) => void;
export function Injectable(
  first?: readonly Token[] | InjectableOptions,
  second?: InjectableOptions,
): (target: Constructor<object>, context?: ClassDecoratorContext) => void {
  const dependencies = isTokens(first) ? first : undefined;
  const { scope = "singleton", token } = (isTokens(first) ? second : first) ?? {};
  if (scope !== "singleton" && scope !== "call" && scope !== "transient") {
    throw new InjectionError(`Injectable knows no scope "${String(scope)}": write "singleton", "call" or "transient"`);
  }
  return function mark(target: Constructor<object>, context?: ClassDecoratorContext): void {
    if (typeof target !== "function" || (context !== undefined && context.kind !== "class")) {
      throw new InjectionError("Injectable decorates classes only: write it above `class`, not above a member");
    }
    marks.set(target, { dependencies, scope });
    if (token !== undefined) noteAlias(token, target);
  };
}

/** The mark of `target` itself, without what it may inherit. */
export function ownMark(target: Constructor): InjectableMark | undefined {
  return marks.get(target);
}

/** The mark of `target`, or of its nearest base class that has one. */
export function markOf(target: Constructor): InjectableMark | undefined {
  for (let at: unknown = target; typeof at === "function"; at = Object.getPrototypeOf(at)) {
    const mark = marks.get(at as Constructor);
    if (mark !== undefined) return mark;
  }
  return undefined;
}

function isTokens(first: readonly Token[] | InjectableOptions | undefined): first is readonly Token[] {
  return Array.isArray(first);
}
