// An app whose comments are JSDoc, written in all the ways that a source may have them.
import { Enum, Field, Message, type MessageInit, OneOf, Service, Sigil, Unary } from "sigil";
import { CommentedContract, Plain } from "./commented_contract.ts";

/** Where an order stands. */
export enum Status {
  /** Nobody knows. */
  UNSPECIFIED = 0,
  PAID = 1, /* not JSDoc */
  /** On its way. */
  SHIPPED = 2,
}
Enum("talk.v1.Status", Status);

/** What all have that is kept. */
export abstract class Kept {
  /** Never changes. */
  @Field(1)
  id = "";
}

/**
 * A customer's order, see {@link Status}.
 *
 *     an example
 *
 * @see nothing of this
 */
@Message("talk.v1.Order")
export class Order extends Kept {
  /** Not this one. */
  @Field(2, Status, { doc: "Said by an option." })
  status = Status.UNSPECIFIED;

  /** How it is paid. */
  @OneOf({
    /** By card: \`${"{"}\` is no brace, /** is no comment. */
    card: [3, "string"],
    voucher: [4, "string"],
  })
  payment?: { case: "card"; value: string } | { case: "voucher"; value: string };

  @Field(5, "string")
  /** Behind its decorator. */
  note?: string;

  /** No field. */
  get label(): string {
    return `${this.id.replace(/["'`{/]/g, "")} /** no comment */ ${[1, 2].map((n) => `${n / 2}`).join("}")}`;
  }

  @Field(6, "int32")
  count = 4 / 2;
}

/** The orders of one shop. */
@Service("talk.v1.Orders")
export class Orders {
  /**
   * Finds one order.
   * It takes its time.
   * @param order whatever
   */
  @Unary(Order, Order)
  getOrder(order: Order): MessageInit<Order> {
    return order;
  }
}

/** Not the contract's comment. */
@Service(CommentedContract)
export class Plains {
  echo(plain: Plain): MessageInit<Plain> {
    return plain;
  }
}

export const app: Sigil = new Sigil({ services: [Orders, Plains] });
