// Every row of docs/constructs.md: its `.proto` is compiled and imported, the module says what the row says, and the laws of import
// and of printing hold.
// Runs on: node (buf and esbuild are started)
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { create, toBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { importFiles } from "../../src/import/import.ts";
import { run } from "../corpus/batch.ts";
import { compile } from "../proto/compile.ts";

const page = readFileSync(new URL("../../docs/constructs.md", import.meta.url), "utf8");
const wellKnown = ["any", "duration", "struct", "timestamp", "wrappers"];

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
  const body = title.endsWith("message") ? `message M { ${text} }` : text;
  const imports = wellKnown.filter((name) => new RegExp(`protobuf\\.${name}|protobuf\\.\\w+Value`, "i").test(body));
  return `${head} package t; ${imports.map((name) => `import "google/protobuf/${name}.proto";`).join(" ")} ${body}`;
}

test("the page has all its rows", () => {
  assert.equal(rows.length, page.split("\n").filter((line) => line.startsWith("| ") && line.includes("` ")).length - 4);
  assert.ok(rows.length > 60, `${rows.length} rows`);
});

test("every row is what import makes of it, and gives the descriptors that it came of", async () => {
  const work = mkdtempSync(join(tmpdir(), "sigil-constructs-"));
  try {
    for (const [i, { name, proto, sigil }] of rows.entries()) {
      const { files } = compile([["t.proto", proto]]);
      const options = { form: "builders", lineWidth: 1000 } as const;
      const text = [...importFiles(files, options)].find(({ path }) => path === "t.ts")?.text ?? "";
      // Braces around a part of an object stand for the rest of it.
      const part = sigil.replace(/^\{ (.*) \}$/, "$1");
      assert.ok(text.includes(part), `${name}: the module does not have ${part}\n${text}`);
      const image = join(work, `${i}.binpb`);
      const file = [...files].map((each) => each.proto);
      writeFileSync(image, toBinary(FileDescriptorSetSchema, create(FileDescriptorSetSchema, { file })));
      const form = i % 2 === 0 ? "builders" : "decorators";
      const batch = { image, targets: ["t.proto"], folder: join(work, String(i)), form, printed: true } as const;
      const { exceptions, printed } = await run(batch);
      assert.deepEqual(exceptions, [], name);
      assert.deepEqual(printed, [], `${name}, as printed`);
    }
  } finally {
    rmSync(work, { recursive: true });
  }
});
