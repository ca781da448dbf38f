// `sigil check` says of each pair what buf says of its two exports, and under the class and property that changed. buf is run
// once for all of them, and by each check.
// Runs on: node (buf is started)
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { createSchema, type Schema } from "../../mod.ts";
import { runCommandLine } from "../../src/cli/command_line.ts";
import { protoFiles } from "../../src/proto/export.ts";
import { type Pair, pairs } from "./breaking_pairs.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const buf = join(root, "node_modules/.bin/buf");
const categories = ["WIRE", "WIRE_JSON"];
const work = mkdtempSync(join(tmpdir(), "sigil-pairs-"));
after(() => rmSync(work, { recursive: true }));

interface Versions {
  readonly packageName: string;
  readonly old: ReadonlyMap<string, string>;
  readonly now: Schema;
}

const versions = new Map<Pair, Versions>(pairs.map((pair, i) => {
  const packageName = `pair${i}.v1`;
  const old = protoFiles(createSchema(pair.old(packageName)).files);
  return [pair, { packageName, old, now: createSchema(pair.now(packageName)) }];
}));

// What the modules of the checks export.
const apps: Record<string, unknown> = {};
(globalThis as Record<string, unknown>).sigilPairs = apps;

function write(directory: string, texts: ReadonlyMap<string, string>): void {
  for (const [path, text] of texts) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text);
  }
}

interface Finding {
  readonly path?: string;
  readonly type: string;
  readonly message: string;
}

function askBuf(): Finding[] {
  for (const name of ["all_old", "all_new"]) {
    mkdirSync(join(work, name), { recursive: true });
    writeFileSync(join(work, name, "buf.yaml"), JSON.stringify({ version: "v2", breaking: { use: categories } }));
  }
  for (const { old, now } of versions.values()) {
    write(join(work, "all_old"), old);
    write(join(work, "all_new"), protoFiles(now.files));
  }
  const args = ["breaking", ".", "--against", "../all_old", "--error-format", "json"];
  const { status, stdout, stderr } = spawnSync(buf, args, { cwd: join(work, "all_new"), encoding: "utf8" });
  assert.equal(status, 100, stderr + stdout);
  assert.doesNotMatch(stdout, /"type":"COMPILE"/);
  return stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
}

const verdict = askBuf();

test("the pairs are at least 60, and break every rule of WIRE and WIRE_JSON", () => {
  assert.ok(pairs.length >= 60, `${pairs.length} pairs`);
  const { stdout } = spawnSync(buf, ["config", "ls-breaking-rules", "--format", "json"], {
    cwd: work,
    encoding: "utf8",
  });
  const rules = stdout.trimEnd().split("\n").map((line) => JSON.parse(line) as { id: string; categories: string[] });
  const wanted = rules.filter((rule) => rule.categories.some((category) => categories.includes(category)));
  assert.ok(wanted.length >= 24, stdout);
  const found = new Set(verdict.map(({ type }) => type));
  assert.deepEqual(wanted.map(({ id }) => id).filter((id) => !found.has(id)), []);
});

for (const [pair, { packageName, old, now }] of versions) {
  test(`${pair.name}: ${pair.places.join(", ") || "no place"}`, async () => {
    const directory = join(work, packageName);
    mkdirSync(directory);
    apps[packageName] = { schema: now };
    write(join(directory, "proto"), old);
    writeFileSync(join(directory, "app.mjs"), `export default globalThis.sigilPairs["${packageName}"];\n`);
    const said = { stdout: "", stderr: "" };
    const code = await runCommandLine(
      ["check", "app.mjs", "--against", "proto", ...categories.flatMap((category) => ["--use", category])],
      {
        // buf is found above it, as in a user's project.
        directory,
        stdout: (text) => void (said.stdout += text),
        stderr: (text) => void (said.stderr += text),
      },
    );
    const own = new Set(old.keys());
    const expected = verdict.filter(({ path = "" }) => own.has(path)).map(({ type, message }) => `${type}: ${message}`);
    const lines = said.stdout.split("\n");
    const findings = lines.filter((line) => /^ {2}[A-Z_]+: /.test(line)).map((line) => line.trim());
    assert.deepEqual(findings.sort(), expected.sort(), said.stderr);
    assert.equal(code, expected.length > 0 ? 1 : 0, said.stderr);
    const places = lines.flatMap((line) => {
      const place = /^(?:\S+: )?([\w.]+)(?:, which is gone)? \([\w.]+\)$/.exec(line)?.[1];
      return place === undefined ? [] : [place];
    });
    assert.deepEqual([...new Set(places)].sort(), [...pair.places].sort(), said.stdout);
    const types = new Set([...said.stdout.matchAll(/^\S.* \(([\w.]+)\)$/gm)].map(([, typeName]) => typeName));
    if (pair.typeName) assert.deepEqual([...types], [`${packageName}.${pair.typeName}`]);
  });
}
