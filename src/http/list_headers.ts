// Fetch's Headers over a list of header fields. Making real Headers costs as much as all the rest of a small call, and most who
// are handed some look at one field: that is looked up in the list. Anything else is done by real Headers, made then.
import type { HeaderList } from "./exchange.ts";

const noFields: HeaderList = [];

/** What `Headers` takes as a name (RFC 9110 5.1). */
const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/**
 * Headers that begin with the fields of a list, lower-case names in it. They have all of Headers' methods, and can be handed to
 * whatever takes headers, but are no `instanceof Headers`: runtimes read those from the inside, where nothing is.
 */
export class ListHeaders implements Headers {
  #list: HeaderList | undefined;
  #headers: Headers | undefined;

  /** @param list the fields; fields that Fetch's Headers do not take are left out */
  constructor(list: HeaderList = noFields) {
    this.#list = list;
  }

  /** True where there is no field; false where nobody can tell without looking at all of them. */
  get isEmpty(): boolean {
    return this.#list?.length === 0;
  }

  get [Symbol.toStringTag](): string {
    return "Headers";
  }

  get(name: string): string | null {
    const list = this.#list;
    if (list === undefined || !token.test(name)) return this.#real().get(name);
    const wanted = name.toLowerCase();
    let found: string | null = null;
    for (let index = 0; index < list.length; index++) {
      const [own, value] = list[index];
      if (own !== wanted) continue;
      // What Fetch joins in its own way, trims or leaves out is rare.
      if (found !== null || !isPlain(value)) return this.#real().get(name);
      found = value;
    }
    return found;
  }

  has(name: string): boolean {
    return this.get(name) !== null;
  }

  set(name: string, value: string): void {
    this.#real().set(name, value);
  }

  append(name: string, value: string): void {
    this.#real().append(name, value);
  }

  delete(name: string): void {
    this.#real().delete(name);
  }

  getSetCookie(): string[] {
    return this.#real().getSetCookie();
  }

  forEach(callback: (value: string, name: string, headers: this) => void, thisArg?: unknown): void {
    if (!this.isEmpty) this.#real().forEach((value, name) => callback.call(thisArg, value, name, this));
  }

  entries(): ReturnType<Headers["entries"]> {
    return this.#real().entries();
  }

  keys(): ReturnType<Headers["keys"]> {
    return this.#real().keys();
  }

  values(): ReturnType<Headers["values"]> {
    return this.#real().values();
  }

  [Symbol.iterator](): ReturnType<Headers["entries"]> {
    return this.#real().entries();
  }

  #real(): Headers {
    if (this.#headers !== undefined) return this.#headers;
    const headers = this.#headers = new Headers();
    for (const [name, value] of this.#list ?? noFields) {
      try {
        headers.append(name, value);
      } catch {
        // Fetch's Headers are stricter than HTTP (RFC 9110 5.5 lets octets through that they don't).
      }
    }
    this.#list = undefined;
    return headers;
  }
}

function isPlain(value: string): boolean {
  for (let index = 0; index < value.length; index++) {
    const unit = value.charCodeAt(index);
    if (unit < 0x21 && (unit !== 0x20 || index === 0 || index === value.length - 1) || unit > 0x7e) return false;
  }
  return true;
}
