// What features of editions and words for them mean on the wire, by decorators and by builders, beside protobuf-es: closed and open
// enums, text that is not UTF-8, required fields, groups, expanded lists, defaults.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fromBinary as fromBinaryOf, toBinary as toBinaryOf } from "@bufbuild/protobuf";
import { FeatureSet_Utf8Validation } from "@bufbuild/protobuf/wkt";
import {
  createSchema,
  Enum,
  Field,
  field,
  fromBinary,
  Message,
  message,
  optional,
  repeated,
  toBinary,
  WireError,
} from "../../mod.ts";

const Shut = Enum("wire.v1.Shut", { ONE: 1, TWO: 2 } as const, { closed: true });
const Ajar = Enum("wire.v1.Ajar", { NONE: 0, ONE: 1 } as const);
const unchecked = { options: { features: { utf8Validation: FeatureSet_Utf8Validation.NONE } } };

@Message("wire.v1.Inner")
class Inner {
  @Field(1)
  text = "";
}

@Message("wire.v1.Wire")
class Decorated {
  @Field(1, Shut)
  shut?: 1 | 2;
  @Field(2, Shut)
  shuts: (1 | 2)[] = [];
  @Field(3, Ajar)
  ajar?: 0 | 1;
  @Field(4, Ajar)
  ajars: (0 | 1)[] = [];
  @Field(5, "string", unchecked)
  raw?: string;
  @Field(6, "string")
  text?: string;
  @Field(7, () => Inner, { group: true })
  group?: Inner;
  @Field(8, "int32", { packed: false })
  list: number[] = [];
  @Field(9, "int32", { default: 5 })
  count?: number;
}

const Built = message("wire.v1.Wire", {
  shut: optional(1, Shut),
  shuts: repeated(2, Shut),
  ajar: optional(3, Ajar),
  ajars: repeated(4, Ajar),
  raw: optional(5, "string", unchecked),
  text: optional(6, "string"),
  group: field(7, () => Inner, { group: true }),
  list: repeated(8, "int32", { packed: false }),
  count: optional(9, "int32", { default: 5 }),
});

@Message("wire.v1.Needs")
class DecoratedNeeds {
  @Field(1, "int32", { required: true })
  id?: number;
}

const BuiltNeeds = message("wire.v1.Needs", { id: optional(1, "int32", { required: true }) });

for (
  const [form, Wire, Needs] of [["decorated", Decorated, DecoratedNeeds], ["built", Built, BuiltNeeds]] as const
) {
  const desc = createSchema({ messages: [Wire] }).message(Wire);
  const read = (...octets: number[]): Decorated => fromBinary(Wire, new Uint8Array(octets)) as Decorated;
  const alike = (...octets: number[]): void => {
    const bytes = new Uint8Array(octets);
    const theirs = toBinaryOf(desc, fromBinaryOf(desc, bytes));
    assert.deepEqual(toBinary(Wire, fromBinary(Wire, bytes) as Decorated), theirs);
  };

  test(`${form}: a closed enum keeps numbers without a name out of its fields, and sends them on`, () => {
    assert.deepEqual([read(0x08, 2).shut, read(0x08, 7).shut], [2, undefined]);
    assert.deepEqual(read(0x12, 3, 1, 7, 2).shuts, [1, 2]);
    assert.ok(Buffer.from(toBinary(Wire, read(0x08, 7))).equals(Buffer.from([0x08, 7])));
    // Of a packed list too, where protobuf-es does not.
    assert.deepEqual([...toBinary(Wire, read(0x12, 3, 1, 7, 2))], [0x12, 2, 1, 2, 0x10, 7]);
    alike(0x08, 7);
  });

  test(`${form}: an open enum has any number`, () => {
    assert.deepEqual([read(0x18, 7).ajar, read(0x22, 2, 1, 7).ajars], [7, [1, 7]]);
    alike(0x18, 7, 0x22, 2, 1, 7);
  });

  test(`${form}: text that is not UTF-8 is refused, unless nobody validates it`, () => {
    assert.equal(read(0x2a, 2, 0x61, 0xff).raw, "a\ufffd");
    assert.throws(
      () => read(0x32, 2, 0x61, 0xff),
      (error) => error instanceof WireError && /UTF-8/.test(error.message),
    );
    alike(0x2a, 2, 0x61, 0xff);
  });

  test(`${form}: a group lies between two tags, a list that is not packed has one a number`, () => {
    const given = { group: { text: "x" }, list: [1, 2] };
    const octets = [0x3b, 0x0a, 1, 0x78, 0x3c, 0x40, 1, 0x40, 2];
    assert.deepEqual([...toBinary(Wire, given)], octets);
    assert.deepEqual([read(...octets).group?.text, read(...octets).list], ["x", [1, 2]]);
    alike(...octets);
  });

  test(`${form}: a default is told to others, and nothing is sent for it`, () => {
    assert.equal(desc.field.count?.proto.defaultValue, "5");
    assert.equal(read().count, undefined);
    assert.deepEqual([...toBinary(Wire, {})], []);
    assert.deepEqual([...toBinary(Wire, { count: 5 })], [0x48, 5]);
  });

  test(`${form}: a required field that is not set is not sent, and its zero is`, () => {
    assert.throws(() => toBinary(Needs, {}), /Needs\.id is required and not set/);
    assert.deepEqual([...toBinary(Needs, { id: 0 })], [0x08, 0]);
  });
}
