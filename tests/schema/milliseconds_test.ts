// Fields that hold a google.protobuf.Duration as milliseconds: descriptors, bytes and JSON as with the message itself, and limits.
import assert from "node:assert/strict";
import { test } from "node:test";
import { create as createOf, type Message as MessageOf, toBinary as toBinaryOf } from "@bufbuild/protobuf";
import { type Duration, DurationSchema, file_google_protobuf_duration } from "@bufbuild/protobuf/wkt";
import {
  Code,
  ConnectError,
  create,
  createSchema,
  Field,
  field,
  fromBinary,
  fromJson,
  map,
  Message,
  message,
  Milliseconds,
  OneOf,
  oneof,
  repeated,
  toBinary,
  toJson,
} from "../../mod.ts";

@Message("wait.v1.Wait")
class Decorated {
  @Field(1, Milliseconds)
  ms?: number;
  @Field(2, Milliseconds)
  list: number[] = [];
  @Field(3, "string", Milliseconds)
  byName = new Map<string, number>();
  @OneOf({ after: [4, Milliseconds], text: [5, "string"] })
  pick?: { case: "after"; value: number } | { case: "text"; value: string };
}

const Built = message("wait.v1.Wait", {
  ms: field(1, Milliseconds),
  list: repeated(2, Milliseconds),
  byName: map(3, "string", Milliseconds),
  pick: oneof({ after: [4, Milliseconds], text: [5, "string"] }),
});

const forms = [["decorated", Decorated], ["built", Built]] as const;

for (const [form, Wait] of forms) {
  test(`${form}: the field is a Duration, on the wire and in JSON`, () => {
    const desc = createSchema({ messages: [Wait] }).message(Wait);
    assert.deepEqual(desc.fields.map(({ message }) => message?.typeName), [
      "google.protobuf.Duration",
      "google.protobuf.Duration",
      "google.protobuf.Duration",
      "google.protobuf.Duration",
      undefined,
    ]);
    assert.deepEqual(desc.file.proto.dependency, ["google/protobuf/duration.proto"]);
    const given = {
      ms: 1500,
      list: [0, -2.5, 60_000],
      byName: new Map([["a", 0.000001]]),
      pick: { case: "after" as const, value: -1000 },
    };
    const duration = (seconds: bigint, nanos: number): Duration => createOf(DurationSchema, { seconds, nanos });
    const theirs = createOf(desc, {
      ms: duration(1n, 500_000_000),
      list: [duration(0n, 0), duration(0n, -2_500_000), duration(60n, 0)],
      byName: { a: duration(0n, 1) },
      pick: { case: "after", value: duration(-1n, 0) },
    } as never) as MessageOf;
    const bytes = toBinary(Wait, given);
    assert.deepEqual(bytes, toBinaryOf(desc, theirs));
    const read = fromBinary(Wait, bytes);
    assert.deepEqual({ ...read }, given);
    assert.deepEqual(toJson(Wait, read), {
      ms: "1.500s",
      list: ["0s", "-0.002500s", "60s"],
      byName: { a: "0.000000001s" },
      after: "-1s",
    });
    assert.deepEqual({ ...fromJson(Wait, toJson(Wait, read)) }, given);
    assert.equal(create(Wait, { ms: 5 }).ms, 5);
  });

  test(`${form}: a field that is not set stays undefined`, () => {
    const read = fromBinary(Wait, new Uint8Array());
    assert.deepEqual([read.ms, read.list, read.pick], [undefined, [], undefined]);
  });
}

test("a number that no Duration can hold is refused with its place, value and limit", () => {
  for (const ms of [NaN, Infinity, 315_576_000_000_001, -315_576_000_000_000.5, "5" as unknown as number]) {
    assert.throws(
      () => toBinary(Decorated, { ms }),
      (error: Error) =>
        error instanceof TypeError &&
        /Decorated\.ms: expected milliseconds from -315576000000000 to 315576000000000, got /.test(error.message),
    );
  }
  const most = fromBinary(Decorated, toBinary(Decorated, { ms: 315_576_000_000_000 }));
  assert.equal(most.ms, 315_576_000_000_000);
});

test("fractions are rounded to the nanosecond, and carried over to the second", () => {
  const again = (ms: number): number | undefined => fromBinary(Decorated, toBinary(Decorated, { ms })).ms;
  assert.deepEqual([0.1, 0.0000004, 999.9999999, -999.9999999, -0.25, -0].map(again), [0.1, 0, 1000, -1000, -0.25, 0]);
});

test("a message that is no Duration ends the call as an invalid argument", () => {
  const Raw = message("wait.v1.Raw", { ms: field(1, DurationSchema) });
  for (const [seconds, nanos] of [[1n, -1], [0n, 1_000_000_000], [315_576_000_001n, 0]] as const) {
    const bytes = toBinary(Raw, { ms: createOf(DurationSchema, { seconds, nanos }) });
    assert.throws(
      () => fromBinary(Decorated, bytes),
      (error) => error instanceof ConnectError && error.code === Code.InvalidArgument && /ms: /.test(error.message),
    );
  }
});

test("a class may begin with milliseconds, and may hold the message beside them", () => {
  @Message("wait.v1.Both")
  class Both {
    @Field(1, Milliseconds)
    ms = 250;
    @Field(2, DurationSchema)
    whole?: Duration;
  }
  const schema = createSchema({ messages: [Both] });
  assert.equal(schema.files.filter(({ proto }) => proto.name === file_google_protobuf_duration.proto.name).length, 1);
  const whole = createOf(DurationSchema, { seconds: 2n });
  const read = fromBinary(Both, toBinary(Both, { ms: 5, whole }));
  assert.deepEqual([read.ms, read.whole?.seconds], [5, 2n]);
  assert.equal(fromBinary(Both, new Uint8Array()).ms, 250);
});
