// Runs on: node. The scanner that the other house tests trust.
import assert from "node:assert/strict";
import { test } from "node:test";
import { codeOf, importsOf } from "./source.ts";

function source(text: string): { path: string; text: string } {
  return { path: "src/server/app.ts", text };
}

test("imports of every form are found, with paths from the root", () => {
  const text = `import a, { type B } from "./b.ts";
import type { C } from "../schema/c.ts";
import "../di/reflect.ts";
export * from "./d.ts";
export {
  e,
} from "./e.ts";
const f = await import("./f.ts");
import g from "node:net";
// import x from "./comment.ts";
const text = 'import y from "./text.ts"';`;
  const found = importsOf(source(text)).map((one) => one.path ?? one.specifier).sort();
  assert.deepEqual(found, [
    "node:net",
    "src/di/reflect.ts",
    "src/schema/c.ts",
    "src/server/b.ts",
    "src/server/d.ts",
    "src/server/e.ts",
    "src/server/f.ts",
  ]);
});

test("comments, strings, templates and regular expressions are blanked, code in templates stays", () => {
  const text = "a(/[\"/]x/, 'eval(', `process ${Deno.x({})} Bun`) / 2; /* Buffer */ b // process\nc";
  const code = codeOf(source(text));
  assert.equal(code.length, text.length);
  for (const gone of ["eval", "process", "Bun", "Buffer", "x/"]) assert.ok(!code.includes(gone), gone);
  for (const kept of ["a(", "Deno.x({})", "/ 2;", " b ", "\nc"]) assert.ok(code.includes(kept), kept);
});
