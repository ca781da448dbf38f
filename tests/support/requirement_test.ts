// requirement.ts: what a test sees when a tool is there and when it is not.
import assert from "node:assert/strict";
import process from "node:process";
import { test } from "node:test";
import { locate, missing } from "./requirement.ts";

test("a program on PATH is found and not skipped", () => {
  const shell = { name: "a shell", programs: ["no-such-shell", "sh"], install: "-" };
  assert.match(locate(shell) ?? "", /\/sh$/);
  assert.equal(missing(shell), false);
});

test("an absolute path is taken as it is", () => {
  assert.equal(locate({ name: "this runtime", programs: [process.execPath], install: "-" }), process.execPath);
});

test("a missing program gives the reason and how to install it", () => {
  const absent = {
    name: "Absent",
    programs: ["no-such-program-here", "/no/such/path"],
    install: "apt-get install absent",
  };
  assert.equal(missing(absent), "skipped: Absent is not installed (apt-get install absent)");
});
