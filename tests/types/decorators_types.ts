// What decorators accept and what they refuse, at compile time. Nothing here runs: `tsc` is the test.
import type { JsonObject } from "@bufbuild/protobuf";
import { type Duration, DurationSchema, StringValueSchema, StructSchema } from "@bufbuild/protobuf/wkt";
import {
  BidiStreaming,
  ClientStreaming,
  Enum,
  Field,
  type HandlerContext,
  type Implementation,
  Injectable,
  type Interceptor,
  Message,
  Milliseconds,
  OneOf,
  ServerStreaming,
  Service,
  service,
  Unary,
  unary,
  UseInterceptors,
} from "sigil";

enum Status {
  UNSPECIFIED = 0,
  PAID = 1,
}
Enum("types.v1.Status", Status);
const Level = Enum("types.v1.Level", { NONE: 0, HIGH: 1 } as const);

@Message("types.v1.Card")
class Card {
  @Field(1)
  number = "";
}

@Message("types.v1.Address")
class Address {
  @Field(1)
  street = "";
}

@Message("types.v1.Accepted")
export class Accepted {
  @Field(1)
  text = "";
  @Field(2)
  truth = false;
  @Field(3)
  bytes = new Uint8Array();
  @Field(4)
  at = new Date(0);
  @Field(5)
  nested = new Address();
  @Field(6, "int64")
  big = 0n;
  @Field(7, "int32")
  maybe?: number;
  @Field(8, "string")
  list: string[] = [];
  @Field(9, "string", { repeated: true })
  maybeList?: string[];
  @Field(10, "string", "int32")
  map = new Map<string, number>();
  @Field(11, "string", "int32")
  record: { [key: string]: number } = {};
  @Field(12, () => Address)
  address?: Address;
  @Field(13, () => Address)
  addresses: Address[] = [];
  @Field(14, Status)
  status = Status.UNSPECIFIED;
  @Field(15, Level)
  level: 0 | 1 = 0;
  @Field(16, Date)
  date?: Date;
  @Field(17, DurationSchema)
  duration?: Duration;
  @Field(18, StringValueSchema)
  wrapped?: string;
  @Field(19, StructSchema)
  struct?: JsonObject;
  @Field(20, "string", () => Address)
  accessor places = new Map<string, Address>();
  @OneOf({ card: [21, () => Card], voucher: [22, "string"] })
  payment?: { case: "card"; value: Card } | { case: "voucher"; value: string };
  @Field(23, () => Accepted)
  self?: Accepted;
  @Field(24, Milliseconds)
  waitMs?: number;
  @Field(25, Milliseconds)
  waitsMs: number[] = [];
  @Field(26, "string", Milliseconds)
  waitMsByName = new Map<string, number>();
}

export class Refused {
  // @ts-expect-error a string is no bigint
  @Field(1, "int64")
  a = "";
  // @ts-expect-error a number is no bigint
  @Field(1, "int64")
  b = 0;
  // @ts-expect-error a bigint is no number
  @Field(1, "int32")
  c = 0n;
  // @ts-expect-error an array without an initial value needs { repeated: true }
  @Field(1, "string")
  d?: string[];
  // @ts-expect-error a bare number is ambiguous
  @Field(1)
  e = 0;
  // @ts-expect-error a bare bigint is ambiguous
  @Field(1)
  f = 0n;
  // @ts-expect-error a property without an initial value says no type
  @Field(1)
  g?: string;
  // @ts-expect-error an array says no element type
  @Field(1)
  h: string[] = [];
  // @ts-expect-error a Map says no key and value types
  @Field(1)
  i = new Map<string, string>();
  // @ts-expect-error a Card is no Address
  @Field(1, () => Address)
  j?: Card & { other: true };
  // @ts-expect-error milliseconds are a number
  @Field(1, Milliseconds)
  wait?: bigint;
  // @ts-expect-error milliseconds are no message
  @Field(1, Milliseconds)
  wait2?: Duration;
  // @ts-expect-error milliseconds are no key
  @Field(1, Milliseconds, "string")
  wait3 = new Map<number, string>();
  // @ts-expect-error an enum is no string
  @Field(1, Status)
  k = "PAID";
  // @ts-expect-error a map of other values
  @Field(1, "string", "int32")
  l = new Map<string, string>();
  // @ts-expect-error a map of other keys
  @Field(1, "string", "int32")
  m = new Map<number, number>();
  // @ts-expect-error floating point numbers are no keys
  @Field(1, "double", "int32")
  n = new Map<number, number>();
  // @ts-expect-error there is no such scalar
  @Field(1, "integer")
  o = 0;
  // @ts-expect-error null is no value
  @Field(1, "string")
  p: string | null = null;
  // @ts-expect-error a case that the oneof does not have
  @OneOf({ card: [21, () => Card] })
  q?: { case: "cash"; value: Card };
  // @ts-expect-error a case of another type
  @OneOf({ voucher: [21, "string"] })
  r?: { case: "voucher"; value: number };
}

// @ts-expect-error a message is constructible without arguments
@Message("types.v1.NeedsArguments")
export class NeedsArguments {
  constructor(readonly name: string) {}
}

@Service("types.v1.Accepts")
export class Accepts {
  @Unary(Card, Address)
  plain(card: Card) {
    return { street: card.number };
  }
  @Unary(Card, Address)
  async promised(_card: Card, context: HandlerContext) {
    await Promise.resolve(context.signal);
    return new Address();
  }
  @Unary(() => Card, () => Address)
  thunks(_card: Card): Address {
    return new Address();
  }
  @ServerStreaming(Card, Address)
  async *many(card: Card) {
    yield { street: card.number };
  }
  @ClientStreaming(Card, Address)
  async gather(cards: AsyncIterable<Card>) {
    for await (const card of cards) return { street: card.number };
    return {};
  }
  @BidiStreaming(Card, Address)
  async *both(cards: AsyncIterable<Card>) {
    for await (const card of cards) yield { street: card.number };
  }
}

export class Refuses {
  // @ts-expect-error another request
  @Unary(Card, Address)
  request(_request: Address & { other: true }) {
    return {};
  }
  // @ts-expect-error another reply
  @Unary(Card, Address)
  reply() {
    return { street: 5 };
  }
  // @ts-expect-error a stream where one reply is due
  @Unary(Card, Address)
  async *streams() {
    yield {};
  }
  // @ts-expect-error one reply where a stream is due
  @ServerStreaming(Card, Address)
  one() {
    return {};
  }
  // @ts-expect-error one request where a stream is due
  @ClientStreaming(Card, Address)
  takesOne(card: Card) {
    return { street: card.number };
  }
  // @ts-expect-error no reply at all
  @Unary(Card, Address)
  nothing() {}
}

const Contract = service("types.v1.Contract", { call: unary(Card, Address) });

@Service(Contract)
export class Implements implements Implementation<typeof Contract> {
  call(card: Card) {
    return { street: card.number };
  }
}

@Message("types.v1.Held")
export class Held {
  @Field(1, "int64", { as: "number" })
  id = 0;
  @Field(2, "uint64", { as: "number" })
  maybe?: number;
  @Field(3, "sint64", { as: "number" })
  all: number[] = [];
  @Field(4, "sint64", { as: "number", repeated: true })
  later?: number[];
  @Field(5, "string", "fixed64", { as: "number" })
  byName = new Map<string, number>();
  @OneOf({ count: [6, "int64", { as: "number" }], large: [7, "int64"] })
  choice?: { case: "count"; value: number } | { case: "large"; value: bigint };
  // @ts-expect-error held as a number, so no bigint fits
  @Field(8, "int64", { as: "number" })
  big = 0n;
  // @ts-expect-error no integer of 64 bits
  @Field(9, "string", { as: "number" })
  text = "";
}

// @ts-expect-error the method of the contract is missing
@Service(Contract)
export class Lacks {}

@Injectable([Card, Address])
export class Injected {
  constructor(readonly card: Card, readonly address: Address) {}
}

const pass: Interceptor = (next) => (request) => next(request);

class Logging {
  intercept(next: Parameters<Interceptor>[0]): ReturnType<Interceptor> {
    return (request) => next(request);
  }
}

@UseInterceptors(pass, Logging, new Logging())
export class Intercepted {
  @UseInterceptors(pass)
  call() {}
}

// @ts-expect-error a class without `intercept` is no interceptor
@UseInterceptors(Card)
export class Misused {}
