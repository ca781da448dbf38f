import assert from "node:assert/strict";
import { test } from "node:test";
import { create, createFileRegistry, type FileRegistry } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema, TimestampSchema } from "@bufbuild/protobuf/wkt";
import { protoFiles, protoOf } from "../../src/proto/export.ts";
import { assertRoundTrip, compile } from "./compile.ts";
import { app } from "./shop.ts";

function registry(): FileRegistry {
  return compile([
    ["b/b.proto", 'syntax = "proto3";\npackage b;\nimport "a/a.proto";\nmessage B { a.A a = 1; }\n'],
    [
      "a/a.proto",
      'syntax = "proto3";\npackage a;\nimport "google/protobuf/timestamp.proto";\nmessage A { google.protobuf.Timestamp t = 1; }\n',
    ],
  ]);
}

test("an export has the files that the given ones import, sorted by path, without well-known ones", () => {
  const file = registry().getFile("b/b.proto");
  assert.ok(file);
  const texts = protoFiles([TimestampSchema.file, file]);
  assert.deepEqual([...texts.keys()], ["a/a.proto", "b/b.proto"]);
  assert.match(texts.get("b/b.proto") ?? "", /\n {2}a\.A a = 1;\n/);
  assert.match(texts.get("a/a.proto") ?? "", /^syntax = "proto3";\n\npackage a;\n/);
});

test("the proto of an app is that of its schema's files", () => {
  const files = [...registry().files];
  assert.deepEqual(protoOf({ schema: { files } }), protoFiles(files));
});

test("what decorators say compiles to the descriptors that the app serves by", () => {
  const file = app.schema.files.map(({ proto }) => proto);
  const texts = assertRoundTrip(createFileRegistry(create(FileDescriptorSetSchema, { file })));
  assert.deepEqual([...texts.keys()], ["common/v1/common.proto", "shop/v1/shop.proto"]);
  assert.match(texts.get("common/v1/common.proto") ?? "", /\/\/ An amount\. .{90,104}\n\/\/ /);
  assert.match(texts.get("shop/v1/shop.proto") ?? "", /\n {2}map<int64, common\.v1\.Money> prices = 3;\n/);
});
