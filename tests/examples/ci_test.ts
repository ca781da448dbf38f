// examples/greeter/ci.yaml: its commands are content with the example as it is, and not with one that is changed.
// Runs on: node (it starts the program)
import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { ROOT, run, RUNNERS } from "./program.ts";

const committed = "examples/greeter/proto";

/** The commands of the workflow, with another directory in place of the committed one. */
function commands(directory: string): string[][] {
  const workflow = readFileSync(join(ROOT, "examples/greeter/ci.yaml"), "utf8");
  return [...workflow.matchAll(/^ *- run: npx sigil (.*)$/gm)].map(([, line]) => {
    const args = line.replace("origin/main:", "").replaceAll(committed, directory).split(" ");
    return [...RUNNERS.node, "src/cli/main.ts", ...args];
  });
}

test("the greeter passes its workflow", async () => {
  const outcomes = [];
  for (const command of commands(committed)) outcomes.push(await run(command));
  assert.deepEqual(outcomes, [
    { code: 0, stdout: `${committed}: 1 file is what the classes say\n`, stderr: "" },
    { code: 0, stdout: `examples/greeter/app.ts breaks nothing of ${committed} (WIRE_JSON)\n`, stderr: "" },
  ]);
});

test("files that are not what the classes say fail it with a diff, and a break with its place", async () => {
  const directory = mkdtempSync(join(tmpdir(), "sigil-ci-"));
  try {
    cpSync(join(ROOT, committed), directory, { recursive: true });
    const file = join(directory, "greeter/v1/greeter.proto");
    writeFileSync(file, readFileSync(file, "utf8").replace("int32 from = 1;", "string from = 1;"));
    const [proto, check] = commands(directory);
    const drift = await run(proto);
    assert.equal(drift.code, 1);
    assert.match(drift.stdout, /^- {2}string from = 1;\n\+ {2}int32 from = 1;$/m);
    const broken = await run(check);
    assert.equal(broken.code, 1);
    assert.match(broken.stdout, /^examples\/greeter\/messages\.ts:\d+: CountDownRequest\.from \(/m);
  } finally {
    rmSync(directory, { recursive: true });
  }
});
