// The laws of import and of printing in small: modules are generated, loaded, and made into descriptors that equal the original;
// texts are printed and compiled, with the same outcome. The corpus has the large ones: `npm run corpus`.
// Runs on: node (buf and esbuild are started)
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { create, toBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { run } from "../corpus/batch.ts";
import { compile } from "../proto/compile.ts";

async function assertLaw(files: { readonly [path: string]: string }): Promise<void> {
  const work = mkdtempSync(join(tmpdir(), "sigil-law-"));
  try {
    const image = join(work, "image.binpb");
    const file = [...compile(Object.entries(files)).files].map(({ proto }) => proto);
    writeFileSync(image, toBinary(FileDescriptorSetSchema, create(FileDescriptorSetSchema, { file })));
    for (const form of ["decorators", "builders"] as const) {
      const folder = join(work, form);
      mkdirSync(folder);
      const batch = { image, targets: Object.keys(files), folder, form, printed: form === "builders" };
      const { exceptions, printed, files: count } = await run(batch);
      assert.deepEqual(exceptions, [], form);
      assert.deepEqual(printed, [], "as printed");
      assert.equal(count, Object.keys(files).length);
    }
  } finally {
    rmSync(work, { recursive: true });
  }
}

test("proto2: required, defaults, groups, extensions, and enums without zero", async () => {
  await assertLaw({
    "a/old.proto": `syntax = "proto2";
package a;
option java_package = "com.example.a";
option optimize_for = SPEED;
message Old {
  optional string b = 7 [default = "a\\"b\\n"];
  required int32 a = 2;
  optional double c = 3 [default = -1e+40];
  optional float inf = 4 [default = -inf];
  optional bytes d = 5 [default = "\\001x"];
  optional Color e = 6 [default = BLUE];
  optional bool f = 8 [default = true];
  repeated Color g = 9 [packed = true];
  repeated group Item = 10 { optional string name = 1; }
  oneof choice { group Pick = 12 { required int64 id = 1; } string other = 13 [deprecated = true]; }
  map<string, Old> children = 14;
  message Nested { extend Old { optional Nested in = 150; } }
  extensions 100 to 199, 1000 to max;
  reserved 50, 60 to 70;
  reserved "gone";
  optional string json = 15 [json_name = "@odd"];
}
enum Color { RED = 1; BLUE = 2; CRIMSON = 1; option allow_alias = true; reserved -5 to -3, 9; }
extend Old { optional string more = 101; repeated Old olds = 102 [deprecated = false]; }
service Empty {}
`,
  });
});

test("proto3: order of declaration, names of all kinds, presence, several files of a package, public imports", async () => {
  await assertLaw({
    "b/new.proto": `syntax = "proto3";
package b;
import "google/protobuf/timestamp.proto";
import public "b/more.proto";
import "google/protobuf/wrappers.proto";
import "google/protobuf/empty.proto";
message Last { More more = 9; Date Date = 1; }
message New {
  string z = 9; string constructor = 1; int32 fooBar = 2; int32 __x = 3; string URL = 4;
  optional Last last = 5; optional int32 maybe = 6;
  google.protobuf.Timestamp at = 7; repeated google.protobuf.Timestamp all = 8;
  map<int64, google.protobuf.StringValue> words = 10;
  oneof one { google.protobuf.Timestamp when = 11; Kind kind = 12; }
  enum Kind { KIND_UNSPECIFIED = 0; KIND_V1BETA = 1; }
  enum Bare { NONE = 0; some = 1; }
}
message Date { message Map {} Map map = 1; repeated Set set = 2; }
message Set { New.Kind kind = 1; New.Bare bare = 2; }
service Things { rpc get(New) returns (stream Last); rpc Constructor(stream New) returns (google.protobuf.Empty); }
`,
    "b/more.proto": `syntax = "proto3"; package b; message More { More again = 1; } enum Unused { UNUSED_NONE = 0; }`,
    "bare.proto": `syntax = "proto3"; import "b/new.proto"; message Bare { b.More more = 1; }`,
  });
});

test("proto2: groups between messages, of fields, oneofs and extensions, in messages and in the file", async () => {
  await assertLaw({
    "e/groups.proto": `syntax = "proto2";
package e;
message First { extensions 100 to max; }
extend First { optional int32 before = 100; optional group Between = 101 { optional int32 a = 1; } }
message Second {
  message A {}
  optional int32 one = 1;
  optional group B = 2 { optional group C = 1 { optional string d = 1; } }
  message D {}
  enum Kind { NONE = 0; }
  oneof pick { group E = 3 { optional Kind kind = 1; } int32 four = 4; }
  message F {}
  extend First { optional group G = 102 { optional int32 a = 1; } repeated F f = 103; }
  message H {}
}
extend First { repeated group Last = 104 { optional int32 a = 1; } }
`,
  });
});

test("custom options declared in the message that sets them, and methods with an empty body", async () => {
  await assertLaw({
    "f/own.proto": `syntax = "proto3";
package f;
import "google/protobuf/descriptor.proto";
message Own {
  extend google.protobuf.MessageOptions { int32 own = 50001; }
  extend google.protobuf.FieldOptions { int32 note = 50001; }
  option (f.Own.own) = 8;
  int32 a = 1 [(f.Own.note) = 1];
}
service S { rpc Get(Own) returns (Own) {} rpc Put(Own) returns (Own); }
`,
  });
});

test("edition 2023: features at every level, delimited messages, closed enums", async () => {
  await assertLaw({
    "c/edition.proto": `edition = "2023";
package c;
option features.field_presence = IMPLICIT;
message M {
  int32 implicit = 1;
  int32 explicit = 2 [features.field_presence = EXPLICIT, default = 5];
  int32 needed = 3 [features.field_presence = LEGACY_REQUIRED];
  M child = 4 [features.message_encoding = DELIMITED];
  repeated int32 list = 5 [features.repeated_field_encoding = EXPANDED];
  string raw = 6 [features.utf8_validation = NONE];
  Closed closed = 7 [features.field_presence = EXPLICIT];
}
enum Closed { option features.enum_type = CLOSED; ONE = 1; }
enum Open { OPEN_NONE = 0; }
`,
  });
});

test("edition 2023: what a file says of all its fields, and what these say again or otherwise", async () => {
  await assertLaw({
    "c/defaults.proto": `edition = "2023";
package c;
option features.field_presence = IMPLICIT;
option features.repeated_field_encoding = EXPANDED;
option features.enum_type = CLOSED;
message D {
  int32 again = 1 [features.field_presence = IMPLICIT];
  string otherwise = 2 [features.field_presence = EXPLICIT];
  D child = 3 [features.field_presence = EXPLICIT];
  repeated int32 expanded = 4 [features.repeated_field_encoding = EXPANDED];
  repeated int32 packed = 5 [features.repeated_field_encoding = PACKED];
  repeated int32 plain = 6;
  oneof pick { int32 a = 7; D b = 8 [features.message_encoding = DELIMITED]; }
  bytes needed = 9 [features.field_presence = LEGACY_REQUIRED, deprecated = true];
  C both = 10 [features.field_presence = EXPLICIT];
  map<string, D> by_name = 11;
  extensions 100 to 199;
}
enum C { option features.enum_type = CLOSED; option features.json_format = LEGACY_BEST_EFFORT; C_ONE = 1; }
enum O { option features.enum_type = OPEN; O_NONE = 0; }
extend D {
  int32 x = 100;
  D y = 101 [features.message_encoding = DELIMITED];
  repeated int32 z = 102 [features.repeated_field_encoding = PACKED];
}
`,
    "c/again.proto": `edition = "2023";
package c;
message Again {
  int32 explicit = 1 [features.field_presence = EXPLICIT];
  string implicit = 2 [features = { field_presence: IMPLICIT utf8_validation: VERIFY }];
  repeated int32 packed = 3 [features.repeated_field_encoding = PACKED];
  Again child = 4 [features.message_encoding = LENGTH_PREFIXED];
  Again required = 5 [features = { field_presence: LEGACY_REQUIRED message_encoding: DELIMITED }];
}
`,
  });
});

test("custom options on every element, with values of every kind", async () => {
  await assertLaw({
    "d/options.proto": `syntax = "proto3";
package d;
import "google/protobuf/descriptor.proto";
message Rule {
  string text = 1; repeated int64 numbers = 2; Level level = 3; map<string, Rule> rules = 4; bytes raw = 5;
  oneof pick { float ratio = 6; Rule inner = 7; }
}
enum Level { LEVEL_LOW = 0; LEVEL_HIGH = 1; }
extend google.protobuf.FileOptions { string file_note = 50001; }
extend google.protobuf.MessageOptions { Rule message_rule = 50001; }
extend google.protobuf.FieldOptions { repeated Level levels = 50001; optional bool flag = 50002; }
extend google.protobuf.OneofOptions { double oneof_number = 50001; }
extend google.protobuf.EnumOptions { fixed64 enum_number = 50001; }
extend google.protobuf.EnumValueOptions { bytes value_bytes = 50001; }
extend google.protobuf.ServiceOptions { sint32 service_number = 50001; }
extend google.protobuf.MethodOptions { Rule method_rule = 50001; }
extend google.protobuf.ExtensionRangeOptions { string range_note = 50001; }
`,
    "d/ranges.proto": `syntax = "proto2";
package d;
import "d/options.proto";
message Ranges { extensions 100 to 199, 300 [(range_note) = "free", verification = UNVERIFIED]; }
`,
    "d/used.proto": `syntax = "proto3";
package d;
import "d/options.proto";
option (file_note) = "a \\"note\\"";
message Used {
  option (message_rule) = {
    text: "t" numbers: [1, -2] level: LEVEL_HIGH rules: [{ key: "k" value: { ratio: 0.1 } }] raw: "\\001" inner: { text: "x" }
  };
  int64 a = 1 [(levels) = LEVEL_LOW, (levels) = LEVEL_HIGH, (flag) = false, deprecated = true, jstype = JS_STRING];
  oneof o { option (oneof_number) = -1.5; string b = 2 [ctype = CORD]; }
}
enum E { option (enum_number) = 18446744073709551615; E_NONE = 0 [(value_bytes) = "\\000\\377"]; E_ONE = 1 [deprecated = true]; }
service S {
  option (service_number) = -7;
  rpc Get(Used) returns (Used) { option idempotency_level = IDEMPOTENT; option (method_rule).text = "get"; }
}
`,
  });
});
