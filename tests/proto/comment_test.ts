import assert from "node:assert/strict";
import { test } from "node:test";
import { create } from "@bufbuild/protobuf";
import { SourceCodeInfoSchema } from "@bufbuild/protobuf/wkt";
import { commentLines, Comments } from "../../src/proto/comment.ts";

test("lines of comments end at column 120, indentation and slashes included", () => {
  const words = "four ".repeat(60);
  const lines = commentLines(words, 4);
  assert.equal(lines.map((line) => line.slice(3)).join(" "), words.trim());
  assert.ok(lines.length > 1);
  for (const line of lines) assert.ok(line.length + 4 <= 120, line);
  assert.equal(commentLines("x".repeat(58) + " " + "y".repeat(58), 0).length, 1);
  assert.equal(commentLines("x".repeat(58) + " " + "y".repeat(59), 0).length, 2);
});

test("a word that is too long for a line stands alone on it", () => {
  const url = `https://example.com/${"x".repeat(150)}`;
  assert.deepEqual(commentLines(`see ${url} there`, 0), ["// see", `// ${url}`, "// there"]);
});

test("shared indentation and blank lines at the ends go, inner ones stay", () => {
  assert.deepEqual(commentLines("\n   One\n\n     two\n   three\n\n", 0), ["// One", "//", "//   two", "// three"]);
});

test("items of lists continue under their text, preformatted lines are left alone", () => {
  const long = "word ".repeat(30).trim();
  const lines = commentLines(`List:\n- ${long}\n    ${long}`, 0);
  assert.equal(lines[1]?.slice(0, 9), "// - word");
  assert.equal(lines[2]?.slice(0, 9), "//   word");
  assert.equal(lines.at(-1), `//     ${long}`);
});

test("characters that no source file may hold are dropped, any line end counts", () => {
  assert.deepEqual(commentLines("a\u0000b\r\nc\u2028d\re", 0), ["// ab", "// cd", "// e"]);
  assert.deepEqual(commentLines(" \n ", 0), []);
});

test("comments are found by path, the first of several that has a text counts", () => {
  const comments = new Comments(create(SourceCodeInfoSchema, {
    location: [
      { path: [4, 0], span: [0, 0, 0] },
      { path: [4, 0], span: [0, 0, 0], leadingComments: " one\n", leadingDetachedComments: ["", " apart\n"] },
      { path: [4, 0], span: [0, 0, 0], leadingComments: " two\n" },
    ],
  }));
  assert.deepEqual(comments.at([4, 0]), { detached: [" apart\n"], leading: " one\n", trailing: "" });
  assert.deepEqual(comments.at([4, 1]), { detached: [], leading: "", trailing: "" });
  assert.deepEqual(new Comments(undefined).at([]), { detached: [], leading: "", trailing: "" });
});
