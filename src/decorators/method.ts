// @Unary, @ServerStreaming, @ClientStreaming and @BidiStreaming: note the methods of a service class. The decorator's type
// checks the method's: a wrong request, reply or kind does not compile.
import type { MethodAnnotation, MethodKind, MethodOptions } from "../schema/annotation.ts";
import type { MessageOf, MessageType } from "../schema/field_type.ts";
import type { MessageInit } from "../schema/message_init.ts";
import type { Handler } from "../schema/service.ts";
import { type Member, readMember } from "./member.ts";

/** The decorator of a method that must have the signature `F`. */
export interface MethodDecorator<F> {
  <M extends F>(value: M, context: ClassMethodDecoratorContext): void;
  <M extends F>(target: object, property: string, descriptor: TypedPropertyDescriptor<M>): void;
}

/** The decorator of a method of the kind `K` that takes `I` and answers `O`. */
export type CallDecorator<K extends MethodKind, I, O> = MethodDecorator<
  Handler<K, MessageOf<I>, MessageInit<MessageOf<O>>>
>;

const methods = new WeakMap<object, Map<string, MethodAnnotation>>();

/** The methods noted for the class that `owner` stands for, by property. */
export function methodsOf(owner: object): ReadonlyMap<string, MethodAnnotation> {
  return methods.get(owner) ?? new Map();
}

/**
 * Declares a method that takes one message and answers one.
 *
 * @param input the class (or protobuf-es descriptor, or thunk) of the request.
 * @param output the class (or descriptor, or thunk) of the reply; a plain object of its shape may be returned.
 * @example
 * ```ts
 * @Unary(HelloRequest, HelloReply)
 * sayHello(request: HelloRequest) {
 *   return { text: `Hello, ${request.name}!` };
 * }
 * ```
 */
export function Unary<I extends MessageType, O extends MessageType>(
  input: I,
  output: O,
  options: MethodOptions = {},
): CallDecorator<"unary", I, O> {
  return callDecorator("Unary", { kind: "unary", input, output, options });
}

/** Declares a method that takes one message and answers a stream of them, as an async generator does. */
export function ServerStreaming<I extends MessageType, O extends MessageType>(
  input: I,
  output: O,
  options: MethodOptions = {},
): CallDecorator<"server_streaming", I, O> {
  return callDecorator("ServerStreaming", { kind: "server_streaming", input, output, options });
}

/** Declares a method that takes a stream of messages and answers one. */
export function ClientStreaming<I extends MessageType, O extends MessageType>(
  input: I,
  output: O,
  options: MethodOptions = {},
): CallDecorator<"client_streaming", I, O> {
  return callDecorator("ClientStreaming", { kind: "client_streaming", input, output, options });
}

/** Declares a method that takes a stream of messages and answers a stream of them, at the same time. */
export function BidiStreaming<I extends MessageType, O extends MessageType>(
  input: I,
  output: O,
  options: MethodOptions = {},
): CallDecorator<"bidi_streaming", I, O> {
  return callDecorator("BidiStreaming", { kind: "bidi_streaming", input, output, options });
}

function callDecorator(name: string, annotation: MethodAnnotation): (target: unknown, context: unknown) => void {
  return (target, context) => noteMethod(readMember(name, target, context), annotation);
}

function noteMethod(member: Member, annotation: MethodAnnotation): void {
  let own = methods.get(member.owner);
  if (own === undefined) methods.set(member.owner, own = new Map());
  own.set(member.property, annotation);
}
