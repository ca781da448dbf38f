// What must not compile of each row of docs/constructs.md, which its comment names: by builders here, and by decorators in the class
// at the end. Nothing here runs: `tsc` is the test.
import {
  DurationSchema,
  FieldOptionsSchema,
  file_google_protobuf_any,
  MessageOptionsSchema,
  StringValueSchema,
  StructSchema,
} from "@bufbuild/protobuf/wkt";
import {
  bidiStreaming,
  clientStreaming,
  Enum,
  extension,
  Field,
  field,
  type Implementation,
  map,
  Message,
  message,
  type MessageClass,
  OneOf,
  oneof,
  option,
  optional,
  protoFile,
  repeated,
  ServerStreaming,
  serverStreaming,
  Service,
  service,
  Unary,
  unary,
} from "sigil";

const N = message("types.v1.N", { text: field(1, "string") });
const E = Enum("types.v1.E", { NONE: 0, ONE: 1 } as const);
interface Own {
  own?: Own;
}
const Own: MessageClass<Own> = message("types.v1.Own", { own: field(1, () => Own) });
const note = extension("types.v1.note", { extends: MessageOptionsSchema, number: 50_001, type: "string" });
const rule = extension("types.v1.rule", { extends: FieldOptionsSchema, number: 50_001, type: () => N });

const M = message("types.v1.M", {
  text: field(1, "string"),
  bytes: field(2, "bytes"),
  truth: field(3, "bool"),
  double: field(4, "double"),
  float: field(5, "float"),
  int32: field(6, "int32"),
  uint32: field(7, "uint32"),
  int64: field(8, "int64"),
  uint64: field(9, "uint64"),
  sint32: field(10, "sint32"),
  sint64: field(11, "sint64"),
  fixed32: field(12, "fixed32"),
  fixed64: field(13, "fixed64"),
  sfixed32: field(14, "sfixed32"),
  sfixed64: field(15, "sfixed64"),
  maybe: optional(16, "int32"),
  list: repeated(17, "int32"),
  map: map(18, "string", "int64"),
  pick: oneof({ a: [19, "string"], b: [20, "int32"] }),
  nested: field(21, N),
  level: field(22, E),
  own: field(23, Own),
  at: field(24, Date),
  duration: field(25, DurationSchema),
  wrapped: field(26, StringValueSchema),
  struct: field(27, StructSchema),
});
const m = new M();

// proto3, in a message: text
// @ts-expect-error: a number is no text
m.text = 5;
// proto3, in a message: bytes
// @ts-expect-error: text is no bytes
m.bytes = "";
// proto3, in a message: truth
// @ts-expect-error: a number is no truth
m.truth = 1;
// proto3, in a message: floating point
// @ts-expect-error: a bigint is no double
m.double = 1n;
// @ts-expect-error: text is no float
m.float = "1";
// proto3, in a message: whole numbers
// @ts-expect-error: a bigint is no int32
m.int32 = 1n;
// @ts-expect-error: text is no uint32
m.uint32 = "1";
// proto3, in a message: of 64 bits
// @ts-expect-error: a number is no int64
m.int64 = 1;
// @ts-expect-error: a number is no uint64
m.uint64 = 1;
// proto3, in a message: zigzag
// @ts-expect-error: a bigint is no sint32
m.sint32 = 1n;
// @ts-expect-error: a number is no sint64
m.sint64 = 1;
// proto3, in a message: fixed
// @ts-expect-error: a bigint is no fixed32
m.fixed32 = 1n;
// @ts-expect-error: a number is no fixed64
m.fixed64 = 1;
// proto3, in a message: fixed, signed
// @ts-expect-error: a bigint is no sfixed32
m.sfixed32 = 1n;
// @ts-expect-error: a number is no sfixed64
m.sfixed64 = 1;
// proto3, in a message: presence
m.maybe = undefined;
// @ts-expect-error: a field without presence is never undefined
m.int32 = undefined;
// proto3, in a message: lists, packed
// @ts-expect-error: a list is no single number
m.list = 5;
// proto3, in a message: lists, expanded
// @ts-expect-error: a list is packed or it is not
repeated(1, "int32", { packed: "no" });
// proto3, in a message: maps
// @ts-expect-error: the values are bigints
m.map = new Map([["a", 1]]);
// @ts-expect-error: floating point numbers are no keys
map(1, "double", "string");
// proto3, in a message: oneofs
// @ts-expect-error: the case a is text
m.pick = { case: "a", value: 5 };
// @ts-expect-error: there is no such case
m.pick = { case: "c", value: 5 };
// proto3, in a message: messages, nested
// @ts-expect-error: a message has the fields that it has
m.nested = { name: "n" };
// proto3, in a message: enums, nested
// @ts-expect-error: the enum has no such number
m.level = 2;
// proto3, in a message: the message itself
// @ts-expect-error: a message has the fields that it has
m.own = { own: { other: 1 } };
// proto3, in a message: Timestamp
// @ts-expect-error: a Timestamp is a Date
m.at = 0;
// proto3, in a message: Duration
// @ts-expect-error: a Duration is a message
m.duration = 1500;
// proto3, in a message: wrappers
// @ts-expect-error: a StringValue is a string
m.wrapped = { value: "" };
// proto3, in a message: Struct, Any
// @ts-expect-error: a Struct is a JSON object
m.struct = "json";
// proto3, in a message: names of its own
// @ts-expect-error: a name is text
field(1, "string", { name: 5 });
// proto3, in a message: JSON names
// @ts-expect-error: a name is text
field(1, "string", { jsonName: false });
// proto3, in a message: deprecation
// @ts-expect-error: a field is deprecated or it is not
field(1, "string", { deprecated: "yes" });
// proto3, in a message: JavaScript types
// @ts-expect-error: descriptor.proto's enum, not its text
field(1, "int64", { options: { jstype: "JS_STRING" } });
// proto3, in a message: lazy parsing
// @ts-expect-error: parsing is lazy or it is not
field(1, () => N, { options: { lazy: "yes" } });
// proto3, in a message: hiding in logs
// @ts-expect-error: names are those of TypeScript
field(1, "string", { options: { debug_redact: true } });
// proto3, in a message: reserved numbers, names
// @ts-expect-error: a range has two ends
message("types.v1.R", {}, { reserved: [2, [4], "x"] });
// proto3, in a message: deprecated messages
// @ts-expect-error: a message is deprecated or it is not
message("types.v1.D", {}, { deprecated: 1 });

// proto3, in a file: files and packages
// @ts-expect-error: messages are classes
protoFile("t.proto", { package: "t", messages: ["M"] });
// proto3, in a file: file options
// @ts-expect-error: names are those of TypeScript
protoFile("t.proto", { options: { go_package: "x/y" } });
// proto3, in a file: imports
// @ts-expect-error: an import is a file
protoFile("t.proto", { imports: ["google/protobuf/any.proto"] });
// proto3, in a file: public imports
// @ts-expect-error: an import is public, weak or for options
protoFile("t.proto", { imports: [{ private: file_google_protobuf_any }] });
// proto3, in a file: enums
// @ts-expect-error: values are numbers
Enum("types.v1.E1", { NONE: { number: 0 } });
// proto3, in a file: enums without prefix
// @ts-expect-error: there is a prefix or there is none
Enum("types.v1.E2", { NONE: 0 } as const, { prefix: "E2" });
// proto3, in a file: aliases
// @ts-expect-error: aliases are allowed or they are not
Enum("types.v1.E3", { A: 0, B: 0 } as const, { allowAlias: ["B"] });
// proto3, in a file: deprecated enums
// @ts-expect-error: an enum is deprecated or it is not
Enum("types.v1.E4", { A: 0 } as const, { deprecated: "A" });
// proto3, in a file: options of values
// @ts-expect-error: a value is deprecated or it is not
Enum("types.v1.E5", { A: 0 } as const, { values: { A: { deprecated: 1 } } });
// proto3, in a file: reserved in enums
// @ts-expect-error: a range has two ends
Enum("types.v1.E6", { A: 0 } as const, { reserved: [2, [5]] });

const S = service("types.v1.S", {
  one: unary(N, N),
  many: serverStreaming(N, N),
  gather: clientStreaming(N, N),
  both: bidiStreaming(N, N),
});
type S = Implementation<typeof S>;
declare const stream: AsyncIterable<{ text: string }>;
declare const promise: Promise<{ text: string }>;
// proto3, in a file: unary methods
// @ts-expect-error: one reply is no stream
export const one: S["one"] = () => stream;
// proto3, in a file: server streaming
// @ts-expect-error: a stream is no promise
export const many: S["many"] = () => promise;
// proto3, in a file: client streaming
// @ts-expect-error: the requests come in a stream
export const gather: S["gather"] = (request: { text: string }) => request;
// proto3, in a file: both ways
// @ts-expect-error: the replies go in a stream
export const both: S["both"] = () => promise;
// proto3, in a file: idempotency
// @ts-expect-error: there is no such level
unary(N, N, { idempotency: "SAFE" });
// proto3, in a file: deprecated methods
// @ts-expect-error: a method is deprecated or it is not
unary(N, N, { deprecated: "yes" });
// proto3, in a file: deprecated services
// @ts-expect-error: a service is deprecated or it is not
service("types.v1.S2", {}, { deprecated: "yes" });
// proto3, in a file: custom options
// @ts-expect-error: an extension has a number
extension("types.v1.o", { extends: MessageOptionsSchema, type: "string" });
// proto3, in a file: set, of any type
// @ts-expect-error: the option is text
option(note, { text: "t" });
// @ts-expect-error: the option's message has no such field
option(rule, { name: "n" });

// proto2, in a message: optional fields
// @ts-expect-error: there is no such type
optional(1, "integer");
// proto2, in a message: required fields
// @ts-expect-error: a field is required or it is not
optional(1, "int32", { required: 1 });
// proto2, in a message: defaults
// @ts-expect-error: a list is no default
optional(1, "int32", { default: [5] });
// proto2, in a message: of text
// @ts-expect-error: an object is no default
optional(1, "string", { default: { text: "x" } });
// proto2, in a message: of enums
// @ts-expect-error: null is no default
optional(1, E, { default: null });
// proto2, in a message: packed lists
// @ts-expect-error: a list is packed or it is not
repeated(1, "int32", { packed: 1 });
// proto2, in a message: groups
// @ts-expect-error: a message is a group or it is not
repeated(1, () => N, { group: "G" });
// proto2, in a message: string types of C++
// @ts-expect-error: descriptor.proto's enum, not its text
optional(1, "string", { options: { ctype: "CORD" } });
// proto2, in a message: extension ranges
// @ts-expect-error: a range has two ends
message("types.v1.X", {}, { extensionRanges: [100] });
// proto2, in a message: extensions
// @ts-expect-error: an extension extends a message
extension("types.v1.x", { extends: E, number: 100, type: "int32" });
// proto2, in a message: message sets
// @ts-expect-error: names are those of TypeScript
message("types.v1.Set", {}, { options: { message_set_wire_format: true } });

// edition 2023, in a message: explicit presence
// @ts-expect-error: it is undefined until it is set
export const explicit: number = new M().maybe;
// edition 2023, in a message: implicit presence
// @ts-expect-error: an enum of descriptor.proto, not its text
field(1, "int32", { options: { features: { fieldPresence: "IMPLICIT" } } });
// edition 2023, in a message: required
// @ts-expect-error: a field is required or it is not
optional(1, "int32", { required: null });
// edition 2023, in a message: expanded lists
// @ts-expect-error: a list is packed or it is not
repeated(1, "int32", { packed: "EXPANDED" });
// edition 2023, in a message: delimited messages
// @ts-expect-error: a message is a group or it is not
field(1, () => N, { group: "DELIMITED" });
// edition 2023, in a message: text that is not UTF-8
// @ts-expect-error: features have the names that they have
field(1, "string", { options: { features: { utf8: false } } });
// edition 2023, in a message: closed enums
// @ts-expect-error: an enum is closed or it is not
Enum("types.v1.E7", { A: 1 } as const, { closed: "CLOSED" });
// edition 2023, in a message: JSON at best effort
// @ts-expect-error: an enum of descriptor.proto, not its text
message("types.v1.J", {}, { options: { features: { jsonFormat: "LEGACY_BEST_EFFORT" } } });
// edition 2023, in a message: defaults
// @ts-expect-error: a function is no default
optional(1, "int32", { default: () => 5 });

const kinds = message("types.v1.Kinds", {});

// @ts-expect-error: a range has two ends
@Message("types.v1.Decorated", { reserved: [2, [4], "x"], extensionRanges: [100], deprecated: 1 })
export class Decorated {
  // @ts-expect-error: a number is no text
  @Field(1, "string")
  text = 5;
  // @ts-expect-error: text is no bytes
  @Field(1, "bytes")
  bytes = "";
  // @ts-expect-error: a number is no truth
  @Field(1, "bool")
  truth = 1;
  // @ts-expect-error: a bigint is no double
  @Field(1, "double")
  double = 1n;
  // @ts-expect-error: text is no float
  @Field(1, "float")
  float = "";
  // @ts-expect-error: a bigint is no uint32
  @Field(1, "uint32")
  uint32 = 1n;
  // @ts-expect-error: a number is no uint64
  @Field(1, "uint64")
  uint64 = 1;
  // @ts-expect-error: a bigint is no sint32
  @Field(1, "sint32")
  sint32 = 1n;
  // @ts-expect-error: a number is no sint64
  @Field(1, "sint64")
  sint64 = 1;
  // @ts-expect-error: a bigint is no fixed32
  @Field(1, "fixed32")
  fixed32 = 1n;
  // @ts-expect-error: a number is no fixed64
  @Field(1, "fixed64")
  fixed64 = 1;
  // @ts-expect-error: a bigint is no sfixed32
  @Field(1, "sfixed32")
  sfixed32 = 1n;
  // @ts-expect-error: a number is no sfixed64
  @Field(1, "sfixed64")
  sfixed64 = 1;
  // @ts-expect-error: a list of other elements
  @Field(1, "int32")
  list: string[] = [];
  // @ts-expect-error: a list is packed or it is not
  @Field(1, "int32", { packed: "no" })
  packed: number[] = [];
  // @ts-expect-error: a map of other values
  @Field(1, "string", "int64")
  map = new Map<string, number>();
  // @ts-expect-error: a case of another type
  @OneOf({ a: [1, "string"], b: [2, "int32"] })
  pick?: { case: "a"; value: number } | { case: "b"; value: number };
  // @ts-expect-error: another message
  @Field(1, () => N)
  nested?: Date;
  // @ts-expect-error: an enum is no text
  @Field(1, E)
  level = "NONE";
  // @ts-expect-error: a Timestamp is a Date
  @Field(1, Date)
  at = 0;
  // @ts-expect-error: a Duration is a message
  @Field(1, DurationSchema)
  duration?: number;
  // @ts-expect-error: a StringValue is a string
  @Field(1, StringValueSchema)
  wrapped?: { value: string };
  // @ts-expect-error: a Struct is a JSON object
  @Field(1, StructSchema)
  struct?: string;
  // @ts-expect-error: a name is text
  @Field(1, "string", { name: 5 })
  named = "";
  // @ts-expect-error: a field is required or it is not
  @Field(1, "int32", { required: 1 })
  required?: number;
  // @ts-expect-error: a list is no default
  @Field(1, "int32", { default: [5] })
  withDefault?: number;
  // @ts-expect-error: a message is a group or it is not
  @Field(1, () => N, { group: "G" })
  group?: object;
  // @ts-expect-error: descriptor.proto's enum, not its text
  @Field(1, "int64", { options: { jstype: "JS_STRING" } })
  javaScript = 0n;
  // @ts-expect-error: features have the names that they have
  @Field(1, "string", { options: { features: { utf8: false } } })
  utf8 = "";
  // @ts-expect-error: the option is a message
  @Field(1, "string", { custom: [option(rule, "text")] })
  custom = "";
}

// @ts-expect-error: a service is deprecated or it is not
@Service("types.v1.Served", { deprecated: "yes" })
export class Served {
  // @ts-expect-error: there is no such level
  @Unary(N, N, { idempotency: "SAFE" })
  one() {
    return {};
  }
  // @ts-expect-error: a method is deprecated or it is not
  @ServerStreaming(N, kinds, { deprecated: 1 })
  async *many() {
    yield {};
  }
}
