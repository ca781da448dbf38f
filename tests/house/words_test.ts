// Runs on: node. Names that say nothing, and marks of unfinished work, stay out of the repository.
import { test } from "node:test";
import { assertNone, lineAt, sources } from "./source.ts";

const EMPTY_NAMES = /(^|[/_])(utils?|helpers?|common|misc|stuff)([/_.]|$)/;
// Put together from halves, so that this file does not find itself.
const UNFINISHED = new RegExp(`\\b(${["TO" + "DO", "FIX" + "ME", "X" + "XX"].join("|")})\\b`, "g");

const files = sources("mod.ts", "{src,tests,examples,docs}/**/*.{ts,js,py,md,html}", "*.md");

test("no file or folder has a name that says nothing", () => {
  assertNone(files.filter((source) => EMPTY_NAMES.test(source.path)).map((source) => source.path));
});

test("files and folders of code are snake_case", () => {
  const own = files.filter((source) => /^(src|tests|examples)\//.test(source.path) && !source.path.endsWith(".md"));
  assertNone(own.filter((source) => !/^[a-z0-9_./]+$/.test(source.path)).map((source) => source.path));
});

test("no mark of unfinished work is left", () => {
  const marks = files.flatMap((source) =>
    [...source.text.matchAll(UNFINISHED)].map((match) =>
      `${source.path}:${lineAt(source.text, match.index)} ${match[0]}`
    )
  );
  assertNone(marks);
});
