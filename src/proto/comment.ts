// Comments: read from a file's SourceCodeInfo (descriptor.proto), written as `//` lines of at most 120 columns. Comments of
// single options, imports and reserved statements are left out: no element of a descriptor holds them.
import type { SourceCodeInfo, SourceCodeInfo_Location } from "@bufbuild/protobuf/wkt";

const maxColumns = 120;
// What a source file may not hold, and what an editor would take for the end of a line.
// deno-lint-ignore no-control-regex
const unprintable = /[\u0000-\u0008\u000e-\u001f\u007f\u2028\u2029]/g;

/** The comments around an element. */
export interface ElementComments {
  /** Comments that stand before the element, apart from it by a blank line. */
  readonly detached: readonly string[];
  /** The comment right before the element. */
  readonly leading: string;
  /** The comment behind the element. */
  readonly trailing: string;
}

const none: ElementComments = { detached: [], leading: "", trailing: "" };

/** Finds the comments of elements by their paths in the FileDescriptorProto. */
export class Comments {
  readonly #locations = new Map<string, SourceCodeInfo_Location>();

  constructor(info: SourceCodeInfo | undefined) {
    for (const location of info?.location ?? []) {
      // descriptor.proto: several locations may share a path; the first with a comment counts.
      const key = location.path.join(".");
      const known = this.#locations.get(key);
      if (!known || !hasComment(known)) this.#locations.set(key, location);
    }
  }

  /** The comments of the element with a path: `[4, 0, 2, 1]` is the second field of the first message. */
  at(path: readonly number[]): ElementComments {
    const location = this.#locations.get(path.join("."));
    if (!location) return none;
    return {
      detached: location.leadingDetachedComments.filter((text) => text.trim() !== ""),
      leading: clean(location.leadingComments),
      trailing: clean(location.trailingComments),
    };
  }
}

/** A comment's text as `//` lines, wrapped at words so that none is longer than 120 columns with its indentation. */
export function commentLines(text: string, indentation: number): string[] {
  const width = maxColumns - indentation - 3;
  return dedent(text).flatMap((line) => wrap(line, width)).map((line) => line === "" ? "//" : `// ${line}`);
}

/** The lines of a text without the indentation they share, and without blank lines at its ends. */
export function dedent(text: string): string[] {
  const lines = text.replace(/\t/g, "  ").split(/\r\n|[\n\r\v\f]/).map((line) =>
    line.replace(unprintable, "").trimEnd()
  );
  while (lines.length > 0 && lines[0] === "") lines.shift();
  while (lines.length > 0 && lines.at(-1) === "") lines.pop();
  const shared = Math.min(...lines.filter((line) => line !== "").map(indentOf));
  return lines.map((line) => line.slice(shared));
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

function wrap(line: string, width: number): string[] {
  const indent = indentOf(line);
  // Four spaces are Markdown's preformatted text: breaking it would change what it says.
  if (line.length <= width || indent >= 4) return [line];
  const bullet = /^([-*+]|\d+[.)]) /.exec(line.trimStart())?.[0].length ?? 0;
  const lines: string[] = [];
  let current = " ".repeat(indent);
  let empty = true;
  for (const word of line.trim().split(/ +/)) {
    if (!empty && current.length + 1 + word.length > width) {
      lines.push(current);
      current = " ".repeat(indent + bullet);
      empty = true;
    }
    current += empty ? word : ` ${word}`;
    empty = false;
  }
  return [...lines, current];
}

function hasComment(location: SourceCodeInfo_Location): boolean {
  return location.leadingComments !== "" || location.trailingComments !== "" ||
    location.leadingDetachedComments.length > 0;
}

function clean(text: string): string {
  return text.trim() === "" ? "" : text;
}
