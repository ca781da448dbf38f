// What can be named as the type of a field, and the TypeScript type of the values that such a field holds.
import type { DescEnum, DescMessage, EnumShape, JsonObject, MessageShape } from "@bufbuild/protobuf";
import type { ScalarName, ScalarTypes } from "./scalar.ts";

/** A class whose instances are messages. Its constructor works without arguments. */
export type MessageClass<T extends object = object> = new () => T;

/** A TypeScript enum, or an object of named numbers (`as const`), declared by `Enum`. */
export type EnumObject = { readonly [name: string]: string | number };

/** A message that fields hold as a value of another type: `Milliseconds`. */
export interface HeldType<V = unknown> {
  readonly kind: "held";
  /** The message. */
  readonly desc: DescMessage;
  /** The value as the message. @throws TypeError that names the place, for a value that the message can't hold. */
  toMessage(value: unknown, place: string): { [property: string]: unknown };
  /** The message as a value. @throws ConnectError (invalid_argument) for a message that says none. */
  toValue(message: { readonly [property: string]: unknown }, place: string): V;
}

/** What a thunk may return. */
export type NamedType = MessageClass | DescMessage | DescEnum | EnumObject | HeldType;

/**
 * The type of a field: the name of a scalar, a message class, `Date` (google.protobuf.Timestamp), `Milliseconds`
 * (google.protobuf.Duration), an enum, a descriptor of `@bufbuild/protobuf` (`DurationSchema`, generated code), or a thunk that
 * returns one of these, for circular imports.
 */
export type FieldType = ScalarName | NamedType | (() => NamedType);

/** What a message is named by: its class, its protobuf-es descriptor, or a thunk for circular imports. */
export type MessageType<T extends object = object> =
  | MessageClass<T>
  | DescMessage
  | (() => MessageClass<T> | DescMessage);

// protobuf-es gives some well-known types a plainer shape inside of other messages.
interface PlainShapes {
  "google.protobuf.Struct": JsonObject;
  "google.protobuf.DoubleValue": number;
  "google.protobuf.FloatValue": number;
  "google.protobuf.Int64Value": bigint;
  "google.protobuf.UInt64Value": bigint;
  "google.protobuf.Int32Value": number;
  "google.protobuf.UInt32Value": number;
  "google.protobuf.BoolValue": boolean;
  "google.protobuf.StringValue": string;
  "google.protobuf.BytesValue": Uint8Array;
}

/** The value of a singular message field of a protobuf-es descriptor: wrappers are their scalar, Struct is a JSON object. */
export type DescFieldValue<D extends DescMessage> = MessageShape<D> extends { $typeName: infer N }
  ? N extends keyof PlainShapes ? PlainShapes[N] : MessageShape<D>
  : never;

/** The TypeScript type of the values that a field of the type `T` holds. */
export type FieldValue<T> = T extends ScalarName ? ScalarTypes[T]
  : T extends new (...args: never[]) => infer I ? I
  : T extends () => infer R ? FieldValue<R>
  : T extends HeldType<infer V> ? V
  : T extends DescMessage ? DescFieldValue<T>
  : T extends DescEnum ? EnumShape<T>
  : T extends object ? Extract<T[keyof T], number>
  : never;

/** The TypeScript type of the message that a `MessageType` names. */
export type MessageOf<T> = T extends new (...args: never[]) => infer I ? I
  : T extends () => infer R ? MessageOf<R>
  : T extends DescMessage ? MessageShape<T>
  : never;

/** Whether a value is a class, as opposed to an arrow function: only classes and old functions have a prototype. */
export function isClass(value: unknown): value is new () => object {
  return typeof value === "function" && Object.hasOwn(value, "prototype");
}

/** Whether a value is a message descriptor of protobuf-es. */
export function isDescMessage(value: unknown): value is DescMessage {
  return typeof value === "object" && value !== null && (value as { kind?: unknown }).kind === "message";
}

/** Whether a value is a type such as `Milliseconds`. */
export function isHeldType(value: unknown): value is HeldType {
  return typeof value === "object" && value !== null && (value as { kind?: unknown }).kind === "held";
}

/** Whether a value is an enum descriptor of protobuf-es. */
export function isDescEnum(value: unknown): value is DescEnum {
  return typeof value === "object" && value !== null && (value as { kind?: unknown }).kind === "enum";
}

/** Whether a value looks like a TypeScript enum or an object of named numbers: at least one number, nothing but both. */
export function isEnumObject(value: unknown): value is EnumObject {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const values = Object.values(value);
  return values.some((v) => typeof v === "number") &&
    values.every((v) => typeof v === "number" || typeof v === "string");
}

/** Calls a thunk, and returns anything else as it is. */
export function unwrapThunk(type: unknown): unknown {
  return typeof type === "function" && !isClass(type) ? (type as () => unknown)() : type;
}
