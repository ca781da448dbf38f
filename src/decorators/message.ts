// @Message: gathers the members that @Field and @OneOf noted, its base classes' among them, and notes the class.
import {
  annotateMessage,
  type FieldAnnotation,
  type MemberAnnotations,
  type MessageOptions,
  type OneOfAnnotation,
} from "../schema/annotation.ts";
import type { MessageClass } from "../schema/field_type.ts";
import { ownerChain, ownerOf } from "./member.ts";

const members = new WeakMap<object, MemberAnnotations>();

/** Notes a field for the class that `owner` stands for. */
export function noteField(owner: object, annotation: FieldAnnotation): void {
  const own = membersOf(owner);
  own.fields.push(annotation);
  own.members.push(annotation);
}

/** Notes a oneof for the class that `owner` stands for. */
export function noteOneOf(owner: object, annotation: OneOfAnnotation): void {
  const own = membersOf(owner);
  own.oneofs.push(annotation);
  own.members.push(annotation);
}

/** The decorator that `@Message` makes: it fits classes that can be constructed without arguments. */
export type MessageDecorator = <C extends MessageClass>(target: C, context?: ClassDecoratorContext<C>) => void;

/**
 * Declares a class as a protobuf message. Its fields are the properties marked by `@Field` and `@OneOf`, those of its base
 * classes first.
 *
 * Instances are made by `new` without arguments. Nothing is checked here: an app or a client that uses the class throws a
 * `SchemaError` with all its mistakes.
 *
 * @param typeName the full protobuf name, package in front: `"shop.v1.Order"`. Explicit, because minifiers rename classes.
 * @example
 * ```ts
 * @Message("shop.v1.Address", { doc: "Where an order goes." })
 * class Address {
 *   @Field(1) street = "";
 *   @Field(2) city = "";
 * }
 * ```
 */
export function Message(typeName: string, options: MessageOptions = {}): MessageDecorator {
  return (target, context) => {
    const chain = ownerChain(ownerOf(target, context)).map((owner) => members.get(owner));
    annotateMessage({
      typeName,
      messageClass: target,
      options,
      fields: chain.flatMap((own) => own?.fields ?? []),
      oneofs: chain.flatMap((own) => own?.oneofs ?? []),
      members: chain.flatMap((own) => own?.members ?? []),
    });
  };
}

function membersOf(owner: object): MemberAnnotations {
  let own = members.get(owner);
  if (own === undefined) members.set(owner, own = { fields: [], oneofs: [], members: [] });
  return own;
}
