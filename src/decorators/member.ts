// Where members of a class wait until the class itself is decorated. The one file that knows the two dialects: TC39
// decorators tell the class by `context.metadata`, legacy ones (`experimentalDecorators`) by the class's prototype.
// https://github.com/tc39/proposal-decorator-metadata

/** The name of the member and the object that stands for its class, whichever dialect called the decorator. */
export interface Member {
  readonly property: string;
  /** Key of the class: its metadata object (TC39), or its prototype (legacy). Their prototype chains are the base classes. */
  readonly owner: object;
  readonly legacy: boolean;
}

// Bun and older compilers know no Symbol.metadata; with it, all of them make `context.metadata`.
const symbols: { readonly metadata?: symbol } = Symbol;
if (!symbols.metadata) Object.defineProperty(Symbol, "metadata", { value: Symbol.for("Symbol.metadata") });

/**
 * Reads the arguments that a member decorator was called with.
 * @throws TypeError for a member that can't be decorated: static, private or named by a symbol.
 */
export function readMember(decorator: string, target: unknown, context: unknown): Member {
  if (isStandardContext(context)) {
    const { name, metadata } = context;
    if (context.static) {
      throw new TypeError(`@${decorator} is on the static member ${String(name)}; make it an instance member.`);
    }
    if (context.private) throw new TypeError(`@${decorator} is on the private member ${String(name)}; make it public.`);
    if (typeof metadata !== "object" || metadata === null) {
      throw new TypeError(
        `@${decorator} on ${String(name)}: the compiler gave no decorator metadata. ` +
          `Use TypeScript 5.2 or newer, and import Sigil before the class is evaluated.`,
      );
    }
    return { property: memberName(decorator, name), owner: metadata, legacy: false };
  }
  const property = memberName(decorator, context);
  if (typeof target === "function") {
    throw new TypeError(`@${decorator} is on the static member ${property}; make it an instance member.`);
  }
  return { property, owner: target as object, legacy: true };
}

/** The key of a class for members that its decorators noted: see {@link Member.owner}. */
export function ownerOf(target: { readonly prototype: object }, context: unknown): object {
  return isStandardContext(context) && context.metadata ? context.metadata : target.prototype;
}

/** The chain of owners from the outermost base class down to `owner` itself. */
export function ownerChain(owner: object): object[] {
  const chain: object[] = [];
  for (let o: object | null = owner; o !== null && o !== Object.prototype; o = Object.getPrototypeOf(o)) {
    chain.unshift(o);
  }
  return chain;
}

interface StandardContext {
  readonly kind: string;
  readonly name: string | symbol;
  readonly static?: boolean;
  readonly private?: boolean;
  readonly metadata?: object;
}

function isStandardContext(context: unknown): context is StandardContext {
  return typeof context === "object" && context !== null && typeof (context as { kind?: unknown }).kind === "string";
}

function memberName(decorator: string, name: unknown): string {
  if (typeof name === "string") return name;
  throw new TypeError(`@${decorator} is on ${String(name)}; a member of a message or service has a plain name.`);
}
