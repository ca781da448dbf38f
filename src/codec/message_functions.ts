// Messages outside of calls: to bytes and JSON and back, copies, comparison. For the user's classes and for descriptors of
// protobuf-es, whose messages are read and written by the same codecs.
import type { DescMessage, JsonValue } from "@bufbuild/protobuf";
import type { MessageClass, MessageOf } from "../schema/field_type.ts";
import type { MessageInit } from "../schema/message_init.ts";
import { createSchema } from "../schema/schema.ts";
import type { ReadSettings } from "../wire/reader.ts";
import { Writer } from "../wire/writer.ts";
import { mergeMessage } from "./binary_reader.ts";
import { writeMessageCopy, type WriteSettings } from "./binary_writer.ts";
import { createMessage } from "./create.ts";
import { readJsonText, readJsonValue } from "./json_reader.ts";
import { type JsonSettings, MessageCodec, MessageCodecs } from "./message_codec.ts";
import { protobufShape } from "./protobuf_shape.ts";

/** What a message is named by: its class, or its descriptor. */
export type MessageNamed = MessageClass | DescMessage;

interface Known {
  readonly codec: MessageCodec;
  /** With the registry of the class's own schema, for `google.protobuf.Any`. */
  readonly json: JsonSettings;
}

const known = new WeakMap<object, Known>();

function of(type: MessageNamed): Known {
  const found = known.get(type);
  if (found) return found;
  let made: Known;
  if (typeof type === "function") {
    const schema = createSchema({ messages: [type] });
    made = { codec: new MessageCodecs(schema).codec(schema.message(type)), json: { registry: schema.registry } };
  } else made = { codec: new MessageCodec(protobufShape(type), new Writer()), json: {} };
  known.set(type, made);
  return made;
}

/**
 * Writes a message in protobuf's binary format.
 *
 * @param message an instance, or a plain object of its shape.
 * @returns bytes of the caller's own.
 * @throws TypeError for a value that its field can't hold; SchemaError where the class has mistakes.
 */
export function toBinary<T extends MessageNamed>(
  type: T,
  message: MessageInit<MessageOf<T>>,
  options?: WriteSettings,
): Uint8Array<ArrayBuffer> {
  const { codec } = of(type);
  return writeMessageCopy(codec.shape, message, codec.writer, options);
}

/**
 * Reads a message in protobuf's binary format: an instance of the class. Nothing of it lies in `bytes`, unless
 * `bytesAsViews` is set.
 *
 * @throws WireError for what is no such message, or nested deeper than `recursionLimit`.
 */
export function fromBinary<T extends MessageNamed>(type: T, bytes: Uint8Array, options?: ReadSettings): MessageOf<T> {
  return of(type).codec.fromBinary(bytes, options) as MessageOf<T>;
}

/**
 * Writes a message as JSON text (ProtoJSON), on one line or, with `prettySpaces`, on many.
 * @throws TypeError for a value that its field can't hold, or that JSON can't say.
 */
export function toJsonString<T extends MessageNamed>(
  type: T,
  message: MessageInit<MessageOf<T>>,
  options?: JsonSettings & { readonly prettySpaces?: number },
): string {
  const { codec, json } = of(type);
  const text = codec.toJson(message, { ...json, ...options });
  const spaces = options?.prettySpaces;
  return spaces ? JSON.stringify(JSON.parse(text), null, spaces) : text;
}

/**
 * Reads a message from JSON text. Names that come twice are refused, unknown ones too, unless `ignoreUnknownFields` is set.
 * @throws WireError for what is no JSON of such a message, or nested deeper than `recursionLimit` (100).
 */
export function fromJsonString<T extends MessageNamed>(type: T, text: string, options?: JsonSettings): MessageOf<T> {
  const { codec, json } = of(type);
  return readJsonText(codec.shape, text, { ...json, ...options }) as MessageOf<T>;
}

/** Writes a message as JSON, as {@link toJsonString} does, and answers it parsed. */
export function toJson<T extends MessageNamed>(
  type: T,
  message: MessageInit<MessageOf<T>>,
  options?: JsonSettings,
): JsonValue {
  const { codec, json } = of(type);
  return JSON.parse(codec.toJson(message, { ...json, ...options })) as JsonValue;
}

/** Reads a message from parsed JSON, as {@link fromJsonString} does; of names that came twice nothing is known any more. */
export function fromJson<T extends MessageNamed>(type: T, json: JsonValue, options?: JsonSettings): MessageOf<T> {
  const { codec, json: own } = of(type);
  return readJsonValue(codec.shape, json, { ...own, ...options }) as MessageOf<T>;
}

/**
 * Makes a message of a plain object, the objects inside of it too; what is left out is as the class has it. An instance is
 * returned as it is. Values are checked when they are written.
 */
export function create<T extends MessageNamed>(type: T, init: MessageInit<MessageOf<T>> = {} as never): MessageOf<T> {
  return createMessage(of(type).codec.shape, init) as MessageOf<T>;
}

/** A deep copy of a message, as a peer would receive it: properties that are no fields are not in it. */
export function clone<T extends MessageNamed>(type: T, message: MessageInit<MessageOf<T>>): MessageOf<T> {
  return fromBinary(type, toBinary(type, message));
}

/**
 * Whether two messages are written alike, maps in any order: fields that are not set are those that are at their zero, where
 * they have no presence; NaN is NaN; unknown fields count.
 */
export function equals<T extends MessageNamed>(
  type: T,
  a: MessageInit<MessageOf<T>>,
  b: MessageInit<MessageOf<T>>,
): boolean {
  const { codec } = of(type);
  const settings = { deterministic: true };
  const one = codec.toBinary(a, 0, settings);
  const other = codec.toBinary(b, 0, settings);
  return one.byteLength === other.byteLength && one.every((octet, index) => octet === other[index]);
}

/**
 * Merges a message into another one, as protobuf does: what is set in `source` replaces, lists are appended, maps are added
 * to, messages are merged. `source` stays as it is, and nothing of it lies in `target`.
 */
export function merge<T extends MessageNamed>(
  type: T,
  target: MessageOf<T>,
  source: MessageInit<MessageOf<T>>,
): MessageOf<T> {
  const { codec } = of(type);
  mergeMessage(codec.shape, target as { [property: string]: unknown }, codec.toBinary(source));
  return target;
}
