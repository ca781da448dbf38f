import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { writeChangedFiles } from "../../src/cli/output_directory.ts";

function inDirectory(use: (directory: string) => void): void {
  const directory = mkdtempSync(join(tmpdir(), "sigil-cli-"));
  try {
    use(directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

test("missing directories are made, and paths reported as the user would type them", () => {
  inDirectory((base) => {
    const written = writeChangedFiles("out/proto", [["a/v1/a.proto", "one"], ["b.proto", "two"]], base);
    assert.deepEqual(written, [join("out/proto", "a/v1/a.proto"), join("out/proto", "b.proto")]);
    assert.equal(readFileSync(join(base, "out/proto/a/v1/a.proto"), "utf8"), "one");
  });
});

test("files that would not change are left alone", () => {
  inDirectory((base) => {
    writeChangedFiles("out", [["a.proto", "one"], ["b.proto", "two"]], base);
    const path = join(base, "out/a.proto");
    utimesSync(path, 1, 1);
    assert.deepEqual(writeChangedFiles("out", [["a.proto", "one"], ["b.proto", "three"]], base), [
      join("out", "b.proto"),
    ]);
    assert.equal(statSync(path).mtimeMs, 1000);
  });
});

test("what stands in the way is named", () => {
  inDirectory((base) => {
    writeFileSync(join(base, "file"), "");
    mkdirSync(join(base, "taken/a.proto"), { recursive: true });
    assert.throws(() => writeChangedFiles("file", [["a/b.proto", ""]], base), {
      name: "CommandFailure",
      message: `${join("file", "a/b.proto")} can't be written: a file stands where a directory should be.`,
    });
    assert.throws(() => writeChangedFiles("taken", [["a.proto", ""]], base), {
      message: `${join("taken", "a.proto")} can't be written: a directory stands where a file should be.`,
    });
  });
});

test("a path that leads out of the directory is refused", () => {
  inDirectory((base) => {
    for (const path of ["../a.proto", "a/../../b.proto", "/a.proto", "a\\..\\b.proto"]) {
      assert.throws(() => writeChangedFiles("out", [[path, ""]], base), /leads out of out; it is not written/);
    }
  });
});
