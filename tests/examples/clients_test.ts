// The runner of examples/clients, without any tool of another language: what it says of clients that it can't run.
// Runs on: node (it starts processes)
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { CLIENT_LANGUAGES, linesOf } from "./client_languages.ts";
import { ROOT, run } from "./program.ts";

const clients = [process.execPath, "--import", "tsx", "tests/examples/clients.ts"];
/** The same where tools of other languages are nowhere. */
const bare = ["env", `PATH=${dirname(process.execPath)}`, ...clients];

test("every folder of examples/clients is a page in the browser or a client that is run, in three lines", () => {
  const folders = readdirSync(join(ROOT, "examples/clients"));
  assert.deepEqual(folders.sort(), ["browser", ...CLIENT_LANGUAGES.map(({ name }) => name)].sort());
  for (const language of CLIENT_LANGUAGES) {
    const lines = linesOf(language, "localhost:1").trimEnd().split("\n");
    assert.equal(lines.length, 3, language.name);
    assert.match(lines[2], /localhost:1$/);
  }
});

test("a client whose tools are missing is skipped, and says how to get them", async () => {
  const { code, stdout } = await run([...bare, "--language", "go"], { SIGIL_NO_SKIP: "" });
  assert.equal(stdout, "go: skipped: not installed: go (Go 1.25 or newer: https://go.dev/dl)\n");
  assert.equal(code, 0);
});

test("a client whose tools are missing has failed where nothing may be skipped", async () => {
  const { code, stdout } = await run([...bare, "--language", "go"], { SIGIL_NO_SKIP: "1" });
  assert.equal(stdout, "go: FAILED: not installed: go (Go 1.25 or newer: https://go.dev/dl)\n");
  assert.equal(code, 1);
});

test("a language that has no client is refused with those that have one", async () => {
  const { code, stderr } = await run([...clients, "--language", "cobol"]);
  assert.match(stderr, /^--language is .*go.* or all, not "cobol"\. See --help\.\n$/);
  assert.equal(code, 2);
});
