// The syntax of a package's file: proto3 while that says it all, edition 2023 as soon as something needs it.
// Runs on: node (buf is started)
import assert from "node:assert/strict";
import { test } from "node:test";
import { createRegistry, fromBinary as fromBinaryOf, toBinary as toBinaryOf } from "@bufbuild/protobuf";
import { FeatureSet_JsonFormat } from "@bufbuild/protobuf/wkt";
import {
  createSchema,
  Enum,
  field,
  fromBinary,
  map,
  message,
  type MessageClass,
  oneof,
  optional,
  repeated,
  type SchemaRoots,
  service,
  toBinary,
  unary,
} from "../../mod.ts";
import { protoFiles } from "../../src/proto/export.ts";
import { differenceOfProtos } from "../corpus/law.ts";
import { compile } from "../proto/compile.ts";

const Size = { SMALL: 1, LARGE: 2 } as const;
Enum("ed.v1.Size", Size, { closed: true });

const Item = message("ed.v1.Item", { name: field(1, "string") });

const Everything = message("ed.v1.Everything", {
  id: optional(1, "int32", { required: true }),
  size: optional(2, Size, { default: "SIZE_LARGE" }),
  plain: field(3, "string"),
  maybe: optional(4, "string"),
  item: field(5, Item, { group: true, deprecated: true }),
  list: repeated(6, "int32", { packed: false }),
  packed: repeated(7, "int32", { packed: true }),
  sizes: repeated(8, Size),
  names: map(9, "string", "int32"),
  at: field(10, Date),
  pick: oneof({ word: [11, "string"], number: [12, "int32"] }),
});

const Plain = message("plain.v1.Plain", { name: field(1, "string"), maybe: optional(2, "int32") });

test("a file that needs nothing else is proto3", () => {
  assert.match(
    protoFiles(createSchema({ messages: [Plain] }).files).get("plain/v1/plain.proto") ?? "",
    /^syntax = "proto3";/,
  );
});

test("required, defaults, groups and closed enums make an edition of the file, whose text compiles to its descriptor", () => {
  const schema = createSchema({ messages: [Everything, Plain] });
  const texts = protoFiles(schema.files);
  const text = texts.get("ed/v1/ed.proto") ?? "";
  assert.match(text, /^edition = "2023";/);
  assert.match(text, /int32 id = 1 \[features\.field_presence = LEGACY_REQUIRED\];/);
  assert.match(text, /Size size = 2 \[default = SIZE_LARGE\];/);
  assert.match(text, /string plain = 3 \[features\.field_presence = IMPLICIT\];/);
  assert.match(text, /string maybe = 4;/);
  assert.match(text, /Item item = 5 \[\n {4}deprecated = true,\n {4}features\.message_encoding = DELIMITED\n {2}\];/);
  assert.match(text, /repeated int32 list = 6 \[features\.repeated_field_encoding = EXPANDED\];/);
  assert.match(text, /enum Size \{\n {2}option features\.enum_type = CLOSED;/);
  assert.match(texts.get("plain/v1/plain.proto") ?? "", /^syntax = "proto3";/);
  const compiled = compile(texts);
  for (const path of texts.keys()) {
    const [own, other] = [schema.files.find(({ proto }) => proto.name === path), compiled.getFile(path)];
    assert.ok(own && other);
    assert.equal(differenceOfProtos(own.proto, other.proto, createRegistry()), undefined, path);
  }
});

test("what is written is what protobuf-es reads by the exported text, and the other way round", () => {
  const texts = protoFiles(createSchema({ messages: [Everything] }).files);
  const desc = compile(texts).getMessage("ed.v1.Everything");
  assert.ok(desc);
  const given = {
    id: 1,
    size: 1 as const,
    plain: "p",
    item: { name: "x" },
    list: [1, 2],
    packed: [3, 4],
    sizes: [2 as const],
    names: new Map([["a", 1]]),
    at: new Date(1500),
    pick: { case: "word" as const, value: "w" },
  };
  const bytes = toBinary(Everything, given);
  const theirs = fromBinaryOf(desc, bytes);
  assert.deepEqual(toBinaryOf(desc, theirs), bytes);
  const read = fromBinary(Everything, toBinaryOf(desc, theirs));
  assert.deepEqual({ ...read, item: read.item && { ...read.item } }, { ...given, maybe: undefined, pick: given.pick });
  // 5 << 3 | 3 begins the group; the list is not packed.
  assert.ok(Buffer.from(bytes).includes(Buffer.from([0x2b, 0x0a, 1, 0x78, 0x2c])));
  assert.ok(Buffer.from(bytes).includes(Buffer.from([0x30, 1, 0x30, 2])));
});

test("features of any element make an edition of its file", () => {
  const features = { options: { features: { jsonFormat: FeatureSet_JsonFormat.LEGACY_BEST_EFFORT } } };
  const syntaxOf = (name: string, roots: (m: MessageClass) => SchemaRoots): string | undefined => {
    const schema = createSchema(roots(message(`${name}.v1.M`, { a: field(1, "string") })));
    return schema.files.find((file) => file.proto.name === `${name}/v1/${name}.proto`)?.proto.syntax;
  };
  const Shade = { NONE: 0, DARK: 1 } as const;
  const Tone = { NONE: 0 } as const;
  const elements: { readonly [name: string]: (m: MessageClass) => SchemaRoots } = {
    plain: (m) => ({ messages: [m] }),
    inmessage: () => ({ messages: [message("inmessage.v1.N", {}, features)] }),
    infield: () => ({ messages: [message("infield.v1.N", { a: optional(1, "string", features) })] }),
    inoneof: () => ({ messages: [message("inoneof.v1.N", { o: oneof({ a: [1, "string"] }, features) })] }),
    incase: () => ({ messages: [message("incase.v1.N", { o: oneof({ a: [1, "string", features] }) })] }),
    inrange: () => ({
      messages: [message("inrange.v1.N", {}, { extensionRanges: [[100, 199, features]] })],
    }),
    inenum: () => ({ messages: [message("inenum.v1.N", { a: field(1, Enum("inenum.v1.Tone", Tone, features)) })] }),
    invalue: () => ({
      messages: [
        message("invalue.v1.N", { a: field(1, Enum("invalue.v1.Shade", Shade, { values: { DARK: features } })) }),
      ],
    }),
    inservice: (m) => ({ contracts: [service("inservice.v1.S", { get: unary(m, m) }, features)] }),
    inmethod: (m) => ({ contracts: [service("inmethod.v1.S", { get: unary(m, m, features) })] }),
  };
  const found = Object.entries(elements).map(([name, roots]) => [name, syntaxOf(name, roots)]);
  assert.deepEqual(found, Object.keys(elements).map((name) => [name, name === "plain" ? "proto3" : "editions"]));
});

test("a default, or a closed enum, in a field without presence is a mistake", () => {
  const Wrong = message("ed.v1.Wrong", {
    size: field(1, Size, { optional: false }),
    count: field(2, "int32", { default: 5, optional: false }),
  });
  assert.throws(
    () => createSchema({ messages: [Wrong] }),
    /Wrong\.size: a field with closed enum has presence[^]*Wrong\.count: a field with default has presence/,
  );
});
