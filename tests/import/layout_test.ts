import assert from "node:assert/strict";
import { test } from "node:test";
import { array, call, type Code, Layout, objectOf, propertyKey, quote } from "../../src/import/layout.ts";

function lines(code: Code, width: number): string {
  return new Layout(width).format(code, 0, 0, 1);
}

const options = objectOf({ name: quote("a"), packed: "true", none: undefined }) as Code;

test("what fits stands on one line", () => {
  assert.equal(
    lines(call("Field", "1", quote("string"), options), 80),
    'Field(1, "string", { name: "a", packed: true })',
  );
  assert.equal(lines(array(["1", array(["2", "3"])]), 80), "[1, [2, 3]]");
});

test("a call whose last argument is an object keeps the object's braces on its own lines", () => {
  assert.equal(
    lines(call("Field", "1", quote("string"), options), 40),
    'Field(1, "string", {\n  name: "a",\n  packed: true,\n})',
  );
});

test("other calls have an argument a line, and functions break behind their arrow", () => {
  assert.equal(
    lines(call("Field", "1", "() => AnOrderOfSomeLength"), 24),
    "Field(\n  1,\n  () =>\n    AnOrderOfSomeLength,\n)",
  );
});

test("an object with a comment never stands on one line", () => {
  const code: Code = { entries: [{ key: "a-b", value: "1", comment: ["/** One. */"] }] };
  assert.equal(lines(code, 80), '{\n  /** One. */\n  "a-b": 1,\n}');
});

test("strings are quoted so that nothing in them is seen as the end of a line", () => {
  assert.equal(quote('a"\n\u2028\u007f'), '"a\\"\\n\\u2028\\u007f"');
  assert.equal(propertyKey("$a1"), "$a1");
  assert.equal(propertyKey("1a"), '"1a"');
});
