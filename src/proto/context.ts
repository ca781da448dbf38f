// What the printers of messages, enums and services share: the file at hand, its names, comments and options, and the lines
// written so far.
import type { DescFile, DescMessage, Message } from "@bufbuild/protobuf";
import { Edition } from "@bufbuild/protobuf/wkt";
import { Comments } from "./comment.ts";
import { type OptionEntry, Options, optionStatement } from "./option.ts";
import { closure, References } from "./reference.ts";
import { TextWriter } from "./text_writer.ts";

/** The state of printing one file. */
export class PrintContext {
  readonly file: DescFile;
  readonly out: TextWriter = new TextWriter();
  readonly references: References;
  readonly #comments: Comments;
  readonly #options: Options;

  constructor(file: DescFile, others: Iterable<DescFile>) {
    this.file = file;
    const paths = new Set(file.proto.optionDependency);
    const forOptions = new Set<DescFile>();
    for (const other of paths.size > 0 ? others : []) if (paths.has(other.proto.name)) closure(other, forOptions);
    this.references = new References(file, forOptions);
    this.#comments = new Comments(file.proto.sourceCodeInfo);
    this.#options = new Options(closure(file, forOptions), this.references);
  }

  /** Whether the file is written in `proto2`, in `proto3`, or in an edition. */
  get syntax(): "proto2" | "proto3" | "edition" {
    if (this.file.edition === Edition.EDITION_PROTO2) return "proto2";
    return this.file.edition === Edition.EDITION_PROTO3 ? "proto3" : "edition";
  }

  /** The options set in an options message of the element with a full name. */
  options(schema: DescMessage, options: Message | undefined, element: string): OptionEntry[] {
    return this.#options.of(schema, options, element);
  }

  /** Adds a statement of one element, with its comments. */
  statement(path: readonly number[], text: string): void {
    const { trailing } = this.#comments.at(path);
    const behind = trailing.trim();
    const fits = behind !== "" && !/[\n\r]/.test(behind) && this.out.fits(text, behind);
    this.#leading(path, !fits);
    this.out.line(fits ? `${text} // ${behind}` : text);
  }

  /** Adds an element with a body, with its comments; its options, where it has some, come first in the body. */
  block(path: readonly number[], head: string, options: readonly OptionEntry[], body: () => void): void {
    this.#leading(path, true);
    this.out.block(head, () => {
      for (const entry of options) this.out.line(optionStatement(entry));
      if (options.length > 0) this.out.gap();
      body();
    });
  }

  /** Whether an element has a comment before it. */
  hasComment(path: readonly number[]): boolean {
    const { detached, leading } = this.#comments.at(path);
    return leading !== "" || detached.length > 0;
  }

  #leading(path: readonly number[], withTrailing: boolean): void {
    const { detached, leading, trailing } = this.#comments.at(path);
    for (const text of detached) {
      this.out.comment(text);
      this.out.gap();
    }
    const texts = [leading, withTrailing ? trailing : ""].filter((text) => text !== "");
    texts.forEach((text, i) => {
      if (i > 0) this.out.line("//");
      this.out.comment(text);
    });
  }
}

/** The full name of an element in a scope. */
export function inScope(scope: string, name: string): string {
  return scope === "" ? name : `${scope}.${name}`;
}
