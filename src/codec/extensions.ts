// Extensions of messages: an extended message keeps them among its unknown fields, as protobuf-es does. Each is read and written
// by the codec of a message that has the extension as its only field; part of a program only where these functions are.
import { fileAnnotation } from "../schema/annotation.ts";
import type { Extension } from "../schema/extension.ts";
import { message, optional, repeated } from "../schema/message.ts";
import { fromBinary, toBinary } from "./message_functions.ts";
import type { UnknownField } from "./shape.ts";

interface Holder {
  readonly value?: unknown;
  $unknown?: readonly UnknownField[];
}
type HolderClass = new () => Holder;

/** What may keep extensions: an instance of a message class, or a plain object of its shape. */
interface Extended {
  $unknown?: readonly UnknownField[];
}

interface Codec {
  /** Has the extension as its field. */
  readonly known: HolderClass;
  /** Has no field: everything is unknown to it. */
  readonly bare: HolderClass;
}

const codecs = new WeakMap<Extension, Codec>();

function codecOf(extension: Extension): Codec {
  const found = codecs.get(extension);
  if (found) return found;
  const { number, type, extends: _, ...given } = extension.annotation;
  // proto2 writes lists unpacked unless told otherwise.
  const packed = given.packed ?? (fileAnnotation(extension)?.edition === "proto2" ? false : undefined);
  const options = { ...given, packed, custom: undefined, name: "value" };
  const value = given.repeated ? repeated(number, type, options) : optional(number, type, options);
  const codec = {
    known: message("sigil.extension.Known", { value }) as HolderClass,
    bare: message("sigil.extension.Bare", {}) as HolderClass,
  };
  codecs.set(extension, codec);
  return codec;
}

/**
 * Whether a message has an extension set.
 *
 * @param message an instance of the extended class, or what a call or `fromBinary` read.
 */
export function hasExtension(message: object, { annotation }: Extension): boolean {
  return (message as Extended).$unknown?.some(({ no }) => no === annotation.number) ?? false;
}

/**
 * The value of an extension: of the type's class for messages, a list for repeated ones.
 *
 * @returns undefined where it is not set; an empty list where it is repeated.
 * @throws WireError where the bytes in its place are none of its type.
 */
export function getExtension<V, R>(message: object, extension: Extension<V, R>): R | undefined {
  const { known, bare } = codecOf(extension);
  const fields = (message as Extended).$unknown?.filter(({ no }) => no === extension.annotation.number) ?? [];
  const bytes = toBinary(bare, { $unknown: fields } as object);
  return fromBinary(known, bytes).value as R | undefined;
}

/**
 * Sets an extension; what it was set to before is gone.
 *
 * @param value of messages, an instance or a plain object of its shape.
 * @throws TypeError for a value that the extension can't hold.
 */
export function setExtension<V, R>(message: object, extension: Extension<V, R>, value: V): void {
  const { known, bare } = codecOf(extension);
  const set = fromBinary(bare, toBinary(known, { value } as object)).$unknown ?? [];
  clearExtension(message, extension);
  const extended = message as Extended;
  extended.$unknown = [...extended.$unknown ?? [], ...set];
}

/** Removes an extension from a message. */
export function clearExtension(message: object, { annotation }: Extension): void {
  const extended = message as Extended;
  if (extended.$unknown) extended.$unknown = extended.$unknown.filter(({ no }) => no !== annotation.number);
}
