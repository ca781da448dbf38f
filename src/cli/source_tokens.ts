// TypeScript as tokens: as much of the language as it takes to find declarations and the comments before them. It is no compiler,
// needs none, and does not mind mistakes: a file that does not parse gives tokens all the same.

/** A token. Templates and regular expressions are none: what is in them declares nothing. */
export interface Token {
  readonly kind: "word" | "text" | "sign" | "number";
  /** The token as it stands; for texts, what is between the quotes. */
  readonly text: string;
  /** Counted from 1. */
  readonly line: number;
  /** The JSDoc comment right before the token, as it stands. */
  readonly doc?: string;
}

// Behind these words a slash begins a regular expression; behind others it divides.
const beforeRegex = new Set([
  "return",
  "typeof",
  "case",
  "in",
  "of",
  "delete",
  "void",
  "throw",
  "new",
  "else",
  "do",
  "yield",
]);

const blank = /\s+/y;
const lineComment = /\/\/.*/y;
const blockComment = /\/\*[^]*?(?:\*\/|$)/y;
const word = /#?[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*/uy;
const number = /\d[\w.]*/y;
// A text that is not closed ends with its line.
const text = /"(?:[^"\\\n]|\\[^])*"?|'(?:[^'\\\n]|\\[^])*'?/y;
const regex = /\/(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/\w*/y;

/** The tokens of a source. */
export function tokensOf(source: string): Token[] {
  return new Scanner(source).scan();
}

class Scanner {
  readonly #source: string;
  readonly #tokens: Token[] = [];
  #at = 0;
  #line = 1;
  #doc: string | undefined;
  /** Whether what was last scanned ends a value, so that a slash divides. */
  #afterValue = false;

  constructor(source: string) {
    this.#source = source;
  }

  scan(): Token[] {
    // For each `${` of a template that is open: how many braces are open in it.
    const templates: number[] = [];
    while (this.#at < this.#source.length) {
      const next = this.#source[this.#at];
      if (next === "`") {
        this.#at++;
        if (this.#template()) templates.push(0);
        continue;
      }
      const braces = templates.at(-1);
      if (braces !== undefined && (next === "{" || next === "}")) {
        if (next === "}" && braces === 0) {
          this.#at++;
          templates.pop();
          if (this.#template()) templates.push(0);
          continue;
        }
        templates[templates.length - 1] = braces + (next === "{" ? 1 : -1);
      }
      const before = this.#tokens.length;
      this.#token();
      // What stands in a template declares nothing.
      if (templates.length > 0) this.#tokens.length = before;
    }
    return this.#tokens;
  }

  /** Skips the text of a template up to its end, or to a `${`; true for the latter. */
  #template(): boolean {
    this.#doc = undefined;
    while (this.#at < this.#source.length) {
      const next = this.#source[this.#at++];
      if (next === "\n") this.#line++;
      else if (next === "\\") this.#at++;
      else if (next === "$" && this.#source[this.#at] === "{") {
        this.#at++;
        this.#afterValue = false;
        return true;
      } else if (next === "`") break;
    }
    this.#afterValue = true;
    return false;
  }

  #token(): void {
    if (this.#skip(blank) !== undefined || this.#skip(lineComment) !== undefined) return;
    const comment = this.#skip(blockComment);
    if (comment !== undefined) {
      if (/^\/\*\*[^/]/.test(comment)) this.#doc = comment;
      return;
    }
    const line = this.#line;
    const scanned = this.#scanned();
    if (!scanned) return;
    const [kind, found] = scanned;
    const value = kind === "text" ? found.slice(1).replace(/["']$/, "") : found;
    this.#tokens.push({ kind, text: value, line, ...this.#doc !== undefined && { doc: this.#doc } });
    this.#doc = undefined;
    this.#afterValue = kind === "sign" ? /[)\]}]/.test(found) : kind !== "word" || !beforeRegex.has(found);
  }

  #scanned(): readonly [Token["kind"], string] | undefined {
    const name = this.#skip(word);
    if (name !== undefined) return ["word", name];
    const quoted = this.#skip(text);
    if (quoted !== undefined) return ["text", quoted];
    const digits = this.#skip(number);
    if (digits !== undefined) return ["number", digits];
    if (!this.#afterValue && this.#skip(regex) !== undefined) {
      this.#afterValue = true;
      return undefined;
    }
    return ["sign", this.#source[this.#at++] as string];
  }

  #skip(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#source)?.[0];
    if (found === undefined) return undefined;
    this.#at += found.length;
    for (const letter of found) if (letter === "\n") this.#line++;
    return found;
  }
}
