// Fields that a class does not know. The first ones of an input are listed in `$unknown`, as protobuf-es has them. An object for
// each takes up to 140 times what a peer sends, so where there are many, the rest are kept as the bytes that came, until
// somebody reads `$unknown`.
import { Reader } from "../wire/reader.ts";
import { tagOf, type WireType } from "../wire/wire_type.ts";
import { Writer } from "../wire/writer.ts";
import type { Fields, UnknownField } from "./shape.ts";

const kept = Symbol("unknown fields");

/** Whether any message has ever kept bytes: looking for them takes time, and few programs have to. */
let isAnyKept = false;

/** Unknown fields of one input that are listed one by one: some 300 KB at most. */
const maxListed = 1024;

interface KeptFields {
  bytes: Uint8Array;
  /** How many of the bytes count: the rest is room to grow. */
  length: number;
}

// The same functions for every message, so that engines see one hidden class.
const asList: PropertyDescriptor = {
  enumerable: true,
  configurable: true,
  get(this: Fields): UnknownField[] {
    // Of a message, or of what has one for its prototype.
    const fields = listOf(bytesOf(keptOf(this)!));
    setList(this, fields);
    return fields;
  },
  set(this: Fields, fields: unknown): void {
    setList(this, fields);
  },
};

/**
 * Keeps a field that is not known.
 * @param bytes hold what follows the tag, from `start` to `end`; they are copied.
 */
export function addUnknown(
  message: Fields,
  reader: Reader,
  tag: number,
  bytes: Uint8Array,
  start: number,
  end: number,
): void {
  let fields = keptOf(message);
  if (fields === undefined) {
    const listed = message.$unknown as UnknownField[] | undefined;
    if (reader.listedUnknown < maxListed) {
      reader.listedUnknown++;
      const field: UnknownField = { no: tag >>> 3, wireType: tag & 7, data: bytes.slice(start, end) };
      if (listed === undefined) message.$unknown = [field];
      else listed.push(field);
      return;
    }
    fields = keepBytes(message);
    for (const { no, wireType, data } of listed ?? []) {
      append(fields, tagOf(no, wireType as WireType), data, 0, data.length);
    }
  }
  append(fields, tag, bytes, start, end);
}

function keepBytes(message: Fields): KeptFields {
  const fields: KeptFields = { bytes: new Uint8Array(0), length: 0 };
  isAnyKept = true;
  Object.defineProperty(message, kept, { value: fields, configurable: true, writable: true });
  Object.defineProperty(message, "$unknown", asList);
  return fields;
}

function append(fields: KeptFields, tag: number, bytes: Uint8Array, start: number, end: number): void {
  const needed = fields.length + tagLength(tag) + end - start;
  if (needed > fields.bytes.length) {
    const grown = new Uint8Array(Math.max(needed, fields.bytes.length * 2));
    grown.set(fields.bytes.subarray(0, fields.length));
    fields.bytes = grown;
  }
  fields.bytes.set(bytes.subarray(start, end), writeTag(fields.bytes, fields.length, tag));
  fields.length = needed;
}

/** Keeps a number that a closed enum does not have. */
export function addUnknownEnum(message: Fields, reader: Reader, tag: number, value: unknown): void {
  if (!reader.keepUnknown) return;
  const writer = new Writer().begin(0);
  writer.int32(value as number);
  const bytes = writer.finish();
  addUnknown(message, reader, tag, bytes, 0, bytes.length);
}

/** The unknown fields of a message in binary, where they are not listed. They are only to be read. */
export function keptBytes(message: Fields): Uint8Array | undefined {
  const fields = keptOf(message);
  // Whoever deletes the list does not know of the bytes.
  return fields && Object.hasOwn(message, "$unknown") ? bytesOf(fields) : undefined;
}

function bytesOf({ bytes, length }: KeptFields): Uint8Array {
  return bytes.subarray(0, length);
}

function keptOf(message: Fields): KeptFields | undefined {
  return isAnyKept ? (message as { [kept]?: KeptFields })[kept] : undefined;
}

function setList(message: Fields, value: unknown): void {
  Object.defineProperty(message, "$unknown", { value, enumerable: true, configurable: true, writable: true });
  (message as { [kept]?: KeptFields })[kept] = undefined;
}

function listOf(bytes: Uint8Array): UnknownField[] {
  // They were read before, within the limit of then.
  const reader = new Reader(bytes, { recursionLimit: Infinity });
  const fields: UnknownField[] = [];
  while (reader.position < bytes.length) {
    const tag = reader.tag();
    const start = reader.position;
    reader.skip(tag);
    fields.push({ no: tag >>> 3, wireType: tag & 7, data: bytes.slice(start, reader.position) });
  }
  return fields;
}

function tagLength(tag: number): number {
  return tag < 0x80 ? 1 : tag < 0x4000 ? 2 : tag < 0x20_0000 ? 3 : tag < 0x1000_0000 ? 4 : 5;
}

/** Answers where the value begins. */
function writeTag(bytes: Uint8Array, at: number, tag: number): number {
  for (; tag >= 0x80; tag >>>= 7) bytes[at++] = (tag & 0x7f) | 0x80;
  bytes[at] = tag;
  return at + 1;
}
