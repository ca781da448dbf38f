// What a class's constructor has to be given: from Injectable's list, else from the metadata that legacy compilers emit
// and tsyringe's parameter decorators add (`design:paramtypes`, `injectionTokens`), else nothing for a constructor
// without parameters. Dependencies taken by inject() are not known here: they show when the class is constructed.
import "./reflect.ts";
import { ownMark } from "./injectable.ts";
import { type Frame, pathTo } from "./inject.ts";
import { InjectionError } from "./injection_error.ts";
import { type Constructor, isDelayed, type Token, tokenName } from "./token.ts";

/** One parameter of a constructor. */
export interface Dependency {
  readonly token: Token;
  /** All registrations of the token, as an array: tsyringe's `injectAll`. */
  readonly multiple?: boolean;
  /** Undefined, or an empty array, where nothing is registered: tsyringe's `isOptional`. */
  readonly isOptional?: boolean;
  /** What turns the resolved value into the parameter: tsyringe's `injectWithTransform`. */
  readonly transform?: Token<{ transform(incoming: unknown, ...args: unknown[]): unknown }>;
  readonly transformArgs?: readonly unknown[];
}

interface MetadataReflect {
  getOwnMetadata(key: string, target: object): unknown;
}

// What type metadata says for an interface, a union, a primitive or a type that is known too late: never a dependency.
const meaningless: ReadonlySet<unknown> = new Set<unknown>(
  [undefined, Object, String, Number, Boolean, Symbol, BigInt, Array, Function, Promise],
);

/** Tells whether `type` is one that type metadata gives for whatever has no class of its own. */
export function isMeaningless(type: unknown): boolean {
  return meaningless.has(type);
}

/**
 * The dependencies of `target`, one a parameter; `undefined` in the list leaves a parameter to its default value. `asker`
 * is whoever asked for `target`, for errors.
 *
 * @throws {InjectionError} naming the first parameter about which nothing is known, and the ways to say it.
 */
export function dependenciesOf(target: Constructor, asker?: Frame): readonly (Dependency | undefined)[] {
  const list = listOf(target, asker);
  for (let index = 0; index < target.length; index++) {
    if (index >= list.length || list[index] === undefined) throw unknownParameter(target, index, asker);
  }
  return list;
}

function listOf(target: Constructor, asker: Frame | undefined): readonly (Dependency | undefined)[] {
  // A constructor that takes no parameters may be the implicit one, which passes on what it is given: then the list of
  // the base class is meant. An explicit one ignores what it is given, and `@Injectable([])` says so.
  for (let at: Constructor = target; typeof at === "function"; at = Object.getPrototypeOf(at)) {
    const listed = ownMark(at)?.dependencies;
    if (listed !== undefined) return listed.map((token, index) => fromList(at, token, index, asker));
    const described = fromMetadata(at);
    if (described !== undefined) return described;
    if (at.length > 0) return [];
  }
  return [];
}

function fromList(target: Constructor, token: Token, index: number, asker: Frame | undefined): Dependency {
  if (token === undefined || token === null) {
    throw new InjectionError(
      `dependency ${index} of ${tokenName(target)} is ${token}, most likely because two modules import each other: ` +
        "write delay(() => TheClass), with delay from tsyringe, in one of them",
      pathTo(asker, tokenName(target)),
    );
  }
  return { token };
}

function fromMetadata(target: Constructor): readonly (Dependency | undefined)[] | undefined {
  const reflect = Reflect as unknown as MetadataReflect;
  const types = reflect.getOwnMetadata("design:paramtypes", target) as unknown[] | undefined;
  const tokens = reflect.getOwnMetadata("injectionTokens", target) as Record<string, unknown> | undefined;
  if (types === undefined && tokens === undefined) return undefined;
  const list: (Dependency | undefined)[] = (types ?? []).map((type, index) => {
    // tsyringe's decorators write their descriptors into this very array.
    if (isDescriptor(type)) return type;
    // A parameter with a default keeps it, as it does where no metadata is emitted, unless @inject() says otherwise.
    return index >= target.length || meaningless.has(type) ? undefined : { token: type as Token };
  });
  for (const [index, described] of Object.entries(tokens ?? {})) {
    list[Number(index)] = isDescriptor(described) ? described : { token: described as Token };
  }
  return Array.from(list);
}

function isDescriptor(described: unknown): described is Dependency {
  return typeof described === "object" && described !== null && !isDelayed(described) && "token" in described;
}

function unknownParameter(target: Constructor, index: number, asker: Frame | undefined): InjectionError {
  const name = tokenName(target);
  const listed = ownMark(target)?.dependencies;
  const found = listed === undefined
    ? `it is not known what parameter ${index} of ${name}'s constructor is`
    : `${name}'s constructor takes ${target.length} parameters and Injectable lists ${listed.length}`;
  return new InjectionError(
    `${found}: list all of them with @Injectable([...]) above ${name}, or give the parameter a default, ` +
      "`= inject(SomeClass)`, or compile with experimentalDecorators and emitDecoratorMetadata and give it a class as its type",
    pathTo(asker, name),
  );
}
