// The messages of the `codec` bench: one class each, with a value. Decorated, as most users have them.
import type { MessageName } from "./operation.ts";
import { Enum, Field, Message, type MessageClass } from "../../../mod.ts";

@Message("bench.codec.v1.Greeting")
export class Greeting {
  @Field(1)
  text = "";
}

export enum OrderStatus {
  UNSPECIFIED = 0,
  PAID = 1,
}
Enum("bench.codec.v1.OrderStatus", OrderStatus);

@Message("bench.codec.v1.Address")
export class Address {
  @Field(1)
  street = "";
  @Field(2)
  city = "";
  @Field(3)
  postcode = "";
  @Field(4)
  country = "";
}

@Message("bench.codec.v1.Line")
export class Line {
  @Field(1)
  article = "";
  @Field(2)
  title = "";
  @Field(3, "int32")
  quantity = 0;
  @Field(4, "int64")
  priceCents = 0n;
}

@Message("bench.codec.v1.Order")
export class Order {
  @Field(1)
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
  @Field(7, () => Line)
  lines: Line[] = [];
  @Field(8, "string")
  note?: string;
  @Field(9, "double")
  total = 0;
  @Field(10)
  paid = false;
  @Field(11, "int64")
  createdAt = 0n;
  @Field(12, "int32")
  scores: number[] = [];
}

@Message("bench.codec.v1.Price")
export class Price {
  @Field(1)
  currency = "";
  @Field(2, "int64")
  cents = 0n;
}

@Message("bench.codec.v1.Article")
export class Article {
  @Field(1)
  id = "";
  @Field(2)
  title = "";
  @Field(3)
  description = "";
  @Field(4, () => Price)
  prices: Price[] = [];
  @Field(5, "double")
  rating = 0;
  @Field(6, "uint32")
  stock = 0;
  @Field(7)
  available = false;
}

@Message("bench.codec.v1.Catalogue")
export class Catalogue {
  @Field(1)
  name = "";
  @Field(2, () => Article)
  articles: Article[] = [];
}

@Message("bench.codec.v1.Numbers")
export class Numbers {
  @Field(1, "int32")
  small: number[] = [];
  @Field(2, "uint32")
  large: number[] = [];
  @Field(3, "double")
  exact: number[] = [];
}

@Message("bench.codec.v1.Blob")
export class Blob {
  @Field(1)
  name = "";
  @Field(2)
  data = new Uint8Array();
}

@Message("bench.codec.v1.Page")
export class Page {
  @Field(1)
  url = "";
  @Field(2)
  title = "";
  @Field(3, "string")
  paragraphs: string[] = [];
  @Field(4, "string", "string")
  headers = new Map<string, string>();
}

// The message that protobufjs measures itself with (its bench/data/bench.proto and bench.json).
@Message("bench.codec.v1.InnerInner")
export class InnerInner {
  @Field(1, "int64")
  long = 0n;
  @Field(2, "int32")
  enum = 0;
  @Field(3, "sint32")
  sint32 = 0;
}

@Message("bench.codec.v1.Outer")
export class Outer {
  @Field(1, "bool")
  bool: boolean[] = [];
  @Field(2, "double")
  double = 0;
}

@Message("bench.codec.v1.Inner")
export class Inner {
  @Field(1, "int32")
  int32 = 0;
  @Field(2, () => InnerInner)
  innerInner?: InnerInner;
  @Field(3, () => Outer)
  outer?: Outer;
}

@Message("bench.codec.v1.Test")
export class Test {
  @Field(1)
  string = "";
  @Field(2, "uint32")
  uint32 = 0;
  @Field(3, () => Inner)
  inner?: Inner;
  @Field(4, "float")
  float = 0;
}

/** A message that is measured. */
export interface Measured {
  readonly messageClass: MessageClass;
  readonly value: object;
}

/** The messages by the names of their cases. */
export const MESSAGES: { readonly [N in MessageName]: Measured } = {
  greeting: { messageClass: Greeting, value: { text: "Hello, dear Ada..." } },
  order: { messageClass: Order, value: order() },
  catalogue: { messageClass: Catalogue, value: { name: "Spring", articles: numbered(80, article) } },
  numbers: {
    messageClass: Numbers,
    value: {
      small: numbered(150_000, (i) => (i * 7919) % 20_000),
      large: numbered(75_000, (i) => (i * 2_654_435_761) >>> 0),
      exact: numbered(50_000, (i) => i / 7),
    },
  },
  blob: { messageClass: Blob, value: { name: "photo.jpg", data: new Uint8Array(64 * 1024).map((_, i) => i * 31) } },
  strings: { messageClass: Page, value: page() },
  protobufjs: {
    messageClass: Test,
    value: {
      string: "Lorem ipsum dolor sit amet.",
      uint32: 9000,
      inner: {
        int32: 20_161_110,
        innerInner: { long: 649_267_441_664n, enum: 1, sint32: -42 },
        outer: { bool: [true, false, false, true, false, false, true], double: 204.8 },
      },
      float: 0.25,
    },
  },
};

function numbered<T>(length: number, make: (index: number) => T): T[] {
  return Array.from({ length }, (_, index) => make(index));
}

function order(): object {
  return {
    id: "order-000123",
    customerId: 123_456_789_012n,
    tags: ["new", "express", "gift"],
    stock: new Map([["warehouse-a", 12], ["warehouse-b", 7]]),
    shipTo: { street: "12 Long Street Name", city: "Hamburg", postcode: "20095", country: "DE" },
    status: OrderStatus.PAID,
    lines: numbered(5, (i) => ({
      article: `SKU-10000${i}`,
      title: `A product with a longer title ${i}`,
      quantity: i + 1,
      priceCents: 1999n * BigInt(i + 1),
    })),
    note: "Please leave it at the door of the neighbour, who is at home until noon.",
    total: 129.95,
    paid: true,
    createdAt: 1_767_323_045_678n,
    scores: [1, 2, 300, 40_000, 5],
  };
}

function article(i: number): object {
  return {
    id: `A-${100_000 + i}`,
    title: `Article number ${i} of the catalogue`,
    description: "A sturdy thing of good wood, oiled twice, that lasts for years and can be mended. ".repeat(1 + i % 2),
    prices: ["EUR", "USD", "CHF"].map((currency, k) => ({ currency, cents: BigInt(999 + i * 100 + k) })),
    rating: (i % 50) / 10,
    stock: i * 3,
    available: i % 3 !== 0,
  };
}

function page(): object {
  return {
    url: "https://www.example.org/articles/2026/on-the-length-of-strings",
    title: "On the length of strings",
    paragraphs: numbered(
      40,
      (i) => `${"Zwölf Boxkämpfer jagen Viktor quer über den großen Sylter Deich. ".repeat(i % 5)}${i}`,
    ),
    headers: new Map(numbered(20, (i) => [`x-header-${i}`, `value ${i} of a header`])),
  };
}
