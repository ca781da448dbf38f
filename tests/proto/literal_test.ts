import assert from "node:assert/strict";
import { test } from "node:test";
import { bytesLiteral, float32Literal, floatLiteral, formatValue, stringLiteral } from "../../src/proto/literal.ts";

test("strings are quoted, with quotes, backslashes and control characters escaped", () => {
  assert.equal(stringLiteral('a"b\\c\n\r\t\u0001\u007fü€'), '"a\\"b\\\\c\\n\\r\\t\\001\\177ü€"');
});

test("bytes are printable ASCII or octal escapes", () => {
  assert.equal(bytesLiteral(new Uint8Array([0, 255, 122, 34, 92, 10])), '"\\000\\377z\\"\\\\\\n"');
});

test("floats are the shortest literals that mean them", () => {
  assert.equal(floatLiteral(0.1), "0.1");
  assert.equal(floatLiteral(-0), "-0");
  assert.equal(floatLiteral(1e21), "1e+21");
  assert.deepEqual([NaN, Infinity, -Infinity].map(floatLiteral), ["nan", "inf", "-inf"]);
  assert.equal(float32Literal(Math.fround(0.1)), "0.1");
  assert.equal(float32Literal(Math.fround(16777217.5)), "16777218");
});

test("a message of one literal is one line, anything more a line a field", () => {
  assert.equal(formatValue({ fields: [] }), "{}");
  assert.equal(formatValue({ fields: [["a", "1"]] }), "{a: 1}");
  assert.equal(formatValue({ fields: [["a", "1"], ["b", { fields: [["c", "2"]] }]] }), "{\n  a: 1\n  b: {c: 2}\n}");
  assert.equal(formatValue({ fields: [["a", ["1"]]] }), "{\n  a: [1]\n}");
  assert.equal(formatValue({ fields: [["a", ["1", "2"]]] }), "{\n  a: [\n    1,\n    2\n  ]\n}");
  assert.equal(formatValue([]), "[]");
});
