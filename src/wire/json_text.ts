// Pieces of JSON text: strings, numbers, bytes; and what JSON.parse does not tell of a text, doubled names and depth.
import { WireError } from "./wire_error.ts";

/** Shorter texts are looked through here, which is faster than any call out of JavaScript; V8 does longer ones faster. */
const shortText = 12;

/** Text as a JSON string. */
export function quote(text: string): string {
  if (text.length >= shortText) return JSON.stringify(text);
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    // What JSON has to escape, and halves of surrogate pairs, which JSON.stringify escapes.
    if (unit < 0x20 || unit === quoteCode || unit === backslash || (unit & 0xf800) === 0xd800) {
      return JSON.stringify(text);
    }
  }
  return `"${text}"`;
}

/** A double as JSON: NaN and the infinities are strings; minus zero has a point, as some readers lose it else. */
export function numberText(value: number): string {
  if (!Number.isFinite(value)) return `"${value}"`;
  return value === 0 && Object.is(value, -0) ? "-0.0" : String(value);
}

const quoteCode = 0x22, backslash = 0x5c, colon = 0x3a, openBrace = 0x7b, openBracket = 0x5b;
const closeBrace = 0x7d, closeBracket = 0x5d;

/**
 * Counts the members of all objects in a text; any number where it is no JSON.
 * @throws WireError where objects and arrays are nested deeper than `maxDepth`.
 */
export function countMembers(text: string, maxDepth: number): number {
  let members = 0;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case quoteCode:
        at = endOfString(text, at);
        break;
      case colon:
        members++;
        break;
      case openBrace:
      case openBracket:
        if (++depth > maxDepth) throw new WireError(`JSON is nested deeper than ${maxDepth} levels`);
        break;
      case closeBrace:
      case closeBracket:
        depth--;
        break;
    }
  }
  return members;
}

/** Shorter texts are counted exactly at once, in UTF-16 code units. */
const longText = 4096;
/** How many code units there are to a colon in texts that consist of values: long lists of numbers, bytes. */
const sparse = 256;

/**
 * Counts the colons of a long text that has few of them, many times as fast as its members are counted: they are as many where
 * no string has a colon. Undefined for other texts, and those that may be nested deeper than `maxDepth`.
 */
export function countColons(text: string, maxDepth: number): number | undefined {
  if (text.length < longText) return undefined;
  const colons = count(text, ":", text.length / sparse);
  if (colons === undefined) return undefined;
  const braces = count(text, "{", maxDepth);
  const brackets = braces === undefined ? undefined : count(text, "[", maxDepth - braces);
  return brackets === undefined ? undefined : colons;
}

/** How often a character comes; undefined for more than `most` times. */
function count(text: string, character: string, most: number): number | undefined {
  let found = 0;
  for (let at = text.indexOf(character); at >= 0; at = text.indexOf(character, at + 1)) {
    if (++found > most) return undefined;
  }
  return found;
}

// A quote ends a string where an even number of backslashes is before it.
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1);; end = text.indexOf('"', end + 1)) {
    if (end < 0) return text.length;
    let before = end - 1;
    while (before > start && text.charCodeAt(before) === backslash) before--;
    if ((end - before) % 2 === 1) return end;
  }
}

/** Finds a name that an object of a text has twice; undefined where there is none. */
export function doubledName(text: string): string | undefined {
  const open: (Set<string> | undefined)[] = [];
  let isName = false;
  for (let at = 0; at < text.length; at++) {
    switch (text[at]) {
      case "{":
        open.push(new Set());
        isName = true;
        break;
      case "[":
        open.push(undefined);
        isName = false;
        break;
      case "}":
      case "]":
        open.pop();
        break;
      case ",":
        isName = open.at(-1) !== undefined;
        break;
      case '"': {
        const end = endOfString(text, at);
        const names = open.at(-1);
        if (isName && names) {
          const name = JSON.parse(text.slice(at, end + 1)) as string;
          if (names.has(name)) return name;
          names.add(name);
          isName = false;
        }
        at = end;
        break;
      }
    }
  }
  return undefined;
}
