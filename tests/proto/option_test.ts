import assert from "node:assert/strict";
import { test } from "node:test";
import { create, createFileRegistry } from "@bufbuild/protobuf";
import {
  Edition,
  FieldDescriptorProto_Label as Label,
  FieldDescriptorProto_Type as Type,
  file_google_protobuf_descriptor,
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
} from "@bufbuild/protobuf/wkt";
import { printProto } from "../../src/proto/print.ts";
import { assertRoundTrip, compile } from "./compile.ts";

const source = `syntax = "proto3";
package opt.v1;
import "google/protobuf/descriptor.proto";
import "google/protobuf/any.proto";
import "google/protobuf/wrappers.proto";
import "google/protobuf/struct.proto";
option java_package = "org.example";
option go_package = "example.org/opt";
option (file_rule) = { text: "a\\"b\\\\\\n\\001", number: 5, list: [1, 2], rules: [{number: 1}, {}], by_name: {key: "k", value: {number: 2}} };
option (labels) = "one";
option (labels) = "two";
option (small) = 0.1;
option (huge) = inf;
option (bytes) = "\\000\\xffz";
option (level) = LEVEL_HIGH;
option (wrapped) = {value: 3};
option (struct) = {fields: {key: "a", value: {bool_value: true}}};
option (any) = {type_url: "type.googleapis.com/opt.v1.Rule"};
enum Level { option (enum_flag) = true; LEVEL_UNSPECIFIED = 0; LEVEL_HIGH = 1 [deprecated = true, (value_flag) = true]; }
message Rule {
  option (message_flag) = true;
  option deprecated = true;
  string text = 1 [(field_rule) = {number: 1}];
  int32 number = 2 [(field_rule).rule.number = 7, (field_rule).text = "x", deprecated = true];
  repeated int32 list = 3 [packed = false];
  repeated Rule rules = 4;
  map<string, Rule> by_name = 5;
  oneof choice { option (oneof_flag) = true; string a = 6; Rule rule = 7; }
}
extend google.protobuf.FileOptions {
  Rule file_rule = 50001; repeated string labels = 50002; float small = 50003; double huge = 50004; bytes bytes = 50005;
  Level level = 50006; google.protobuf.Int32Value wrapped = 50007; google.protobuf.Struct struct = 50008; google.protobuf.Any any = 50009;
}
extend google.protobuf.MessageOptions { bool message_flag = 50001; }
extend google.protobuf.FieldOptions { Rule field_rule = 50001; }
extend google.protobuf.OneofOptions { bool oneof_flag = 50001; }
extend google.protobuf.EnumOptions { bool enum_flag = 50001; }
extend google.protobuf.EnumValueOptions { bool value_flag = 50001; }
extend google.protobuf.ServiceOptions { string host = 50001; }
extend google.protobuf.MethodOptions { sint64 cost = 50001; }
service Ruler {
  option (host) = "localhost";
  rpc Get(Rule) returns (Rule) { option (cost) = -5; option idempotency_level = IDEMPOTENT; option deprecated = true; }
}
`;

test("options of every element, custom ones too, compile to their descriptors", () => {
  const text = assertRoundTrip(compile([["opt/v1/opt.proto", source]])).get("opt/v1/opt.proto") ?? "";
  assert.match(
    text,
    /option go_package = "example\.org\/opt";\noption java_package = "org\.example";\noption \(any\) = /,
  );
  assert.match(text, /option \(small\) = 0\.1;/);
  assert.match(text, /option \(labels\) = "one";\noption \(labels\) = "two";/);
  assert.match(text, /option \(cost\) = -5;/);
});

test("a custom option that no imported file declares is an error that names it", () => {
  const proto = create(FileDescriptorProtoSchema, { name: "a.proto", syntax: "proto3", options: {} });
  if (proto.options) proto.options.$unknown = [{ no: 50001, wireType: 0, data: new Uint8Array([1]) }];
  const file = createFileRegistry(proto, () => undefined).getFile("a.proto");
  assert.ok(file);
  assert.throws(() => printProto(file), /google\.protobuf\.FileOptions holds option 50001, which no imported file/);
});

test("a message set in an option is written with the names of its extensions", () => {
  // Compilers of today refuse the format in new files, so the descriptor is made by hand: { 1: group { 2: number, 3: bytes } }.
  const proto = create(FileDescriptorProtoSchema, {
    name: "set.proto",
    package: "set",
    dependency: ["google/protobuf/descriptor.proto"],
    messageType: [
      { name: "Set", options: { messageSetWireFormat: true }, extensionRange: [{ start: 4, end: 2147483647 }] },
      {
        name: "Element",
        field: [{ name: "s", number: 1, label: Label.OPTIONAL, type: Type.STRING }],
        extension: [message("element", 1000, ".set.Set", ".set.Element")],
      },
    ],
    extension: [message("rule", 50001, ".google.protobuf.FileOptions", ".set.Set")],
    options: {},
  });
  // The length of the option, the start of the group, 2: 1000, 3: { s: "a" }, the end of the group.
  const data = new Uint8Array([10, 0x0b, 0x10, 0xe8, 0x07, 0x1a, 3, 0x0a, 1, 0x61, 0x0c]);
  if (proto.options) proto.options.$unknown = [{ no: 50001, wireType: 2, data }];
  const file = createFileRegistry(proto, () => file_google_protobuf_descriptor).getFile("set.proto");
  assert.ok(file);
  assert.ok(printProto(file).includes('option (rule) = {\n  [set.Element.element]: {s: "a"}\n};\n'), printProto(file));
});

function message(name: string, number: number, extendee: string, typeName: string) {
  return { name, number, extendee, typeName, label: Label.OPTIONAL, type: Type.MESSAGE };
}

test("an option of a file that is imported for options only has its full name", () => {
  const edition = { package: "late", edition: Edition.EDITION_2024, syntax: "editions" };
  const declared = create(FileDescriptorProtoSchema, {
    ...edition,
    name: "declared.proto",
    dependency: ["google/protobuf/descriptor.proto"],
    extension: [
      {
        name: "rule",
        number: 50001,
        extendee: ".google.protobuf.FileOptions",
        label: Label.OPTIONAL,
        type: Type.INT32,
      },
    ],
  });
  const user = create(FileDescriptorProtoSchema, {
    ...edition,
    name: "user.proto",
    optionDependency: ["declared.proto"],
    options: {},
  });
  if (user.options) user.options.$unknown = [{ no: 50001, wireType: 0, data: new Uint8Array([1]) }];
  const set = create(FileDescriptorSetSchema, { file: [file_google_protobuf_descriptor.proto, declared, user] });
  const registry = createFileRegistry(set);
  const file = registry.getFile("user.proto");
  assert.ok(file);
  assert.match(printProto(file, registry.files), /import option "declared\.proto";\n\noption \(late\.rule\) = 1;\n/);
});
