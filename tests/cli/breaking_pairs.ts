// Pairs of an older and a newer version of a schema, for each rule of buf's categories WIRE and WIRE_JSON, and pairs that break
// none of them. Each has a package of its own, so that they can stand in one directory.
import {
  FeatureSet_JsonFormat,
  FeatureSet_Utf8Validation,
  FieldOptions_JSType,
  StringValueSchema,
} from "@bufbuild/protobuf/wkt";
import {
  bidiStreaming,
  clientStreaming,
  Enum,
  type EnumOptions,
  field,
  type FieldBuilder,
  map,
  message,
  type MessageClass,
  type MessageOptions,
  oneof,
  optional,
  protoFile,
  repeated,
  type SchemaRoots,
  serverStreaming,
  service,
  unary,
} from "../../mod.ts";

/** One version, in a package. */
type Version = (packageName: string) => SchemaRoots;

/** An older and a newer version. */
export interface Pair {
  readonly name: string;
  readonly old: Version;
  readonly now: Version;
  /** The classes and properties that the findings are about; none where nothing breaks. */
  readonly places: readonly string[];
  /** The name below the package of the type that they are in, where classes of several types have one name. */
  readonly typeName?: string;
}

interface Fields {
  readonly [property: string]: FieldBuilder;
}

type Make = (packageName: string) => Fields;

/** A message Order with these fields. */
function order(fields: Fields | Make, options: MessageOptions = {}): Version {
  return (packageName) => ({
    messages: [message(`${packageName}.Order`, typeof fields === "function" ? fields(packageName) : fields, options)],
  });
}

/** A message Order with a field of an enum Size. */
function size(values: Record<string, number>, options: EnumOptions = {}, edition?: "2023"): Version {
  return (packageName) => {
    const copy = { ...values };
    const Order = message(`${packageName}.Order`, { size: field(1, Enum(`${packageName}.Size`, copy, options)) });
    const path = `${packageName.replaceAll(".", "/")}/v.proto`;
    if (edition) protoFile(path, { package: packageName, edition, messages: [Order], enums: [copy] });
    return { messages: [Order] };
  };
}

type Method = (one: MessageClass, two: MessageClass) => ReturnType<typeof unary>;

/** A service Orders with a method getOrder. */
function method(make: Method): Version {
  return (packageName) => {
    const One = message(`${packageName}.One`, { id: field(1, "string") });
    const Two = message(`${packageName}.Two`, { id: field(1, "string") });
    return { contracts: [service(`${packageName}.Orders`, { getOrder: make(One, Two) })], messages: [One, Two] };
  };
}

const other: Make = (packageName) => ({ a: field(1, message(`${packageName}.Other`, { x: field(1, "int32") })) });
const id = field(1, "string");
const jsonLegacy = { options: { features: { jsonFormat: FeatureSet_JsonFormat.LEGACY_BEST_EFFORT } } };
const text = { options: { features: { utf8Validation: FeatureSet_Utf8Validation.NONE } } };
const asText = { options: { jstype: FieldOptions_JSType.JS_STRING } };

/** A change of the field `a`. */
function change(name: string, old: Fields | Make, now: Fields | Make, ...places: string[]): Pair {
  return { name, old: order(old), now: order(now), places };
}

/** A change of the only type of a field `unitPrice`, which breaks where it is said so. */
function retype(old: string, now: string, breaks: boolean): Pair {
  const one = (type: string) => order({ unitPrice: field(7, type as "int32") });
  return { name: `${old} to ${now}`, old: one(old), now: one(now), places: breaks ? ["Order.unitPrice"] : [] };
}

const types: readonly Pair[] = [
  retype("int32", "string", true),
  retype("int32", "int64", true),
  retype("int32", "uint32", false),
  retype("uint32", "uint64", true),
  retype("int32", "sint32", true),
  retype("int64", "sint64", true),
  retype("fixed32", "sfixed32", false),
  retype("fixed64", "sfixed64", false),
  retype("fixed32", "fixed64", true),
  retype("float", "double", true),
  retype("int32", "bool", true),
  retype("string", "bytes", true),
  retype("bytes", "string", true),
  retype("string", "string", false),
  change("a scalar to a message", { a: field(1, "string") }, other, "Order.a"),
  change("a message to a scalar", other, { a: field(1, "string") }, "Order.a"),
  change("a message to another", other, { a: field(1, StringValueSchema) }, "Order.a"),
  change("the time to text", { a: field(1, Date) }, { a: field(1, "string") }, "Order.a"),
  change(
    "a number to an enum",
    { a: field(1, "int32") },
    (name) => ({ a: field(1, Enum(`${name}.Size`, { NONE: 0 })) }),
    "Order.a",
  ),
  change(
    "an enum to another",
    (name) => ({ a: field(1, Enum(`${name}.Size`, { NONE: 0 })) }),
    (name) => ({ a: field(1, Enum(`${name}.Width`, { NONE: 0 })) }),
    "Order.a",
  ),
  change("values of a map", { a: map(1, "string", "int32") }, { a: map(1, "string", "string") }, "Order.a"),
  change("keys of a map", { a: map(1, "string", "int32") }, { a: map(1, "int32", "int32") }, "Order.a"),
];

const cardinalities: readonly Pair[] = [
  change("one to many", { a: field(1, "string") }, { a: repeated(1, "string") }, "Order.a"),
  change("many to one", { a: repeated(1, "int32") }, { a: field(1, "int32") }, "Order.a"),
  change("many to one with presence", { a: repeated(1, "int32") }, { a: optional(1, "int32") }, "Order.a"),
  change("a list to a map", other, { a: map(1, "string", "string") }, "Order.a"),
  change("presence, added", { a: field(1, "string") }, { a: optional(1, "string") }),
  change("presence, removed", { a: optional(1, "string") }, { a: field(1, "string") }),
  change("packed to expanded", { a: repeated(1, "int32") }, { a: repeated(1, "int32", { packed: false }) }),
];

const names: readonly Pair[] = [
  change("a field renamed", { unitPrice: field(1, "string") }, { unitCost: field(1, "string") }, "Order.unitCost"),
  change("a name in protobuf", { a: field(1, "string") }, { a: field(1, "string", { name: "b" }) }, "Order.a"),
  change("a name in JSON", { a: field(1, "string") }, { a: field(1, "string", { jsonName: "b" }) }, "Order.a"),
  change(
    "a renamed field that stays itself in JSON",
    { a: field(1, "string") },
    { b: field(1, "string", { jsonName: "a" }) },
    "Order.b",
  ),
  change("the type in JavaScript", { a: field(1, "int64") }, { a: field(1, "int64", asText) }),
  change("a field added", { id }, { id, a: field(2, "string") }),
  change("fields in another order", { id, a: field(2, "int32") }, { a: field(2, "int32"), id }),
  change("a field deprecated", { id }, { id: field(1, "string", { deprecated: true }) }),
];

const deletions: readonly Pair[] = [
  change("a field removed", { id, unitPrice: field(2, "string") }, { id }, "Order.unitPrice"),
  change(
    "two fields removed",
    { id, a: field(2, "string"), b: map(3, "string", "string") },
    { id },
    "Order.a",
    "Order.b",
  ),
  change("a field given another number", { id }, { id: field(2, "string") }, "Order.id"),
  { name: "number reserved", old: order({ id }), now: order({}, { reserved: [1] }), places: ["Order.id"] },
  { name: "name reserved", old: order({ id }), now: order({}, { reserved: ["id"] }), places: ["Order.id"] },
  { name: "number and name reserved", old: order({ id }), now: order({}, { reserved: [1, "id"] }), places: [] },
  { name: "a range reserved", old: order({ id }), now: order({}, { reserved: [[1, 9], "id"] }), places: [] },
  {
    name: "a reserved number freed",
    old: order({ id }, { reserved: [4, [20, 29]] }),
    now: order({ id }, { reserved: [4, [20, 25]] }),
    places: ["Order"],
  },
  { name: "a reserved name freed", old: order({ id }, { reserved: ["x"] }), now: order({ id }), places: ["Order"] },
  {
    name: "more reserved",
    old: order({ id }, { reserved: [4] }),
    now: order({ id }, { reserved: [[4, 9]] }),
    places: [],
  },
];

const oneofs: readonly Pair[] = [
  change("into a oneof", { a: field(1, "string") }, { pay: oneof({ a: [1, "string"] }) }, "Order.pay.a"),
  change("out of a oneof", { pay: oneof({ a: [1, "string"] }) }, { a: field(1, "string") }, "Order.a"),
  change(
    "from one oneof into another",
    { pay: oneof({ a: [1, "string"] }), ship: oneof({ b: [2, "string"] }) },
    { pay: oneof({ c: [3, "string"] }), ship: oneof({ b: [2, "string"], a: [1, "string"] }) },
    "Order.ship.a",
  ),
  change("a case removed", { pay: oneof({ a: [1, "string"], b: [2, "int32"] }) }, {
    pay: oneof({ a: [1, "string"] }),
  }, "Order.b"),
  change(
    "a case of another type",
    { pay: oneof({ a: [1, "string"] }) },
    { pay: oneof({ a: [1, "int32"] }) },
    "Order.pay.a",
  ),
  change("a case added", { pay: oneof({ a: [1, "string"] }) }, { pay: oneof({ a: [1, "string"], b: [2, "int32"] }) }),
];

/** The same in a file of proto2, whose `required` buf knows; that of editions it takes for `optional`. */
function proto2(fields: Fields): Version {
  return (packageName) => {
    const Order = message(`${packageName}.Order`, fields);
    protoFile(`${packageName}/order.proto`, { package: packageName, edition: "proto2", messages: [Order] });
    return { messages: [Order] };
  };
}

/** A change of required fields, next to an `id`. */
function require(name: string, old: Fields, now: Fields): Pair {
  const maybeId = optional(1, "string");
  return {
    name,
    old: proto2({ id: maybeId, ...old }),
    now: proto2({ id: maybeId, ...now }),
    places: ["Order.unitPrice"],
  };
}

const required = { unitPrice: optional(2, "string", { required: true }) };
const featured: readonly Pair[] = [
  require("a required field added", {}, required),
  require("a required field removed", required, {}),
  require("not required any more", required, { unitPrice: optional(2, "string") }),
  require("required from now on", { unitPrice: optional(2, "string") }, required),
  change(
    "another default",
    { a: optional(1, "int32", { default: 3 }) },
    { a: optional(1, "int32", { default: 4 }) },
    "Order.a",
  ),
  change("a default", { a: optional(1, "int32") }, { a: optional(1, "int32", { default: 4 }) }, "Order.a"),
  change(
    "a default of text that looks like a finding",
    {
      a: optional(1, "string", { default: 'on message "Other"' }),
    },
    { a: optional(1, "string", { default: 'field "3" on message "Other"' }) },
    "Order.a",
  ),
  change("UTF-8 or not", { a: optional(1, "string", text) }, {
    a: optional(1, "string", { options: { features: { utf8Validation: FeatureSet_Utf8Validation.VERIFY } } }),
  }),
  { name: "JSON of a message, no more", old: order({ id }), now: order({ id }, jsonLegacy), places: ["Order"] },
  { name: "JSON of a message", old: order({ id }, jsonLegacy), now: order({ id }), places: [] },
  change("a message as a group", other, (name) => ({
    a: field(1, message(`${name}.Other`, { x: field(1, "int32") }), { group: true }),
  }), "Order.a"),
];

const sizes = { NONE: 0, SMALL: 1, LARGE: 2 };
const enums: readonly Pair[] = [
  { name: "a value added", old: size({ NONE: 0 }), now: size(sizes), places: [] },
  { name: "a value removed", old: size(sizes), now: size({ NONE: 0, SMALL: 1 }), places: ["Size.SIZE_LARGE"] },
  {
    name: "a value removed, its number reserved",
    old: size(sizes),
    now: size({ NONE: 0, SMALL: 1 }, { reserved: [2] }),
    places: ["Size.SIZE_LARGE"],
  },
  {
    name: "a value removed, its name reserved",
    old: size(sizes),
    now: size({ NONE: 0, SMALL: 1 }, { reserved: ["SIZE_LARGE"] }),
    places: ["Size.2"],
  },
  {
    name: "a value removed, both reserved",
    old: size(sizes),
    now: size({ NONE: 0, SMALL: 1 }, { reserved: [2, "SIZE_LARGE"] }),
    places: [],
  },
  { name: "a value renamed", old: size(sizes), now: size({ NONE: 0, TINY: 1, LARGE: 2 }), places: ["Size.TINY"] },
  {
    name: "values without their prefix",
    old: size({ NONE: 0 }),
    now: size({ NONE: 0 }, { prefix: false }),
    places: ["Size.NONE"],
  },
  {
    name: "an alias added",
    old: size({ NONE: 0, ZERO: 0 }, { allowAlias: true }),
    now: size({ NONE: 0, ZERO: 0, NIL: 0 }, { allowAlias: true }),
    places: [],
  },
  {
    name: "a reserved number of an enum freed",
    old: size(sizes, { reserved: [7] }),
    now: size(sizes),
    places: ["Size"],
  },
  {
    name: "a reserved name of an enum freed",
    old: size(sizes, { reserved: ["X"] }),
    now: size(sizes),
    places: ["Size"],
  },
  {
    name: "JSON of an enum, no more",
    old: size(sizes, {}, "2023"),
    now: size(sizes, { options: { features: { jsonFormat: FeatureSet_JsonFormat.LEGACY_BEST_EFFORT } } }, "2023"),
    places: ["Size"],
  },
];

const plain = method((one) => unary(one, one));
const methods: readonly Pair[] = [
  { name: "another request", old: plain, now: method((one, two) => unary(two, one)), places: ["Orders.getOrder"] },
  { name: "another response", old: plain, now: method((one, two) => unary(one, two)), places: ["Orders.getOrder"] },
  {
    name: "streams responses",
    old: plain,
    now: method((one) => serverStreaming(one, one) as never),
    places: ["Orders.getOrder"],
  },
  {
    name: "streams requests",
    old: plain,
    now: method((one) => clientStreaming(one, one) as never),
    places: ["Orders.getOrder"],
  },
  {
    name: "streams both",
    old: plain,
    now: method((one) => bidiStreaming(one, one) as never),
    places: ["Orders.getOrder"],
  },
  {
    name: "has side effects",
    old: method((one) => unary(one, one, { idempotency: "NO_SIDE_EFFECTS" })),
    now: plain,
    places: ["Orders.getOrder"],
  },
  { name: "is deprecated", old: plain, now: method((one) => unary(one, one, { deprecated: true })), places: [] },
];

/** A message Item in each of two others, of which that of the latter changes. */
function nested(type: "int32" | "string"): Version {
  return (packageName) => {
    const A = message(`${packageName}.A`, { id });
    const B = message(`${packageName}.B`, { id });
    const item = message(`${packageName}.A.Item`, { count: field(1, "int32") });
    return {
      messages: [A, item, B, message(`${packageName}.B.Item`, { count: field(1, type), note: field(2, "string") })],
    };
  };
}

const file = (name: string): Version => (packageName) => {
  const Order = message(`${packageName}.${name}.Order`, { id });
  protoFile(`${packageName}/package.proto`, { package: `${packageName}.${name}`, messages: [Order] });
  return { messages: [Order] };
};

/** All pairs. */
export const pairs: readonly Pair[] = [
  ...types,
  ...cardinalities,
  ...names,
  ...deletions,
  ...oneofs,
  ...featured,
  ...enums,
  ...methods,
  {
    name: "one of two types of one name",
    old: nested("int32"),
    now: nested("string"),
    places: ["Item.count"],
    typeName: "B.Item",
  },
  { name: "another package", old: file("v1"), now: file("v2"), places: [] },
];
