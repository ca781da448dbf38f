// Names in generated TypeScript: what a property, method, enum value or class is called, where its protobuf name can't stand
// as it is. A name that is taken, or that TypeScript or JavaScript has for itself, gets a `$` behind it.
import { toJsonName } from "../schema/name.ts";

// https://tc39.es/ecma262/#prod-ReservedWord in strict mode, and what is no name of a class in TypeScript.
const reservedWords = new Set(
  ("abstract any arguments as async await boolean break bigint case catch class const continue debugger declare default delete do " +
    "else enum eval export extends false finally for from function get if implements import in instanceof interface is keyof let " +
    "module namespace never new null number object of package private protected public readonly require return set static " +
    "string super switch symbol this throw true try type typeof undefined unique unknown var void while with yield")
    .split(" "),
);

// Classes of these names would be legal; the code below and around them would no longer mean what it says.
const globals = new Set(
  ("Array ArrayBuffer BigInt Boolean Buffer Date Error Function Infinity Iterator JSON Map Math NaN Number Object Promise Proxy " +
    "Reflect RegExp Set String Symbol Uint8Array WeakMap WeakSet console document fetch global globalThis process self window " +
    "Bun Deno Partial Pick Readonly Record Required Omit").split(" "),
);

// What every object has, and means something else by; `__proto__` sets the prototype.
const objectProperties = new Set(["__proto__", "constructor", "hasOwnProperty", "toJSON", "toString", "valueOf"]);

/** The names taken in one scope: a module, a class, an enum. */
export class NameScope {
  readonly #taken: Set<string>;

  constructor(taken: Iterable<string> = []) {
    this.#taken = new Set(taken);
  }

  /** Takes a name, or one like it where it is taken. */
  take(name: string): string {
    let free = name;
    while (this.#taken.has(free)) free += "$";
    this.#taken.add(free);
    return free;
  }
}

/** The name of the property for a field or a oneof: `created_at` is `createdAt`. */
export function propertyName(protoName: string): string {
  const name = toJsonName(protoName);
  const usable = /^[A-Za-z]/.test(name) ? name : protoName;
  return objectProperties.has(usable) ? `${usable}$` : usable;
}

/** The name of the property for a method: `GetOrder` is `getOrder`. */
export function methodName(protoName: string): string {
  const name = protoName.charAt(0).toLowerCase() + protoName.slice(1);
  return objectProperties.has(name) ? `${name}$` : name;
}

/** The name of a class, enum or contract: `Order_Status` for `Order.Status` of any package. */
export function declarationName(fullName: string, packageName: string): string {
  const name = fullName.slice(packageName === "" ? 0 : packageName.length + 1).replaceAll(".", "_");
  return reservedWords.has(name) || globals.has(name) ? `${name}$` : name;
}

/** The name of a file: `shop/v1/order_items.proto` is `orderItemsFile`. */
export function fileName(path: string): string {
  const base = path.slice(path.lastIndexOf("/") + 1).replace(/\.proto$/, "");
  const words = base.split(/[^A-Za-z0-9]+/).filter((word) => word !== "");
  const name = words.map((word, i) => i === 0 ? word : word.charAt(0).toUpperCase() + word.slice(1)).join("");
  return `${/^[A-Za-z]/.test(name) ? name : `proto${name}`}File`;
}
