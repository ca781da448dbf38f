// The messages of a small shop, with every kind of field, declared twice: by decorators and by builders.
import {
  type Any,
  AnySchema,
  type Duration,
  DurationSchema,
  StringValueSchema,
  StructSchema,
} from "@bufbuild/protobuf/wkt";
import type { JsonObject } from "@bufbuild/protobuf";
import { Enum, Field, field, map, Message, message, OneOf, oneof, optional, repeated } from "sigil";

@Message("shop.v1.Address")
export class Address {
  @Field(1)
  street = "";
  @Field(2)
  city = "";

  get line(): string {
    return `${this.street}, ${this.city}`;
  }
}

export enum OrderStatus {
  UNSPECIFIED = 0,
  PAID = 1,
  SHIPPED = 2,
}
Enum("shop.v1.OrderStatus", OrderStatus, { doc: "How far an order is.", docs: { PAID: "The money is there." } });

@Message("shop.v1.Order", { doc: "A customer's order.", reserved: [50, [60, 69], "old_total"] })
export class Order {
  @Field(1, { doc: "Unique." })
  id = "";
  @Field(2, "int64")
  customerId = 0n;
  @Field(3, "string")
  tags: string[] = [];
  @Field(4, "string", "int32")
  stock = new Map<string, number>();
  @Field(5, () => Address)
  shipTo?: Address;
  @Field(6, OrderStatus)
  status = OrderStatus.UNSPECIFIED;
  @Field(7, "int32", { deprecated: true })
  retries?: number;
  @Field(8)
  signature = new Uint8Array();
  @Field(9, Date)
  createdAt?: Date;
  @OneOf({ card: [10, () => Address], voucher: [11, "string"] }, { doc: "How it is paid." })
  payment?: { case: "card"; value: Address } | { case: "voucher"; value: string };
  @Field(12, DurationSchema)
  ttl?: Duration;
  @Field(13, StringValueSchema)
  note?: string;
  @Field(14, StructSchema)
  extra?: JsonObject;
  @Field(15, AnySchema)
  anything?: Any;
  @Field(16, () => Order)
  parts: Order[] = [];
  @Field(17, "int64", () => Address)
  places = new Map<bigint, Address>();
  @Field(18, "sint32", { packed: false })
  deltas: number[] = [];
  @Field(19, Date)
  history: Date[] = [];
  @Field(20, "bool", "string")
  flags = new Map<boolean, string>();
  @Field(21, "string", "string")
  labels: { [key: string]: string } = {};
  @Field(22, "double", { jsonName: "priceEuro" })
  price = 0;
}

export const BuiltAddress = message("shop.v1.Address", {
  street: field(1, "string"),
  city: field(2, "string"),
});

export const BuiltOrder = message("shop.v1.Order", {
  id: field(1, "string", { doc: "Unique." }),
  customerId: field(2, "int64"),
  tags: repeated(3, "string"),
  stock: map(4, "string", "int32"),
  shipTo: field(5, () => BuiltAddress),
  status: field(6, OrderStatus),
  retries: optional(7, "int32", { deprecated: true }),
  signature: field(8, "bytes"),
  createdAt: field(9, Date),
  payment: oneof({ card: [10, () => BuiltAddress], voucher: [11, "string"] }, { doc: "How it is paid." }),
  ttl: field(12, DurationSchema),
  note: field(13, StringValueSchema),
  extra: field(14, StructSchema),
  anything: field(15, AnySchema),
  parts: repeated(16, (): new () => object => BuiltOrder),
  places: map(17, "int64", () => BuiltAddress),
  deltas: repeated(18, "sint32", { packed: false }),
  history: repeated(19, Date),
  flags: map(20, "bool", "string"),
  labels: map(21, "string", "string"),
  price: field(22, "double", { jsonName: "priceEuro" }),
}, { doc: "A customer's order.", reserved: [50, [60, 69], "old_total"] });
