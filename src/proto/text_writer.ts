// Lines of .proto text: indentation, blocks, blank lines between parts, comments. Layout as `buf format` leaves it, which is
// two spaces a level, no blank line at the ends of a block, and `{}` where a block is empty.
import { commentLines } from "./comment.ts";

/** Gathers the lines of a file. */
export class TextWriter {
  readonly #lines: string[] = [];
  #depth = 0;
  #gap = false;

  /** Adds a statement; its further lines, where it has some, are indented already, relative to its first. */
  line(text: string): void {
    const indent = "  ".repeat(this.#depth);
    this.#flushGap();
    for (const line of text.split("\n")) this.#lines.push(line === "" ? "" : indent + line);
  }

  /** Asks for one blank line before whatever comes next in this block. */
  gap(): void {
    this.#gap = true;
  }

  /** Adds `head { ... }`, with what `body` adds in between. */
  block(head: string, body: () => void): void {
    this.line(`${head} {`);
    const start = this.#lines.length;
    this.#depth++;
    body();
    this.#depth--;
    this.#gap = false;
    if (this.#lines.length === start) this.#lines[start - 1] += "}";
    else this.line("}");
  }

  /** Adds a comment, a line of text a line. */
  comment(text: string): void {
    for (const line of commentLines(text, 2 * this.#depth)) this.line(line);
  }

  /** Whether a text fits behind a statement of one line. */
  fits(statement: string, text: string): boolean {
    return !statement.includes("\n") && 2 * this.#depth + statement.length + text.length + 4 <= 120;
  }

  /** All lines, each with its line feed. */
  toString(): string {
    return this.#lines.map((line) => `${line}\n`).join("");
  }

  #flushGap(): void {
    const last = this.#lines.at(-1);
    if (this.#gap && last !== undefined && !last.endsWith("{")) this.#lines.push("");
    this.#gap = false;
  }
}
