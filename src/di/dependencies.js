// What a class's constructor has to be given: from Injectable's list, else from the metadata that legacy compilers emit
// and tsyringe's parameter decorators add (`design:paramtypes`, `injectionTokens`), else nothing for a constructor
// without parameters. Dependencies taken by inject() are not known here: they show when the class is constructed.
import "./reflect.js";
import { ownMark } from "./injectable.js";
import { InjectionError } from "./injection_error.js";
import { isDelayed, tokenName } from "./token.js";
// What type metadata says for an interface, a union, a primitive or a type that is known too late: never a dependency.
const meaningless = new Set([undefined, Object, String, Number, Boolean, Symbol, BigInt, Array, Function, Promise]);
/** Tells whether `type` is one that type metadata gives for whatever has no class of its own. */
export function isMeaningless(type) {
  return meaningless.has(type);
}
/**
 * The dependencies of `target`, one a parameter; `undefined` in the list leaves a parameter to its default value.
 *
 * @throws {InjectionError} naming the first parameter about which nothing is known, and the ways to say it.
 */
export function dependenciesOf(target) {
  const list = listOf(target);
  for (let index = 0; index < target.length; index++) {
    if (index >= list.length || list[index] === undefined) {
      throw unknownParameter(target, index);
    }
  }
  return list;
}
function listOf(target) {
  // A constructor that takes no parameters may be the implicit one, which passes on what it is given: then the list of
  // the base class is meant. An explicit one ignores what it is given, and `@Injectable([])` says so.
  for (let at = target; typeof at === "function"; at = Object.getPrototypeOf(at)) {
    const listed = ownMark(at)?.dependencies;
    if (listed !== undefined) {
      return listed.map((token, index) => fromList(at, token, index));
    }
    const described = fromMetadata(at);
    if (described !== undefined) {
      return described;
    }
    if (at.length > 0) {
      return [];
    }
  }
  return [];
}
function fromList(target, token, index) {
  if (token === undefined || token === null) {
    throw new InjectionError(
      `dependency ${index} of ${tokenName(target)} is ${token}, most likely because two modules import each other: ` +
        "write delay(() => TheClass), with delay from tsyringe, in one of them",
    );
  }
  return { token };
}
function fromMetadata(target) {
  const reflect = Reflect;
  const types = reflect.getOwnMetadata("design:paramtypes", target);
  const tokens = reflect.getOwnMetadata("injectionTokens", target);
  if (types === undefined && tokens === undefined) {
    return undefined;
  }
  const list = (types ?? []).map((type, index) => {
    // tsyringe's decorators write their descriptors into this very array.
    if (isDescriptor(type)) {
      return type;
    }
    // A parameter with a default keeps it, as it does where no metadata is emitted, unless @inject() says otherwise.
    return index >= target.length || meaningless.has(type) ? undefined : { token: type };
  });
  for (const [index, described] of Object.entries(tokens ?? {})) {
    list[Number(index)] = isDescriptor(described) ? described : { token: described };
  }
  return Array.from(list);
}
function isDescriptor(described) {
  return typeof described === "object" && described !== null && !isDelayed(described) && "token" in described;
}
function unknownParameter(target, index) {
  const name = tokenName(target);
  const listed = ownMark(target)?.dependencies;
  const found = listed === undefined
    ? `it is not known what parameter ${index} of ${name}'s constructor is`
    : `${name}'s constructor takes ${target.length} parameters and Injectable lists ${listed.length}`;
  return new InjectionError(
    `${found}: list all of them with @Injectable([...]) above ${name}, or give the parameter a default, ` +
      "`= inject(SomeClass)`, or compile with experimentalDecorators and emitDecoratorMetadata and give it a class as its type",
  );
}
