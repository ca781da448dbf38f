// Declared files, extensions and custom options: their descriptors, their bytes on the wire, and their mistakes.
import assert from "node:assert/strict";
import { test } from "node:test";
import { type DescMessage, getExtension } from "@bufbuild/protobuf";
import {
  EnumOptionsSchema,
  EnumValueOptionsSchema,
  ExtensionRangeOptionsSchema,
  FeatureSet_FieldPresence,
  FeatureSet_JsonFormat,
  FeatureSetSchema,
  FieldOptions_CType,
  FieldOptions_JSType,
  FieldOptionsSchema,
  file_google_protobuf_descriptor,
  FileOptionsSchema,
  MessageOptionsSchema,
  MethodOptionsSchema,
  OneofOptionsSchema,
  ServiceOptionsSchema,
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
  OneOf,
  option,
  optional,
  protoFile,
  repeated,
  Service,
  Sigil,
  toBinary,
  Unary,
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

test("features of a language make an edition of a package's file", () => {
  const lang = extension("langs.v1.lang", { extends: () => FeatureSetSchema, number: 9_991, type: "bool" });
  const M = message("langs.v1.M", {}, { custom: [option(lang, true)] });
  const { proto } = createSchema({ messages: [M] }).message(M).file;
  assert.deepEqual([proto.syntax, proto.edition], ["editions", 1000]);
});

test("custom options and features on every element that a decorator makes", () => {
  const note = (name: string, extended: DescMessage, number: number) =>
    extension(`every.v1.${name}`, { extends: extended, number, type: "string" });
  const notes = {
    file: note("file_note", FileOptionsSchema, 50_001),
    message: note("message_note", MessageOptionsSchema, 50_001),
    field: note("field_note", FieldOptionsSchema, 50_001),
    oneof: note("oneof_note", OneofOptionsSchema, 50_001),
    range: note("range_note", ExtensionRangeOptionsSchema, 50_001),
    enum: note("enum_note", EnumOptionsSchema, 50_001),
    value: note("value_note", EnumValueOptionsSchema, 50_001),
    service: note("service_note", ServiceOptionsSchema, 50_001),
    method: note("method_note", MethodOptionsSchema, 50_001),
  };
  const features = { jsonFormat: FeatureSet_JsonFormat.LEGACY_BEST_EFFORT };
  const of = (name: keyof typeof notes) => ({ custom: [option(notes[name], name)], options: { features } });
  const Level = Enum("every.v1.Level", { NONE: 0, HIGH: 1 } as const, { ...of("enum"), values: { HIGH: of("value") } });
  @Message("every.v1.Every", { ...of("message"), extensionRanges: [[100, 199, of("range")]], reserved: [50, "gone"] })
  class Every {
    @Field(1, Level, of("field"))
    level?: 0 | 1;
    @OneOf({ a: [2, "string", of("field")] }, of("oneof"))
    pick?: { case: "a"; value: string };
    @Field(3, "int64", {
      options: { jstype: FieldOptions_JSType.JS_STRING, lazy: true, ctype: FieldOptions_CType.CORD },
    })
    big?: bigint;
  }
  @Service("every.v1.EveryService", of("service"))
  class EveryService {
    @Unary(Every, Every, of("method"))
    get(every: Every): Every {
      return every;
    }
  }
  protoFile("every.proto", {
    package: "every.v1",
    imports: [file_google_protobuf_descriptor],
    messages: [Every],
    enums: [Level],
    services: [EveryService],
    extensions: Object.values(notes),
    ...of("file"),
  });
  const { schema } = new Sigil({ services: [EveryService] });
  const file = schema.message(Every).file;
  assert.equal(file.proto.edition, 1000);
  const [every] = file.messages;
  const [get] = file.services[0].methods;
  const elements = [
    ["file", file.proto.options],
    ["message", every.proto.options],
    ["field", every.fields[0].proto.options],
    ["field", every.fields[1].proto.options],
    ["oneof", every.oneofs[0].proto.options],
    ["range", every.proto.extensionRange[0].options],
    ["enum", file.enums[0].proto.options],
    ["value", file.enums[0].values[1].proto.options],
    ["service", file.services[0].proto.options],
    ["method", get.proto.options],
  ] as const;
  for (const [name, options] of elements) {
    const desc = schema.registry.getExtension(`every.v1.${name}_note`);
    assert.ok(options && desc, name);
    assert.equal(getExtension(options, desc), name);
    assert.equal(options.features?.jsonFormat, features.jsonFormat, name);
  }
  const { jstype, lazy, ctype } = every.fields[2].proto.options ?? {};
  assert.deepEqual([jstype, lazy, ctype], [FieldOptions_JSType.JS_STRING, true, FieldOptions_CType.CORD]);
  assert.deepEqual([every.proto.reservedRange[0]?.start, every.proto.reservedName], [50, ["gone"]]);
  assert.deepEqual(fromBinary(Every, toBinary(Every, { big: 5n })).big, 5n);
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
    /files import each other in a circle: circle\/a\.proto uses circle\/b\.proto in A\.b, a B; circle\/b\.proto uses circle\/a\.proto in B\.a, a A\. Move one of the types to another file\./,
  );
});
