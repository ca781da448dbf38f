import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { findProgram } from "../../src/cli/program.ts";

test("a program of the project is found from below, and what can't be run is none", () => {
  const directory = mkdtempSync(join(tmpdir(), "sigil-cli-"));
  try {
    const bin = join(directory, "node_modules/.bin");
    const below = join(directory, "src/deep");
    for (const path of [bin, below]) mkdirSync(path, { recursive: true });
    const file = join(bin, process.platform === "win32" ? "brewer.exe" : "brewer");
    writeFileSync(file, "");
    chmodSync(file, 0o644);
    assert.equal(findProgram("brewer", below), undefined);
    chmodSync(file, 0o755);
    assert.equal(findProgram("brewer", below), file);
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test("programs of the PATH are found, and others are not", () => {
  assert.match(findProgram("ls", tmpdir()) ?? "", /[\\/]ls$/);
  assert.equal(findProgram("no-such-program-of-sigil", tmpdir()), undefined);
});
