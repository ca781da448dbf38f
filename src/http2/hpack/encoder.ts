// The HPACK encoder, RFC 7541 6, and blocks encoded once for many connections. By default it never adds to the peer's dynamic
// table: static indices and literals are all it needs, nothing has to be kept in step, and blocks can be shared. A dynamic
// table is an option, of 4 KiB at the most whatever the peer offers.

import type { HeaderList } from "../../http/exchange.ts";
import { DynamicTable, FIELD_OVERHEAD } from "./dynamic_table.ts";
import { MAX_INTEGER_OCTETS, writeInteger } from "./integer.ts";
import { type HeaderField, STATIC_ENTRIES, STATIC_NAMES } from "./static_table.ts";
import { writeString } from "./string.ts";

/** The largest dynamic table an encoder keeps, in octets. */
export const MAX_ENCODER_TABLE_SIZE = 4096;

/** SETTINGS_HEADER_TABLE_SIZE before any SETTINGS (RFC 9113 6.5.2). */
const INITIAL_TABLE_SIZE = 4096;

/**
 * Fields always sent as never-indexed literals (RFC 7541 7.1.3), so that no hop compresses them beside what an attacker
 * chooses: `authorization`, `proxy-authorization`, `cookie` and `set-cookie`.
 */
export const SECRET_NAMES: ReadonlySet<string> = new Set([
  "authorization",
  "proxy-authorization",
  "cookie",
  "set-cookie",
]);

/** Fields whose values seldom repeat; they would only push others out of the dynamic table. */
const VOLATILE_NAMES: ReadonlySet<string> = new Set([
  "age",
  "content-length",
  "date",
  "etag",
  "expires",
  "grpc-message",
  "grpc-status-details-bin",
  "grpc-tags-bin",
  "grpc-timeout",
  "grpc-trace-bin",
  "if-modified-since",
  "if-none-match",
  "last-modified",
  "location",
  "traceparent",
  "tracestate",
  "x-request-id",
]);

/** Options of an {@link HpackEncoder}. */
export interface HpackEncoderOptions {
  /** The size of the dynamic table in octets, 0 to 4096; the peer's setting bounds it too. Default 0: none is used. */
  readonly tableSize?: number;
  /**
   * Take Huffman code where it is shorter: about a quarter fewer octets for more than twice the time. Default false, and
   * true in {@link encodeBlock}, where the time is spent once.
   */
  readonly huffman?: boolean;
  /** Lower-case names that are secret beside {@link SECRET_NAMES}: always sent as never-indexed literals. */
  readonly secretNames?: Iterable<string>;
}

/** Encodes the header blocks of one direction of one connection, in the order they are to be sent. */
export class HpackEncoder {
  readonly #table: DynamicTable;
  readonly #tableSize: number;
  readonly #huffman: boolean;
  readonly #secretNames: ReadonlySet<string>;
  /** The size that the peer takes our table to have. */
  #signalledSize = INITIAL_TABLE_SIZE;
  /** The smallest size since the last block, or -1 where there is nothing to signal. */
  #smallestSize = -1;

  constructor(options: HpackEncoderOptions = {}) {
    this.#tableSize = Math.min(Math.max(options.tableSize ?? 0, 0), MAX_ENCODER_TABLE_SIZE);
    this.#table = new DynamicTable(this.#tableSize);
    this.#huffman = options.huffman ?? false;
    this.#secretNames = options.secretNames === undefined
      ? SECRET_NAMES
      : new Set([...SECRET_NAMES, ...options.secretNames]);
    if (this.#tableSize > 0 && this.#tableSize < INITIAL_TABLE_SIZE) this.#smallestSize = this.#tableSize;
  }

  /** The size of the dynamic table in octets (RFC 7541 4.1). */
  get tableSize(): number {
    return this.#table.size;
  }

  /** Takes over the peer's SETTINGS_HEADER_TABLE_SIZE, in octets. Where need be, the next block tells of the new size. */
  setPeerTableSize(bytes: number): void {
    const size = Math.min(bytes, this.#tableSize);
    this.#table.resize(size);
    // Without a table of ours, nothing is to be told as long as the peer's setting holds the size it takes us to have.
    if (this.#tableSize === 0 && bytes >= this.#signalledSize) return;
    this.#smallestSize = this.#smallestSize === -1 ? size : Math.min(this.#smallestSize, size);
  }

  /** Lets go of the table: no block will be encoded any more. */
  clear(): void {
    this.#table.resize(0);
  }

  /** How many octets {@link encode} writes for this list at the most. */
  maxEncodedLength(list: HeaderList): number {
    return MAX_UPDATE_OCTETS + maxFieldsLength(list);
  }

  /**
   * Encodes a list as one whole header block. Names have to be lower case (RFC 9113 8.2.1).
   * @param out has room for {@link maxEncodedLength} octets from `offset` on
   * @returns the offset after the block
   */
  encode(list: HeaderList, out: Uint8Array, offset: number): number {
    let at = this.writeSizeUpdates(out, offset);
    const indexing = this.#table.maxSize > 0;
    for (let index = 0; index < list.length; index++) {
      const field = list[index]!;
      at = indexing
        ? this.#writeIndexing(out, at, field)
        : writeField(out, at, field, this.#huffman, this.#secretNames);
    }
    return at;
  }

  /**
   * Writes the size updates that are due, at most 12 octets. {@link encode} does this itself; call it before the octets of
   * a block made by {@link encodeBlock}, which are sent right after.
   * @returns the offset after them, most often `offset` itself
   */
  writeSizeUpdates(out: Uint8Array, offset: number): number {
    if (this.#smallestSize === -1) return offset;
    const size = this.#table.maxSize;
    let at = offset;
    // RFC 7541 4.2: first the smallest size since the last block, then the one it came to be.
    if (this.#smallestSize < size && this.#smallestSize < this.#signalledSize) {
      at = writeInteger(out, at, 0x20, 0x1f, this.#smallestSize);
      this.#signalledSize = this.#smallestSize;
    }
    if (size !== this.#signalledSize) at = writeInteger(out, at, 0x20, 0x1f, size);
    this.#signalledSize = size;
    this.#smallestSize = -1;
    return at;
  }

  #writeIndexing(out: Uint8Array, at: number, field: HeaderField): number {
    const name = field[0];
    const value = field[1];
    const known = STATIC_NAMES.get(name);
    const exact = known?.values.get(value);
    if (exact !== undefined) return writeInteger(out, at, 0x80, 0x7f, exact);
    if (this.#secretNames.has(name)) {
      return writeLiteral(out, at, NEVER_INDEXED, 0x0f, known?.index ?? 0, field, this.#huffman);
    }
    const found = this.#table.find(name, value);
    if (found >= 0) return writeInteger(out, at, 0x80, 0x7f, STATIC_ENTRIES + 1 + found);
    const nameIndex = known !== undefined ? known.index : found === -1 ? 0 : STATIC_ENTRIES + 1 + (-2 - found);
    // One that takes up more than half of the table would push out too much.
    const fits = (name.length + value.length + FIELD_OVERHEAD) * 2 <= this.#table.maxSize;
    if (!fits || VOLATILE_NAMES.has(name)) return writeLiteral(out, at, 0, 0x0f, nameIndex, field, this.#huffman);
    at = writeLiteral(out, at, INDEXED, 0x3f, nameIndex, field, this.#huffman);
    this.#table.add(field);
    return at;
  }
}

/**
 * Encodes a list once, for use on any connection: static indices and literals without indexing only.
 * @param options `huffman` and `secretNames` as for an {@link HpackEncoder}
 * Blocks may follow one another within one, and {@link HpackEncoder.encode} may write more fields after them: so the part of
 * a request that never changes is encoded once, and the rest each time.
 * @returns the octets of the block; where the connection's encoder has size updates due, they go before it
 */
export function encodeBlock(list: HeaderList, options: Omit<HpackEncoderOptions, "tableSize"> = {}): Uint8Array {
  const encoder = new HpackEncoder({ huffman: true, ...options, tableSize: 0 });
  const out = new Uint8Array(encoder.maxEncodedLength(list));
  return out.slice(0, encoder.encode(list, out, 0));
}

/** Patterns of the literal representations, RFC 7541 6.2; without indexing is 0. */
const INDEXED = 0x40;
const NEVER_INDEXED = 0x10;

const MAX_UPDATE_OCTETS = 2 * MAX_INTEGER_OCTETS;

/** A representation's first octet and its index, and the lengths of two strings. */
const MAX_FIELD_OCTETS = 3 * MAX_INTEGER_OCTETS;

function maxFieldsLength(list: HeaderList): number {
  let length = list.length * MAX_FIELD_OCTETS;
  for (let index = 0; index < list.length; index++) length += list[index]![0].length + list[index]![1].length;
  return length;
}

/** Writes one field without a dynamic table. */
function writeField(
  out: Uint8Array,
  at: number,
  field: HeaderField,
  huffman: boolean,
  secretNames: ReadonlySet<string>,
): number {
  const known = STATIC_NAMES.get(field[0]);
  const exact = known?.values.get(field[1]);
  if (exact !== undefined) {
    out[at++] = 0x80 | exact;
    return at;
  }
  const pattern = secretNames.has(field[0]) ? NEVER_INDEXED : 0;
  return writeLiteral(out, at, pattern, 0x0f, known === undefined ? 0 : known.index, field, huffman);
}

function writeLiteral(
  out: Uint8Array,
  at: number,
  pattern: number,
  prefix: number,
  nameIndex: number,
  field: HeaderField,
  huffman: boolean,
): number {
  at = writeInteger(out, at, pattern, prefix, nameIndex);
  if (nameIndex === 0) at = writeString(out, at, field[0], huffman);
  return writeString(out, at, field[1], huffman);
}
