// The shape of a message: where each field of a descriptor lies in an object, and how it is held there. All codecs are
// compiled from shapes, so that the same code reads and writes the user's classes and protobuf-es's messages.
import type { DescExtension, DescField, DescMessage } from "@bufbuild/protobuf";

/** A message as its codecs see it. */
export type Fields = { [property: string]: unknown };

/** A field that was not known when it was read, in protobuf-es's form. */
export interface UnknownField {
  readonly no: number;
  readonly wireType: number;
  readonly data: Uint8Array;
}

/** What a message field holds in place of the message: a Date for a Timestamp, a string for a StringValue. */
export interface Conversion {
  /** The value as a message. @throws TypeError that names the place. */
  toMessage(value: unknown): Fields;
  /** The message as a value. */
  toValue(message: Fields): unknown;
}

/** A oneof, held as `{ case, value }`. */
export interface OneofShape {
  readonly property: string;
  /** The names of its cases. */
  readonly cases: ReadonlySet<unknown>;
  /** Makes the value of a oneof that is not set. */
  readonly none: () => unknown;
  readonly place: string;
}

/** A field, and where it lies. */
export interface FieldShape {
  readonly desc: DescField | DescExtension;
  /** The property; for a case of a oneof, the name of the case. */
  readonly property: string;
  readonly oneof: OneofShape | undefined;
  /** Only the object's own property counts: its prototype has one of that name. */
  readonly own: boolean;
  /** Where a mistake is: `Order.total`. */
  readonly place: string;
  /** The name of the type in mistakes. */
  readonly typeName: string;
  /** A map is held in a plain object, with text for keys, rather than in a Map. */
  readonly plainMap: boolean;
  /** An integer of 64 bits is held in a number rather than in a bigint. */
  readonly asNumber: boolean;
  readonly conversion: Conversion | undefined;
  /** The shape of the message, of an element's or of a map's value. */
  readonly message: (() => MessageShape) | undefined;
}

/** How messages of one type are held. */
export interface MessageShape {
  readonly desc: DescMessage;
  /** Makes an empty message. */
  readonly make: () => Fields;
  /** As `make`, without the messages that a class begins with: what arrives is not merged into those. */
  readonly begin: () => Fields;
  /** Puts back what `begin` has left out, where nothing arrived in its place. */
  readonly complete: ((message: Fields) => void) | undefined;
  /**
   * The value as a message of this shape, to be written.
   * @throws TypeError that names the place, where there is one.
   */
  readonly admit: (value: unknown, place: string | undefined) => Fields;
  /** Whether a value is a message of this shape, rather than a plain object to make one of. */
  readonly holds: (value: object) => boolean;
  /** By number. Made when they are first asked for, as shapes may refer to each other in a circle. */
  readonly fields: readonly FieldShape[];
}

/** Adds to a property that may be `__proto__`, which is a key like any other: a peer may choose it. */
export function setOwn(object: Fields, key: string, value: unknown): void {
  if (key === "__proto__") {
    Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  } else object[key] = value;
}
