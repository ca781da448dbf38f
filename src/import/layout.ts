// Expressions of generated TypeScript, laid out as `deno fmt` leaves them: on one line where they fit, else with one argument,
// element or property a line; a call whose last argument is an object or array keeps its brackets on the call's own lines.

/** An expression: text that is never broken, a call, an object or an array. */
export type Code = string | CallCode | ObjectCode | ArrayCode;

/** A call: `unary(Cup, Cup)`. */
export interface CallCode {
  readonly callee: string;
  readonly args: readonly Code[];
}

/** An object. */
export interface ObjectCode {
  readonly entries: readonly ObjectEntry[];
}

/** A property of an object; one with a comment stands on lines of its own. */
export interface ObjectEntry {
  readonly key: string;
  readonly value: Code;
  readonly comment?: readonly string[];
}

/** An array. */
export interface ArrayCode {
  readonly elements: readonly Code[];
}

/** A call's code. */
export function call(callee: string, ...args: readonly Code[]): CallCode {
  return { callee, args };
}

/** The code of an object with the entries that are not undefined; undefined where none is left. */
export function objectOf(properties: { readonly [key: string]: Code | undefined }): ObjectCode | undefined {
  const entries = Object.entries(properties).flatMap(([key, value]) => value === undefined ? [] : [{ key, value }]);
  return entries.length === 0 ? undefined : { entries };
}

/** An array's code. */
export function array(elements: readonly Code[]): ArrayCode {
  return { elements };
}

/** A string as a literal. */
export function quote(text: string): string {
  // Line separators are fine in a literal, and invisible.
  return JSON.stringify(text).replace(/[\u007f-\u009f\u2028\u2029\ufeff]/g, (char) => {
    return `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}

/** The name of a property as it stands in an object or class: quoted where it is no identifier. */
export function propertyKey(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : quote(name);
}

/** Lays out code for lines of a certain width. */
export class Layout {
  readonly #width: number;

  constructor(width: number) {
    this.#width = width;
  }

  /** Whether a line of so many columns fits. */
  fits(columns: number): boolean {
    return columns <= this.#width;
  }

  /**
   * The text of an expression.
   *
   * @param indent columns that the line it begins on is indented by.
   * @param before columns before it on that line, the indentation among them.
   * @param after columns that follow its end.
   */
  format(code: Code, indent: number, before: number, after: number): string {
    const flat = flatten(code);
    if (flat !== undefined && before + flat.length + after <= this.#width) return flat;
    if (typeof code === "string") return code.replace(/^\(\) => /, `() =>\n${" ".repeat(indent + 2)}`);
    if ("callee" in code) return this.#call(code, indent, before, after);
    return this.#brackets(code, indent);
  }

  #call({ callee, args }: CallCode, indent: number, before: number, after: number): string {
    const last = args.at(-1);
    if (last === undefined) return `${callee}()`;
    const front = args.slice(0, -1).map(flatten);
    if (isBracketed(last) && front.every((text) => text !== undefined)) {
      const head = `${callee}(${front.map((text) => `${text}, `).join("")}`;
      if (before + head.length + 1 <= this.#width) return `${head}${this.#brackets(last, indent)})`;
    }
    // The second last may be the long one: a service's methods before its options.
    const middle = args.at(-2);
    const tail = flatten(last);
    if (
      args.length > 2 && middle && isBracketed(middle) && tail !== undefined &&
      indent + tail.length + 4 + after <= this.#width
    ) {
      const head = `${callee}(${front.slice(0, -1).map((text) => `${text}, `).join("")}`;
      if (before + head.length + 1 <= this.#width) return `${head}${this.#brackets(middle, indent)}, ${tail})`;
    }
    return `${callee}(\n${this.#lines(args, indent)}${" ".repeat(indent)})`;
  }

  #brackets(code: ObjectCode | ArrayCode, indent: number): string {
    const end = " ".repeat(indent);
    if ("elements" in code) return `[\n${this.#lines(code.elements, indent)}${end}]`;
    const inner = " ".repeat(indent + 2);
    const lines = code.entries.map(({ key, value, comment = [] }) => {
      const head = `${propertyKey(key)}: `;
      const beside = this.format(value, indent + 2, indent + 2 + head.length, 1);
      const [first = ""] = beside.split("\n");
      const comma = first.length < beside.length ? 0 : 1;
      const text = indent + 2 + head.length + first.length + comma <= this.#width
        ? beside
        : `\n${inner}  ${this.format(value, indent + 4, indent + 4, 1)}`;
      return `${comment.map((line) => `${inner}${line}\n`).join("")}${inner}${
        text.startsWith("\n") ? head.trimEnd() : head
      }${text},\n`;
    });
    return `{\n${lines.join("")}${end}}`;
  }

  #lines(elements: readonly Code[], indent: number): string {
    const inner = " ".repeat(indent + 2);
    return elements.map((element) => `${inner}${this.format(element, indent + 2, indent + 2, 1)},\n`).join("");
  }
}

function isBracketed(code: Code): code is ObjectCode | ArrayCode {
  return typeof code !== "string" && !("callee" in code) && !isEmpty(code);
}

function isEmpty(code: ObjectCode | ArrayCode): boolean {
  return "elements" in code ? code.elements.length === 0 : code.entries.length === 0;
}

/** The text of an expression on one line; undefined where it can't be on one. */
function flatten(code: Code): string | undefined {
  if (typeof code === "string") return code;
  if ("callee" in code) {
    const args = flattenAll(code.args);
    return args && `${code.callee}(${args.join(", ")})`;
  }
  if ("elements" in code) {
    const elements = flattenAll(code.elements);
    return elements && `[${elements.join(", ")}]`;
  }
  if (code.entries.some(({ comment }) => comment !== undefined && comment.length > 0)) return undefined;
  const values = flattenAll(code.entries.map(({ value }) => value));
  if (!values) return undefined;
  const entries = values.map((value, i) => `${propertyKey(code.entries[i]?.key ?? "")}: ${value}`);
  return entries.length === 0 ? "{}" : `{ ${entries.join(", ")} }`;
}

function flattenAll(codes: readonly Code[]): string[] | undefined {
  const texts: string[] = [];
  for (const code of codes) {
    const text = flatten(code);
    if (text === undefined) return undefined;
    texts.push(text);
  }
  return texts;
}
