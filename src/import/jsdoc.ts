// Comments of .proto elements as JSDoc: each line as it is, in a block that only ends where it should. What stands apart from
// the element, such as a licence, stays a comment of lines.
import type { ElementComments } from "../proto/comment.ts";
import { dedent } from "../proto/comment.ts";

/**
 * The lines of an element's JSDoc; none where it has nothing to say.
 *
 * @param deprecated adds the tag that editors strike names through for.
 */
export function jsdoc({ leading, trailing }: ElementComments, deprecated: boolean): string[] {
  const texts = [leading, trailing].filter((text) => text.trim() !== "").map(dedent);
  if (deprecated) texts.push(["@deprecated"]);
  const lines = texts.flatMap((text, i) => i === 0 ? text : ["", ...text])
    .map((line) => line.replaceAll("*/", "*\\/"))
    // deno fmt leaves one blank line where there are more.
    .filter((line, i, all) => line !== "" || all[i - 1] !== "");
  const [only] = lines;
  if (only === undefined) return [];
  if (lines.length === 1) return [`/** ${only} */`];
  return ["/**", ...lines.map((line) => line === "" ? " *" : ` * ${line}`), " */"];
}

/** The lines of comments that stand before an element, apart from it. */
export function detachedComments({ detached }: ElementComments): string[] {
  return detached.flatMap((text) => [...dedent(text).map((line) => line === "" ? "//" : `// ${line}`), ""]);
}
