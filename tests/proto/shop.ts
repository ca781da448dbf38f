// A decorated app with most of what decorators can say, over two packages.
import { type Duration, DurationSchema } from "@bufbuild/protobuf/wkt";
import {
  BidiStreaming,
  ClientStreaming,
  Enum,
  Field,
  Message,
  type MessageInit,
  OneOf,
  ServerStreaming,
  Service,
  Sigil,
  Unary,
} from "sigil";

enum Size {
  UNSPECIFIED = 0,
  LARGE = 1,
  HUGE = 1,
}
Enum("shop.v1.Order.Size", Size, {
  allowAlias: true,
  reserved: [[5, 9], "SIZE_SMALL"],
  docs: { LARGE: "Half a litre." },
});

@Message("common.v1.Money", { doc: `An amount. ${"It is exact, as money has to be. ".repeat(6)}` })
class Money {
  @Field(1, "sint64")
  units = 0n;
  @Field(2)
  currency = "";
}

@Message("shop.v1.Order.Line", { deprecated: true })
class Line {
  @Field(1, "fixed32", { packed: false })
  marks: number[] = [];
  @Field(2, () => Money)
  price?: Money;
  @Field(3, "double", { name: "factor_x", jsonName: "x" })
  factor = 0;
}

@Message("shop.v1.Order", { doc: "An order.\n\nIt has lines.", reserved: [4, [20, 29], "price"] })
class Order {
  @Field(1, { doc: "Never changes." })
  id = "";
  @Field(2, () => Line)
  lines: Line[] = [];
  @Field(3, "int64", () => Money)
  prices = new Map<bigint, Money>();
  @Field(5, Size)
  size = Size.UNSPECIFIED;
  @Field(6, "int32", { deprecated: true })
  retries?: number;
  @Field(7, Date)
  createdAt?: Date;
  @Field(8, DurationSchema)
  age?: Duration;
  @OneOf({ parent: [10, () => Order], voucher: [11, "bytes", { doc: "As scanned." }] }, { doc: "Where it comes from." })
  origin?: { case: "parent"; value: Order } | { case: "voucher"; value: Uint8Array };
}

@Service("shop.v1.Orders", { doc: "All orders." })
class Orders {
  @Unary(Order, Money, { idempotency: "IDEMPOTENT", deprecated: true })
  pay(): MessageInit<Money> {
    return { units: 1n };
  }

  @ServerStreaming(Order, Order)
  async *watch(order: Order): AsyncIterable<Order> {
    yield order;
  }

  @ClientStreaming(Order, Order)
  async gather(orders: AsyncIterable<Order>): Promise<Order> {
    let last = new Order();
    for await (const order of orders) last = order;
    return last;
  }

  @BidiStreaming(Order, Order)
  async *chat(orders: AsyncIterable<Order>): AsyncIterable<Order> {
    yield* orders;
  }
}

/** The app. */
export const app: Sigil = new Sigil({ services: [Orders] });
