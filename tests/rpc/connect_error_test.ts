// Sigil's ConnectError and connect-es's are one to whoever asks: each is an instance of the other, and has what the other has.
import { create, createRegistry, toBinary } from "@bufbuild/protobuf";
import { type Duration, DurationSchema, TimestampSchema } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError as Theirs } from "@connectrpc/connect";
import assert from "node:assert/strict";
import { test } from "node:test";
import { ConnectError } from "../../mod.ts";

const duration = create(DurationSchema, { seconds: 5n });

test("errors of either class are instances of both", () => {
  for (const error of [new ConnectError("a", Code.NotFound), new Theirs("b", Code.NotFound)]) {
    assert.ok(error instanceof ConnectError);
    assert.ok(error instanceof Theirs);
    assert.equal(ConnectError.from(error), error);
    assert.equal(Theirs.from(error), error);
  }
  for (const other of [new Error("a"), { name: "ConnectError", code: 5 }, undefined]) {
    assert.ok(!(other instanceof ConnectError));
  }
});

test("they say the same", () => {
  for (const [text, code] of [["no order 42", Code.NotFound], ["", Code.InvalidArgument], ["x", undefined]] as const) {
    const cause = new Error("behind it");
    const [own, other] = [ConnectError, Theirs].map((type) => new type(text, code, { a: "b" }, undefined, cause));
    for (const property of ["name", "message", "rawMessage", "code", "cause", "isWireError"] as const) {
      assert.equal(own[property], other[property], property);
    }
    assert.deepEqual([...own.metadata], [...other.metadata]);
  }
});

test("from() makes of whatever was thrown what connect-es makes", () => {
  const aborted = new Error("gone");
  aborted.name = "AbortError";
  for (const reason of [new Error("a"), aborted, "text", undefined, 7]) {
    const [own, other] = [ConnectError.from(reason), Theirs.from(reason)];
    assert.deepEqual([own.code, own.message, own.cause], [other.code, other.message, other.cause]);
  }
});

test("findDetails reads details that go out and that came", () => {
  const outgoing = [{ desc: DurationSchema, value: { seconds: 5n } }];
  const errors = [new ConnectError("a", Code.Internal, undefined, outgoing), new ConnectError("b", Code.Internal)];
  errors[1].details = [
    { type: DurationSchema.typeName, value: toBinary(DurationSchema, duration) },
    { type: DurationSchema.typeName, value: new Uint8Array([255]) },
  ];
  for (const error of errors) {
    const found: Duration[] = error.findDetails(DurationSchema);
    assert.deepEqual(found, [duration]);
    assert.deepEqual(error.findDetails(createRegistry(DurationSchema)), [duration]);
    assert.deepEqual(error.findDetails(TimestampSchema), []);
  }
});
