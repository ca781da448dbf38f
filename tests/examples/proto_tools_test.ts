// The examples' .proto files with the tools that people use: buf's linter in its standard rules without an exception, buf's
// formatter, and both compilers.
// Runs on: node (it starts the tools)
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { protoOf } from "sigil";
import { app as dice } from "../../examples/edge/app.ts";
import { app as greeter } from "../../examples/greeter/app.ts";
import { locate, missing, PYTHON_GRPC } from "../support/requirement.ts";
import { ROOT, run } from "./program.ts";

const lintRules = JSON.stringify({ version: "v2", lint: { use: ["STANDARD"] } });

for (const [example, app] of [["greeter", greeter], ["edge", dice]] as const) {
  const folder = join(ROOT, "examples", example, "proto");

  // buf reads a directory as a module of its own only where it runs in it.
  const bufIn = (command: string) => run(["sh", "-c", `cd ${folder} && buf ${command}`]);

  test(`buf lint finds nothing in the .proto of examples/${example}, by its standard rules`, async () => {
    assert.deepEqual(await bufIn(`lint . --config '${lintRules}'`), { code: 0, stdout: "", stderr: "" });
  });

  test(`buf format would change nothing in the .proto of examples/${example}`, async () => {
    assert.deepEqual(await bufIn("format . --diff --exit-code"), { code: 0, stdout: "", stderr: "" });
  });

  test(`buf compiles the .proto of examples/${example}`, async () => {
    assert.deepEqual(await bufIn("build . -o /dev/null"), { code: 0, stdout: "", stderr: "" });
  });

  test(`protoc compiles the .proto of examples/${example}`, { skip: missing(PYTHON_GRPC) }, async () => {
    const files = [...protoOf(app).keys()];
    const protoc = [locate(PYTHON_GRPC)!, "-m", "grpc_tools.protoc", "--fatal_warnings"];
    const outcome = await run([...protoc, "-I", folder, `--descriptor_set_out=/dev/null`, ...files]);
    assert.deepEqual(outcome, { code: 0, stdout: "", stderr: "" });
  });
}
