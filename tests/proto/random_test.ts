// Random descriptors, from a fixed seed: names that hide each other, nesting, every field shape, comments. All files of a
// seed are printed and compiled at once, for compilers are slow to start.
import { test } from "node:test";
import { create, createFileRegistry } from "@bufbuild/protobuf";
import {
  type DescriptorProto,
  DescriptorProtoSchema,
  type EnumDescriptorProto,
  EnumDescriptorProtoSchema,
  FieldDescriptorProto_Label as Label,
  FieldDescriptorProto_Type as Type,
  FieldDescriptorProtoSchema,
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
  OneofDescriptorProtoSchema,
  ServiceDescriptorProtoSchema,
} from "@bufbuild/protobuf/wkt";
import { mapEntryName, toJsonName } from "../../src/schema/name.ts";
import { assertRoundTrip } from "./compile.ts";

// Few names, so that scopes often hide one another.
const names = ["A", "B", "C", "a", "b", "stream", "optional"];
const scalars = [Type.DOUBLE, Type.INT64, Type.BOOL, Type.STRING, Type.BYTES, Type.SFIXED32, Type.SINT64];

class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  /** A whole number below `limit`. */
  below(limit: number): number {
    // Mulberry32.
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % limit;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T;
  }

  shuffled<T>(list: readonly T[]): T[] {
    return list.map((value) => [this.below(1 << 30), value] as const).sort(([a], [b]) => a - b).map(([, value]) =>
      value
    );
  }
}

interface Target {
  readonly file: number;
  readonly name: string;
  readonly type: Type.MESSAGE | Type.ENUM;
}

/** Makes `count` files; each may refer to the files before it. */
function randomFiles(seed: number, count: number): FileDescriptorProto[] {
  const random = new Random(seed);
  const targets: Target[] = [];
  const files = Array.from({ length: count }, (_, i) => {
    const packageName = `p${i % 2}.${random.pick(["A", "v1", "b"])}.f${i}`;
    const file = create(FileDescriptorProtoSchema, { name: `f${i}.proto`, package: packageName, syntax: "proto3" });
    for (const name of random.shuffled(names).slice(0, 4)) {
      file.messageType.push(randomMessage(random, name, packageName, 0, i, targets));
    }
    file.enumType.push(randomEnum(random, `E${i}`, packageName, i, targets));
    return file;
  });
  files.forEach((file, i) => {
    const usable = targets.filter((target) => target.file <= i);
    const used = new Set<number>();
    for (const message of file.messageType) addFields(random, message, `${file.package}.${message.name}`, usable, used);
    file.dependency = [...used].filter((other) => other !== i).map((other) => `f${other}.proto`);
    const own = usable.filter((target) => target.file === i && target.type === Type.MESSAGE);
    file.service.push(create(ServiceDescriptorProtoSchema, {
      name: "S",
      method: ["A", "B"].map((name) => ({
        name,
        inputType: `.${random.pick(own).name}`,
        outputType: `.${random.pick(own).name}`,
        clientStreaming: random.below(2) === 1 || undefined,
        serverStreaming: random.below(2) === 1 || undefined,
      })),
    }));
  });
  return files;
}

function randomMessage(
  random: Random,
  name: string,
  scope: string,
  depth: number,
  file: number,
  targets: Target[],
): DescriptorProto {
  const fullName = `${scope}.${name}`;
  targets.push({ file, name: fullName, type: Type.MESSAGE });
  const message = create(DescriptorProtoSchema, { name });
  if (depth < 2) {
    for (const nested of random.shuffled(names).slice(0, random.below(3))) {
      message.nestedType.push(randomMessage(random, nested, fullName, depth + 1, file, targets));
    }
    if (random.below(3) === 0) message.enumType.push(randomEnum(random, "D", fullName, file, targets));
  }
  return message;
}

function randomEnum(
  random: Random,
  name: string,
  scope: string,
  file: number,
  targets: Target[],
): EnumDescriptorProto {
  targets.push({ file, name: `${scope}.${name}`, type: Type.ENUM });
  const values = Array.from({ length: 1 + random.below(3) }, (_, i) => ({ name: `${name}_V${i}`, number: i }));
  return create(EnumDescriptorProtoSchema, {
    name,
    value: values,
    options: random.below(2) === 1 ? { deprecated: true } : undefined,
  });
}

function addFields(
  random: Random,
  message: DescriptorProto,
  fullName: string,
  targets: readonly Target[],
  used: Set<number>,
): void {
  const nested = [...message.nestedType];
  const taken = new Set([...nested, ...message.enumType].map(({ name }) => name));
  const count = random.below(7);
  const withOneof = random.below(2) === 1;
  if (withOneof && count > 0) message.oneofDecl.push(create(OneofDescriptorProtoSchema, { name: "choice" }));
  const optionals: string[] = [];
  for (let i = 0; i < count; i++) {
    const wanted = random.pick(["A", "B", "a_field", `f_${i}`]);
    const name = taken.has(wanted) || random.below(2) === 1 ? `field_${i}` : wanted;
    taken.add(name);
    const target = random.below(3) === 0 ? undefined : random.pick(targets);
    if (target) used.add(target.file);
    const type = target ? { type: target.type, typeName: `.${target.name}` } : { type: random.pick(scalars) };
    const field = create(FieldDescriptorProtoSchema, {
      name,
      number: i + 1,
      label: Label.OPTIONAL,
      jsonName: random.below(4) === 0 ? `json${i}` : toJsonName(name),
      ...type,
      options: random.below(4) === 0 ? { deprecated: true } : undefined,
    });
    // The first field of a message may open its oneof; the others stay out of it, as do repeated ones and maps.
    const shape = i === 0 && withOneof ? "oneof" : random.pick(["plain", "repeated", "map", "optional"]);
    if (shape === "oneof") field.oneofIndex = 0;
    if (shape === "repeated") field.label = Label.REPEATED;
    if (shape === "optional" && field.type !== Type.MESSAGE) {
      field.proto3Optional = true;
      field.oneofIndex = message.oneofDecl.length + optionals.push(`_${name}`) - 1;
    }
    if (shape === "map" && !taken.has(mapEntryName(name))) {
      const entry = mapEntryName(name);
      taken.add(entry);
      message.nestedType.push(create(DescriptorProtoSchema, {
        name: entry,
        options: { mapEntry: true },
        field: [
          { name: "key", number: 1, jsonName: "key", label: Label.OPTIONAL, type: Type.STRING },
          { name: "value", number: 2, jsonName: "value", label: Label.OPTIONAL, ...type },
        ],
      }));
      Object.assign(field, { label: Label.REPEATED, type: Type.MESSAGE, typeName: `.${fullName}.${entry}` });
    }
    message.field.push(field);
  }
  for (const name of optionals) message.oneofDecl.push(create(OneofDescriptorProtoSchema, { name }));
  for (const child of nested) addFields(random, child, `${fullName}.${child.name}`, targets, used);
}

test("random files compile to their descriptors, whatever names hide each other", () => {
  for (const seed of [1, 2, 3]) {
    assertRoundTrip(createFileRegistry(create(FileDescriptorSetSchema, { file: randomFiles(seed, 12) })));
  }
});
