// Runs on: node. The code in README.md and docs/ compiles as it stands there, and prints what the page says it prints.
// How blocks become modules: page.ts. Modules are laid out under a temporary folder, one folder a page, where `sigil`
// means the sources of this tree.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after, test } from "node:test";
import { matchesOutput, modulesOf, type PageModule } from "./page.ts";
import { ROOT, type Source, sources } from "./source.ts";

const RUN_LIMIT_MS = 30_000;

/** Globals of runtimes whose types are not installed, for pages about them. */
const AMBIENT = `declare const Deno: any;
declare const Bun: any;
`;

const pages = sources("README.md", "docs/**/*.md").map((page) => ({ page, modules: parse(page) }));
const folder = mkdtempSync(join(tmpdir(), "sigil-docs-"));
writeProject();
after(() => rmSync(folder, { recursive: true, force: true }));

test("the code of all pages compiles", () => {
  const bin = join(ROOT, "node_modules", ".bin", "tsc");
  const { stdout, status } = spawnSync(bin, ["-p", folder], { encoding: "utf8", cwd: folder });
  const text = stdout.replace(
    /^(\S+?)\/[^/\s]+\.ts\((\d+),/gm,
    (_, page: string, line: string) => `${pageOf(page)}:${line} (`,
  );
  assert.equal(status, 0, `\n${text}`);
});

for (const { page, modules } of pages) {
  for (const module of modules.filter((one) => one.expected !== undefined)) {
    test(`${page.path}: ${module.name} prints what the page says`, async () => {
      const output = await outputOf(join(folder, folderOf(page), module.name), module.expected!);
      assert.ok(matchesOutput(output, module.expected!), `\nexpected:\n${module.expected}\nprinted:\n${output}`);
    });
  }
}

function parse(page: Source): PageModule[] {
  try {
    return modulesOf(page.text);
  } catch (error) {
    throw new Error(`${page.path}, ${(error as Error).message}`);
  }
}

function folderOf(page: Source): string {
  return page.path.replace(/\.md$/, "").replaceAll("/", "__");
}

function pageOf(name: string): string {
  return `${name.replaceAll("__", "/")}.md`;
}

function writeProject(): void {
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
  writeFileSync(join(folder, "package.json"), `{ "type": "module" }`);
  writeFileSync(join(folder, "ambient.d.ts"), AMBIENT);
  const paths = {
    "sigil": [join(ROOT, "mod.ts")],
    "sigil/edge": [join(ROOT, "src/edge.ts")],
    "sigil/client": [join(ROOT, "src/client.ts")],
  };
  const compilerOptions = { paths, moduleDetection: "force", typeRoots: [join(ROOT, "node_modules/@types")] };
  const config = { extends: join(ROOT, "tsconfig.json"), compilerOptions, include: ["."], exclude: ["node_modules"] };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
  for (const { page, modules } of pages) {
    mkdirSync(join(folder, folderOf(page)), { recursive: true });
    for (const module of modules) writeFileSync(join(folder, folderOf(page), module.name), module.code);
  }
}

/** Runs a module until it ends or has printed what is expected: programs that serve would go on for ever. */
function outputOf(file: string, expected: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ["--import", "tsx", file], {
      cwd: folder,
      env: {
        ...process.env,
        NO_COLOR: "1",
        NODE_TEST_CONTEXT: undefined,
        TSX_TSCONFIG_PATH: join(folder, "tsconfig.json"),
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    let errors = "";
    const timer = setTimeout(() => child.kill("SIGKILL"), RUN_LIMIT_MS);
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      output += chunk;
      if (matchesOutput(output, expected)) child.kill("SIGTERM");
    });
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => errors += chunk);
    child.on("error", reject);
    child.on("close", () => {
      clearTimeout(timer);
      resolve(output + (matchesOutput(output, expected) ? "" : errors));
    });
  });
}
