// Every row of docs/constructs.md: its `.proto` is compiled and imported, as decorated classes and as builders. The module says what
// the row says, its descriptors and its text are those of the file, and what it puts on the wire is what protobuf-es does.
// Runs on: node (buf and esbuild are started)
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { createRegistry, type DescFile } from "@bufbuild/protobuf";
import { importFiles } from "../../src/import/import.ts";
import { isProtoFile, loadModules } from "../corpus/batch.ts";
import { difference } from "../corpus/law.ts";
import { printedDifferences } from "../corpus/printed.ts";
import { compile } from "../proto/compile.ts";
import { assertCalls, assertExtensions, assertMessages } from "./construct_wire.ts";

const page = readFileSync(new URL("../../docs/constructs.md", import.meta.url), "utf8");
const wellKnown = ["any", "duration", "struct", "timestamp", "wrappers"];
const forms = ["decorators", "builders"] as const;
const optionNumber = 50_001;

interface Row {
  readonly name: string;
  readonly proto: string;
  readonly sigil: string;
}

const rows: Row[] = page.split(/^## /m).slice(1).flatMap((section) => {
  const [title = ""] = section.split("\n");
  return [...section.matchAll(/^\| ([^|]+?) +\| `([^`]+)` +\| `([^`]+)` +\|$/gm)].map((
    [, name = "", text = "", sigil = ""],
  ) => ({
    name: `${title}: ${name}`,
    proto: fileOf(title, text),
    sigil,
  }));
});

function fileOf(title: string, text: string): string {
  const head = title.startsWith("edition") ? 'edition = "2023";' : `syntax = "${title.slice(0, 6)}";`;
  // An enum is seen on the wire in a message only.
  const inFile = text.startsWith("enum ") ? `${text} message Uses { E a = 1; repeated E b = 2; }` : text;
  const body = title.endsWith("message") ? `message M { ${text} }` : inFile;
  const imports = wellKnown.filter((name) => new RegExp(`protobuf\\.${name}|protobuf\\.\\w+Value`, "i").test(body));
  return `${head} package t; ${imports.map((name) => `import "google/protobuf/${name}.proto";`).join(" ")} ${body}`;
}

// All rows are compiled at once: each has a package, a file and a number for custom options of its own.
function own(text: string, i: number): string {
  return text.replace("package t;", `package row${i};`).replaceAll(String(optionNumber), String(optionNumber + i));
}

function common(text: string, i: number): string {
  return text.replaceAll(`row${i}`, "t").replaceAll(
    new RegExp(`50_?${String(optionNumber + i).slice(2)}`, "g"),
    "50001",
  );
}

const work = mkdtempSync(join(tmpdir(), "sigil-constructs-"));
const compiled = compile(rows.map(({ proto }, i) => [`row${i}.proto`, own(proto, i)]));
const files: DescFile[] = [...compiled.files];
const registry = createRegistry(...files);
const targets = rows.map((_, i) => compiled.getFile(`row${i}.proto`) as DescFile);
const printed = printedDifferences(files, targets, join(work, "printed"), registry);
const texts = new Map(importFiles(files, { form: "builders", lineWidth: 1000 }).map(({ path, text }) => [path, text]));
const loaded = await Promise.all(forms.map(async (form) => {
  const { sigil, modules } = await loadModules(importFiles(files, { form }), join(work, form));
  const declared = [...modules.values()].flatMap((module) => Object.values(module)).filter(isProtoFile);
  const made = new Map([...sigil.createSchema({ files: declared }).files].map((file) => [file.proto.name, file]));
  return { form, sigil, modules, made };
}));
rmSync(work, { recursive: true });

test("the page has all its rows", () => {
  assert.equal(rows.length, page.split("\n").filter((line) => line.startsWith("| ") && line.includes("` ")).length - 4);
  assert.ok(rows.length > 60, `${rows.length} rows`);
});

test("the type tests say of each row what must not compile", () => {
  const types = readFileSync(new URL("../types/constructs_types.ts", import.meta.url), "utf8");
  const without = rows.filter(({ name }) => !types.includes(`\n// ${name}\n`));
  assert.deepEqual(without.map(({ name }) => name), []);
});

for (const [i, { name, sigil: column }] of rows.entries()) {
  const target = targets[i] as DescFile;

  test(`${name}: import says it so, and it is printed so that it compiles to its descriptor`, () => {
    const text = common(texts.get(`row${i}.ts`) ?? "", i);
    // Braces around a part of an object stand for the rest of it.
    const part = column.replace(/^\{ (.*) \}$/, "$1");
    assert.ok(text.includes(part), `the module does not have ${part}\n${text}`);
    assert.deepEqual(printed.filter(([path]) => path === target.proto.name), []);
  });

  for (const { form, sigil, modules, made } of loaded) {
    const module = modules.get(`row${i}.ts`) ?? {};

    test(`${name}: ${form} give its descriptors`, () => {
      const other = made.get(target.proto.name);
      assert.ok(other);
      assert.equal(difference(target, other, registry), undefined);
    });

    test(`${name}: ${form} write and read what protobuf-es does`, async () => {
      assertMessages(sigil, module, target);
      assertExtensions(sigil, module, target);
      await assertCalls(sigil, module, target, form);
    });
  }
}
