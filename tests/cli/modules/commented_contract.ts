// What commented.ts imports: the same by builders.
import { Enum, field, message, type MessageClass, oneof, service, type ServiceContract, unary } from "sigil";

/** Sizes. */
const Size = {
  /** None. */
  NONE: 0,
  LARGE: 1,
};
Enum("talk.v1.Size", Size);

export interface Plain {
  size: number;
  choice?: { case: "a"; value: string };
}

/** A plain message. */
export const Plain: MessageClass<Plain> = message("talk.v1.Plain", {
  /** Its size. */
  size: field(1, Size),
  /** A choice. */
  choice: oneof({
    /** The only one. */
    a: [2, "string"],
  }),
});

/** A contract. */
export const CommentedContract = service("talk.v1.Plains", {
  /** Gives back. */
  echo: unary(Plain, Plain),
}) satisfies ServiceContract;
