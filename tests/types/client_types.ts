// The types of clients: what is inferred from classes, contracts and generated services. Nothing here runs: `tsc` is the
// test.
import type { DescService } from "@bufbuild/protobuf";
import {
  bidiStreaming,
  type Client,
  clientStreaming,
  createClient,
  field,
  message,
  type MessageInit,
  oneof,
  optional,
  repeated,
  serverStreaming,
  service,
  type Transport,
  unary,
} from "sigil";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function assertType<T extends true>(): T | undefined {
  return undefined;
}

const Item = message("types.v1.Item", { name: field(1, "string"), size: optional(2, "int32") });
type Item = InstanceType<typeof Item>;
const Cart = message("types.v1.Cart", {
  items: repeated(1, Item),
  first: field(2, Item),
  total: field(3, "int64"),
  paid: oneof({ cash: [4, "int32"], item: [5, () => Item] }),
});
type Cart = InstanceType<typeof Cart>;

assertType<Equal<Item, { name: string } & { size?: number }>>();
assertType<Equal<Cart["items"], Item[]>>();
assertType<Equal<Cart["first"], Item | undefined>>();
assertType<Equal<Cart["paid"], { case: "cash"; value: number } | { case: "item"; value: Item } | undefined>>();

const Shop = service("types.v1.Shop", {
  get: unary(Item, Cart),
  watch: serverStreaming(Item, Cart),
  fill: clientStreaming(Item, Cart),
  haggle: bidiStreaming(Item, Cart),
});

declare const transport: Transport;
const shop = createClient(Shop, transport);
assertType<Equal<ReturnType<typeof shop.get>, Promise<Cart>>>();
assertType<Equal<ReturnType<typeof shop.watch>, AsyncIterable<Cart>>>();
assertType<Equal<ReturnType<typeof shop.fill>, Promise<Cart>>>();
assertType<Equal<ReturnType<typeof shop.haggle>, AsyncIterable<Cart>>>();
void shop.get({ name: "a" }, { timeoutMs: 5, headers: { a: "b" } });
void shop.get({});
// @ts-expect-error a property that the message does not have
void shop.get({ nome: "a" });
// @ts-expect-error a value of another type
void shop.get({ name: 5 });
// @ts-expect-error a method that the service does not have
void shop.remove({});
// @ts-expect-error one message where a stream is due
void shop.fill({ name: "a" });

// A class: its methods' own types.
class Decorated {
  one(request: Item): Promise<Cart> {
    return Promise.resolve(Object.assign(new Cart(), { total: BigInt(request.name.length) }));
  }
  async *many(_request: Item): AsyncGenerator<Cart> {}
  async gather(_requests: AsyncIterable<Item>): Promise<Cart> {
    return await Promise.resolve(new Cart());
  }
  async *both(_requests: AsyncIterable<Item>): AsyncGenerator<Cart> {}
  readonly label = "no method";
}
declare const client: Client<typeof Decorated>;
assertType<Equal<ReturnType<typeof client.one>, Promise<Cart>>>();
assertType<Equal<ReturnType<typeof client.many>, AsyncIterable<Cart>>>();
assertType<Equal<ReturnType<typeof client.gather>, Promise<Cart>>>();
assertType<Equal<ReturnType<typeof client.both>, AsyncIterable<Cart>>>();
// @ts-expect-error a property is no method
void client.label;

declare const generated: DescService;
void createClient(generated, "http://localhost:50051");

// Plain objects: nested ones too, methods left out.
export class WithMethod {
  name = "";
  at?: Date;
  map: Map<string, Item> = new Map();
  shout(): string {
    return this.name;
  }
}
const init: MessageInit<WithMethod> = { name: "a", at: new Date(), map: new Map([["x", { name: "y" }]]) };
void init;
// @ts-expect-error methods are no part of it
const withMethod: MessageInit<WithMethod> = { shout: () => "" };
void withMethod;
