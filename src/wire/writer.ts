// Writes protobuf's binary format into a buffer that messages share: each gets the part that it fills, none is copied. The
// length of what is nested is not known before it is written; room is left for as many bytes as it took the last time, and
// where that was wrong, what was written moves. https://protobuf.dev/programming-guides/encoding/
import { encodeText, textBytes } from "./text.ts";

const firstBytes = 1024;
const sharedBytes = 32 * 1024;

const big = new BigInt64Array(1);
const bigUnsigned = new BigUint64Array(big.buffer);
const words = new Uint32Array(big.buffer);
const float = new Float32Array(big.buffer);
const octets = new Uint8Array(big.buffer);
words[0] = 1;
const littleEndian = octets[0] === 1;
const low = littleEndian ? 0 : 1;
const high = 1 - low;

function splitNumber(value: number): void {
  words[low] = value >>> 0;
  words[high] = Math.floor(value / 0x1_0000_0000);
}

function zigzag(): void {
  const lo = words[low], hi = words[high];
  const sign = hi >> 31;
  words[low] = (lo << 1) ^ sign;
  words[high] = ((hi << 1) | (lo >>> 31)) ^ sign;
}

/** Writes one message at a time. */
export class Writer {
  /** The buffer; a new one after each `ensure`, perhaps. */
  bytes: Uint8Array<ArrayBuffer> = new Uint8Array(firstBytes);
  #view = new DataView(this.bytes.buffer);
  /** Where the next byte goes. */
  position = 0;
  #start = 0;
  /** The shared buffer and where it goes on, while a message that is too large for it has one of its own. */
  #shared: Uint8Array<ArrayBuffer> | undefined;
  #sharedPosition = 0;
  /** The length of the last message, which the next one is likely to have. */
  #last = 0;
  #busy = false;

  /**
   * Begins a message, with `room` bytes in front of it. Answers this writer, or another one where this one is at work: a getter
   * of a message may well write a message itself.
   */
  begin(room: number): Writer {
    if (this.#busy) return new Writer().begin(room);
    this.#busy = true;
    // Who was given a message may have transferred its buffer, and all else in it.
    if (this.bytes.byteLength === 0) {
      this.#take(new Uint8Array(firstBytes));
      this.position = 0;
    }
    // A message that will not fit has a new buffer now, rather than when much of it is written and has to move.
    if (this.#last > this.bytes.byteLength - this.position && this.#last <= sharedBytes) {
      this.#take(new Uint8Array(sharedBytes));
      this.position = 0;
    }
    this.#start = this.position;
    this.ensure(room);
    this.position += room;
    return this;
  }

  /** Ends the message. Answers its bytes, those in front included: the caller's own, in a buffer that other messages share. */
  finish(): Uint8Array {
    const message = this.bytes.subarray(this.#start, this.position);
    this.#last = message.byteLength;
    this.#busy = false;
    // Where one message is most of the buffer, others are not to hold it.
    if (this.bytes.byteLength > sharedBytes || this.bytes.byteLength - this.position < 64) this.#share();
    return message;
  }

  /** Ends the message. Answers a copy of its bytes, of its exact length; the buffer is used again. */
  finishCopy(): Uint8Array<ArrayBuffer> {
    const message = this.bytes.slice(this.#start, this.position) as Uint8Array<ArrayBuffer>;
    this.abandon();
    return message;
  }

  /** Forgets the message, which can't be written. */
  abandon(): void {
    this.#busy = false;
    this.position = this.#start;
    if (this.bytes.byteLength > sharedBytes) this.#share();
  }

  /** Makes room for `length` bytes. What is written without it goes nowhere. */
  ensure(length: number): void {
    if (this.bytes.byteLength - this.position < length) this.#grow(length);
  }

  /** A tag, which is any varint of 32 bits. Needs room for five bytes. */
  tag(tag: number): void {
    if (tag < 0x80) this.bytes[this.position++] = tag;
    else this.#varint(tag);
  }

  uint32(value: number): void {
    this.ensure(5);
    if (value < 0x80) this.bytes[this.position++] = value;
    else this.#varint(value);
  }

  // A negative number is extended to 64 bits, so it takes ten bytes.
  int32(value: number): void {
    if (value >= 0) return this.uint32(value);
    this.ensure(10);
    words[low] = value;
    words[high] = 0xffff_ffff;
    this.#varint64();
  }

  sint32(value: number): void {
    this.uint32(((value << 1) ^ (value >> 31)) >>> 0);
  }

  bool(value: boolean): void {
    this.ensure(1);
    this.bytes[this.position++] = value ? 1 : 0;
  }

  int64(value: bigint): void {
    this.ensure(10);
    big[0] = value;
    this.#varint64();
  }

  /** An int64, or a uint64, given as a number, which is whole and exact. */
  safeInt64(value: number): void {
    this.ensure(10);
    splitNumber(value);
    this.#varint64();
  }

  /** A sint64 given as such a number. */
  safeSint64(value: number): void {
    this.ensure(10);
    splitNumber(value);
    zigzag();
    this.#varint64();
  }

  /** A fixed64, or a sfixed64, given as such a number. */
  safeFixed64(value: number): void {
    splitNumber(value);
    this.#words();
  }

  uint64(value: bigint): void {
    this.ensure(10);
    bigUnsigned[0] = value;
    this.#varint64();
  }

  sint64(value: bigint): void {
    this.ensure(10);
    big[0] = value;
    zigzag();
    this.#varint64();
  }

  fixed32(value: number): void {
    this.ensure(4);
    const { bytes, position } = this;
    bytes[position] = value;
    bytes[position + 1] = value >>> 8;
    bytes[position + 2] = value >>> 16;
    bytes[position + 3] = value >>> 24;
    this.position = position + 4;
  }

  float(value: number): void {
    float[0] = value;
    this.fixed32(words[0]);
  }

  fixed64(value: bigint): void {
    bigUnsigned[0] = value;
    this.#words();
  }

  sfixed64(value: bigint): void {
    big[0] = value;
    this.#words();
  }

  double(value: number): void {
    this.ensure(8);
    this.#view.setFloat64(this.position, value, true);
    this.position += 8;
  }

  blob(value: Uint8Array): void {
    const { byteLength } = value;
    this.ensure(byteLength + 5);
    this.uint32(byteLength);
    this.bytes.set(value, this.position);
    this.position += byteLength;
  }

  /** Bytes as they are, without a length. */
  raw(value: Uint8Array): void {
    this.ensure(value.byteLength);
    this.bytes.set(value, this.position);
    this.position += value.byteLength;
  }

  /** Text behind a tag. */
  taggedString(tag: number, value: string): void {
    const { length } = value;
    if (length > maxCopiedText) return this.#longString(tag, value);
    this.ensure(length * 3 + 7);
    this.tag(tag);
    // Most text is ASCII, so as many bytes as characters.
    const room = length < 0x80 ? 1 : 2;
    const start = this.position + room;
    const written = encodeText(value, this.bytes, start);
    this.position = start + written;
    if (room === 1 && written < 0x80) this.bytes[start - 1] = written;
    else this.close(start - this.#start, room);
  }

  /** An int32 behind a tag. */
  taggedInt32(tag: number, value: number): void {
    this.ensure(15);
    this.tag(tag);
    if (value >>> 0 < 0x80) this.bytes[this.position++] = value;
    else this.int32(value);
  }

  /**
   * Begins something nested, whose length took `room` bytes the last time. Answers where it starts, for {@link close}: from the
   * start of the message, as the buffer may be another one by then.
   */
  open(room: number): number {
    this.ensure(room);
    return (this.position += room) - this.#start;
  }

  /** Ends something nested: writes its length in front of it. Answers how many bytes that took. */
  close(opened: number, room: number): number {
    const length = this.position - this.#start - opened;
    const needed = length < 0x80 ? 1 : length < 0x4000 ? 2 : length < 0x20_0000 ? 3 : length < 0x1000_0000 ? 4 : 5;
    if (needed !== room) this.ensure(needed);
    const start = this.#start + opened;
    if (needed !== room) this.bytes.copyWithin(start - room + needed, start, this.position);
    this.position = start - room;
    if (needed === 1) this.bytes[this.position++] = length;
    else this.#varint(length);
    this.position += length;
    return needed;
  }

  #longString(tag: number, value: string): void {
    const length = textBytes(value);
    this.ensure(10);
    this.tag(tag);
    this.uint32(length);
    // The runtime wants room for the worst case only where it does not know better.
    this.ensure(length === value.length ? length : value.length * 3);
    this.position += encodeText(value, this.bytes, this.position);
  }

  #varint(value: number): void {
    const { bytes } = this;
    let { position } = this;
    while (value > 0x7f) {
      bytes[position++] = (value & 0x7f) | 0x80;
      value >>>= 7;
    }
    bytes[position++] = value;
    this.position = position;
  }

  #varint64(): void {
    const { bytes } = this;
    let { position } = this;
    let lo = words[low], hi = words[high];
    while (hi !== 0) {
      bytes[position++] = (lo & 0x7f) | 0x80;
      lo = ((lo >>> 7) | (hi << 25)) >>> 0;
      hi >>>= 7;
    }
    this.position = position;
    this.#varint(lo);
  }

  #words(): void {
    const lo = words[low], hi = words[high];
    this.fixed32(lo);
    this.fixed32(hi);
  }

  #grow(length: number): void {
    const written = this.position - this.#start;
    const needed = written + length;
    // Twice what is needed, so that growing costs no more than writing; one large value that more than doubles it will do alone.
    const size = length > written ? needed + firstBytes : needed * 2;
    const bytes = new Uint8Array(size < sharedBytes ? sharedBytes : size);
    bytes.set(this.bytes.subarray(this.#start, this.position));
    if (bytes.byteLength > sharedBytes && this.bytes.byteLength <= sharedBytes) {
      this.#shared = this.bytes;
      this.#sharedPosition = this.#start;
    }
    this.#take(bytes);
    this.#start = 0;
    this.position = written;
  }

  // Goes back to the shared buffer, or to a new one.
  #share(): void {
    this.position = this.#shared ? this.#sharedPosition : 0;
    this.#take(this.#shared ?? new Uint8Array(sharedBytes));
    this.#shared = undefined;
  }

  #take(bytes: Uint8Array<ArrayBuffer>): void {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer);
  }
}

/** Longer text has its length counted first, in place of room for the worst case. */
const maxCopiedText = 4096;
