// Descriptors are the ones that protobuf-es would make: of its own files, and of one with every construct.
import { create, createFileRegistry, type DescFile, fromBinary, toBinary } from "@bufbuild/protobuf";
import { nestedTypes } from "@bufbuild/protobuf/reflect";
import {
  AnySchema,
  ApiSchema,
  DurationSchema,
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
  StructSchema,
  TimestampSchema,
  TypeSchema,
} from "@bufbuild/protobuf/wkt";
import assert from "node:assert/strict";
import { test } from "node:test";
import { createSchema, Enum, field, map, message, oneof, optional, repeated } from "../../mod.ts";
import { descriptorMessage, type DescriptorMessages } from "../../src/schema/descriptor_message.ts";
import { LazyRegistry } from "../../src/schema/lazy_registry.ts";
import { type DescType, linkFile } from "../../src/schema/link.ts";
import { durationFile, timestampFile } from "../../src/schema/timestamp.ts";

const known = [
  FileDescriptorSetSchema,
  AnySchema,
  ApiSchema,
  DurationSchema,
  StructSchema,
  TimestampSchema,
  TypeSchema,
];

test("descriptor.proto and the well-known types link as protobuf-es links them", () => {
  for (const { file } of known) assertLinks(file.proto, file.dependencies);
});

test("every construct of proto2 links as protobuf-es links it", () => {
  const label = { optional: 1, required: 2, repeated: 3 };
  const one = (name: string, number: number, type: number, rest: object = {}) => ({
    name,
    number,
    type,
    label: label.optional,
    jsonName: name,
    ...rest,
  });
  const scalars = [1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 13, 15, 16, 17, 18];
  const defaults = [
    "1.5",
    "-inf",
    "-9",
    "9",
    "-7",
    "8",
    "6",
    "true",
    "text",
    "a\\001\\\\\\n\\377",
    "4",
    "3",
    "-2",
    "1",
    "0",
  ];
  assertLinks(
    protoOf({
      name: "all.proto",
      package: "all.v1",
      options: { deprecated: true, features: undefined },
      enumType: [
        {
          name: "ColorKind",
          value: [{ name: "COLOR_KIND_RED", number: 1 }, { name: "COLOR_KIND_toString", number: 2 }],
        },
        {
          name: "Size",
          value: [{ name: "SIZE_1", number: 0 }, { name: "SIZE_A", number: 0, options: { deprecated: true } }],
        },
      ],
      messageType: [{
        name: "All",
        field: [
          ...scalars.map((type, i) => one(`field_${i}_x`, i + 1, type, { defaultValue: defaults[i] })),
          ...scalars.map((type, i) => one(`list_${i}`, i + 20, type, { label: label.repeated })),
          one("packed", 40, 5, { label: label.repeated, options: { packed: true } }),
          one("color", 41, 14, { typeName: ".all.v1.ColorKind", defaultValue: "COLOR_KIND_toString" }),
          one("colors", 42, 14, { label: label.repeated, typeName: ".all.v1.ColorKind" }),
          one("must", 43, 9, { label: label.required }),
          one("group", 44, 10, { typeName: ".all.v1.All.Inner" }),
          one("inners", 45, 11, {
            label: label.repeated,
            typeName: ".all.v1.All.Inner",
            options: { deprecated: true },
          }),
          one("by_key", 46, 11, { label: label.repeated, typeName: ".all.v1.All.ByKeyEntry" }),
          one("a", 47, 9, { oneofIndex: 0 }),
          one("toString", 48, 11, { oneofIndex: 0, typeName: ".all.v1.All" }),
          one("constructor", 49, 9),
          one("long", 50, 3, { options: { jstype: 1 } }),
        ],
        oneofDecl: [{ name: "one_of_them" }, { name: "none" }],
        nestedType: [
          { name: "Inner", enumType: [{ name: "Deep", value: [{ name: "ZERO", number: 0 }] }] },
          {
            name: "ByKeyEntry",
            options: { mapEntry: true },
            field: [one("key", 1, 5), one("value", 2, 11, { typeName: ".all.v1.All.Inner" })],
          },
        ],
        extensionRange: [{ start: 100, end: 200 }],
        extension: [one("nested_one", 101, 5, { extendee: ".all.v1.All" })],
      }],
      extension: [
        one("more", 102, 5, { extendee: ".all.v1.All", label: label.repeated, options: { packed: true } }),
        one("other", 103, 11, { extendee: ".all.v1.All", typeName: ".all.v1.All.Inner" }),
      ],
      service: [{
        name: "Calls",
        method: [
          { name: "Get", inputType: ".all.v1.All", outputType: ".all.v1.All", options: { idempotencyLevel: 1 } },
          { name: "ToString", inputType: ".all.v1.All", outputType: ".all.v1.All", clientStreaming: true },
          { name: "Down", inputType: ".all.v1.All", outputType: ".all.v1.All", serverStreaming: true },
          {
            name: "Both",
            inputType: ".all.v1.All",
            outputType: ".all.v1.All",
            clientStreaming: true,
            serverStreaming: true,
          },
        ],
      }],
    }),
    [],
  );
});

test("features of editions link as protobuf-es links them", () => {
  const features = [
    {},
    { fieldPresence: 2, repeatedFieldEncoding: 2, utf8Validation: 3, messageEncoding: 2, enumType: 2 },
    { fieldPresence: 3 },
  ];
  for (const syntax of ["proto3", "editions"]) {
    for (const edition of syntax === "proto3" ? [0] : [1000, 1001, 1002]) {
      for (const inFile of features) {
        for (const inMessage of features) {
          const fields = features.flatMap((inField, i) =>
            [9, 11, 14].flatMap((type, j) =>
              [1, 3].map((label, k) => ({
                name: `f_${i}_${j}_${k}`,
                number: i * 100 + j * 10 + k + 1,
                label,
                type,
                jsonName: `f${i}${j}${k}`,
                ...type === 11 ? { typeName: ".e.Outer.M" } : type === 14 ? { typeName: ".e.E" } : {},
                options: { features: inField },
                ...syntax === "proto3" && label === 1 && i === 1 ? { proto3Optional: true, oneofIndex: j } : {},
              }))
            )
          );
          const inner = { name: "M", field: fields, oneofDecl: [{ name: "_x" }, { name: "_y" }, { name: "_z" }] };
          assertLinks(
            protoOf({
              name: "e.proto",
              package: "e",
              syntax,
              edition: edition as never,
              options: { features: inFile },
              enumType: [{ name: "E", value: [{ name: "A", number: 0 }], options: { features: inMessage } }],
              messageType: [{ name: "Outer", options: { features: inMessage }, nestedType: [inner] }],
            }),
            [],
          );
        }
      }
    }
  }
});

test("messages of descriptor.proto are made as protobuf-es makes them", () => {
  const inits: { [name: string]: object } = {
    FieldOptions: {
      packed: false,
      targets: [1, 4],
      editionDefaults: [{ edition: 1000, value: "A" }],
      features: { fieldPresence: 2 },
      featureSupport: { editionIntroduced: 1000, deprecationWarning: "old" },
      uninterpretedOption: [{ name: [{ namePart: "a", isExtension: true }], positiveIntValue: 5n }],
      unknownName: 1,
    },
    ExtensionRangeOptions: { declaration: [{ number: 4, fullName: ".a.b" }], verification: 0 },
    "DescriptorProto.ExtensionRange": { start: 1, end: 5, options: { features: {} } },
  };
  for (const type of nestedTypes(FileDescriptorSetSchema.file)) {
    if (type.kind !== "message") continue;
    const name = type.typeName.slice("google.protobuf.".length);
    if (/Set$|Defaults|Generated|Feature$/.test(name) && name !== "FeatureSet") continue;
    for (const init of [undefined, inits[name]]) {
      assertSame(descriptorMessage(name as keyof DescriptorMessages, init as never), create(type, init as never));
    }
  }
});

test("a Date's Timestamp has the file that protobuf has", () => {
  assertSame(timestampFile(), TimestampSchema.file);
  assertSame(durationFile(), DurationSchema.file);
});

test("a schema's descriptors are those of its file", () => {
  const Color = Enum("link.v1.Color", { UNSPECIFIED: 0, RED: 1 });
  const Item: ReturnType<typeof message> = message("link.v1.Item", { name: field(1, "string"), at: field(2, Date) });
  const All = message("link.v1.All", {
    number: field(1, "int32"),
    maybe: optional(2, "string"),
    list: repeated(3, "sint64"),
    by_id: map(4, "uint64", Item),
    choice: oneof({ text: [5, "string"], item: [6, Item] }),
    color: field(7, Color),
  });
  const schema = createSchema({ messages: [All] });
  for (const file of schema.files) {
    const bytes = toBinary(FileDescriptorProtoSchema, file.proto);
    const read = fromBinary(FileDescriptorProtoSchema, bytes);
    const registry = createFileRegistry(read, (path) => schema.files.find(({ proto }) => proto.name === path));
    assertSame(file, registry.getFile(file.proto.name) as DescFile);
  }
});

test("a registry finds what protobuf-es's finds, and comes in its order", () => {
  const files = known.map(({ file }) => file);
  const registry = new LazyRegistry(files);
  const names = [...registry].map((desc) => desc.typeName);
  assert.deepEqual(names, files.flatMap((file) => [...nestedTypes(file)]).map((desc) => desc.typeName));
  assert.equal(registry.getMessage("google.protobuf.Any"), AnySchema);
  assert.equal(registry.getEnum("google.protobuf.Any"), undefined);
  assert.equal(registry.get("google.protobuf.Nothing"), undefined);
});

function protoOf(init: Parameters<typeof create<typeof FileDescriptorProtoSchema>>[1]): FileDescriptorProto {
  return create(FileDescriptorProtoSchema, init);
}

function assertLinks(proto: FileDescriptorProto, imports: readonly DescFile[]): void {
  const files = new Map(imports.map((file) => [file.proto.name, file]));
  const types = new Map<string, DescType>(
    imports.flatMap((file) => [...nestedTypes(file)].map((desc) => [desc.typeName, desc])),
  );
  const registry = createFileRegistry(proto, (path) => files.get(path));
  assertSame(linkFile(proto, files, types), registry.getFile(proto.name) as DescFile);
}

/** That two descriptors are the same, all that they lead to included. */
function assertSame(made: object, expected: object): void {
  const seen = new Map<object, object>();
  const visit = (a: unknown, b: unknown, path: string): void => {
    if (typeof b !== "object" || b === null) return assert.equal(a, b, path);
    assert.ok(typeof a === "object" && a !== null, path);
    if (seen.has(a)) return assert.equal(seen.get(a), b, path);
    seen.set(a, b);
    const keys = Object.keys(b);
    assert.deepEqual(Object.keys(a).toSorted(), keys.toSorted(), path);
    const prototypes = [prototypeOf(a), prototypeOf(b)];
    assert.deepEqual(prototypes[0], prototypes[1], path);
    for (const key of keys) {
      const [left, right]: unknown[] = [a, b].map((object) => {
        const value: unknown = (object as Record<string, unknown>)[key];
        return typeof value === "function" ? value.call(object) : value;
      });
      visit(left, right, `${path}.${key}`);
    }
  };
  visit(made, expected, "file");
}

function prototypeOf(message: object): object | undefined {
  const prototype = Object.getPrototypeOf(message) as object;
  return prototype === Object.prototype || prototype === Array.prototype ? undefined : { ...prototype };
}
