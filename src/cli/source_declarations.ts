// The declarations of a TypeScript module that matter to a schema: decorated classes with their members, the calls of builders,
// enums. Found among tokens, by the shape that the documentation shows; whatever is written otherwise is not found.
import { type Token, tokensOf } from "./source_tokens.ts";

/** Something that is declared: where, and under which comment. */
export interface Declared {
  /** Counted from 1. */
  readonly line: number;
  /** The JSDoc comment before it, as it stands. */
  readonly doc?: string;
}

/** A class, an enum, or a call of a builder, with its members. */
export interface DeclaredGroup extends Declared {
  /** Its name in TypeScript; empty where it has none. */
  readonly name: string;
  /** The full protobuf name that it is given. */
  readonly typeName?: string;
  /** The class that it extends. */
  readonly base?: string;
  /** Properties, methods, values; cases of oneofs as `payment.card`. */
  readonly members: ReadonlyMap<string, Declared>;
}

/** What a module declares, and which modules it imports. */
export interface ModuleDeclarations {
  readonly groups: readonly DeclaredGroup[];
  readonly imports: readonly string[];
}

const builders = new Set(["message", "service", "Enum"]);
const modifiers = new Set(
  "public private protected readonly declare override static async accessor abstract get set".split(" "),
);

/** The declarations of a module. */
export function declarationsOf(source: string): ModuleDeclarations {
  return new Finder(tokensOf(source)).find();
}

class Finder {
  readonly #tokens: readonly Token[];
  /** The index of the bracket that closes the one at an index. */
  readonly #closing: ReadonlyMap<number, number>;
  readonly #groups: DeclaredGroup[] = [];
  readonly #imports: string[] = [];
  /** Enums, and objects that are constants, by name: what `Enum` is called with. */
  readonly #objects = new Map<string, Declared & { readonly open: number }>();

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
    this.#closing = closingOf(tokens);
  }

  find(): ModuleDeclarations {
    for (let i = 0; i < this.#tokens.length; i++) {
      const { kind, text } = this.#at(i);
      if (kind === "text") this.#import(i, text);
      else if (kind !== "word" || this.#is(i - 1, ".")) continue;
      else if (text === "class") this.#class(i);
      else if (text === "enum" || text === "const") this.#object(i);
      else if (builders.has(text) && this.#is(i + 1, "(")) this.#builder(i);
    }
    return { groups: this.#groups, imports: this.#imports };
  }

  #at(index: number): Token {
    return this.#tokens[index] ?? { kind: "sign", text: "", line: 0 };
  }

  #is(index: number, ...texts: string[]): boolean {
    const { kind, text } = this.#at(index);
    return kind !== "text" && texts.includes(text);
  }

  #import(i: number, path: string): void {
    const called = this.#is(i - 1, "(") && this.#is(i - 2, "import");
    if (called || this.#is(i - 1, "from", "import")) this.#imports.push(path);
  }

  #class(i: number): void {
    const { kind, text: name, line } = this.#at(i + 1);
    if (kind !== "word" || name === "extends" || name === "implements") return;
    let open = i + 2;
    let base: string | undefined;
    for (let angles = 0; open < this.#tokens.length; open++) {
      if (this.#is(open, "<")) angles++;
      else if (this.#is(open, ">") && !this.#is(open - 1, "=")) angles--;
      else if (angles > 0) continue;
      else if (this.#is(open, "extends")) base = this.#at(open + 1).text;
      else if (this.#is(open, "(")) open = this.#closing.get(open) ?? open;
      else if (this.#is(open, "{")) break;
    }
    const { typeName, doc } = this.#decorated(i);
    const members = this.#classMembers(open);
    this.#groups.push({ name, line, ...doc && { doc }, ...typeName && { typeName }, ...base && { base }, members });
  }

  /** What stands before a class: the name that its decorator gives it, and its comment. */
  #decorated(classIndex: number): { readonly typeName?: string; readonly doc?: string } {
    let typeName: string | undefined;
    let doc = this.#at(classIndex).doc;
    for (let i = classIndex - 1; i >= 0; i--) {
      if (this.#is(i, "export", "default", "abstract", "declare")) {
        doc = this.#at(i).doc ?? doc;
        continue;
      }
      const start = this.#decoratorEndingAt(i);
      if (start === undefined) break;
      doc = this.#at(start).doc ?? doc;
      const { kind, text } = this.#at(start + 3);
      if (this.#is(start + 1, "Message", "Service") && kind === "text") typeName = text;
      i = start;
    }
    return { ...typeName !== undefined && { typeName }, ...doc !== undefined && { doc } };
  }

  #decoratorEndingAt(end: number): number | undefined {
    let i = end;
    if (this.#is(i, ")")) {
      for (i = end; i >= 0 && this.#closing.get(i) !== end; i--);
      i--;
    }
    while (this.#at(i).kind === "word" && this.#is(i - 1, ".")) i -= 2;
    return this.#at(i).kind === "word" && this.#is(i - 1, "@") ? i - 1 : undefined;
  }

  #classMembers(open: number): Map<string, Declared> {
    const members = new Map<string, Declared>();
    const end = this.#closing.get(open) ?? this.#tokens.length;
    let i = open + 1;
    while (i < end) {
      const start = i;
      let cases: number | undefined;
      while (this.#is(i, "@")) {
        if (this.#is(i + 1, "OneOf")) cases = i + 3;
        i += 2;
        while (this.#is(i, ".")) i += 2;
        if (this.#is(i, "(")) i = (this.#closing.get(i) ?? end) + 1;
      }
      while ((modifiers.has(this.#at(i).text) && this.#beginsName(i + 1)) || this.#is(i, "*")) i++;
      const { kind, text: name, line } = this.#at(i);
      if (i < end && kind !== "sign" && !members.has(name)) {
        const doc = this.#tokens.slice(start, i + 1).find((token) => token.doc !== undefined)?.doc;
        members.set(name, { line, ...doc !== undefined && { doc } });
        if (cases !== undefined) this.#keys(cases, members, `${name}.`);
      }
      i = this.#memberEnd(i + 1, end);
    }
    return members;
  }

  #beginsName(i: number): boolean {
    return this.#at(i).kind !== "sign" || this.#is(i, "[", "*");
  }

  /** The index behind a member whose name ends before `i`: behind its semicolon or its body, or at the next decorator. */
  #memberEnd(i: number, end: number): number {
    let called = false;
    for (; i < end; i++) {
      if (this.#is(i, ";")) return i + 1;
      if (this.#is(i, "@")) return i;
      const closing = this.#closing.get(i);
      if (closing === undefined) continue;
      const isType = this.#is(i - 1, ":", "|", "&", "<", ",", "=", ">", "?");
      if (this.#is(i, "{") && called && !isType) return closing + 1;
      if (this.#is(i, "(") && !this.#is(i - 1, "=", ">", ",")) called = true;
      if (this.#is(i, "=")) called = false;
      i = closing;
    }
    return end;
  }

  /** `enum Size {`, `const Size = {` */
  #object(i: number): void {
    const { kind, text: name, line } = this.#at(i + 1);
    const open = this.#is(i, "enum") ? i + 2 : this.#is(i + 2, "=") ? i + 3 : -1;
    if (kind !== "word" || !this.#is(open, "{")) return;
    const doc = this.#statementDoc(i);
    this.#objects.set(name, { line, open, ...doc !== undefined && { doc } });
  }

  #statementDoc(i: number): string | undefined {
    let doc = this.#at(i).doc;
    while (this.#is(i - 1, "export", "declare", "const")) doc = this.#at(--i).doc ?? doc;
    return doc;
  }

  /** `const Order = message("shop.v1.Order", {`, `Enum("shop.v1.Size", Size` */
  #builder(i: number): void {
    const { kind, text: typeName, line } = this.#at(i + 2);
    if (kind !== "text" || !this.#is(i + 3, ",")) return;
    const members = new Map<string, Declared>();
    if (this.#is(i, "Enum")) {
      const { text: name, line: there } = this.#at(i + 4);
      const object = this.#objects.get(name);
      const open = this.#is(i + 4, "{") ? i + 4 : object?.open;
      if (open !== undefined) this.#keys(open, members);
      const doc = object ? object.doc : this.#at(i).doc;
      this.#groups.push({ name, typeName, line: object?.line ?? there, ...doc !== undefined && { doc }, members });
      return;
    }
    if (this.#is(i + 4, "{")) this.#keys(i + 4, members);
    let start = i;
    while (start > 0 && !this.#is(start, "const", ";", "}")) start--;
    const named = this.#is(start, "const");
    const doc = named ? this.#statementDoc(start) : this.#at(i).doc;
    const name = named ? this.#at(start + 1).text : "";
    this.#groups.push({ name, typeName, line, ...doc !== undefined && { doc }, members });
  }

  /** Adds the keys of an object literal or an enum, and those of the oneofs in it. */
  #keys(open: number, into: Map<string, Declared>, prefix = ""): void {
    const end = this.#is(open, "{") ? this.#closing.get(open) ?? open : open;
    for (let i = open + 1; i < end; i++) {
      const { kind, text, line, doc } = this.#at(i);
      const isKey = kind !== "sign" && this.#is(i - 1, "{", ",") && (i - 1 === open || this.#is(i - 1, ","));
      if (isKey) {
        into.set(prefix + text, { line, ...doc !== undefined && { doc } });
        if (this.#is(i + 2, "oneof") && this.#is(i + 4, "{")) this.#keys(i + 4, into, `${prefix}${text}.`);
      }
      i = this.#closing.get(i) ?? i;
    }
  }
}

const closers: { readonly [open: string]: string } = { "(": ")", "[": "]", "{": "}" };

function closingOf(tokens: readonly Token[]): Map<number, number> {
  const closing = new Map<number, number>();
  const open: [index: number, closer: string][] = [];
  for (const [i, { kind, text }] of tokens.entries()) {
    if (kind !== "sign") continue;
    const closer = closers[text];
    if (closer !== undefined) open.push([i, closer]);
    else if (open.at(-1)?.[1] === text) closing.set((open.pop() as [number, string])[0], i);
  }
  return closing;
}
