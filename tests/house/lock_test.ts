// Runs on: node. package-lock.json is what `npm ci` needs. npm drops the optional packages of other platforms from the lock
// where it could not look them up, writes no error, and then refuses the lock everywhere: "Missing: ... from lock file".
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { assertNone, ROOT } from "./source.ts";

interface Locked {
  version: string;
  hasInstallScript?: boolean;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
}

const manifest = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
const locked: Record<string, Locked> = JSON.parse(readFileSync(join(ROOT, "package-lock.json"), "utf8")).packages;

test("the lock is made from this package.json", () => {
  const root = locked[""];
  assert.equal(root.version, manifest.version);
  assert.deepEqual(root.dependencies, manifest.dependencies);
  assert.deepEqual(root.devDependencies, manifest.devDependencies);
});

test("the lock has every package that another one asks for, those of other platforms too", () => {
  const names = new Set(Object.keys(locked).map((path) => path.replace(/^.*node_modules\//, "")));
  assertNone(
    Object.entries(locked).flatMap(([path, one]) =>
      Object.keys({ ...one.dependencies, ...one.optionalDependencies }).filter((name) => !names.has(name)).map((name) =>
        `${path} asks for ${name}, which is not in the lock`
      )
    ),
  );
});

test("every package that runs a script when it is installed is allowed to, by name", () => {
  const scripted = Object.entries(locked).filter(([, one]) => one.hasInstallScript).map(([path]) =>
    path.replace(/^.*node_modules\//, "")
  );
  assertNone(scripted.filter((name) => !(name in manifest.allowScripts)));
});
