import assert from "node:assert/strict";
import { test } from "node:test";
import { create, createFileRegistry, type DescFile } from "@bufbuild/protobuf";
import {
  EmptySchema,
  FieldDescriptorProto_Label as Label,
  FieldDescriptorProto_Type as Type,
  FileDescriptorProtoSchema,
  MethodOptions_IdempotencyLevel,
  TimestampSchema,
} from "@bufbuild/protobuf/wkt";
import { printProto } from "../../src/proto/print.ts";
import { assertRoundTrip, compile } from "./compile.ts";

const known = new Map([TimestampSchema, EmptySchema].map((schema) => [schema.file.proto.name, schema.file]));

function shopFile(): DescFile {
  const proto = create(FileDescriptorProtoSchema, {
    name: "shop/v1/shop.proto",
    package: "shop.v1",
    syntax: "proto3",
    dependency: ["google/protobuf/timestamp.proto", "google/protobuf/empty.proto"],
    messageType: [
      {
        name: "Order",
        field: [
          { name: "id", number: 1, jsonName: "id", label: Label.OPTIONAL, type: Type.STRING },
          { name: "tags", number: 2, jsonName: "labels", label: Label.REPEATED, type: Type.STRING },
          {
            name: "stock",
            number: 3,
            jsonName: "stock",
            label: Label.REPEATED,
            type: Type.MESSAGE,
            typeName: ".shop.v1.Order.StockEntry",
          },
          {
            name: "created_at",
            number: 4,
            jsonName: "createdAt",
            label: Label.OPTIONAL,
            type: Type.MESSAGE,
            typeName: ".google.protobuf.Timestamp",
            options: { deprecated: true },
          },
          {
            name: "status",
            number: 5,
            jsonName: "status",
            label: Label.OPTIONAL,
            type: Type.ENUM,
            typeName: ".shop.v1.Order.Status",
          },
          {
            name: "retries",
            number: 6,
            jsonName: "retries",
            label: Label.OPTIONAL,
            type: Type.INT32,
            proto3Optional: true,
            oneofIndex: 1,
          },
          {
            name: "card",
            number: 10,
            jsonName: "card",
            label: Label.OPTIONAL,
            type: Type.MESSAGE,
            typeName: ".shop.v1.Order.Card",
            oneofIndex: 0,
          },
          { name: "voucher", number: 11, jsonName: "voucher", label: Label.OPTIONAL, type: Type.STRING, oneofIndex: 0 },
          {
            name: "points",
            number: 12,
            jsonName: "p",
            label: Label.REPEATED,
            type: Type.SINT64,
            options: { packed: false, deprecated: true },
          },
        ],
        oneofDecl: [{ name: "payment" }, { name: "_retries" }],
        nestedType: [
          { name: "Card", field: [{ name: "number", number: 1, label: Label.OPTIONAL, type: Type.BYTES }] },
          {
            name: "StockEntry",
            options: { mapEntry: true },
            field: [
              { name: "key", number: 1, label: Label.OPTIONAL, type: Type.STRING },
              { name: "value", number: 2, label: Label.OPTIONAL, type: Type.INT32 },
            ],
          },
        ],
        enumType: [{
          name: "Status",
          value: [{ name: "STATUS_UNSPECIFIED", number: 0 }, { name: "STATUS_PAID", number: 1 }, {
            name: "STATUS_SETTLED",
            number: 1,
          }],
          options: { allowAlias: true },
          reservedRange: [{ start: 5, end: 5 }, { start: 7, end: 2147483647 }],
          reservedName: ["STATUS_LOST"],
        }],
        reservedRange: [{ start: 20, end: 21 }, { start: 30, end: 41 }, { start: 1000, end: 536870912 }],
        reservedName: ["price", "vat"],
      },
      { name: "Nothing", options: { deprecated: true } },
      { name: "Filter" },
    ],
    service: [{
      name: "Orders",
      method: [
        {
          name: "GetOrder",
          inputType: ".shop.v1.Filter",
          outputType: ".shop.v1.Order",
          options: { idempotencyLevel: MethodOptions_IdempotencyLevel.NO_SIDE_EFFECTS },
        },
        { name: "Watch", inputType: ".shop.v1.Filter", outputType: ".shop.v1.Order", serverStreaming: true },
        { name: "Import", inputType: ".shop.v1.Order", outputType: ".google.protobuf.Empty", clientStreaming: true },
        {
          name: "Chat",
          inputType: ".shop.v1.Order",
          outputType: ".shop.v1.Order",
          clientStreaming: true,
          serverStreaming: true,
        },
      ],
    }],
    sourceCodeInfo: {
      location: [
        { path: [4, 0], span: [0, 0, 0], leadingComments: " A customer's order.\n\n Kept for ten years.\n" },
        { path: [4, 0, 2, 0], span: [0, 0, 0], leadingComments: " Never changes.\n" },
        { path: [4, 0, 2, 1], span: [0, 0, 0], trailingComments: " free text\n" },
        { path: [4, 0, 8, 0], span: [0, 0, 0], leadingComments: " How it is paid.\n" },
        { path: [4, 0, 4, 0], span: [0, 0, 0], leadingComments: " Where an order stands.\n" },
        { path: [4, 0, 4, 0, 2, 1], span: [0, 0, 0], leadingComments: " The money is here.\n" },
        { path: [6, 0], span: [0, 0, 0], leadingComments: " Orders of all shops.\n" },
        { path: [6, 0, 2, 1], span: [0, 0, 0], leadingComments: " Sends every change.\n" },
      ],
    },
  });
  const file = createFileRegistry(proto, (name) => known.get(name)).getFile(proto.name);
  assert.ok(file);
  return file;
}

test("a proto3 file prints as a human would write it", () => {
  assert.equal(
    printProto(shopFile()),
    `syntax = "proto3";

package shop.v1;

import "google/protobuf/empty.proto";
import "google/protobuf/timestamp.proto";

// Orders of all shops.
service Orders {
  rpc GetOrder(Filter) returns (Order) {
    option idempotency_level = NO_SIDE_EFFECTS;
  }

  // Sends every change.
  rpc Watch(Filter) returns (stream Order);

  rpc Import(stream Order) returns (google.protobuf.Empty);
  rpc Chat(stream Order) returns (stream Order);
}

// A customer's order.
//
// Kept for ten years.
message Order {
  reserved 20, 30 to 40, 1000 to max;
  reserved "price", "vat";

  message Card {
    bytes number = 1;
  }

  // Where an order stands.
  enum Status {
    option allow_alias = true;

    reserved 5, 7 to max;
    reserved "STATUS_LOST";

    STATUS_UNSPECIFIED = 0;
    // The money is here.
    STATUS_PAID = 1;
    STATUS_SETTLED = 1;
  }

  // Never changes.
  string id = 1;
  repeated string tags = 2 [json_name = "labels"]; // free text
  map<string, int32> stock = 3;
  google.protobuf.Timestamp created_at = 4 [deprecated = true];
  Status status = 5;
  optional int32 retries = 6;

  // How it is paid.
  oneof payment {
    Card card = 10;
    string voucher = 11;
  }

  repeated sint64 points = 12 [
    json_name = "p",
    packed = false,
    deprecated = true
  ];
}

message Nothing {
  option deprecated = true;
}

message Filter {}
`,
  );
});

test("the text of a proto3 file compiles to its descriptor", () => {
  const file = shopFile();
  assertRoundTrip(createFileRegistry(file.proto, (name) => known.get(name)));
});

test("a file without a package, imports and declarations is its syntax line", () => {
  const proto = create(FileDescriptorProtoSchema, { name: "empty.proto", syntax: "proto3" });
  const file = createFileRegistry(proto, () => undefined).getFile("empty.proto");
  assert.ok(file);
  assert.equal(printProto(file), 'syntax = "proto3";\n');
});

test("proto2's labels, defaults, groups and extensions compile to their descriptors", () => {
  const registry = compile([["a/b/old.proto", old]]);
  const text = assertRoundTrip(registry).get("a/b/old.proto");
  assert.match(text ?? "", /optional string text = 3 \[default = "a\\"\\nü"\];/);
  assert.match(text ?? "", /required int32 id = 1;/);
  assert.match(text ?? "", /optional group Inner = 6 \{\n {4}optional int32 z = 1;\n {2}\}/);
});

test("editions print their features and compile to their descriptors", () => {
  const registry = compile([["a/b/edition.proto", edition]]);
  const text = assertRoundTrip(registry).get("a/b/edition.proto") ?? "";
  assert.match(text, /^edition = "2023";\n/);
  assert.match(text, /option features\.field_presence = IMPLICIT;/);
  assert.match(text, /reserved foo, bar;/);
  assert.match(text, /required = 2 \[features\.field_presence = LEGACY_REQUIRED\];/);
});

test("printing, compiling and printing again gives the same text, comments and all", () => {
  const first = assertRoundTrip(compile([["a/b/old.proto", old], ["a/b/edition.proto", edition]]));
  assert.deepEqual(assertRoundTrip(compile(first)), first);
});

const old = `// A detached remark.

// About the file.
syntax = "proto2";
// About the package.
package a.b.old;
import weak "google/protobuf/descriptor.proto";
import public "google/protobuf/any.proto";
message M { // behind the brace
  // apart

  // right before
  required int32 id = 1; /* behind */
  optional E e = 2 [default = B];
  optional string text = 3 [default = "a\\"\\n\\303\\274"];
  optional bytes raw = 4 [default = "\\001\\"\\xff\\\\"];
  optional double small = 5 [default = -1e-7];
  optional group Inner = 6 { optional int32 z = 1; }
  optional float inf = 7 [default = inf];
  optional float nan = 8 [default = nan];
  repeated int32 packed = 9 [packed = true];
  oneof choice { string s = 10; group Other = 11 {} }
  optional int64 text_long = 12 [jstype = JS_STRING];
  map<int64, M> by_id = 13;
  extensions 100 to 199;
  extensions 200, 300 to max;
  extend M { optional N nested_extension = 100; }
}
message N { extend M { repeated string more = 101; repeated string most = 102; } }
enum E { A = 1; B = -2; }
extend M { optional group Grown = 103 { optional int32 a = 1; } }
`;

const edition = `edition = "2023";
package a.b.edition;
option features.field_presence = IMPLICIT;
option features.enum_type = CLOSED;
option java_package = "org.example";
message M {
  string plain = 1;
  string required = 2 [features.field_presence = LEGACY_REQUIRED];
  M delimited = 3 [features.message_encoding = DELIMITED];
  repeated int32 expanded = 4 [features.repeated_field_encoding = EXPANDED];
  reserved foo, bar;
  reserved 10 to 20;
}
enum Open { option features.enum_type = OPEN; OPEN_UNSPECIFIED = 0; reserved old; }
`;
