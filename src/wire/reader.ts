// Reads protobuf's binary format from bytes as they lie. Never beyond `end`, which is that of the message being read; a
// length is checked before anything is made of it. https://protobuf.dev/programming-guides/encoding/
import { decodeText } from "./text.ts";
import { WireError } from "./wire_error.ts";
import { WireType } from "./wire_type.ts";

/** What a reader is told beside the bytes. */
export interface ReadSettings {
  /** How deep messages and groups may be nested, the outermost counted: 1 to 10,000. Default: 100. */
  readonly recursionLimit?: number;
  /** Keep fields that the class does not know, so that they are written again. Default: true. */
  readonly readUnknownFields?: boolean;
  /**
   * `bytes` fields are views of the input rather than copies: faster, but they hold the whole input in memory, and change
   * with it. Default: false.
   */
  readonly bytesAsViews?: boolean;
}

const defaultRecursionLimit = 100;

// One 64-bit number is taken apart and put together here, without going through text.
const big = new BigInt64Array(1);
const bigUnsigned = new BigUint64Array(big.buffer);
const words = new Uint32Array(big.buffer);
const double = new Float64Array(big.buffer);
const float = new Float32Array(big.buffer);
const octets = new Uint8Array(big.buffer);
const noBytes = new Uint8Array(0);
words[0] = 1;
const littleEndian = octets[0] === 1;
const low = littleEndian ? 0 : 1;
const high = 1 - low;

function signedWords(): number {
  return (words[high] | 0) * 0x1_0000_0000 + words[low];
}

function unzigzag(): void {
  const lo = words[low], hi = words[high];
  const sign = -(lo & 1);
  words[low] = ((lo >>> 1) | (hi << 31)) ^ sign;
  words[high] = (hi >>> 1) ^ sign;
}

/** Reads the values of one input. */
export class Reader {
  readonly bytes: Uint8Array;
  /** Where the next value begins. */
  position = 0;
  /** Where the message that is being read ends. */
  end: number;
  /** How many levels of messages and groups are left. */
  levels: number;
  readonly keepUnknown: boolean;
  /** How many unknown fields of this input are listed in their messages. */
  listedUnknown = 0;
  readonly bytesAsViews: boolean;
  #view: DataView | undefined;

  constructor(bytes: Uint8Array, settings: ReadSettings | undefined) {
    this.bytes = bytes;
    this.end = bytes.byteLength;
    this.levels = settings?.recursionLimit ?? defaultRecursionLimit;
    this.keepUnknown = settings?.readUnknownFields ?? true;
    this.bytesAsViews = settings?.bytesAsViews ?? false;
  }

  /** The low 32 bits of a varint, unsigned. */
  uint32(): number {
    const { bytes, position } = this;
    if (position < this.end) {
      const first = bytes[position];
      if (first < 0x80) {
        this.position = position + 1;
        return first;
      }
      if (position + 1 < this.end) {
        const second = bytes[position + 1];
        if (second < 0x80) {
          this.position = position + 2;
          return (first & 0x7f) | (second << 7);
        }
      }
    }
    return this.#longVarint();
  }

  int32(): number {
    return this.uint32() | 0;
  }

  sint32(): number {
    const zigzag = this.uint32();
    return (zigzag >>> 1) ^ -(zigzag & 1);
  }

  bool(): boolean {
    const { position } = this;
    if (position < this.end) {
      const first = this.bytes[position];
      if (first < 0x80) {
        this.position = position + 1;
        return first !== 0;
      }
    }
    this.#varint64();
    return (words[0] | words[1]) !== 0;
  }

  int64(): bigint {
    this.#varint64();
    return big[0];
  }

  /** An int64 as a number, exact up to 2 ** 53, and at least that where it is not. As are the others of this name. */
  safeInt64(): number {
    this.#varint64();
    return signedWords();
  }

  safeUint64(): number {
    this.#varint64();
    return words[high] * 0x1_0000_0000 + words[low];
  }

  safeSint64(): number {
    this.#varint64();
    unzigzag();
    return signedWords();
  }

  safeFixed64(): number {
    this.#words();
    return words[high] * 0x1_0000_0000 + words[low];
  }

  safeSfixed64(): number {
    this.#words();
    return signedWords();
  }

  uint64(): bigint {
    this.#varint64();
    return bigUnsigned[0];
  }

  sint64(): bigint {
    this.#varint64();
    unzigzag();
    return big[0];
  }

  fixed32(): number {
    return this.sfixed32() >>> 0;
  }

  sfixed32(): number {
    const { bytes } = this;
    const at = this.#take(4);
    return bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24);
  }

  fixed64(): bigint {
    this.#words();
    return bigUnsigned[0];
  }

  sfixed64(): bigint {
    this.#words();
    return big[0];
  }

  float(): number {
    // A view of the input would cost more than a number.
    words[0] = this.sfixed32();
    return float[0];
  }

  double(): number {
    this.#words();
    return double[0];
  }

  /** The bytes of a length-delimited value: a copy, or a view where that was asked for. */
  blob(): Uint8Array {
    const length = this.uint32();
    const start = this.#take(length);
    // A peer can send an empty value in two bytes, and an array of its own would take two hundred.
    if (length === 0) return noBytes;
    return this.bytesAsViews ? this.bytes.subarray(start, start + length) : this.bytes.slice(start, start + length);
  }

  /** A length-delimited value as text. @param check whether what is no UTF-8 is refused. */
  string(check: boolean): string {
    const length = this.uint32();
    const start = this.#take(length);
    return decodeText(this.bytes, start, start + length, check);
  }

  /** Where the length-delimited value that comes next ends; its first byte is at `position` then. */
  lengthDelimited(): number {
    const length = this.uint32();
    const { position } = this;
    if (length > this.end - position) throw this.#truncated(length);
    return position + length;
  }

  /** The view of the whole input, for many numbers at once. */
  get view(): DataView {
    const { bytes } = this;
    return this.#view ??= new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /**
   * A tag. @throws WireError for one over 32 bits, of field 0, or of the wire types 6 and 7, which do not exist.
   */
  tag(): number {
    const start = this.position;
    const tag = this.uint32();
    const length = this.position - start;
    if (length > 5 || (length === 5 && this.bytes[start + 4] > 0x0f)) {
      throw new WireError(`the tag at byte ${start} is longer than 32 bits`);
    }
    if (tag < 8 || (tag & 7) > 5) {
      throw new WireError(`the tag at byte ${start} is of field ${tag >>> 3} and wire type ${tag & 7}`);
    }
    return tag;
  }

  /** Passes over a value whose tag has been read. */
  skip(tag: number): void {
    switch (tag & 7) {
      case WireType.varint:
        this.#varint64();
        return;
      case WireType.bit64:
        this.#take(8);
        return;
      case WireType.bit32:
        this.#take(4);
        return;
      case WireType.bytes:
        this.#take(this.uint32());
        return;
      case WireType.startGroup:
        return this.#skipGroup(tag);
      default:
        throw new WireError(`field ${tag >>> 3} ends a group that never began`);
    }
  }

  /** Goes one level deeper. @throws WireError beyond the limit. */
  enter(typeName: string): void {
    if (--this.levels < 0) throw new WireError(`${typeName} is nested too deeply: raise recursionLimit if it is meant`);
  }

  /** How many numbers of `size` bytes are left. @throws WireError where the last one is cut short. */
  fixedCount(size: number): number {
    const rest = (this.end - this.position) % size;
    if (rest > 0) throw new WireError(`packed numbers end at byte ${this.end} with ${rest} bytes of one`);
    return (this.end - this.position) / size;
  }

  /** How many varints are left, counted by their last bytes, whose highest bit is not set: four bytes at a time. */
  varintCount(): number {
    const { bytes, end, view } = this;
    let count = 0;
    let at = this.position;
    for (; at + 4 <= end; at += 4) {
      const last = (~view.getUint32(at) >>> 7) & 0x0101_0101;
      count += Math.imul(last, 0x0101_0101) >>> 24;
    }
    for (; at < end; at++) count += 1 - (bytes[at] >>> 7);
    return count;
  }

  #skipGroup(tag: number): void {
    this.enter("a group");
    const end = tag + 1;
    for (let next = this.tag(); next !== end; next = this.tag()) this.skip(next);
    this.levels++;
  }

  #take(length: number): number {
    const { position } = this;
    if (length > this.end - position) throw this.#truncated(length);
    this.position = position + length;
    return position;
  }

  #truncated(length: number): WireError {
    return new WireError(
      `a value of ${length} bytes begins at byte ${this.position}, and its message ends at byte ${this.end}`,
    );
  }

  #words(): void {
    const { bytes } = this;
    const at = this.#take(8);
    words[low] = bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24);
    words[high] = bytes[at + 4] | (bytes[at + 5] << 8) | (bytes[at + 6] << 16) | (bytes[at + 7] << 24);
  }

  #longVarint(): number {
    this.#varint64();
    return words[low];
  }

  // Ten bytes at most; the tenth holds one bit.
  #varint64(): void {
    const { bytes, end } = this;
    let at = this.position;
    let lo = 0, hi = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      if (at >= end) throw new WireError(`the input ends at byte ${end}, within a number`);
      const octet = bytes[at++];
      const bits = octet & 0x7f;
      if (shift < 28) lo |= bits << shift;
      else if (shift === 28) {
        lo |= bits << 28;
        hi = bits >>> 4;
      } else hi |= bits << (shift - 32);
      if (octet < 0x80) {
        this.position = at;
        words[low] = lo;
        words[high] = hi;
        return;
      }
    }
    throw new WireError(`the number at byte ${this.position} is longer than ten bytes`);
  }
}
