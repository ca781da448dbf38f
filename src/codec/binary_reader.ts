// From protobuf's binary format straight into messages: closures, one for each field and wire type, made when the first such
// field arrives. Semantics: https://protobuf.dev/programming-guides/encoding/ (last one wins, merging, packed or not).
import { Reader, type ReadSettings } from "../wire/reader.ts";
import { tagOf, WireType } from "../wire/wire_type.ts";
import { mapReader } from "./map_reader.ts";
import { isPackable, packedReader, type ReadValue, scalarReader, wireTypeOf } from "./scalar_reader.ts";
import type { Fields, FieldShape, MessageShape } from "./shape.ts";
import { addUnknown, addUnknownEnum } from "./unknown_fields.ts";
import { dateOf } from "./well_known.ts";

/** Reads the value of a field, whose tag has been read, into a message. */
export type ReadField = (message: Fields, reader: Reader) => void;

const readers = new WeakMap<MessageShape, MessageReader>();

/** The reader of the messages of a shape. */
export function messageReader(shape: MessageShape): MessageReader {
  let reader = readers.get(shape);
  if (!reader) readers.set(shape, reader = new MessageReader(shape));
  return reader;
}

/**
 * Reads a message.
 * @throws WireError for what is no such message, or nested beyond the limit.
 */
export function readMessage(shape: MessageShape, bytes: Uint8Array, settings?: ReadSettings): Fields {
  return messageReader(shape).whole(bytes, settings);
}

/** Reads a message on top of another one: what is repeated is added, what is singular is merged. */
export function mergeMessage(shape: MessageShape, message: Fields, bytes: Uint8Array, settings?: ReadSettings): void {
  messageReader(shape).read(message, new Reader(bytes, settings));
}

/** Reads messages of one shape. */
export class MessageReader {
  readonly shape: MessageShape;
  /** By tag, while it is one byte: fields 1 to 15. */
  readonly #short: (ReadField | undefined)[] = [];
  readonly #long = new Map<number, ReadField>();

  constructor(shape: MessageShape) {
    this.shape = shape;
  }

  /** Reads a message that is all of the input. @throws WireError for what is no such message, or nested beyond the limit. */
  whole(bytes: Uint8Array, settings: ReadSettings | undefined): Fields {
    const message = this.shape.begin();
    this.read(message, new Reader(bytes, settings));
    return message;
  }

  /** Reads fields into a message, up to the reader's end. */
  read(message: Fields, reader: Reader): void {
    reader.enter(this.shape.desc.typeName);
    const { bytes, end } = reader;
    const short = this.#short;
    while (reader.position < end) {
      const first = bytes[reader.position];
      let tag: number;
      let read: ReadField | undefined;
      if (first < 0x80) {
        tag = first;
        read = short[first];
        if (read) reader.position++;
        else tag = reader.tag();
      } else {
        tag = reader.tag();
        read = this.#long.get(tag);
      }
      if (!read) read = this.#find(tag);
      if (read) read(message, reader);
      else keepUnknown(message, reader, tag);
    }
    reader.levels++;
    this.shape.complete?.(message);
  }

  /** Reads fields into a message, up to the tag that ends a group. */
  readGroup(message: Fields, reader: Reader, endTag: number): void {
    reader.enter(this.shape.desc.typeName);
    for (let tag = reader.tag(); tag !== endTag; tag = reader.tag()) {
      const read = this.#short[tag] ?? this.#long.get(tag) ?? this.#find(tag);
      if (read) read(message, reader);
      else keepUnknown(message, reader, tag);
    }
    reader.levels++;
    this.shape.complete?.(message);
  }

  // A known field of a wire type that it can't have is as unknown as any other.
  #find(tag: number): ReadField | undefined {
    const field = this.shape.fields.find((field) => field.desc.number === tag >>> 3);
    const read = field && fieldReader(field, tag);
    if (!read) return undefined;
    if (tag < 0x80) this.#short[tag] = read;
    else this.#long.set(tag, read);
    return read;
  }
}

function keepUnknown(message: Fields, reader: Reader, tag: number): void {
  const start = reader.position;
  reader.skip(tag);
  if (reader.keepUnknown) addUnknown(message, reader, tag, reader.bytes, start, reader.position);
}

function fieldReader(field: FieldShape, tag: number): ReadField | undefined {
  const { desc } = field;
  switch (desc.fieldKind) {
    case "scalar":
    case "enum":
      return (tag & 7) === wireTypeOf(desc) ? singular(field, tag) : undefined;
    case "message":
      return tag === messageTag(field) ? singularMessage(field) : undefined;
    case "list":
      if (desc.listKind === "message") return tag === messageTag(field) ? messages(field, tag) : undefined;
      if ((tag & 7) === wireTypeOf(desc)) return list(field, tag);
      return (tag & 7) === WireType.bytes && isPackable(desc) ? packed(field) : undefined;
    case "map":
      return (tag & 7) === WireType.bytes ? mapReader(field) : undefined;
  }
}

function messageTag({ desc }: FieldShape): number {
  const isGroup = "delimitedEncoding" in desc && desc.delimitedEncoding;
  return tagOf(desc.number, isGroup ? WireType.startGroup : WireType.bytes);
}

function singular(field: FieldShape, tag: number): ReadField {
  const { desc, property, oneof } = field;
  const closed = desc.enum && !desc.enum.open ? new Set(desc.enum.values.map((value) => value.number)) : undefined;
  const read = scalarReader(field);
  const name = oneof?.property ?? property;
  const hold = oneof ? (value: unknown): unknown => ({ case: property, value }) : undefined;
  if (closed) {
    return (message, reader) => {
      const value = read(reader);
      if (closed.has(value as number)) message[name] = hold ? hold(value) : value;
      else addUnknownEnum(message, reader, tag, value);
    };
  }
  if (hold) {
    return (message, reader) => {
      message[name] = hold(read(reader));
    };
  }
  return plainReader(desc, name) ?? ((message, reader) => {
    message[name] = read(reader);
  });
}

// The most frequent types without a call in between.
function plainReader(desc: FieldShape["desc"], name: string): ReadField | undefined {
  const type = wireName(desc);
  const check = desc.utf8Validation;
  if (type === "string") {
    return (message, reader) => {
      message[name] = reader.string(check);
    };
  }
  if (type === "int32") {
    return (message, reader) => {
      message[name] = reader.int32();
    };
  }
  return undefined;
}

function wireName(desc: FieldShape["desc"]): "string" | "int32" | undefined {
  if (desc.enum) return "int32";
  return desc.scalar === 9 ? "string" : desc.scalar === 5 ? "int32" : undefined;
}

/** Reads a message field, on top of what is there. */
type ReadChild = (reader: Reader, present: unknown) => unknown;

function childReader(field: FieldShape): ReadChild {
  const { conversion, message } = field;
  let child: MessageReader | undefined;
  const open = (): MessageReader => child ??= messageReader((message as () => MessageShape)());
  const endTag = messageTag(field) + 1;
  const isGroup = (endTag & 7) === WireType.endGroup;
  const fill = (reader: Reader, value: Fields): Fields => {
    if (isGroup) open().readGroup(value, reader, endTag);
    else {
      const outer = reader.end;
      reader.end = reader.lengthDelimited();
      open().read(value, reader);
      reader.end = outer;
    }
    return value;
  };
  if (!conversion) return (reader, present) => fill(reader, (present ?? open().shape.begin()) as Fields);
  return (reader, present) => {
    const { shape } = open();
    const held = present === undefined ? shape.begin() : conversion.toMessage(present);
    return conversion.toValue(fill(reader, held));
  };
}

function singularMessage(field: FieldShape): ReadField {
  const { property, oneof } = field;
  if (!oneof && field.desc.message?.typeName === "google.protobuf.Timestamp" && field.conversion) {
    return dateReader(field);
  }
  const read = childReader(field);
  if (!oneof) {
    return (message, reader) => {
      message[property] = read(reader, message[property] ?? undefined);
    };
  }
  const name = oneof.property;
  return (message, reader) => {
    const held = message[name] as { case?: unknown; value?: unknown } | undefined;
    const value = read(reader, held?.case === property ? held.value : undefined);
    message[name] = { case: property, value };
  };
}

// A Timestamp straight into a Date; what is not just seconds and nanos in this order takes the long way.
function dateReader(field: FieldShape): ReadField {
  const { property, place } = field;
  const general = childReader(field);
  const secondsTag = tagOf(1, WireType.varint), nanosTag = tagOf(2, WireType.varint);
  return (message, reader) => {
    const start = reader.position;
    const end = reader.lengthDelimited();
    const { bytes } = reader;
    if (message[property] === undefined && reader.position < end && bytes[reader.position] === secondsTag) {
      reader.position++;
      const outer = reader.end;
      reader.end = end;
      const seconds = reader.safeInt64();
      let nanos = 0;
      if (reader.position < end && bytes[reader.position] === nanosTag) {
        reader.position++;
        nanos = reader.int32();
      }
      reader.end = outer;
      if (reader.position === end && reader.levels > 0) {
        message[property] = dateOf(seconds, nanos, place);
        return;
      }
    }
    reader.position = start;
    message[property] = general(reader, message[property] ?? undefined);
  };
}

function listOf(message: Fields, property: string): unknown[] {
  return (message[property] ??= []) as unknown[];
}

// Elements of one field follow one another mostly: they are read without looking for the field each time.
function isNext(reader: Reader, tag: number): boolean {
  if (tag >= 0x80 || reader.position >= reader.end || reader.bytes[reader.position] !== tag) return false;
  reader.position++;
  return true;
}

function list(field: FieldShape, tag: number): ReadField {
  const { desc, property } = field;
  const read = scalarReader(field);
  const closed = desc.enum && !desc.enum.open
    ? new Set<unknown>(desc.enum.values.map((value) => value.number))
    : undefined;
  return (message, reader) => {
    const values = listOf(message, property);
    do {
      const value = read(reader);
      if (!closed || closed.has(value)) values.push(value);
      else addUnknownEnum(message, reader, tag, value);
    } while (isNext(reader, tag));
  };
}

function packed(field: FieldShape): ReadField {
  const { desc, property } = field;
  const closed = desc.enum && !desc.enum.open
    ? new Set<unknown>(desc.enum.values.map((value) => value.number))
    : undefined;
  if (!closed) {
    const read = packedReader(field);
    return (message, reader) => {
      const values = listOf(message, property);
      const outer = reader.end;
      reader.end = reader.lengthDelimited();
      read(reader, values);
      reader.end = outer;
    };
  }
  const read: ReadValue = scalarReader(field);
  const tag = tagOf(desc.number, WireType.varint);
  return (message, reader) => {
    const values = listOf(message, property);
    const outer = reader.end;
    reader.end = reader.lengthDelimited();
    while (reader.position < reader.end) {
      const value = read(reader);
      if (closed.has(value)) values.push(value);
      else addUnknownEnum(message, reader, tag, value);
    }
    reader.end = outer;
  };
}

function messages(field: FieldShape, tag: number): ReadField {
  const { property } = field;
  const read = childReader(field);
  return (message, reader) => {
    const values = listOf(message, property);
    do values.push(read(reader, undefined)); while (isNext(reader, tag));
  };
}
