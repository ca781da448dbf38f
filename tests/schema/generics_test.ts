// Messages made by helpers: a generic factory that makes a named message per use, and base classes whose fields are flattened.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createSchema, Field, field, fromBinary, Message, message, repeated, toBinary } from "../../mod.ts";
import type { MessageClass } from "../../mod.ts";
import { protoFiles } from "../../src/proto/export.ts";

function pageOf<T extends object>(name: string, item: MessageClass<T>) {
  return message(name, { items: repeated(1, item), nextPageToken: field(2, "string") });
}

const Order = message("gen.v1.Order", { id: field(1, "string") });
const Person = message("gen.v1.Person", { age: field(1, "int32") });
const OrderPage = pageOf("gen.v1.OrderPage", Order);
const PersonPage = pageOf("gen.v1.PersonPage", Person);

test("a factory makes a message of its own name per use, typed by its item", () => {
  const read = fromBinary(OrderPage, toBinary(OrderPage, { items: [{ id: "a" }], nextPageToken: "t" }));
  const id: string | undefined = read.items[0]?.id;
  assert.deepEqual([id, read.nextPageToken, read.items[0] instanceof Order], ["a", "t", true]);
  // @ts-expect-error: a page of orders holds no people
  assert.equal(toBinary(OrderPage, { items: [{ age: 5 }] }).length, 2);
  const text = protoFiles(createSchema({ messages: [OrderPage, PersonPage] }).files).get("gen/v1/gen.proto") ?? "";
  assert.match(text, /message OrderPage \{\n {2}repeated Order items = 1;\n {2}string next_page_token = 2;\n\}/);
  assert.match(text, /message PersonPage \{\n {2}repeated Person items = 1;/);
});

test("one name for two uses is a mistake", () => {
  const twice = pageOf("gen.v1.OrderPage", Person);
  assert.throws(() => createSchema({ messages: [OrderPage, twice] }), /the name gen\.v1\.OrderPage is taken by/);
});

test("fields of a base class are the subclass's own; a number or a name that both use is a mistake", () => {
  @Message("gen.v1.Base")
  class Base {
    @Field(1)
    id = "";
  }
  @Message("gen.v1.Derived")
  class Derived extends Base {
    @Field(2)
    note = "";
  }
  const { fields } = createSchema({ messages: [Derived] }).message(Derived);
  assert.deepEqual(fields.map(({ name, number }) => [name, number]), [["id", 1], ["note", 2]]);
  const read = fromBinary(Derived, toBinary(Derived, { id: "a", note: "b" }));
  assert.ok(read instanceof Base);
  assert.deepEqual([read.id, read.note], ["a", "b"]);

  @Message("gen.v1.SameNumber")
  class SameNumber extends Base {
    @Field(1)
    other = "";
  }
  assert.throws(() => createSchema({ messages: [SameNumber] }), /number 1 is taken by/);
  @Message("gen.v1.SameName")
  class SameName extends Base {
    @Field(2, { name: "id" })
    other = "";
  }
  assert.throws(() => createSchema({ messages: [SameName] }), /name id is taken by/);
});
