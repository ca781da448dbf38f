// Declared files, extensions and custom options: their descriptors, their bytes on the wire, and their mistakes.
import assert from "node:assert/strict";
import { test } from "node:test";
import { getExtension } from "@bufbuild/protobuf";
import {
  FeatureSet_FieldPresence,
  FeatureSetSchema,
  FieldOptionsSchema,
  file_google_protobuf_descriptor,
  MessageOptionsSchema,
} from "@bufbuild/protobuf/wkt";
import {
  createSchema,
  Enum,
  extension,
  Field,
  field,
  fromBinary,
  Message,
  message,
  type MessageClass,
  option,
  optional,
  protoFile,
  repeated,
  toBinary,
} from "../../mod.ts";

test("a declared file has its own path, edition, options and order, and all of it is part of a schema", () => {
  const Inner = message("a.Outer.Inner", { b: field(2, "string"), a: field(1, "string") });
  const Outer = message("a.Outer", { inner: field(1, Inner) });
  const Alone = message("a.Alone", {});
  const Color = Enum("a.Color", { RED: 1, GREEN: 0 } as const, { prefix: false });
  protoFile("some/where.proto", {
    package: "a",
    edition: "2023",
    options: { goPackage: "example.com/a", features: { fieldPresence: FeatureSet_FieldPresence.IMPLICIT } },
    messages: [Alone, Outer, Inner],
    enums: [Color],
  });
  const schema = createSchema({ messages: [Outer] });
  const { proto } = schema.message(Outer).file;
  assert.equal(proto.name, "some/where.proto");
  assert.deepEqual([proto.syntax, proto.edition, proto.options?.goPackage], ["editions", 1000, "example.com/a"]);
  assert.deepEqual(proto.messageType.map(({ name }) => name), ["Alone", "Outer"]);
  assert.deepEqual(proto.messageType[1]?.nestedType[0]?.field.map(({ name }) => name), ["b", "a"]);
  assert.deepEqual(proto.enumType[0]?.value.map(({ name }) => name), ["RED", "GREEN"]);
});

test("a proto2 file has required fields, defaults and groups, on the wire too", () => {
  const Item = message("old.Item", { name: optional(1, "string") });
  const Old = message("old.Old", {
    id: optional(1, "int32", { required: true }),
    size: optional(2, "int32", { default: 5 }),
    item: field(3, Item, { group: true }),
  });
  protoFile("old.proto", { package: "old", edition: "proto2", messages: [Old, Item] });
  const desc = createSchema({ messages: [Old] }).message(Old);
  assert.equal(desc.field.id?.proto.label, 2);
  assert.equal(desc.field.size?.proto.defaultValue, "5");
  const bytes = toBinary(Old, { id: 1, item: { name: "x" } });
  // 3 << 3 | 3 begins the group, 3 << 3 | 4 ends it.
  assert.deepEqual([...bytes], [0x08, 1, 0x1b, 0x0a, 1, 0x78, 0x1c]);
  const read = fromBinary(Old, bytes);
  assert.deepEqual([read.id, read.size, read.item?.name], [1, undefined, "x"]);
});

test("what a file declared as proto3 does not have is a mistake that says how to get it", () => {
  const New = message("new.New", {
    id: optional(1, "int32", { required: true }),
    size: optional(2, "int32", { default: 5 }),
  });
  protoFile("new.proto", { package: "new", edition: "proto3", messages: [New] });
  assert.throws(
    () => createSchema({ messages: [New] }),
    /New\.id: proto3 has no required, and its file is declared as proto3\. Leave the file's edition out[^]*New\.size: proto3 has no default/,
  );
});

test("decorators take the same options, and tell them from an enum by their names", () => {
  @Message("deco.Old")
  class Old {
    @Field(1, "int32", { default: 7 })
    size?: number;
    @Field(2, "string", { default: "x", name: "title" })
    name?: string;
  }
  protoFile("deco.proto", { package: "deco", edition: "proto2", messages: [Old] });
  const { fields } = createSchema({ messages: [Old] }).message(Old);
  assert.deepEqual(fields.map(({ name, proto }) => [name, proto.defaultValue]), [["size", "7"], ["title", "x"]]);
});

test("extensions and custom options, of the class's shape", () => {
  const Rule = message("opt.Rule", { text: field(1, "string"), others: repeated(2, () => Rule2) });
  const Rule2 = message("opt.Rule2", { at: field(1, Date), byName: field(2, "string", { name: "by" }) });
  const owner = extension("opt.owner", { extends: FieldOptionsSchema, number: 50_001, type: "string" });
  const rule = extension("opt.Rule.rule", { extends: MessageOptionsSchema, number: 50_002, type: () => Rule });
  const Used = message("opt.Used", { a: field(1, "string", { custom: [option(owner, "me")] }) }, {
    custom: [option(rule, { text: "t", others: [{ at: new Date(1000), byName: "n" }] })],
  });
  const file = protoFile("opt.proto", {
    package: "opt",
    imports: [file_google_protobuf_descriptor],
    messages: [Used, Rule, Rule2],
    extensions: [owner, rule],
  });
  const schema = createSchema({ files: [file] });
  const desc = schema.message(Used);
  const [ownerDesc, ruleDesc] = ["opt.owner", "opt.Rule.rule"].map((name) => schema.registry.getExtension(name));
  assert.ok(ownerDesc && ruleDesc && desc.proto.options && desc.field.a?.proto.options);
  assert.equal(ruleDesc.parent?.typeName, "opt.Rule");
  assert.equal(getExtension(desc.field.a.proto.options, ownerDesc), "me");
  const value = getExtension(desc.proto.options, ruleDesc) as unknown as {
    text: string;
    others: { at: { seconds: bigint }; by: string }[];
  };
  assert.deepEqual([value.text, value.others[0]?.at.seconds, value.others[0]?.by], ["t", 1n, "n"]);
});

test("an extension without a file goes to the file of its package, with what uses it", () => {
  const owner = extension("plain.owner", { extends: FieldOptionsSchema, number: 50_001, type: "string" });
  const Plain = message("plain.Plain", { a: field(1, "string", { custom: [option(owner, "me")] }) });
  const { proto } = createSchema({ messages: [Plain] }).message(Plain).file;
  assert.deepEqual(proto.extension.map(({ name }) => name), ["owner"]);
  assert.deepEqual(proto.dependency, ["google/protobuf/descriptor.proto"]);
});

test("features of a language are set in the features of the element", () => {
  const lang = extension("lang.lang", { extends: FeatureSetSchema, number: 9_990, type: "bool" });
  const M = message("lang.M", {}, { custom: [option(lang, true)] });
  const file = protoFile("lang.proto", {
    package: "lang",
    edition: "2023",
    imports: [file_google_protobuf_descriptor],
    messages: [M],
    extensions: [lang],
  });
  const schema = createSchema({ files: [file] });
  const features = schema.message(M).proto.options?.features;
  const desc = schema.registry.getExtension("lang.lang");
  assert.ok(features && desc);
  assert.equal(getExtension(features, desc), true);
});

test("a value that an option can't hold is a mistake that names the option and the file", () => {
  const owner = extension("bad.owner", { extends: FieldOptionsSchema, number: 50_001, type: "uint32" });
  const Bad = message("bad.Bad", { a: field(1, "string", { custom: [option(owner, -1)] }) });
  assert.throws(() => createSchema({ messages: [Bad] }), /bad\/bad\.proto: its custom option bad\.owner: /);
});

test("files that import each other in a circle are named", () => {
  const A: MessageClass<{ b?: object }> = message("circle.A", { b: field(1, () => B) });
  const B: MessageClass<{ a?: object }> = message("circle.B", { a: field(1, () => A) });
  protoFile("circle/a.proto", { package: "circle", messages: [A] });
  protoFile("circle/b.proto", { package: "circle", messages: [B] });
  assert.throws(
    () => createSchema({ messages: [A] }),
    /files import each other in a circle: circle\/a\.proto uses circle\/b\.proto in A\.b; circle\/b\.proto uses circle\/a\.proto in B\.a\. Move one of the types to another file\./,
  );
});
