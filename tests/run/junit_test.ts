// The counts of npm test: how the JUnit texts of the three runtimes are read.
import assert from "node:assert/strict";
import { test } from "node:test";
import { readJunit } from "./junit.ts";

test("Node's report: self-closing, failing and skipped cases", () => {
  const xml = `<testsuites>
  <testcase name="fine" time="0.1" classname="test" file="/a_test.ts"/>
  <testcase name="left &lt;out&gt; &amp; noted" time="0"><skipped type="skipped" message="skipped: x"/></testcase>
  <testcase name="breaks" time="0"><failure type="testCodeFailure" message="1 !== 2">[Error]</failure></testcase>
</testsuites>`;
  assert.deepEqual(readJunit(xml), { passed: 1, failed: 1, skipped: ["left <out> & noted"] });
});

test("Bun's and Deno's reports: nested suites, empty elements with a blank, errors", () => {
  const xml = `<testsuite name="a"><testsuite name="b">
    <testcase name="one" classname="a" time="0" />
    <testcase name="a > b" time="0"></testcase>
    <testcase name="two"><skipped /></testcase>
    <testcase name="three"><error message="boom"/></testcase>
  </testsuite></testsuite>`;
  assert.deepEqual(readJunit(xml), { passed: 2, failed: 1, skipped: ["two"] });
});

test("a report without cases counts nothing", () => {
  assert.deepEqual(readJunit(`<?xml version="1.0"?><testsuites/>`), { passed: 0, failed: 0, skipped: [] });
});
