// A second HPACK decoder, as plain as RFC 7541 reads: no cache, no limit, no ring. What the engine's two tables hold is
// compared with it at each header block. Of the engine it uses the static table and the Huffman code, which have tests of
// their own. Throws where a block is not what an encoder may send.
import { decodeHuffman, maxDecodedLength } from "../../src/http2/hpack/huffman.ts";
import { STATIC_ENTRIES, STATIC_TABLE } from "../../src/http2/hpack/static_table.ts";

type Field = readonly [name: string, value: string];

export class ReferenceDecoder {
  readonly #table: Field[] = [];
  #size = 0;
  #maxSize = 4096;
  #bytes: Uint8Array = new Uint8Array(0);
  #at = 0;

  /** The size of the dynamic table, RFC 7541 4.1. */
  get size(): number {
    return this.#size;
  }

  decode(block: Uint8Array): Field[] {
    this.#bytes = block;
    this.#at = 0;
    const list: Field[] = [];
    while (this.#at < block.length) {
      const octet = block[this.#at]!;
      if (octet & 0x80) {
        list.push(this.#field(this.#integer(7)));
      } else if ((octet & 0xe0) === 0x20) {
        if (list.length > 0) throw new Error("a size update after a field");
        this.#maxSize = this.#integer(5);
        this.#evict(0);
      } else {
        const isIndexed = (octet & 0x40) !== 0;
        const index = this.#integer(isIndexed ? 6 : 4);
        const name = index === 0 ? this.#string() : this.#field(index)[0];
        const field: Field = [name, this.#string()];
        list.push(field);
        if (isIndexed) this.#add(field);
      }
    }
    return list;
  }

  #add(field: Field): void {
    const size = field[0].length + field[1].length + 32;
    this.#evict(size);
    if (size > this.#maxSize) return;
    this.#table.unshift(field);
    this.#size += size;
  }

  #evict(room: number): void {
    while (this.#table.length > 0 && this.#size + room > this.#maxSize) {
      const [name, value] = this.#table.pop()!;
      this.#size -= name.length + value.length + 32;
    }
  }

  #field(index: number): Field {
    const field = index > STATIC_ENTRIES ? this.#table[index - STATIC_ENTRIES - 1] : STATIC_TABLE[index];
    if (field === undefined) throw new Error(`no field of index ${index}`);
    return field;
  }

  #octet(): number {
    if (this.#at >= this.#bytes.length) throw new Error("the block is cut off");
    return this.#bytes[this.#at++]!;
  }

  #integer(prefix: number): number {
    const most = 2 ** prefix - 1;
    let value = this.#octet() & most;
    if (value < most) return value;
    for (let factor = 1;; factor *= 128) {
      const octet = this.#octet();
      value += (octet & 127) * factor;
      if (value >= 2 ** 31) throw new Error("an integer above 2^31-1");
      if (octet < 128) return value;
    }
  }

  #string(): string {
    const isHuffman = ((this.#bytes[this.#at] ?? 0) & 0x80) !== 0;
    const length = this.#integer(7);
    const end = this.#at + length;
    if (end > this.#bytes.length) throw new Error("a string goes past its block");
    let octets = this.#bytes.subarray(this.#at, end);
    if (isHuffman) {
      const out = new Uint8Array(maxDecodedLength(length));
      const written = decodeHuffman(this.#bytes, this.#at, end, out);
      if (written < 0) throw new Error("a string is not Huffman code");
      octets = out.subarray(0, written);
    }
    this.#at = end;
    let text = "";
    for (let at = 0; at < octets.length; at++) text += String.fromCharCode(octets[at]!);
    return text;
  }
}
