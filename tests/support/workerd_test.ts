// The way the other tests run Workers: bundling, bindings, and a clear failure where a Worker does not start.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { startWorkerd } from "./workerd.ts";

const folder = mkdtempSync(join(tmpdir(), "sigil-worker-"));
after(() => rmSync(folder, { recursive: true, force: true }));

function entry(name: string, code: string): string {
  const path = join(folder, name);
  writeFileSync(path, code);
  return path;
}

test("a Worker in TypeScript answers over HTTP and sees its bindings", async () => {
  const path = entry(
    "answers.ts",
    `function twice(_: undefined, context: ClassFieldDecoratorContext) { return (value: number) => value * 2; }
     class Box { @twice size = 21; }
     export default {
       async fetch(request: Request, env: { NAME: string }): Promise<Response> {
         const { pathname } = new URL(request.url);
         return Response.json({ pathname, body: await request.text(), name: env.NAME, size: new Box().size });
       },
     };`,
  );
  const worker = await startWorkerd(path, { bindings: { NAME: 'a "quoted" name' } });
  try {
    const response = await fetch(`${worker.url}/some/path`, { method: "POST", body: "hello" });
    assert.deepEqual(await response.json(), {
      pathname: "/some/path",
      body: "hello",
      name: 'a "quoted" name',
      size: 42,
    });
  } finally {
    await worker.stop();
  }
  await assert.rejects(fetch(worker.url));
});

test("a Worker that throws when it is loaded is reported with its error", async () => {
  const path = entry("throws.ts", `throw new Error("no such thing"); export default { fetch() {} };`);
  await assert.rejects(startWorkerd(path), /workerd ended before it listened[^]*no such thing/);
});

test("a module that cannot be bundled is reported", async () => {
  await assert.rejects(startWorkerd(entry("broken.ts", `import "./missing.ts";`)), /missing\.ts/);
});
