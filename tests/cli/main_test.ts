// The program as users run it, on each runtime.
// Runs on: node (it starts the others itself)
import assert from "node:assert/strict";
import { fromBinary, fromJsonString } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));
const env = {
  ...process.env,
  PATH: `${join(root, "node_modules/.bin")}${delimiter}${process.env.PATH}`,
  NODE_OPTIONS: "",
};
const runtimes = [["node"], ["bun"], ["deno", "run", "-A", "--no-check"]];

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function run([command = "", ...options]: string[], ...args: string[]): Promise<Outcome> {
  return runMain(join(root, "src/cli/main.ts"), [command, ...options], ...args);
}

function runMain(main: string, [command = "", ...options]: string[], ...args: string[]): Promise<Outcome> {
  return new Promise((done) => {
    const child = execFile(
      command,
      [...options, main, ...args],
      { env, cwd: root, timeout: 60_000 },
      (_, stdout, stderr) => {
        done({ code: child.exitCode ?? -1, stdout, stderr });
      },
    );
  });
}

async function inDirectory(use: (directory: string) => Promise<void>): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "sigil-cli-"));
  try {
    await use(directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

const shop = `syntax = "proto3";

package shop.v1;

service Bar {
  // Fills it up.
  rpc Fill(Cup) returns (Cup);
}

// A cup of something.
message Cup {
  string content = 1;
  Size size = 2;
}

enum Size {
  SIZE_UNSPECIFIED = 0;
  SIZE_LARGE = 1;
}
`;

test("a decorated app is exported on every runtime, and again without a change", async () => {
  for (const runtime of runtimes) {
    await inDirectory(async (directory) => {
      const path = join(directory, "shop/v1/shop.proto");
      const first = await run(runtime, "proto", "tests/cli/modules/shop.ts", "--out", directory);
      assert.deepEqual(first, { code: 0, stdout: `${path}\n`, stderr: "" }, runtime[0]);
      assert.equal(readFileSync(path, "utf8"), shop);
      const second = await run(runtime, "proto", "tests/cli/modules/shop.ts", "-o", directory);
      assert.deepEqual(second, { code: 0, stdout: `${directory}: 1 file is up to date\n`, stderr: "" });
    });
  }
});

test("--check is content with what --out wrote, and shows what has changed, is missing or is too much", async () => {
  for (const runtime of runtimes) {
    await inDirectory(async (directory) => {
      const check = ["proto", "tests/cli/modules/shop.ts", "--out", directory, "--check"];
      const path = join(directory, "shop/v1/shop.proto");
      const missing = await run(runtime, ...check);
      assert.deepEqual([missing.code, missing.stdout], [1, `${path} is missing\n`], runtime[0]);
      await run(runtime, "proto", "tests/cli/modules/shop.ts", "--out", directory);
      const same = await run(runtime, ...check);
      assert.deepEqual(same, { code: 0, stdout: `${directory}: 1 file is what the classes say\n`, stderr: "" });
      writeFileSync(path, shop.replace("Size size = 2", "Size size = 3"));
      writeFileSync(join(directory, "old.proto"), "");
      const changed = await run(runtime, ...check);
      assert.equal(changed.code, 1);
      assert.match(changed.stdout, /^- {2}Size size = 3;\n\+ {2}Size size = 2;$/m);
      assert.match(changed.stdout, /old\.proto is none of the app's\n$/);
      assert.match(changed.stderr, /is not what the classes say\. Write it anew: sigil proto tests\/cli/);
      assert.match(readFileSync(path, "utf8"), /size = 3/);
    });
  }
});

test("a descriptor set has all imports, in binary and in JSON", async () => {
  for (const runtime of runtimes) {
    await inDirectory(async (directory) => {
      const [binary, json] = [join(directory, "shop.binpb"), join(directory, "shop.json")];
      const { code, stdout } = await run(
        runtime,
        ...["proto", "tests/cli/modules/shop.ts", "--descriptor-set", binary, "--json", json],
      );
      assert.deepEqual([code, stdout], [0, `${binary}\n${json}\n`], runtime[0]);
      const set = fromBinary(FileDescriptorSetSchema, readFileSync(binary));
      assert.deepEqual(set.file.map(({ name }) => name), ["shop/v1/shop.proto"]);
      assert.deepEqual(fromJsonString(FileDescriptorSetSchema, readFileSync(json, "utf8")), set);
    });
  }
});

test("a module that serves when it is loaded does not keep the command from ending", async () => {
  for (const runtime of runtimes) {
    const { code, stdout } = await run(runtime, "proto", "tests/cli/modules/serving.ts", "--stdout");
    assert.equal(code, 0, runtime[0]);
    assert.ok(stdout.endsWith(shop), runtime[0]);
  }
});

test("mistakes of a schema are listed without a stack, with exit code 1", async () => {
  for (const runtime of runtimes) {
    const { code, stdout, stderr } = await run(runtime, "proto", "tests/cli/modules/mistaken.ts", "--stdout");
    assert.equal(code, 1, runtime[0]);
    assert.equal(stdout, "");
    assert.match(
      stderr,
      /^sigil: tests\/cli\/modules\/mistaken\.ts can't be loaded: The schema has 2 mistakes\.\n {2}1\. /,
    );
    assert.doesNotMatch(stderr, /\n\s+at /);
  }
});

test("a directory that can't be made is one line on standard error, with exit code 1", async () => {
  for (const runtime of runtimes) {
    const { code, stderr } = await run(runtime, "proto", "tests/cli/modules/shop.ts", "--out", "package.json");
    assert.equal(code, 1);
    assert.equal(
      stderr,
      "sigil: package.json/shop/v1/shop.proto can't be written: a file stands where a directory should be.\n",
      runtime[0],
    );
  }
});

test("usage errors end with exit code 2 on every runtime", async () => {
  for (const runtime of runtimes) {
    const { code, stderr } = await run(runtime, "proto");
    assert.equal(code, 2, runtime[0]);
    assert.match(stderr, /^sigil proto: name the module that exports the app\.\n\nusage: /);
  }
});

test("where Node would need tsx and there is none, one line says what to do", async () => {
  await inDirectory(async (directory) => {
    for (const path of ["src", "package.json"]) {
      cpSync(join(root, path), join(directory, path), { recursive: true });
    }
    // A package without exports, so that no tsx of the surroundings is found in its place.
    mkdirSync(join(directory, "node_modules/tsx"), { recursive: true });
    writeFileSync(join(directory, "node_modules/tsx/package.json"), '{ "name": "tsx", "exports": {} }');
    symlinkSync(join(root, "node_modules/@bufbuild"), join(directory, "node_modules/@bufbuild"), "dir");
    writeFileSync(join(directory, "app.ts"), "export default @decorate class App {}\n");
    const main = join(directory, "src/cli/main.ts");
    const { code, stderr } = await runMain(main, ["node"], "proto", join(directory, "app.ts"), "--stdout");
    assert.equal(code, 1);
    assert.match(
      stderr,
      /^sigil: .*app\.ts can't be loaded: SyntaxError: .*install tsx \(npm install --save-dev tsx\)/,
    );
    assert.equal(stderr.trimEnd().split("\n").length, 1);
  });
});
