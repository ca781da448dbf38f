// The .proto that the Python client and grpcurl use is what the greeter's classes say.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { protoOf } from "sigil";
import { app } from "../../examples/greeter/app.ts";
import { ROOT } from "./program.ts";

const folder = join(ROOT, "examples/greeter/proto");

test("examples/greeter/proto is up to date with the classes", () => {
  const exported = protoOf(app);
  const files = readdirSync(folder, { recursive: true }).map(String).filter((file) => file.endsWith(".proto"));
  assert.deepEqual(files, [...exported.keys()]);
  for (const [path, text] of exported) {
    assert.equal(
      readFileSync(join(folder, path), "utf8"),
      text,
      "run: npx tsx src/cli/main.ts proto examples/greeter/app.ts --out examples/greeter/proto",
    );
  }
});
