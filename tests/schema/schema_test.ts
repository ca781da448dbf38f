// The descriptors that classes and builders become.
import assert from "node:assert/strict";
import { test } from "node:test";
import { type DescFile, toBinary, toJson } from "@bufbuild/protobuf";
import { DescriptorProtoSchema, FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import { createSchema, Enum, Field, field, Message, message, optional, service, unary } from "sigil";
import { BuiltOrder, Order } from "../support/shop.ts";

function shopFile(root: new () => object): DescFile {
  const file = createSchema({ messages: [root] }).files.find((file) => file.proto.package === "shop.v1");
  assert.ok(file);
  return file;
}

test("decorators and builders give equal descriptors", () => {
  const decorated = shopFile(Order).proto;
  const built = shopFile(BuiltOrder).proto;
  assert.deepEqual(toBinary(FileDescriptorProtoSchema, built), toBinary(FileDescriptorProtoSchema, decorated));
});

test("a package is one file at its path, which imports what it uses", () => {
  const { proto } = shopFile(Order);
  assert.equal(proto.name, "shop/v1/shop.proto");
  assert.equal(proto.syntax, "proto3");
  assert.deepEqual(proto.dependency, [
    "google/protobuf/any.proto",
    "google/protobuf/duration.proto",
    "google/protobuf/struct.proto",
    "google/protobuf/timestamp.proto",
    "google/protobuf/wrappers.proto",
  ]);
});

test("fields have the types, labels and names that protobuf gives them", () => {
  const order = shopFile(Order).messages.find((message) => message.name === "Order");
  assert.ok(order);
  const summary = order.fields.map((field) => `${field.number} ${field.name} ${field.fieldKind} ${field.jsonName}`);
  assert.deepEqual(
    summary,
    [
      "1 id scalar id",
      "2 customer_id scalar customerId",
      "3 tags list tags",
      "4 stock map stock",
      "5 ship_to message shipTo",
      "6 status enum status",
      "7 retries scalar retries",
      "8 signature scalar signature",
      "9 created_at message createdAt",
      "12 ttl message ttl",
      "13 note message note",
      "14 extra message extra",
      "15 anything message anything",
      "16 parts list parts",
      "17 places map places",
      "18 deltas list deltas",
      "19 history list history",
      "20 flags map flags",
      "21 labels map labels",
      "22 price scalar priceEuro",
      "10 card message card",
      "11 voucher scalar voucher",
    ].sort((a, b) => parseInt(a) - parseInt(b)),
  );
  const json = toJson(DescriptorProtoSchema, order.proto) as { reservedRange: unknown; reservedName: unknown };
  assert.deepEqual(json.reservedRange, [{ start: 50, end: 51 }, { start: 60, end: 70 }]);
  assert.deepEqual(json.reservedName, ["old_total"]);
});

test("a field without an initial value has presence, and one that begins as zero has none", () => {
  @Message("test.v1.Presence")
  class Presence {
    @Field(1, "int32")
    plain = 0;
    @Field(2, "int32")
    maybe?: number;
    @Field(3, "int32")
    fifty = 50;
    @Field(4, "int32", { optional: true })
    asked = 0;
  }
  const desc = createSchema({ messages: [Presence] }).message(Presence);
  const optionals = desc.fields.filter((field) => field.proto.proto3Optional).map((field) => field.name);
  assert.deepEqual(optionals, ["maybe", "fifty", "asked"]);
});

test("enum values carry the name of their enum, and zero comes first", () => {
  const file = shopFile(Order);
  assert.deepEqual(file.enums[0].values.map((value) => value.name), [
    "ORDER_STATUS_UNSPECIFIED",
    "ORDER_STATUS_PAID",
    "ORDER_STATUS_SHIPPED",
  ]);
  const Level = Enum("test.v1.LogLevel", { high: 2, logLevelLow: 1, none: 0 } as const);
  const M = message("test.v1.M", { level: field(1, Level) });
  const values = createSchema({ messages: [M] }).registry.getEnum("test.v1.LogLevel")?.values.map((v) => v.name);
  assert.deepEqual(values, ["LOG_LEVEL_NONE", "LOG_LEVEL_HIGH", "LOG_LEVEL_LOW"]);
});

test("doc texts become the comments of the descriptors", () => {
  const locations = shopFile(Order).proto.sourceCodeInfo?.location ?? [];
  const comments = locations.map((location) => location.leadingComments);
  assert.deepEqual(comments.sort(), [
    " A customer's order.\n",
    " How far an order is.\n",
    " How it is paid.\n",
    " The money is there.\n",
    " Unique.\n",
  ]);
});

test("fields of base classes are flattened, and their numbers may not clash", () => {
  class Base {
    @Field(1)
    id = "";
  }
  @Message("test.v1.Derived")
  class Derived extends Base {
    @Field(2)
    name = "";
  }
  const desc = createSchema({ messages: [Derived] }).message(Derived);
  assert.deepEqual(desc.fields.map((field) => field.name), ["id", "name"]);

  @Message("test.v1.Clash")
  class Clash extends Base {
    @Field(1)
    name = "";
  }
  assert.throws(() => createSchema({ messages: [Clash] }), /number 1 is taken by Clash\.id/);
});

test("a type named inside of a message is nested in it", () => {
  const Item = message("test.v1.Cart.Item", { name: field(1, "string") });
  const Cart = message("test.v1.Cart", { first: field(1, Item) });
  const schema = createSchema({ messages: [Cart] });
  assert.equal(schema.message(Item).parent, schema.message(Cart));
  assert.deepEqual(schema.files.map((file) => file.proto.name), ["test/v1/test.proto"]);
});

test("packages become files that import each other", () => {
  const Money = message("common.v1.Money", { cents: field(1, "int64") });
  const Bill = message("bank.v1.Bill", { total: field(1, Money) });
  const files = createSchema({ messages: [Bill] }).files;
  assert.deepEqual(files.map((file) => file.proto.name), ["common/v1/common.proto", "bank/v1/bank.proto"]);
  assert.deepEqual(files[1].proto.dependency, ["common/v1/common.proto"]);
});

test("methods keep kind, names, idempotency and deprecation", () => {
  const M = message("test.v1.M", { maybe: optional(1, "string") });
  const contract = service("test.v1.S", {
    getThing: unary(M, M, { idempotency: "NO_SIDE_EFFECTS", deprecated: true }),
    other: unary(M, M, { name: "Renamed" }),
  }, { deprecated: true });
  const desc = createSchema({ contracts: [contract] }).service(contract);
  assert.deepEqual(desc.methods.map((method) => method.name), ["GetThing", "Renamed"]);
  assert.equal(desc.methods[0].idempotency, 1);
  assert.equal(desc.methods[0].deprecated, true);
  assert.equal(desc.deprecated, true);
});
