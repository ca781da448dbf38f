// The .proto files that clients in other languages use are what the examples' classes say.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { protoOf } from "sigil";
import { app as dice } from "../../examples/edge/app.ts";
import { app as greeter } from "../../examples/greeter/app.ts";
import { ROOT } from "./program.ts";

for (const [example, app] of [["greeter", greeter], ["edge", dice]] as const) {
  test(`examples/${example}/proto is up to date with the classes`, () => {
    const folder = join(ROOT, "examples", example, "proto");
    const exported = protoOf(app);
    const files = readdirSync(folder, { recursive: true }).map(String).filter((file) => file.endsWith(".proto"));
    assert.deepEqual(files, [...exported.keys()]);
    for (const [path, text] of exported) {
      assert.equal(
        readFileSync(join(folder, path), "utf8"),
        text,
        `run: npx tsx src/cli/main.ts proto examples/${example}/app.ts --out examples/${example}/proto`,
      );
    }
  });
}
