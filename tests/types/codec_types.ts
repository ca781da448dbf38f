// The types of the functions that read and write messages. Nothing here runs: `tsc` is the test.
import { type Duration, DurationSchema } from "@bufbuild/protobuf/wkt";
import { clone, create, equals, field, fromBinary, fromJson, merge, message, optional, toBinary, toJson } from "sigil";

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
