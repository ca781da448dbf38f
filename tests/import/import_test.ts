// Modules made of descriptors: what a reader of one sees.
// Runs on: node (buf is started)
import assert from "node:assert/strict";
import { test } from "node:test";
import { importFiles } from "../../src/import/import.ts";
import type { ImportOptions } from "../../src/import/module.ts";
import { compile } from "../proto/compile.ts";

function modules(
  files: { readonly [path: string]: string },
  options: Partial<ImportOptions> = {},
): { readonly [path: string]: string } {
  return Object.fromEntries(
    importFiles(compile(Object.entries(files)).files, options).map(({ path, text }) => [path, text]),
  );
}

const shop = `syntax = "proto3";
package shop.v1;
import "google/protobuf/timestamp.proto";
import "google/protobuf/wrappers.proto";
import "shop/v1/money.proto";

// The orders of one shop.
service Orders {
  // Finds one order.
  rpc GetOrder(Order) returns (Order) { option idempotency_level = NO_SIDE_EFFECTS; }
  rpc watch(Order) returns (stream Order);
}

// A customer's order,
// with a */ in its comment.
message Order {
  reserved 4, 20 to 29;
  reserved "price";
  // Never changes.
  string id = 1;
  repeated string tags = 2;
  map<string, Money> stock = 3;
  google.protobuf.Timestamp created_at = 5;
  Status status = 6;
  optional int32 retries_2 = 7 [deprecated = true];
  oneof payment {
    // By card.
    string card = 10;
    google.protobuf.StringValue voucher = 11;
  }
  Order parent = 12;
  enum Status {
    STATUS_UNSPECIFIED = 0;
    // The money is here.
    STATUS_PAID = 1;
  }
}
`;

const money = `syntax = "proto3";
package shop.v1;
message Money { int64 cents = 1; }
`;

const files = { "shop/v1/shop.proto": shop, "shop/v1/money.proto": money };

test("decorated classes, with comments as JSDoc and relative imports", () => {
  assert.equal(
    modules(files)["shop/v1/shop.ts"],
    `import {
  file_google_protobuf_timestamp,
  file_google_protobuf_wrappers,
  StringValueSchema,
} from "@bufbuild/protobuf/wkt";
import {
  Enum,
  Field,
  Message,
  OneOf,
  protoFile,
  serverStreaming,
  service,
  unary,
} from "sigil";
import { Money, moneyFile } from "./money.ts";

export enum Order_Status {
  UNSPECIFIED = 0,
  /** The money is here. */
  PAID = 1,
}
Enum("shop.v1.Order.Status", Order_Status);

/**
 * A customer's order,
 * with a *\\/ in its comment.
 */
@Message("shop.v1.Order", { reserved: [4, [20, 29], "price"] })
export class Order {
  /** Never changes. */
  @Field(1)
  id = "";
  @Field(2, "string")
  tags: string[] = [];
  @Field(3, "string", () => Money)
  stock = new Map<string, Money>();
  @Field(5, Date)
  createdAt?: Date;
  @Field(6, Order_Status)
  status = Order_Status.UNSPECIFIED;

  /** @deprecated */
  @Field(7, "int32", { name: "retries_2", deprecated: true })
  retries2?: number;
  @OneOf({
    /** By card. */
    card: [10, "string"],
    voucher: [11, StringValueSchema],
  })
  payment?:
    | { case: "card"; value: string }
    | { case: "voucher"; value: string };
  @Field(12, () => Order)
  parent?: Order;
}

/** The orders of one shop. */
export const Orders = service("shop.v1.Orders", {
  /** Finds one order. */
  getOrder: unary(Order, Order, { idempotency: "NO_SIDE_EFFECTS" }),
  watch: serverStreaming(Order, Order, { name: "watch" }),
});

/** The file of all of these. */
export const shopFile = protoFile("shop/v1/shop.proto", {
  package: "shop.v1",
  imports: [
    file_google_protobuf_timestamp,
    file_google_protobuf_wrappers,
    moneyFile,
  ],
  messages: [Order],
  enums: [Order_Status],
  services: [Orders],
});
`,
  );
});

test("builders, with a type that is written down where a message leads back to itself", () => {
  const text = modules(files, { form: "builders", importExtension: ".js" })["shop/v1/shop.ts"] ?? "";
  assert.match(text, /import \{ Money, moneyFile \} from "\.\/money\.js";/);
  assert.match(text, /export const Order_Status = \{\n {2}UNSPECIFIED: 0,\n/);
  assert.match(text, /export interface Order \{\n {2}id: string;\n {2}tags: string\[\];\n/);
  assert.match(text, /export const Order: MessageClass<Order> = message\("shop\.v1\.Order", \{\n/);
});

test("names that clash with Sigil's, with globals and among imports are told apart", () => {
  const text = modules({
    "a.proto": `syntax = "proto3"; package a; import "b.proto"; import "c.proto";
      message Message { Field field = 1; b.Thing one = 2; c.Thing two = 3; } message Field {} message Date {}`,
    "b.proto": `syntax = "proto3"; package b; message Thing {}`,
    "c.proto": `syntax = "proto3"; package c; message Thing {}`,
  })["a.ts"] ?? "";
  assert.match(text, /import \{ Field as Field\$, Message as Message\$, protoFile \} from "sigil";/);
  assert.match(text, /@Message\$\("a\.Field"\)\nexport class Field \{\}/);
  assert.match(text, /@Message\$\("a\.Date"\)\nexport class Date\$ \{\}/);
  assert.match(text, /import \{ cFile, Thing as Thing\$ \} from "\.\/c\.ts";/);
  assert.match(text, /@Field\$\(3, \(\) => Thing\$\)\n {2}two\?: Thing\$;/);
});
