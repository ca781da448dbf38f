import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { runCommandLine } from "../../src/cli/command_line.ts";
import { version } from "../../src/rpc/version.ts";

const directory = fileURLToPath(new URL("modules/", import.meta.url));

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function sigil(...args: string[]): Promise<Outcome> {
  const texts = { stdout: "", stderr: "" };
  const code = await runCommandLine(args, {
    directory,
    stdout: (text) => void (texts.stdout += text),
    stderr: (text) => void (texts.stderr += text),
  });
  return { code, ...texts };
}

test("--help, and no argument at all, list the commands", async () => {
  for (const args of [["--help"], ["-h"], ["help"], []]) {
    const { code, stdout, stderr } = await sigil(...args);
    assert.equal(code, 0);
    assert.equal(stderr, "");
    assert.match(stdout, /usage: sigil <command> \[options\]\n\n {2}proto +Write the \.proto files of an app\./);
  }
});

test("the help of a command has its usage and its options", async () => {
  for (const args of [["proto", "--help"], ["proto", "x.ts", "-h"], ["help", "proto"]]) {
    const { code, stdout } = await sigil(...args);
    assert.equal(code, 0);
    assert.match(stdout, /usage: sigil proto <module> \(--out <directory> \[--check\] \| --stdout/);
    assert.match(stdout, /-o, --out <dir>/);
  }
});

test("--version prints the version of the manifests", async () => {
  assert.deepEqual(await sigil("--version"), { code: 0, stdout: `${version}\n`, stderr: "" });
  for (const manifest of ["package.json", "deno.json"]) {
    const text = readFileSync(new URL(`../../${manifest}`, import.meta.url), "utf8");
    assert.equal(JSON.parse(text).version, version, manifest);
  }
});

test("an unknown command is named, with the list of those there are, and exit code 2", async () => {
  const { code, stdout, stderr } = await sigil("brew");
  assert.equal(code, 2);
  assert.equal(stdout, "");
  assert.match(stderr, /^sigil: there is no command brew\.\n\n/);
  assert.match((await sigil("--brew")).stderr, /^sigil: there is no option --brew\.\n/);
});

test("arguments that make no sense give the usage and exit code 2", async () => {
  const cases: Array<[string[], RegExp]> = [
    [["proto"], /name the module that exports the app/],
    [["proto", "plain.ts"], /--out <directory>(, | or )--stdout/],
    [["proto", "plain.ts", "--out", "a", "--stdout"], /--out <directory>(, | or )--stdout/],
    [["proto", "plain.ts", "other.ts", "--stdout"], /what is other\.ts\?/],
    [["proto", "plain.ts", "--outt", "a"], /--outt/],
    [["proto", "plain.ts", "--out"], /out/],
  ];
  for (const [args, expected] of cases) {
    const { code, stdout, stderr } = await sigil(...args);
    assert.equal(code, 2, args.join(" "));
    assert.equal(stdout, "");
    assert.match(stderr, expected);
    assert.match(stderr, /\n\nusage: sigil proto <module>/);
  }
});

test("a module that can't be used is one line on standard error and exit code 1", async () => {
  const cases: Array<[string, RegExp]> = [
    ["missing.ts", /^sigil: missing\.ts: there is no such file\.\n$/],
    [".", /^sigil: \. is no file\. Name the module that exports the app\.\n$/],
    ["no_app.ts", /^sigil: no_app\.ts exports no app\. Write `export default app` .*\n$/],
    ["throwing.ts", /^sigil: throwing\.ts can't be loaded: TypeError: the module is broken\n$/],
    ["plain.ts", /^sigil: plain\.ts: its app has neither services nor messages of its own\.\n$/],
  ];
  for (const [path, expected] of cases) {
    const { code, stdout, stderr } = await sigil("proto", path, "--stdout");
    assert.equal(code, 1, path);
    assert.equal(stdout, "");
    assert.match(stderr, expected);
  }
});
