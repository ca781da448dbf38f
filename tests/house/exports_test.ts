// Runs on: node. package.json and deno.json describe one package: entries, version and dependency ranges agree, and every
// entry has a source.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ROOT } from "./source.ts";

type Conditions = string | { [condition: string]: Conditions };

interface NpmManifest {
  name: string;
  version: string;
  license: string;
  exports: Record<string, Conditions>;
  bin: Record<string, string>;
  dependencies: Record<string, string>;
  sideEffects: string[];
}

interface DenoManifest {
  name: string;
  version: string;
  license: string;
  exports: Record<string, string>;
  imports: Record<string, string>;
}

const npm = read<NpmManifest>("package.json");
const deno = read<DenoManifest>("deno.json");
const legacy = read<DenoManifest>("tests/legacy/deno.json");

function read<T>(path: string): T {
  return JSON.parse(readFileSync(join(ROOT, path), "utf8")) as T;
}

/** The source that a built file is made from. */
function sourceOf(built: string): string {
  return built.replace(/^(\.\/)?dist\//, "./").replace(/(\.d\.ts|\.js)$/, ".ts");
}

/** All files that an entry of package.json's exports may lead to. */
function targets(entry: Conditions): string[] {
  return typeof entry === "string" ? [entry] : Object.values(entry).flatMap(targets);
}

/** The file that an entry leads to under these conditions. */
function resolve(entry: Conditions, conditions: string[]): string | undefined {
  if (typeof entry === "string") return entry;
  for (const [condition, inner] of Object.entries(entry)) {
    if (condition !== "default" && !conditions.includes(condition)) continue;
    const found = resolve(inner, conditions);
    if (found !== undefined) return found;
  }
  return undefined;
}

test("name, version and licence agree", () => {
  assert.equal(deno.name, `@${npm.name}/${npm.name}`);
  assert.equal(deno.version, npm.version);
  assert.equal(deno.license, npm.license);
});

test("both manifests export the same entries from the same sources", () => {
  const entries = Object.fromEntries(
    Object.entries(npm.exports).filter(([entry]) => entry !== "./package.json").map(([entry, conditions]) => [
      entry,
      sourceOf(resolve(conditions, ["node", "import"]) ?? ""),
    ]),
  );
  const { "./cli": cli, ...rest } = deno.exports;
  assert.deepEqual(entries, rest);
  assert.equal(sourceOf(npm.bin[npm.name]), cli);
});

test("every entry's source is there, and its types come from the same source", () => {
  const built = Object.values(npm.exports).flatMap(targets).filter((file) => file !== "./package.json");
  for (const file of [...built, ...Object.values(npm.bin)]) {
    assert.ok(existsSync(join(ROOT, sourceOf(file))), `${file} has no source ${sourceOf(file)}`);
  }
  for (const [entry, conditions] of Object.entries(npm.exports)) {
    if (entry === "./package.json") continue;
    for (const condition of ["node", "workerd", "edge-light", "browser"]) {
      const code = resolve(conditions, [condition]);
      const types = resolve(conditions, [condition, "types"]);
      assert.equal(sourceOf(types ?? ""), sourceOf(code ?? ""), `${entry} under ${condition}`);
      assert.match(types ?? "", /\.d\.ts$/);
    }
  }
});

test("edge conditions lead to the edge entry, and types come before code", () => {
  for (const condition of ["workerd", "edge-light", "browser"]) {
    assert.equal(resolve(npm.exports["."], [condition]), "./dist/src/edge.js");
  }
  assert.equal(resolve(npm.exports["."], ["node"]), "./dist/mod.js");
});

test("dependency ranges agree", () => {
  const ranges = Object.fromEntries(
    Object.entries(deno.imports).filter(([, target]) => target.startsWith("npm:")).map(([name, target]) => [
      name,
      target.slice(`npm:${name}@`.length),
    ]),
  );
  assert.deepEqual(ranges, npm.dependencies);
});

test("the legacy tests' deno.json maps the same imports", () => {
  const moved = Object.fromEntries(
    Object.entries(deno.imports).map(([name, target]) => [name, target.replace(/^\.\//, "../../")]),
  );
  assert.deepEqual(legacy.imports, moved);
});

test("files with side effects exist", () => {
  for (const file of npm.sideEffects) assert.ok(existsSync(join(ROOT, sourceOf(file))), file);
});
