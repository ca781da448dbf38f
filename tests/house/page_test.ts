// Runs on: node. How documentation pages are cut into modules.
import assert from "node:assert/strict";
import { test } from "node:test";
import { matchesOutput, modulesOf } from "./page.ts";

const PAGE = `# Title
\`\`\`ts greeter.ts
import { a } from "sigil";
\`\`\`
text
\`\`\`sh
npm ci
\`\`\`
\`\`\`ts
export const b = a;
\`\`\`
\`\`\`ts run
import { b } from "./greeter.ts";
console.log(b);
\`\`\`
\`\`\`text
1
\`\`\`
`;

test("blocks go on with a module until one starts with an import", () => {
  const modules = modulesOf(PAGE);
  assert.deepEqual(modules.map((module) => module.name), ["greeter.ts", "module_12.ts"]);
  assert.match(modules[0].code, /import[^]*export const b/);
  assert.equal(modules[0].expected, undefined);
  assert.equal(modules[1].expected, "1\n");
});

test("code keeps its line numbers", () => {
  const [greeter, run] = modulesOf(PAGE);
  const page = PAGE.split("\n");
  assert.equal(greeter.code.split("\n")[2], page[2]);
  assert.equal(greeter.code.split("\n")[9], page[9]);
  assert.equal(run.code.split("\n")[13], page[13]);
});

test("faulty pages are refused", () => {
  assert.throws(() => modulesOf("```ts skip\n```\n"), /line 1: unknown word "skip"/);
  assert.throws(() => modulesOf("```ts run\n1;\n```\n"), /no ```text block follows/);
  assert.throws(() => modulesOf("a\n```ts\n1;\n"), /line 2: a code block is not closed/);
});

test("output matches with dots for what differs", () => {
  assert.ok(matchesOutput("serving on http://localhost:4711\nhello\n", "serving on http://localhost:...\nhello\n"));
  assert.ok(!matchesOutput("hello\n", "hello there\n"));
  assert.ok(!matchesOutput("hello\nmore\n", "hello\n"));
});
