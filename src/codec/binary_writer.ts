// From messages straight to protobuf's binary format: closures, one for each field, in the order of their numbers, made when
// the first message of a type is written. What a class does not know is written last.
import { fieldPresence } from "../schema/descriptor_number.ts";
import { tagOf, WireType } from "../wire/wire_type.ts";
import { Writer } from "../wire/writer.ts";
import { mapWriter } from "./map_writer.ts";
import { scalarWireType } from "./scalar_reader.ts";
import { elementsWriter } from "./packed_writer.ts";
import { scalarWriter, wholeFieldWriter } from "./scalar_writer.ts";
import type { Fields, FieldShape, MessageShape, OneofShape, UnknownField } from "./shape.ts";
import { keptBytes } from "./unknown_fields.ts";
import { elementsOf, wrongCase } from "./value_check.ts";
import { secondsOf } from "./well_known.ts";
import { ScalarType, scalarZeroValue } from "./zero.ts";

/** What a writer is told beside the message. */
export interface WriteSettings {
  /**
   * Maps are written in the order of their keys, so that equal messages of one version of a class are equal bytes, for caches
   * and signatures. Default: false.
   */
  readonly deterministic?: boolean;
  /** Write the fields that the class does not know. Default: true. */
  readonly writeUnknownFields?: boolean;
}

/** Writes a field of a message where it is set. */
export type WriteField = (writer: Writer, message: Fields, settings: WriteSettings) => void;
/** Writes the value of a field behind its tag. */
export type WriteNested = (writer: Writer, value: unknown, settings: WriteSettings) => void;

const writers = new WeakMap<MessageShape, MessageWriter>();

/** The writer of the messages of a shape. */
export function messageWriter(shape: MessageShape): MessageWriter {
  let writer = writers.get(shape);
  if (!writer) writers.set(shape, writer = new MessageWriter(shape));
  return writer;
}

const noSettings: WriteSettings = {};

/** Writes a message into bytes of its own. */
export function writeMessageCopy(
  shape: MessageShape,
  message: unknown,
  writer: Writer,
  settings: WriteSettings = noSettings,
): Uint8Array<ArrayBuffer> {
  const at = writer.begin(0);
  try {
    messageWriter(shape).write(at, shape.admit(message, undefined), settings);
    return at.finishCopy();
  } catch (error) {
    at.abandon();
    throw error;
  }
}

/** Writes messages of one shape. */
export class MessageWriter {
  readonly #shape: MessageShape;
  #fields: readonly WriteField[] | undefined;

  constructor(shape: MessageShape) {
    this.#shape = shape;
  }

  /** Writes a whole message, with `room` bytes in front of it. Answers a part of the writer's buffer. */
  whole(message: unknown, writer: Writer, room: number, settings: WriteSettings = noSettings): Uint8Array {
    const at = writer.begin(room);
    try {
      this.write(at, this.#shape.admit(message, undefined), settings);
      return at.finish();
    } catch (error) {
      at.abandon();
      throw error;
    }
  }

  /** Writes the fields of a message. */
  write(writer: Writer, message: Fields, settings: WriteSettings): void {
    const fields = this.#fields ??= fieldWriters(this.#shape);
    for (let i = 0; i < fields.length; i++) fields[i](writer, message, settings);
    if (settings.writeUnknownFields !== false) writeUnknown(writer, message);
  }
}

function writeUnknown(writer: Writer, message: Fields): void {
  const bytes = keptBytes(message);
  if (bytes !== undefined) return writer.raw(bytes);
  const unknown = message.$unknown as readonly UnknownField[] | undefined;
  if (unknown === undefined) return;
  for (const { no, wireType, data } of unknown) {
    writer.ensure(5);
    writer.tag(tagOf(no, wireType as WireType));
    writer.raw(data);
  }
}

function fieldWriters({ fields }: MessageShape): WriteField[] {
  const writers: WriteField[] = [];
  let seen: Set<OneofShape> | undefined;
  for (let i = 0; i < fields.length; i++) {
    const { oneof } = fields[i];
    if (!oneof) {
      writers.push(fieldWriter(fields[i]));
      continue;
    }
    // Cases whose numbers follow one another are looked up at once.
    const cases = new Map<unknown, WriteNested>();
    for (; fields[i]?.oneof === oneof; i++) cases.set(fields[i].property, valueWriter(fields[i]));
    i--;
    writers.push(oneofWriter(oneof, cases, !seen?.has(oneof)));
    (seen ??= new Set()).add(oneof);
  }
  return writers;
}

function oneofWriter(
  { property, cases, place }: OneofShape,
  own: Map<unknown, WriteNested>,
  check: boolean,
): WriteField {
  return (writer, message, settings) => {
    const held = message[property] as { case?: unknown; value?: unknown } | undefined | null;
    const name = held?.case;
    if (name === undefined || name === null) return;
    const write = own.get(name);
    if (write) write(writer, (held as { value: unknown }).value, settings);
    else if (check && !cases.has(name)) throw wrongCase(place, cases, name);
  };
}

/** Writes a field where it is set. */
function fieldWriter(field: FieldShape): WriteField {
  const { desc, property, own, place } = field;
  const zero = zeroOf(field);
  const required = desc.presence === fieldPresence.legacyRequired;
  if (!own && !required) {
    const whole = wholeFieldWriter(field, zero);
    if (whole) return whole;
  }
  const write = valueWriter(field);
  if (!own && !required && zero !== 0) {
    return (writer, message, settings) => {
      const value = message[property];
      if (value !== zero && value !== undefined && value !== null) write(writer, value, settings);
    };
  }
  return (writer, message, settings) => {
    const value = own && !Object.hasOwn(message, property) ? undefined : message[property];
    if (value !== undefined && value !== null) {
      // Minus zero is a number of its own.
      if (value !== zero || Object.is(value, -0)) write(writer, value, settings);
    } else if (required) throw new TypeError(`${place} is required and not set.`);
  };
}

// What a singular field without presence is when it is not set; undefined for all others. Empty bytes are told by their length.
function zeroOf({ desc, asNumber }: FieldShape): unknown {
  if (desc.presence !== fieldPresence.implicit) return undefined;
  if (desc.fieldKind === "enum") return desc.enum.values[0].number;
  if (asNumber) return 0;
  return desc.fieldKind === "scalar" && desc.scalar !== ScalarType.BYTES
    ? "longAsString" in desc && desc.longAsString ? "0" : scalarZeroValue(desc.scalar)
    : undefined;
}

/** Writes the value of a field, whatever it holds, behind its tag. */
export function valueWriter(field: FieldShape): WriteNested {
  const { desc } = field;
  switch (desc.fieldKind) {
    case "message":
      return childWriter(field);
    case "list":
      return listWriter(field);
    case "map":
      return mapWriter(field, (tag) => nestedWriter(field, tag));
    default: {
      const write = scalarWriter(field, tagOf(desc.number, scalarWireType(desc.scalar ?? ScalarType.INT32)));
      if (desc.scalar !== ScalarType.BYTES || desc.presence !== fieldPresence.implicit) return write;
      return (writer, value) => {
        if (!(value instanceof Uint8Array) || value.byteLength > 0) write(writer, value);
      };
    }
  }
}

function childWriter(field: FieldShape): WriteNested {
  const { desc } = field;
  if (!("delimitedEncoding" in desc) || !desc.delimitedEncoding) {
    return nestedWriter(field, tagOf(desc.number, WireType.bytes));
  }
  const open = field.message as () => MessageShape;
  const begin = tagOf(desc.number, WireType.startGroup), end = tagOf(desc.number, WireType.endGroup);
  return (writer, value, settings) => {
    const shape = open();
    const message = shape.admit(value, field.place);
    writer.ensure(5);
    writer.tag(begin);
    messageWriter(shape).write(writer, message, settings);
    writer.ensure(5);
    writer.tag(end);
  };
}

/** Writes a message behind a tag and its length. */
function nestedWriter(field: FieldShape, tag: number): WriteNested {
  const { conversion, place, message: open } = field;
  if (!open) return scalarWriter(field, tag);
  if (conversion && field.typeName === "google.protobuf.Timestamp") return dateWriter(place, tag);
  let child: MessageWriter | undefined;
  let shape: MessageShape | undefined;
  let room = 1;
  return (writer, value, settings) => {
    if (!child || !shape) child = messageWriter(shape = (open as () => MessageShape)());
    const message = conversion ? conversion.toMessage(value) : shape.admit(value, place);
    writer.ensure(10);
    writer.tag(tag);
    const guessed = room;
    const start = writer.open(guessed);
    child.write(writer, message, settings);
    room = writer.close(start, guessed);
  };
}

const secondsTag = tagOf(1, WireType.varint), nanosTag = tagOf(2, WireType.varint);

// A Date straight into a Timestamp, which takes 18 bytes at most.
function dateWriter(place: string, tag: number): WriteNested {
  return (writer, value) => {
    const seconds = secondsOf(value, place);
    const nanos = ((value as Date).getTime() - seconds * 1000) * 1e6;
    writer.ensure(32);
    writer.tag(tag);
    const start = writer.open(1);
    if (seconds !== 0) {
      writer.tag(secondsTag);
      writer.safeInt64(seconds);
    }
    if (nanos !== 0) {
      writer.tag(nanosTag);
      writer.uint32(nanos);
    }
    writer.close(start, 1);
  };
}

function listWriter(field: FieldShape): WriteNested {
  const { desc } = field;
  if (desc.fieldKind !== "list" || desc.listKind === "message") {
    const write = childWriter(field);
    return (writer, value, settings) => {
      const elements = elementsOf(field, value);
      for (let i = 0; i < elements.length; i++) write(writer, elements[i], settings);
    };
  }
  if (desc.packed) return packedWriter(field);
  const write = scalarWriter(field, tagOf(desc.number, scalarWireType(desc.scalar ?? ScalarType.INT32)));
  return (writer, value) => {
    const elements = elementsOf(field, value);
    for (let i = 0; i < elements.length; i++) write(writer, elements[i]);
  };
}

function packedWriter(field: FieldShape): WriteNested {
  const tag = tagOf(field.desc.number, WireType.bytes);
  const write = elementsWriter(field);
  let room = 1;
  return (writer, value) => {
    const elements = elementsOf(field, value);
    if (elements.length === 0) return;
    writer.ensure(10);
    writer.tag(tag);
    const guessed = room;
    const start = writer.open(guessed);
    write(writer, elements);
    room = writer.close(start, guessed);
  };
}
