// Runs on: node. Files are small and say at their top what lives there.
import { test } from "node:test";
import { assertNone, sources } from "./source.ts";

const MAX_LINES = 400;
const GENERATED = /_tables?\.ts$/;

test(`sources have at most ${MAX_LINES} lines, tables aside`, () => {
  const files = sources("mod.ts", "src/**/*.ts", "examples/**/*.ts", "tests/run/**/*.ts", "tests/support/**/*.ts");
  const long = files.filter((source) => !GENERATED.test(source.path) && source.text.split("\n").length - 1 > MAX_LINES);
  assertNone(long.map((source) => `${source.path}: ${source.text.split("\n").length - 1} lines`));
});

test("every source opens with a comment", () => {
  const files = sources("mod.ts", "src/**/*.ts", "examples/**/*.ts", "tests/{run,house,support}/**/*.ts");
  const bare = files.filter((source) => !/^(#![^\n]*\n)?(\/\/ \S|\/\*\*?\s)/.test(source.text));
  assertNone(bare.map((source) => source.path));
});
