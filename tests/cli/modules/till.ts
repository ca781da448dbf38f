// An app whose classes and properties are called otherwise than what they are in protobuf.
import { Enum, Field, Message, type MessageInit, Service, Sigil, Unary } from "sigil";

enum Coin {
  UNSPECIFIED = 0,
  PENNY = 1,
}
Enum("till.v1.Currency", Coin);

@Message("till.v1.Receipt", { reserved: [9] })
class Bill {
  @Field(1)
  id = "";
  @Field(2, "int64", { name: "amount" })
  total = 0n;
  @Field(3, Coin)
  coin = Coin.UNSPECIFIED;
}

@Service("till.v1.Till")
class CashDesk {
  @Unary(Bill, Bill, { name: "Pay" })
  settle(bill: Bill): MessageInit<Bill> {
    return bill;
  }
}

export const app: Sigil = new Sigil({ services: [CashDesk] });
