import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { loadSchema } from "../../src/cli/load_app.ts";

const directory = fileURLToPath(new URL("modules/", import.meta.url));

async function withModule(text: string, use: (path: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "sigil-cli-"));
  const path = join(folder, "module.mjs");
  try {
    writeFileSync(path, text);
    await use(path);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test("an app is found by its shape, by relative path, absolute path and URL", async () => {
  for (const path of ["plain.ts", `${directory}plain.ts`, new URL("modules/plain.ts", import.meta.url).href]) {
    const files = await loadSchema(path, directory);
    assert.deepEqual(files.map(({ name }) => name), ["google/protobuf/empty", "google/protobuf/any"]);
  }
});

test("an app may be the default export, the export app, or either of a CommonJS module", async () => {
  const app = "{ schema: { files: new Set() } }";
  const texts = [
    `export default ${app}`,
    `export const app = ${app}; export default 1`,
    `export default { default: ${app} }`,
    `export default { app: ${app} }`,
    `export default Object.assign(() => {}, ${app})`,
  ];
  for (const text of texts) {
    await withModule(text, async (path) => assert.deepEqual(await loadSchema(path, "/"), []));
  }
});

test("mistakes that a schema is found to have are the command's failure", async () => {
  const text =
    `export default { get schema() { throw Object.assign(new Error("Cup.size: no number"), { name: "SchemaError" }) } }`;
  await withModule(text, async (path) => {
    await assert.rejects(loadSchema(path, "/"), { name: "CommandFailure", message: `${path}: Cup.size: no number` });
  });
});

test("a module that never ends loading is given up after the limit", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  (globalThis as { mayEndLoading?: Promise<void> }).mayEndLoading = promise;
  await assert.rejects(loadSchema("stuck.ts", directory, 5), {
    name: "CommandFailure",
    message:
      "stuck.ts can't be loaded: it has not ended loading after 0.005 s. Export the app from a module that does not serve it.",
  });
  // Deno reports a module that is still loading when a file's tests are over.
  resolve();
});
