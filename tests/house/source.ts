// Reads the repository's own sources for the house tests: which files there are, what they import, and their code without
// comments and texts. A small scanner, not a parser: it knows TypeScript's comments, strings, templates and regular
// expressions, and no more.
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { fileURLToPath } from "node:url";

/** The repository's root folder. */
export const ROOT: string = fileURLToPath(new URL("../..", import.meta.url));

/** One source file. */
export interface Source {
  /** Path from the root, with forward slashes. */
  path: string;
  text: string;
}

/** One import or re-export, `import type` and `import()` included. */
export interface Import {
  specifier: string;
  /** For relative specifiers: the imported file's path from the root. */
  path: string | undefined;
}

/** The files that match the patterns, sorted. */
export function sources(...patterns: string[]): Source[] {
  const paths = globSync(patterns, { cwd: ROOT, exclude: ["**/node_modules/**", "dist/**"] });
  return paths.sort().map((path) => ({ path, text: readFileSync(join(ROOT, path), "utf8") }));
}

/** What a file imports. */
export function importsOf(source: Source): Import[] {
  const code = scan(source.text, { strings: true });
  const statements = code.matchAll(/(?:^|[;}\n])\s*(?:import|export)\b[^;"'`()]*?\bfrom\s*["']([^"']+)["']/g);
  const bare = code.matchAll(/(?:^|\n)\s*import\s*["']([^"']+)["']/g);
  const dynamic = code.matchAll(/\bimport\s*\(\s*["']([^"']+)["']/g);
  return [...statements, ...bare, ...dynamic].map(([, specifier]) => ({
    specifier,
    path: specifier.startsWith(".") ? posix.join(posix.dirname(source.path), specifier) : undefined,
  }));
}

/** A file's code with comments blanked, and with the content of strings, templates and regular expressions blanked too. */
export function codeOf(source: Source): string {
  return scan(source.text, { strings: false });
}

/** Fails with one fault a line, if there are any. */
export function assertNone(faults: string[]): void {
  assert.ok(faults.length === 0, `\n${faults.join("\n")}`);
}

/** The number of the line that an offset of a text is in, from 1. */
export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}

/** Copies a text, with a blank for every character that is left out, so that offsets stay. */
function scan(text: string, keep: { strings: boolean }): string {
  let out = "";
  let at = 0;
  // Depth of braces at which a `${` of an enclosing template was opened.
  const holes: number[] = [];
  let depth = 0;
  const blank = (end: number): void => {
    out += text.slice(at, end).replace(/[^\n]/g, " ");
    at = end;
  };
  const copy = (end: number): void => {
    if (!keep.strings) return blank(end);
    out += text.slice(at, end);
    at = end;
  };
  const template = (from: number): void => {
    let end = from;
    while (end < text.length && text[end] !== "`") {
      if (text[end] === "\\") end++;
      else if (text[end] === "$" && text[end + 1] === "{") {
        holes.push(depth++);
        return copy(end + 2);
      }
      end++;
    }
    copy(end + 1);
  };
  while (at < text.length) {
    const char = text[at];
    if (char === "/" && text[at + 1] === "/") blank(endOf(text, "\n", at));
    else if (char === "/" && text[at + 1] === "*") blank(endOf(text, "*/", at + 2) + 2);
    else if (char === '"' || char === "'") copy(closing(text, char, at + 1));
    else if (char === "`") template(at + 1);
    else if (char === "/" && startsRegExp(out)) copy(closing(text, "/", at + 1));
    else {
      if (char === "{") depth++;
      if (char === "}" && --depth === holes.at(-1)) {
        holes.pop();
        template(at + 1);
        continue;
      }
      out += char;
      at++;
    }
  }
  return out;
}

function endOf(text: string, mark: string, from: number): number {
  const end = text.indexOf(mark, from);
  return end < 0 ? text.length : end;
}

/** The offset after the closing mark; inside a regular expression's class the mark does not close. */
function closing(text: string, mark: string, from: number): number {
  let inClass = false;
  for (let at = from; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (mark === "/" && text[at] === "[") inClass = true;
    else if (mark === "/" && text[at] === "]") inClass = false;
    else if (text[at] === mark && !inClass) return at + 1;
  }
  return text.length;
}

function startsRegExp(before: string): boolean {
  return /(^|[(,=:[!&|?{};+*<>~%^-]|\b(return|typeof|case|in|of|yield|await))\s*$/.test(before.slice(-200));
}
