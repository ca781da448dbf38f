// What the decoder refuses and how, the limits at N and N + 1, size updates, and the lists it gives out again.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { HeaderList } from "../../../src/http/exchange.ts";
import { HpackDecoder, type HpackDecoderOptions } from "../../../src/http2/hpack/decoder.ts";
import { HpackEncoder } from "../../../src/http2/hpack/encoder.ts";
import { COMPRESSION_ERROR, ENHANCE_YOUR_CALM, HpackError } from "../../../src/http2/hpack/hpack_error.ts";
import { fromHex } from "./hex.ts";

function newDecoder(options: Partial<HpackDecoderOptions> = {}): HpackDecoder {
  return new HpackDecoder({ maxTableSize: 4096, maxHeaderListSize: 16384, maxFields: 128, ...options });
}

function decode(decoder: HpackDecoder, hex: string): HeaderList | HpackError {
  const bytes = fromHex(hex);
  return decoder.decode(bytes, 0, bytes.length);
}

function encode(list: HeaderList, encoder: HpackEncoder = new HpackEncoder()): Uint8Array {
  const out = new Uint8Array(encoder.maxEncodedLength(list));
  return out.slice(0, encoder.encode(list, out, 0));
}

function decodeList(decoder: HpackDecoder, list: HeaderList): HeaderList | HpackError {
  const bytes = encode(list);
  return decoder.decode(bytes, 0, bytes.length);
}

function refusedWith(
  result: HeaderList | HpackError,
  scope: "connection" | "stream",
  code: number,
  message: RegExp,
): void {
  assert.ok(result instanceof HpackError, `a list instead of an error that says ${message}`);
  assert.deepEqual([result.scope, result.code], [scope, code]);
  assert.match(result.message, message);
}

function compressionErrorOf(hex: string, message: RegExp): void {
  refusedWith(decode(newDecoder(), hex), "connection", COMPRESSION_ERROR, message);
}

function fields(count: number): HeaderList {
  return Array.from({ length: count }, () => [":method", "GET"] as const);
}

test("an empty block is an empty list", () => {
  assert.deepEqual(decode(newDecoder(), ""), []);
});

test("only the octets between start and end are read", () => {
  assert.deepEqual(newDecoder().decode(fromHex("82 86 84 ff"), 1, 3), [[":scheme", "http"], [":path", "/"]]);
});

test("octets of 0x80 and above are characters up to U+00FF, plain and in Huffman code", () => {
  const list: HeaderList = [["x-name", "caf\u00e9 \u0080\u00ff"], ["x-long", "\u00fe".repeat(40)]];
  for (const huffman of [false, true]) {
    const bytes = encode(list, new HpackEncoder({ huffman }));
    assert.deepEqual(newDecoder().decode(bytes, 0, bytes.length), list);
  }
});

test("index 0 and indices beyond both tables are refused", () => {
  compressionErrorOf("80", /index 0: the tables end at 61/);
  compressionErrorOf("be", /index 62: the tables end at 61/);
  compressionErrorOf("ff00", /index 127/);
  compressionErrorOf("7e 01 61", /index 62/);
  compressionErrorOf("0f 2f 01 61", /index 62/);
  compressionErrorOf("40 01 61 01 62 bf", /index 63: the tables end at 62/);
});

test("a block that is cut off anywhere is refused, unless it is cut between fields", () => {
  const whole = fromHex("82 4088 25a849e95ba97d7f 89 25a849e95bb8e8b4bf 7e 01 61 10 01 61 01 62");
  const ends = new Set([0, 1, 21, 24]);
  for (let end = 0; end < whole.length; end++) {
    const result = newDecoder().decode(whole, 0, end);
    if (ends.has(end)) assert.ok(Array.isArray(result), `cut at ${end}`);
    else refusedWith(result, "connection", COMPRESSION_ERROR, /end/);
  }
});

test("integers that are too large are refused wherever they stand", () => {
  compressionErrorOf("ff ffffffff0f", /field index above 2147483647/);
  compressionErrorOf("ff 808080808001", /field index above 2147483647/);
  compressionErrorOf("3f ffffffff0f", /size update above 2147483647/);
  compressionErrorOf("00 7f ffffffff0f", /string length above 2147483647/);
  compressionErrorOf("7f ffffffff0f", /field index above 2147483647/);
  compressionErrorOf("ff 80", /field index is cut off/);
  compressionErrorOf("00 7f 80ffffff07", /string of 2147483647 octets goes past the end/);
});

test("Huffman code with EOS or wrong padding is refused", () => {
  compressionErrorOf("00 84 ffffffff 00", /Huffman/);
  compressionErrorOf("00 81 ff 00", /Huffman/);
  compressionErrorOf("00 81 18 00", /Huffman/);
  assert.deepEqual(decode(newDecoder(), "00 81 1f 00"), [["a", ""]]);
});

test("after an error of the connection every block is refused with the same error", () => {
  const decoder = newDecoder();
  const error = decode(decoder, "80");
  assert.ok(error instanceof HpackError);
  assert.equal(decode(decoder, "82"), error);
  assert.equal(decode(decoder, ""), error);
});

test("a list of the largest size passes, one octet more is refused for the stream", () => {
  // 32 + 1 + 67 for each field.
  const list: HeaderList = Array.from({ length: 10 }, () => ["a", "v".repeat(67)]);
  assert.deepEqual(decodeList(newDecoder({ maxHeaderListSize: 1000 }), list), list);
  refusedWith(
    decodeList(newDecoder({ maxHeaderListSize: 999 }), list),
    "stream",
    ENHANCE_YOUR_CALM,
    /list of 1000 octets or more, above the limit of 999/,
  );
});

test("the largest number of fields passes, one more is refused for the stream", () => {
  assert.deepEqual(decodeList(newDecoder(), fields(128)), fields(128));
  refusedWith(
    decodeList(newDecoder(), fields(129)),
    "stream",
    ENHANCE_YOUR_CALM,
    /129 fields or more, above the limit of 128/,
  );
});

test("a string of the largest length passes as name or value, one octet more is refused for the stream", () => {
  for (const huffman of [false, true]) {
    for (const [name, value] of [["a", "v".repeat(100)], ["n".repeat(100), ""]] as const) {
      const bytes = encode([[name, value]], new HpackEncoder({ huffman }));
      assert.deepEqual(newDecoder({ maxStringLength: 100 }).decode(bytes, 0, bytes.length), [[name, value]]);
      refusedWith(
        newDecoder({ maxStringLength: 99 }).decode(bytes, 0, bytes.length),
        "stream",
        ENHANCE_YOUR_CALM,
        /name or value of 100 octets, above the limit of 99/,
      );
    }
  }
  assert.ok(Array.isArray(decodeList(newDecoder(), [["a", "v".repeat(8192)]])));
  refusedWith(decodeList(newDecoder(), [["a", "v".repeat(8193)]]), "stream", ENHANCE_YOUR_CALM, /8192/);
});

test("beyond twice a list limit the connection is at fault", () => {
  refusedWith(decodeList(newDecoder(), fields(256)), "stream", ENHANCE_YOUR_CALM, /fields/);
  refusedWith(decodeList(newDecoder(), fields(257)), "connection", ENHANCE_YOUR_CALM, /257 fields/);
  const list: HeaderList = Array.from({ length: 20 }, () => ["a", "v".repeat(67)]);
  refusedWith(decodeList(newDecoder({ maxHeaderListSize: 1000 }), list), "stream", ENHANCE_YOUR_CALM, /octets/);
  refusedWith(decodeList(newDecoder({ maxHeaderListSize: 999 }), list), "connection", ENHANCE_YOUR_CALM, /octets/);
});

test("a bomb of one-octet references is refused before the list is large", () => {
  const decoder = newDecoder();
  const entry = encode([["x-bomb", "b".repeat(4000)]]);
  entry[0] = 0x40; // with incremental indexing
  assert.ok(Array.isArray(decoder.decode(entry, 0, entry.length)));
  const bomb = new Uint8Array(32768).fill(0xbe);
  refusedWith(decoder.decode(bomb, 0, bomb.length), "connection", ENHANCE_YOUR_CALM, /octets/);
});

test("an oversize list keeps the table in step", () => {
  const decoder = newDecoder({ maxFields: 2 });
  // The first two fields are taken, the third makes it oversize, the fourth still enters the table.
  refusedWith(decode(decoder, "82 82 82 40 01 61 01 62"), "stream", ENHANCE_YOUR_CALM, /fields/);
  assert.deepEqual(decode(decoder, "be"), [["a", "b"]]);
});

test("what is wrong after an oversize list is still found", () => {
  refusedWith(decode(newDecoder({ maxFields: 2 }), "82 82 82 00 81 ff 00"), "connection", COMPRESSION_ERROR, /Huffman/);
});

test("size updates are taken up to the setting and refused above it", () => {
  assert.deepEqual(decode(newDecoder(), "3fe11f 82"), [[":method", "GET"]]);
  compressionErrorOf("3fe21f 82", /update to 4097, above the setting of 4096/);
  compressionErrorOf("3f", /size update is cut off/);
});

test("two size updates at the start of a block are taken, a third and one after a field are refused", () => {
  assert.deepEqual(decode(newDecoder(), "20 3fe11f 82"), [[":method", "GET"]]);
  compressionErrorOf("20 20 20 82", /more than 2 dynamic table size updates/);
  compressionErrorOf("82 20", /after the first field/);
});

test("a size update to 0 empties the table", () => {
  const decoder = newDecoder();
  assert.deepEqual(decode(decoder, "40 01 61 01 62 be"), [["a", "b"], ["a", "b"]]);
  assert.equal(decoder.tableSize, 34);
  assert.deepEqual(decode(decoder, "20"), []);
  assert.equal(decoder.tableSize, 0);
  refusedWith(decode(decoder, "be"), "connection", COMPRESSION_ERROR, /index 62/);
});

test("a setting below the size in use has to be met at the start of the next block", () => {
  for (const hex of ["82", "be", "3fe11f 82", "40 01 61 01 62"]) {
    const decoder = newDecoder();
    assert.ok(Array.isArray(decode(decoder, "40 01 61 01 62")));
    decoder.setMaxTableSize(100);
    refusedWith(decode(decoder, hex), "connection", COMPRESSION_ERROR, /100/);
  }
  const decoder = newDecoder();
  decoder.setMaxTableSize(100);
  assert.deepEqual(decode(decoder, ""), []);
  assert.deepEqual(decode(decoder, "3f45 82"), [[":method", "GET"]]);
  assert.deepEqual(decode(decoder, "82"), [[":method", "GET"]]);
});

test("a setting that fell and rose again has to be met by its lowest value first", () => {
  const decoder = newDecoder();
  decoder.setMaxTableSize(0);
  decoder.setMaxTableSize(4096);
  assert.deepEqual(decode(decoder, "20 3fe11f 82"), [[":method", "GET"]]);
  const forgetful = newDecoder();
  forgetful.setMaxTableSize(0);
  forgetful.setMaxTableSize(4096);
  refusedWith(
    decode(forgetful, "3fe11f 82"),
    "connection",
    COMPRESSION_ERROR,
    /no dynamic table size update to 0 or less/,
  );
});

test("a setting above the size in use asks for nothing and allows a larger table", () => {
  const decoder = newDecoder();
  decoder.setMaxTableSize(8192);
  assert.deepEqual(decode(decoder, "82"), [[":method", "GET"]]);
  assert.deepEqual(decode(decoder, "3fe13f 82"), [[":method", "GET"]]);
});

test("an entry may refer to the name of one that it evicts (RFC 7541 4.4)", () => {
  const decoder = newDecoder({ maxTableSize: 40 });
  assert.ok(Array.isArray(decode(decoder, "40 04 6e616d65 01 31")));
  assert.deepEqual(decode(decoder, "7e 02 3232"), [["name", "22"]]);
  assert.deepEqual(decode(decoder, "be"), [["name", "22"]]);
});

test("a block that repeats gives the same list", () => {
  const decoder = newDecoder();
  const bytes = encode([[":method", "POST"], [":path", "/a.B/C"], ["te", "trailers"], ["grpc-timeout", "1S"]]);
  const lists = Array.from({ length: 6 }, () => decoder.decode(bytes, 0, bytes.length));
  assert.equal(lists[5], lists[4]);
  assert.equal(lists[4], lists[3]);
  for (const list of lists) assert.deepEqual(list, lists[0]);
  assert.ok(Object.isFrozen(lists[5]));
  assert.ok((lists[5] as HeaderList).every((field) => Object.isFrozen(field)));
});

test("a block that repeats refers to what the table holds now", () => {
  const decoder = newDecoder();
  for (let value = 0; value < 5; value++) {
    assert.ok(Array.isArray(decode(decoder, `40 01 61 01 3${value}`)));
    for (let time = 0; time < 6; time++) {
      assert.deepEqual(decode(decoder, "82 86 84 83 be"), [
        [":method", "GET"],
        [":scheme", "http"],
        [":path", "/"],
        [":method", "POST"],
        ["a", `${value}`],
      ]);
    }
  }
});

test("blocks of an earlier state of the table are forgotten with the first one of a later state", () => {
  const decoder = newDecoder();
  const literal = "00 01 61 01 62 82 86";
  assert.ok(Array.isArray(decode(decoder, "40 01 61 01 62")));
  for (let time = 0; time < 4; time++) decode(decoder, literal);
  for (let time = 0; time < 4; time++) decode(decoder, "be 82 86 84");
  const before = decode(decoder, literal);
  assert.equal(decode(decoder, literal), before);
  assert.ok(Array.isArray(decode(decoder, "40 01 61 01 63")));
  assert.equal(decode(decoder, literal), before);
  for (let time = 0; time < 4; time++) assert.deepEqual((decode(decoder, "be 82 86 84") as HeaderList)[0], ["a", "c"]);
  const after = decode(decoder, literal);
  assert.notEqual(after, before);
  assert.deepEqual(after, before);
});

test("a block that changes the table changes it each time it comes", () => {
  const decoder = newDecoder();
  for (let time = 1; time <= 8; time++) {
    assert.deepEqual(decode(decoder, "40 01 61 01 62"), [["a", "b"]]);
    assert.equal(decoder.tableSize, 34 * time);
  }
});

test("a block that repeats is refused while a size update is due", () => {
  const decoder = newDecoder();
  for (let time = 0; time < 6; time++) assert.ok(Array.isArray(decode(decoder, "82 86 84 83")));
  decoder.setMaxTableSize(0);
  refusedWith(decode(decoder, "82 86 84 83"), "connection", COMPRESSION_ERROR, /no dynamic table size update/);
});

test("a string in Huffman code and the same octets plain are told apart", () => {
  const decoder = newDecoder();
  const octets = "f1e3c2e5f23a6ba0ab90f4ff";
  for (let time = 0; time < 6; time++) {
    assert.deepEqual(decode(decoder, `00 01 61 8c ${octets}`), [["a", "www.example.com"]]);
    assert.deepEqual(decode(decoder, `00 01 61 0c ${octets}`), [["a", String.fromCharCode(...fromHex(octets))]]);
  }
});
