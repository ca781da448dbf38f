import assert from "node:assert/strict";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
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

test("one file that can't be written keeps all others as they were, and leaves nothing behind", () => {
  inDirectory((base) => {
    writeChangedFiles("out", [["a.ts", "old"]], base);
    mkdirSync(join(base, "out/b.ts"));
    assert.throws(() => writeChangedFiles("out", [["a.ts", "new"], ["b.ts", "new"]], base), /b\.ts can't be written/);
    assert.equal(readFileSync(join(base, "out/a.ts"), "utf8"), "old");
    assert.deepEqual(readdirSync(join(base, "out")).sort(), ["a.ts", "b.ts"]);
  });
});

test("files that may not be replaced are named, and nothing is written", () => {
  inDirectory((base) => {
    writeChangedFiles("out", [["a.ts", "mine"], ["b.ts", "generated"], ["c.ts", "mine"]], base);
    const files = [["a.ts", "new"], ["b.ts", "new"], ["c.ts", "new"]] as const;
    assert.throws(() => writeChangedFiles("out", files, base, (text) => text === "generated"), {
      name: "CommandFailure",
      message:
        `${join("out", "a.ts")} and 1 more of these files would be overwritten, which this command did not write, ` +
        "or which was changed since. Nothing is written. Move it away, or say --force.",
    });
    assert.equal(readFileSync(join(base, "out/b.ts"), "utf8"), "generated");
    assert.deepEqual(writeChangedFiles("out", [["a.ts", "mine"], ["b.ts", "new"]], base, () => true), [
      join("out", "b.ts"),
    ]);
  });
});

test("a link is written through", () => {
  inDirectory((base) => {
    writeFileSync(join(base, "real.ts"), "old");
    symlinkSync(join(base, "real.ts"), join(base, "linked.ts"));
    writeChangedFiles(".", [["linked.ts", "new"]], base);
    assert.equal(readFileSync(join(base, "real.ts"), "utf8"), "new");
  });
});

test("a path that leads out of the directory is refused", () => {
  inDirectory((base) => {
    for (const path of ["../a.proto", "a/../../b.proto", "/a.proto", "a\\..\\b.proto"]) {
      assert.throws(() => writeChangedFiles("out", [[path, ""]], base), /leads out of out; it is not written/);
    }
  });
});
