// Schemas and messages by seed: files of a few messages with every kind of field, in proto3, proto2 or edition 2023, and random
// messages of them as protobuf-es has them. The same seed gives the same on every runtime.
import {
  create,
  createFileRegistry,
  type DescField,
  type DescMessage,
  type Message,
  ScalarType,
} from "@bufbuild/protobuf";
import {
  Edition,
  FeatureSet_FieldPresence,
  FieldDescriptorProto_Label as Label,
  FieldDescriptorProto_Type as Type,
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
  isWrapperDesc,
} from "@bufbuild/protobuf/wkt";
import type { Random } from "../simulation/random.ts";

const SCALARS = [
  Type.DOUBLE,
  Type.FLOAT,
  Type.INT64,
  Type.UINT64,
  Type.INT32,
  Type.FIXED64,
  Type.FIXED32,
  Type.BOOL,
  Type.STRING,
  Type.BYTES,
  Type.UINT32,
  Type.SFIXED32,
  Type.SFIXED64,
  Type.SINT32,
  Type.SINT64,
];
const KEYS = SCALARS.filter((type) => type !== Type.DOUBLE && type !== Type.FLOAT && type !== Type.BYTES);
const NUMBERS = [1, 2, 3, 7, 15, 16, 17, 100, 2047, 2048, 18_999, 20_000, 536_870_911];

/** A schema, as descriptors and as the file that they were made from. */
export interface RandomSchema {
  readonly file: FileDescriptorProto;
  readonly messages: readonly DescMessage[];
}

/** Makes a schema of three messages and an enum. */
export function randomSchema(random: Random): RandomSchema {
  const syntax = random.pick(["proto3", "proto3", "proto2", "editions"]);
  const names = ["A", "B", "C"];
  const messageType = names.map((name) => messageOf(random, name, syntax, names));
  const enumType = [{
    name: "Kind",
    value: [{ name: "KIND_ZERO", number: 0 }, { name: "KIND_ONE", number: 1 }, { name: "KIND_LESS", number: -5 }],
  }];
  const edition = syntax === "editions" ? { syntax, edition: Edition.EDITION_2023 } : { syntax };
  const file = create(FileDescriptorProtoSchema, {
    name: "random.proto",
    package: "random",
    messageType,
    enumType,
    ...edition,
  });
  const registry = createFileRegistry(file, () => undefined);
  return { file, messages: names.map((name) => registry.getMessage(`random.${name}`) as DescMessage) };
}

function messageOf(random: Random, name: string, syntax: string, names: readonly string[]) {
  const field: object[] = [];
  const nestedType: object[] = [];
  const oneofDecl: object[] = random.below(3) === 0 ? [{ name: "choice" }] : [];
  const synthetic: object[] = [];
  for (const number of NUMBERS.filter(() => random.below(3) > 0)) {
    const fieldName = `f${number}`;
    const own = { name: fieldName, jsonName: fieldName, number };
    const kind = random.below(10);
    if (kind === 0) {
      const entry = `F${number}Entry`;
      const value = random.below(4) === 0 ? message(random, names) : scalar(random);
      nestedType.push({
        name: entry,
        options: { mapEntry: true },
        field: [
          { name: "key", jsonName: "key", number: 1, label: Label.OPTIONAL, type: random.pick(KEYS) },
          { name: "value", jsonName: "value", number: 2, label: Label.OPTIONAL, ...value },
        ],
      });
      const typeName = `.random.${name}.${entry}`;
      field.push({ ...own, label: Label.REPEATED, type: Type.MESSAGE, typeName });
    } else {
      const type = kind < 3 ? message(random, names) : scalar(random);
      const isRepeated = random.below(4) === 0;
      const mayPack = type.type !== Type.STRING && type.type !== Type.BYTES && type.type !== Type.MESSAGE;
      const options = isRepeated && mayPack && syntax !== "editions" ? { packed: random.below(2) === 0 } : undefined;
      const inOneof = !isRepeated && oneofDecl.length > 0 && random.below(4) === 0;
      const optional = !isRepeated && !inOneof && syntax === "proto3" && type.type !== Type.MESSAGE &&
        random.below(4) === 0;
      if (optional) synthetic.push({ name: `_${fieldName}` });
      field.push({
        ...own,
        ...type,
        label: isRepeated ? Label.REPEATED : Label.OPTIONAL,
        options,
        ...inOneof ? { oneofIndex: 0 } : optional ? { oneofIndex: -synthetic.length, proto3Optional: true } : {},
      });
    }
  }
  const usesOneof = field.some((one) => (one as { oneofIndex?: number }).oneofIndex === 0);
  const real = usesOneof ? oneofDecl : [];
  for (const one of field as { oneofIndex?: number }[]) {
    // Synthetic oneofs come after all others.
    if ((one.oneofIndex ?? 0) < 0) one.oneofIndex = real.length - (one.oneofIndex as number) - 1;
  }
  return { name, field, nestedType, oneofDecl: [...real, ...synthetic] };
}

function scalar(random: Random): { type: Type; typeName?: string } {
  return random.below(8) === 0 ? { type: Type.ENUM, typeName: ".random.Kind" } : { type: random.pick(SCALARS) };
}

function message(random: Random, names: readonly string[]): { type: Type; typeName: string } {
  return { type: Type.MESSAGE, typeName: `.random.${random.pick(names)}` };
}

/** Makes a message, nested `depth` deep at most. */
export function randomMessage(random: Random, desc: DescMessage, depth: number): Message {
  const init: { [property: string]: unknown } = {};
  for (const field of desc.fields) {
    if (field.presence !== FeatureSet_FieldPresence.LEGACY_REQUIRED && random.below(3) === 0) continue;
    if (field.message && depth === 0) continue;
    const value = fieldValue(random, field, depth);
    if (field.oneof) init[field.oneof.localName] = { case: field.localName, value };
    else init[field.localName] = value;
  }
  return create(desc, init as never);
}

function fieldValue(random: Random, field: DescField, depth: number): unknown {
  const one = (): unknown => {
    if (field.message) return wellKnown(random, field) ?? randomMessage(random, field.message, depth - 1);
    if (field.enum) return random.pick(field.enum.values.map((value) => value.number));
    return scalarValue(random, field.scalar as ScalarType);
  };
  if (field.fieldKind === "list") return Array.from({ length: random.below(4) }, one);
  if (field.fieldKind !== "map") return one();
  const entries: { [key: string]: unknown } = {};
  for (let i = random.below(3); i > 0; i--) entries[String(scalarValue(random, field.mapKey))] = one();
  return entries;
}

// Well-known messages have to be right to be JSON; wrappers and Struct are held as something else.
function wellKnown(random: Random, field: DescField): unknown {
  const desc = field.message as DescMessage;
  switch (desc.typeName) {
    case "google.protobuf.Struct":
      return { a: [1, null, { b: random.pick(TEXTS) }], c: true };
    case "google.protobuf.Timestamp":
    case "google.protobuf.Duration":
      return create(desc, { seconds: BigInt(random.below(2 ** 31)), nanos: random.below(1_000_000_000) } as never);
    case "google.protobuf.FieldMask":
      return create(desc, { paths: ["foo_bar", "baz"] } as never);
    case "google.protobuf.Value":
      return create(desc, { kind: { case: "stringValue", value: random.pick(TEXTS) } } as never);
    case "google.protobuf.ListValue":
    case "google.protobuf.Any":
      return create(desc);
    default:
      if (!isWrapperDesc(desc)) return undefined;
      return field.fieldKind === "message" && !field.oneof
        ? scalarValue(random, desc.fields[0].scalar as ScalarType)
        : create(desc, { value: scalarValue(random, desc.fields[0].scalar as ScalarType) } as never);
  }
}

const TEXTS = [
  "",
  "a",
  "text",
  "Übergröße",
  "\u{1f600} and more",
  "__proto__",
  "a".repeat(40),
  "x".repeat(200),
  '"\\\n\u2028',
];
const DOUBLES = [0, -0, 1, -1.5, 1e300, 5e-324, NaN, Infinity, -Infinity, 0.1];
const FLOATS = [0, -0, 1, -1.5, 2 ** 100, NaN, Infinity, -Infinity, 0.5];

function scalarValue(random: Random, scalar: ScalarType): unknown {
  const bits = random.below(65);
  const big = BigInt.asUintN(bits, (BigInt(random.below(2 ** 32)) << 32n) | BigInt(random.below(2 ** 32)));
  switch (scalar) {
    case ScalarType.STRING:
      return random.pick(TEXTS);
    case ScalarType.BYTES:
      return Uint8Array.from({ length: random.below(40) }, () => random.below(256));
    case ScalarType.BOOL:
      return random.below(2) === 1;
    case ScalarType.DOUBLE:
      return random.pick(DOUBLES);
    case ScalarType.FLOAT:
      return random.pick(FLOATS);
    case ScalarType.UINT32:
    case ScalarType.FIXED32:
      return Number(BigInt.asUintN(32, big));
    case ScalarType.INT32:
    case ScalarType.SINT32:
    case ScalarType.SFIXED32:
      return Number(BigInt.asIntN(32, big));
    case ScalarType.UINT64:
    case ScalarType.FIXED64:
      return big;
    default:
      return BigInt.asIntN(64, big);
  }
}
