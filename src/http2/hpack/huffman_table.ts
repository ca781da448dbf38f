// The Huffman code of RFC 7541 Appendix B, as tables. The code is canonical: within one length, codes rise with the symbol,
// and each length begins where the shorter one ended. So the lengths are all there is to write down; the codes and the
// table to decode by are made from them when this module is loaded.

/** Code lengths in bits, by symbol; the last one, 256, is EOS. */
// deno-fmt-ignore
const LENGTHS: readonly number[] = [
  13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28,
  6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6, 5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10,
  13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6,
  15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5, 6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28,
  20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23, 24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24,
  22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23, 21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23,
  26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25, 19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27,
  20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23, 26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26,
  30,
];

const EOS = 256;

/** The bits that the first look-up in {@link DECODING} takes. */
export const ROOT_BITS = 12;
/** The most bits that a further look-up takes. */
const BRANCH_BITS = 9;

/** Code lengths in bits, by octet. */
export const CODE_LENGTHS: Uint8Array = Uint8Array.from(LENGTHS.slice(0, EOS));

/** Codes by octet, in the low bits. */
export const CODES: Uint32Array = new Uint32Array(EOS);

/**
 * The table to decode by. The first 4096 entries are looked up by the next {@link ROOT_BITS} bits. An entry is one of:
 * - 0: the code of EOS, which is an error in a string (RFC 7541 5.2)
 * - positive, symbols: bits 0-7 the first, bits 8-15 the second, bits 16-19 the length of the first one's code,
 *   bits 20-23 the length of all of its codes, bit 24 set where there is a second
 * - negative, a branch: its negation holds the offset of the branch in this table times 16, plus the number of bits (1 to 9)
 *   to look up in it by, after the bits so far are consumed
 */
export const DECODING: Int32Array = makeTables();

function makeTables(): Int32Array {
  const symbols = LENGTHS.map((_, symbol) => symbol).sort((a, b) => LENGTHS[a]! - LENGTHS[b]! || a - b);
  const codes: number[] = new Array(LENGTHS.length).fill(0);
  let code = 0;
  let length = LENGTHS[symbols[0]!]!;
  for (const symbol of symbols) {
    code = code * 2 ** (LENGTHS[symbol]! - length);
    length = LENGTHS[symbol]!;
    codes[symbol] = code++;
  }
  for (let octet = 0; octet < EOS; octet++) CODES[octet] = codes[octet]!;

  const table: number[] = new Array(1 << ROOT_BITS).fill(0);
  fill(table, 0, ROOT_BITS, codes, symbols, 0);
  pairUp(table);
  return Int32Array.from(table);
}

/** Fills a part of the table with those of `symbols` whose codes go on here, `depth` bits of each being consumed before. */
function fill(table: number[], offset: number, bits: number, codes: number[], symbols: number[], depth: number): void {
  const branches = new Map<number, number[]>();
  for (const symbol of symbols) {
    const left = LENGTHS[symbol]! - depth;
    const code = codes[symbol]! % 2 ** left;
    if (left > bits) {
      const prefix = Math.floor(code / 2 ** (left - bits));
      const branch = branches.get(prefix);
      if (branch === undefined) branches.set(prefix, [symbol]);
      else branch.push(symbol);
      continue;
    }
    const entry = symbol === EOS ? 0 : symbol | (left << 16) | (left << 20);
    table.fill(entry, offset + code * 2 ** (bits - left), offset + (code + 1) * 2 ** (bits - left));
  }
  for (const [prefix, members] of branches) {
    const longest = Math.max(...members.map((symbol) => LENGTHS[symbol]!));
    const branchBits = Math.min(longest - depth - bits, BRANCH_BITS);
    const branchOffset = table.length;
    table.push(...new Array<number>(1 << branchBits).fill(0));
    table[offset + prefix] = -(branchOffset * 16 + branchBits);
    fill(table, branchOffset, branchBits, codes, members, depth + bits);
  }
}

/** Where the bits of a root entry hold two whole codes, gives it both symbols: most text then takes one look-up for two. */
function pairUp(table: number[]): void {
  const single = table.slice(0, 1 << ROOT_BITS);
  for (let index = 0; index < single.length; index++) {
    const first = single[index]!;
    if (first <= 0) continue;
    const length = first >> 20;
    const second = single[(index << length) & ((1 << ROOT_BITS) - 1)]!;
    if (second <= 0 || length + (second >> 20) > ROOT_BITS) continue;
    table[index] = (first & 0xff) | ((second & 0xff) << 8) | (length << 16) | ((length + (second >> 20)) << 20) |
      (1 << 24);
  }
}
