// The types of the functions that read and write messages. Nothing here runs: `tsc` is the test.
import { type Duration, DurationSchema } from "@bufbuild/protobuf/wkt";
import {
  clone,
  create,
  equals,
  field,
  fromBinary,
  fromJson,
  map,
  merge,
  message,
  oneof,
  optional,
  repeated,
  toBinary,
  toJson,
} from "sigil";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function assertType<T extends true>(): T | undefined {
  return undefined;
}

const Item = message("codec_types.v1.Item", { name: field(1, "string"), size: optional(2, "int32") });
type Item = InstanceType<typeof Item>;

const item = create(Item, { name: "a" });
assertType<Equal<typeof item, Item>>();
const read = fromBinary(Item, toBinary(Item, { size: 1 }));
assertType<Equal<typeof read, Item>>();
const duration = fromJson(DurationSchema, "5s");
assertType<Equal<typeof duration, Duration>>();
const copy: Item = clone(Item, item);
const same: boolean = equals(Item, item, { name: "a" });
const merged: Item = merge(Item, copy, { size: same ? 1 : 2 });
toJson(Item, merged);

// @ts-expect-error a field of another type
toBinary(Item, { name: 5 });
// @ts-expect-error no such field
create(Item, { nane: "a" });
// @ts-expect-error no message
toBinary("Item", {});
// @ts-expect-error a target is a whole message
merge(Item, {}, item);

const Count = message("codec_types.v1.Count", {
  id: field(1, "int64", { as: "number", doc: "The id." }),
  big: field(2, "int64"),
  maybe: optional(3, "uint64", { as: "number" }),
  all: repeated(4, "sint64", { as: "number" }),
  byName: map(5, "string", "fixed64", { as: "number" }),
  choice: oneof({ count: [6, "int64", { as: "number" }], large: [7, "int64"] }),
});
type Choice = { case: "count"; value: number } | { case: "large"; value: bigint };
type CountFields = {
  id: number;
  big: bigint;
  maybe?: number;
  all: number[];
  byName: Map<string, number>;
  choice?: Choice;
};
type Flat<T> = { [K in keyof T]: T[K] };
assertType<Equal<Flat<InstanceType<typeof Count>>, CountFields>>();

// @ts-expect-error only integers of 64 bits are held as numbers
field(1, "string", { as: "number" });
// @ts-expect-error a number, not a bigint
create(Count, { id: 5n });
