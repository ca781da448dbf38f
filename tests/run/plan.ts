// What `npm test` is made of. Test files are tests/<folder>/<file>_test.ts and run on Node, Bun and Deno alike, unless
// one of a file's first lines says `// Runs on: node` (it drives processes or reads the tree: once is enough), or its
// name ends in workerd_test.ts (it runs on Node and drives workerd). tests/legacy has the other decorator dialect, and
// so configurations of its own.
import { globSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT, type Stage } from "./stage.ts";

/** Where test files run, in the order of the summary. */
export const RUNTIMES = ["node", "bun", "deno", "workerd"] as const;

/** One of the runtimes. */
export type Runtime = (typeof RUNTIMES)[number];

/** Longest time one test may take. */
const TEST_LIMIT_MS = "120000";

/** The configuration of the files that are compiled with `experimentalDecorators`. */
const LEGACY_CONFIG = "tests/legacy/tsconfig.json";

/** Format, lint, types and publishing: the stages that run no test. */
export function checkStages(): Stage[] {
  const folders = globSync("tests/*/", { cwd: ROOT }).map((path) => path.replace(/\/$/, "")).sort();
  const standard = folders.filter((folder) => folder !== "tests/legacy");
  const roots = ["mod.ts", "src", "examples", ...globSync("tests/*.ts", { cwd: ROOT }), ...standard];
  const checkable = roots.filter((root) =>
    root.endsWith(".ts") || globSync(`${root}/**/*.ts`, { cwd: ROOT }).length > 0
  );
  const stages: Stage[] = [
    { name: "format: deno fmt --check", command: ["deno", "fmt", "--check"] },
    { name: "lint: deno lint", command: ["deno", "lint"] },
    { name: "types: tsc", command: ["tsc", "--noEmit"] },
    { name: "types: tsc, published sources (erasable syntax, declarations)", command: publishedTypes() },
    { name: "types: deno check", command: ["deno", "check", "--quiet", ...checkable] },
    {
      name: "publishing: deno publish --dry-run",
      command: ["deno", "publish", "--dry-run", "--allow-dirty", "--quiet"],
    },
  ];
  if (globSync("tests/legacy/*.ts", { cwd: ROOT }).length > 0) {
    stages.splice(5, 0, {
      name: "types: tsc, legacy decorators",
      command: ["tsc", "--noEmit", "-p", LEGACY_CONFIG],
    });
  }
  return stages;
}

/** The stages that run test files on these runtimes, those whose path contains one of `only`. */
export function testStages(folder: string, runtimes: readonly Runtime[], only: readonly string[]): Stage[] {
  mkdirSync(folder, { recursive: true });
  const files = globSync("tests/**/*_test.ts", { cwd: ROOT, exclude: ["tests/package/projects/**"] }).sort();
  const stages: Stage[] = [];
  for (const runtime of runtimes) {
    const chosen = files.filter((file) => only.some((part) => file.includes(part)) && runsOn(file).includes(runtime));
    const legacy = chosen.filter((file) => file.startsWith("tests/legacy/"));
    const standard = chosen.filter((file) => !file.startsWith("tests/legacy/"));
    if (standard.length > 0) stages.push(testStage(folder, runtime, standard, false));
    if (legacy.length > 0) stages.push(testStage(folder, runtime, legacy, true));
  }
  return stages;
}

function publishedTypes(): string[] {
  return ["tsc", "--noEmit", "-p", "tsconfig.build.json"];
}

function runsOn(file: string): Runtime[] {
  if (file.endsWith("workerd_test.ts")) return ["workerd"];
  const opening = readFileSync(join(ROOT, file), "utf8").split("\n", 12).join("\n");
  return /^\/\/ Runs on: node\b/m.test(opening) ? ["node"] : ["node", "bun", "deno"];
}

function testStage(folder: string, runtime: Runtime, files: string[], legacy: boolean): Stage {
  const report = join(folder, `${runtime}${legacy ? "-legacy" : ""}.xml`);
  const name = `tests on ${runtime}${legacy ? ", legacy decorators" : ""}: ${files.length} files`;
  const tests = { runtime, report, files: files.length };
  if (runtime === "bun") {
    const paths = files.map((file) => `./${file}`);
    // Bun 1.4 takes the tsconfig of the working folder, not the one nearest to the file.
    const config = legacy ? [`--tsconfig-override=${LEGACY_CONFIG}`] : [];
    const reporter = ["--reporter=junit", `--reporter-outfile=${report}`, "--timeout", TEST_LIMIT_MS];
    return { name, command: ["bun", "test", ...config, ...reporter, ...paths], tests };
  }
  if (runtime === "deno") {
    const config = legacy ? "tests/legacy/deno.json" : "deno.json";
    const command = ["deno", "test", "-A", "--no-check", "--config", config, `--junit-path=${report}`, ...files];
    return { name, command, tests };
  }
  const reporters = ["--test-reporter=spec", "--test-reporter-destination=stdout"];
  reporters.push("--test-reporter=junit", `--test-reporter-destination=${report}`);
  const limits = [`--test-timeout=${TEST_LIMIT_MS}`, "--test-concurrency=2"];
  return {
    name,
    command: ["node", "--enable-source-maps", "--import", "tsx", "--test", ...limits, ...reporters, ...files],
    env: legacy ? { TSX_TSCONFIG_PATH: LEGACY_CONFIG } : {},
    tests,
  };
}
