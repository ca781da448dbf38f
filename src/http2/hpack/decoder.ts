// The HPACK decoder, RFC 7541 3 and 6: a whole header block in, a header list or what is wrong with it out. Limits are
// enforced field by field while decoding. Whether the list makes sense as a request or a response is not judged here, nor
// is the length of a block limited: the connection, which joins its frames, does both.

import type { HeaderList } from "../../http/exchange.ts";
import { DynamicTable, FIELD_OVERHEAD } from "./dynamic_table.ts";
import { compressionError, ENHANCE_YOUR_CALM, HpackError } from "./hpack_error.ts";
import { decodeHuffman, maxDecodedLength } from "./huffman.ts";
import { readContinuation, skipContinuation, TRUNCATED } from "./integer.ts";
import { OctetCache } from "./octet_cache.ts";
import { type HeaderField, STATIC_ENTRIES, STATIC_TABLE } from "./static_table.ts";
import { octetsToString } from "./string.ts";

/** The limits of an {@link HpackDecoder}. */
export interface HpackDecoderOptions {
  /** The SETTINGS_HEADER_TABLE_SIZE in force, in octets. The protocol begins with 4096. */
  readonly maxTableSize: number;
  /** The size of a header list in octets: names, values and 32 for each field (RFC 9113 6.5.2). */
  readonly maxHeaderListSize: number;
  /** The number of fields in a list, cookie crumbs counted one by one. */
  readonly maxFields: number;
  /** The length in octets of any one name or value, decoded. Default 8192. */
  readonly maxStringLength?: number;
}

const DEFAULT_MAX_STRING_LENGTH = 8192;

/** Beyond this many times a list limit the connection is at fault, not the one request. */
const HARD_LIMIT_FACTOR = 2;

/** RFC 7541 4.2: two tell of any change, the smallest size in between and the final one. */
const MAX_SIZE_UPDATES = 2;

/** Header blocks kept with their lists, and the longest one that is, in octets. */
const CACHED_BLOCKS = 8;
const MAX_CACHED_BLOCK = 512;

/** String literals kept with their strings, and the longest one that is, in octets with its length. */
const CACHED_STRINGS = 32;
const MAX_CACHED_STRING = 64;

/** The length in octets of the buffer for Huffman decoding; what a longer string needs is let go after it. */
const SCRATCH_OCTETS = 512;

interface CachedBlock {
  readonly list: HeaderList;
  /** The table's generation that the list holds for, or -1 where the block refers to no dynamic entry. */
  readonly generation: number;
}

/**
 * Decodes the header blocks of one direction of one connection, in the order they were sent.
 *
 * A block that repeats while the dynamic table does not change gives the same list again, frozen, from the third time on.
 * Lists that are given out once are left unfrozen, for freezing costs more than decoding does. For this, and for the same
 * with strings, a decoder keeps at most 8 blocks of at most 512 octets with their lists and 32 literals of at most 64 octets.
 * Beside these it holds the dynamic table, `maxTableSize` octets as RFC 7541 4.1 counts them; lists may hold on to as much
 * again, of one earlier state of it.
 */
export class HpackDecoder {
  readonly #table: DynamicTable;
  readonly #maxHeaderListSize: number;
  readonly #maxFields: number;
  readonly #maxStringLength: number;
  #maxTableSize: number;
  /** What the next block's first size update may be at the most, or -1 where none is due. */
  #dueTableSize = -1;
  #at = 0;
  #fault: HpackError | undefined;
  readonly #scratch: Uint8Array = new Uint8Array(SCRATCH_OCTETS);
  readonly #blocks = new OctetCache<CachedBlock>(CACHED_BLOCKS, MAX_CACHED_BLOCK);
  /** The one generation of the table that lists in `#blocks` may refer to. */
  #cachedGeneration = -1;
  #isShared = false;
  readonly #strings = new OctetCache<string>(CACHED_STRINGS, MAX_CACHED_STRING);

  constructor(options: HpackDecoderOptions) {
    this.#maxTableSize = options.maxTableSize;
    this.#table = new DynamicTable(options.maxTableSize);
    this.#maxHeaderListSize = options.maxHeaderListSize;
    this.#maxFields = options.maxFields;
    this.#maxStringLength = options.maxStringLength ?? DEFAULT_MAX_STRING_LENGTH;
  }

  /**
   * Changes the size that the peer's size updates may give the dynamic table, in octets. Call it when the peer has
   * acknowledged our SETTINGS_HEADER_TABLE_SIZE. Where this is below the size in use, the next block has to begin with a size
   * update (RFC 9113 4.3.1).
   */
  setMaxTableSize(bytes: number): void {
    this.#maxTableSize = bytes;
    const allowed = this.#dueTableSize === -1 ? this.#table.maxSize : this.#dueTableSize;
    if (bytes < allowed) this.#dueTableSize = bytes;
  }

  /** True where the list that {@link decode} gave last is one that it gives again: frozen, and the same for the same block. */
  get isShared(): boolean {
    return this.#isShared;
  }

  /** The size of the dynamic table in octets (RFC 7541 4.1). */
  get tableSize(): number {
    return this.#table.size;
  }

  /** Lets go of the table and of all that is kept: no block comes any more. */
  clear(): void {
    this.#table.resize(0);
    this.#blocks.clear();
    this.#strings.clear();
  }

  /**
   * Decodes the whole block that lies in `bytes[start, end)`; the octets are not kept.
   * @returns the list, not to be changed, since it may be given out again and its fields be shared; or what is wrong. An error whose scope is the
   * stream leaves the decoder fit for the next block; one whose scope is the connection is given for every block after it.
   */
  decode(bytes: Uint8Array, start: number, end: number): HeaderList | HpackError {
    if (this.#fault !== undefined) return this.#fault;
    if (this.#dueTableSize === -1) {
      const known = this.#blocks.get(bytes, start, end);
      if (known !== undefined && (known.generation === -1 || known.generation === this.#table.generation)) {
        this.#isShared = true;
        return known.list;
      }
    }
    this.#isShared = false;
    const result = this.#decodeBlock(bytes, start, end);
    if (result instanceof HpackError && result.scope === "connection") this.#fault = result;
    return result;
  }

  #decodeBlock(bytes: Uint8Array, start: number, end: number): HeaderList | HpackError {
    const table = this.#table;
    const generation = table.generation;
    const list: HeaderField[] = [];
    let oversize: HpackError | undefined;
    let listSize = 0;
    let fields = 0;
    let updates = 0;
    let usesTable = false;
    let at = start;
    while (at < end) {
      const octet = bytes[at++]!;
      let field: HeaderField | undefined;
      if (octet >= 0x80) {
        // RFC 7541 6.1: indexed field
        let index = octet & 0x7f;
        if (index === 0x7f) {
          index = this.#readInteger(bytes, at, end, 0x7f);
          at = this.#at;
        }
        field = this.#lookUp(index);
        if (field === undefined) return this.#invalidIndex(index);
        if (index > STATIC_ENTRIES) usesTable = true;
      } else if (octet >= 0x40 || octet < 0x20) {
        // RFC 7541 6.2: literal with indexing (01), without (0000), never indexed (0001)
        const prefix = octet >= 0x40 ? 0x3f : 0x0f;
        let index = octet & prefix;
        if (index === prefix) {
          index = this.#readInteger(bytes, at, end, prefix);
          at = this.#at;
        }
        let name: string | undefined;
        if (index === 0) {
          name = this.#readString(bytes, at, end);
          if (name === undefined) return this.#fault!;
          at = this.#at;
        } else {
          name = this.#lookUp(index)?.[0];
          if (name === undefined) return this.#invalidIndex(index);
          if (index > STATIC_ENTRIES) usesTable = true;
        }
        const value = this.#readString(bytes, at, end);
        if (value === undefined) return this.#fault!;
        at = this.#at;
        field = [name, value];
        if (octet >= 0x40) table.add(field);
      } else {
        // RFC 7541 6.3: size update
        let size = octet & 0x1f;
        if (size === 0x1f) {
          size = this.#readInteger(bytes, at, end, 0x1f);
          at = this.#at;
        }
        const error = this.#updateTableSize(size, fields, ++updates);
        if (error !== undefined) return error;
        continue;
      }
      if (this.#dueTableSize !== -1) break;

      fields++;
      listSize += field[0].length + field[1].length + FIELD_OVERHEAD;
      if (fields > this.#maxFields || listSize > this.#maxHeaderListSize) {
        if (this.#isExcessive(fields, listSize)) return this.#oversize("connection", fields, listSize);
        oversize ??= this.#oversize("stream", fields, listSize);
      } else if (field[0].length > this.#maxStringLength || field[1].length > this.#maxStringLength) {
        oversize ??= this.#oversizeString(field);
      }
      // RFC 7541 4: what follows still has to be decoded, for the table's sake.
      if (oversize === undefined) list.push(field);
    }
    // An empty block breaks nothing, and Go's encoder signals with its next field: the update stays due.
    if (this.#dueTableSize !== -1 && end > start) {
      return compressionError(
        `no dynamic table size update to ${this.#dueTableSize} or less at the start of a header block`,
      );
    }
    if (oversize !== undefined) return oversize;
    if (updates === 0 && table.generation === generation) {
      const validFor = usesTable ? generation : -1;
      if (this.#blocks.wants(bytes, start, end, validFor)) {
        this.#keep(bytes, start, end, list, validFor);
      }
    }
    return list;
  }

  #keep(bytes: Uint8Array, start: number, end: number, list: HeaderField[], generation: number): void {
    if (generation !== -1 && generation !== this.#cachedGeneration) {
      // Lists of an earlier generation would hold on to fields that the table has evicted.
      this.#blocks.clear();
      this.#cachedGeneration = generation;
    }
    for (const field of list) Object.freeze(field);
    this.#blocks.set(bytes, start, end, { list: Object.freeze(list), generation });
    this.#isShared = true;
  }

  #lookUp(index: number): HeaderField | undefined {
    if (index > STATIC_ENTRIES) return this.#table.get(index - STATIC_ENTRIES - 1);
    return index > 0 ? STATIC_TABLE[index] : undefined;
  }

  /** Reads the rest of an integer whose prefix was all ones, up to `#at`; answers below 0 where it is none. */
  #readInteger(bytes: Uint8Array, at: number, end: number, prefix: number): number {
    const value = readContinuation(bytes, at, end, prefix);
    this.#at = value < 0 ? at : skipContinuation(bytes, at);
    return value;
  }

  /** Reads the string literal that begins at `start`, up to `#at`; where it is none, `#fault` says why. */
  #readString(bytes: Uint8Array, start: number, end: number): string | undefined {
    if (start >= end) return this.#fail("a header block ends where a string should begin");
    const octet = bytes[start]!;
    let at = start + 1;
    let length = octet & 0x7f;
    if (length === 0x7f) {
      length = this.#readInteger(bytes, at, end, 0x7f);
      if (length < 0) return this.#fail(describeInteger("string length", length));
      at = this.#at;
    }
    const stop = at + length;
    if (stop > end) return this.#fail(`a string of ${length} octets goes past the end of its header block`);
    this.#at = stop;
    const known = this.#strings.get(bytes, start, stop);
    if (known !== undefined) return known;
    let text: string;
    if (octet < 0x80) {
      text = octetsToString(bytes, at, stop);
    } else {
      const needed = maxDecodedLength(length);
      const out = needed > this.#scratch.length ? new Uint8Array(needed) : this.#scratch;
      const written = decodeHuffman(bytes, at, stop, out);
      if (written < 0) return this.#fail("a string is not valid Huffman code: it holds EOS or its padding is wrong");
      text = octetsToString(out, 0, written);
    }
    if (this.#strings.wants(bytes, start, stop, 0)) this.#strings.set(bytes, start, stop, text);
    return text;
  }

  #updateTableSize(size: number, fields: number, updates: number): HpackError | undefined {
    if (size < 0) return compressionError(describeInteger("dynamic table size update", size));
    if (fields > 0) return compressionError("a dynamic table size update after the first field of a header block");
    if (updates > MAX_SIZE_UPDATES) {
      return compressionError(`more than ${MAX_SIZE_UPDATES} dynamic table size updates in a header block`);
    }
    if (size > this.#maxTableSize) {
      return compressionError(`a dynamic table size update to ${size}, above the setting of ${this.#maxTableSize}`);
    }
    // RFC 7541 4.2: the smallest setting since the last block is signalled first.
    if (this.#dueTableSize !== -1 && size <= this.#dueTableSize) this.#dueTableSize = -1;
    this.#table.resize(size);
    return undefined;
  }

  #invalidIndex(index: number): HpackError {
    if (index < 0) return compressionError(describeInteger("field index", index));
    return compressionError(`no field of index ${index}: the tables end at ${STATIC_ENTRIES + this.#table.length}`);
  }

  #fail(message: string): undefined {
    this.#fault = compressionError(message);
  }

  #isExcessive(fields: number, listSize: number): boolean {
    return fields > this.#maxFields * HARD_LIMIT_FACTOR || listSize > this.#maxHeaderListSize * HARD_LIMIT_FACTOR;
  }

  #oversize(scope: "connection" | "stream", fields: number, listSize: number): HpackError {
    const message = fields > this.#maxFields
      ? `a header list of ${fields} fields or more, above the limit of ${this.#maxFields}`
      : `a header list of ${listSize} octets or more, above the limit of ${this.#maxHeaderListSize}`;
    return new HpackError(scope, ENHANCE_YOUR_CALM, message);
  }

  #oversizeString(field: HeaderField): HpackError {
    const length = Math.max(field[0].length, field[1].length);
    return new HpackError(
      "stream",
      ENHANCE_YOUR_CALM,
      `a header name or value of ${length} octets, above the limit of ${this.#maxStringLength}`,
    );
  }
}

function describeInteger(what: string, error: number): string {
  return error === TRUNCATED ? `a ${what} is cut off by the end of its header block` : `a ${what} above 2147483647`;
}
