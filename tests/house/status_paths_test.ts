// Every row of docs/status_paths.md names a test that there is. Runs on: node
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const root = new URL("../../", import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), "utf8");

/** The rows of the tables: a point, a file, a test. */
const rows = read("docs/status_paths.md").split("\n")
  .filter((line) => /^\|.*`[a-z0-9_/]+\.ts`/.test(line))
  .map((line) => line.split("|").map((cell) => cell.trim()).slice(1, 4));

/** Names in tests are literals, some of them with what a list completes: `...` in the docs, `${}` in the code. */
function names(source: string, wanted: string): boolean {
  const plain = source.replace(/\$\{[^}]*\}/g, "...");
  return plain.includes(wanted);
}

test("every point of the specifications names a test that there is", () => {
  assert.ok(rows.length > 70, `${rows.length} rows`);
  const missing = rows.filter(([, file, wanted]) => !names(read(`tests/${file!.replaceAll("`", "")}`), wanted!));
  assert.deepEqual(missing, []);
});
