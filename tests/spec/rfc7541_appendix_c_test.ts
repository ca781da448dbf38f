// The examples of RFC 7541 Appendix C: decoded with the table sizes it gives after each, and encoded. C.5 and C.6 index
// fields that our encoder refuses to index on purpose (cookies, dates); of these the strings are compared, not the blocks.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { HeaderList } from "../../src/http/exchange.ts";
import { HpackDecoder } from "../../src/http2/hpack/decoder.ts";
import { HpackEncoder } from "../../src/http2/hpack/encoder.ts";
import { readContinuation, writeInteger } from "../../src/http2/hpack/integer.ts";
import { writeString } from "../../src/http2/hpack/string.ts";
import { fromHex, toHex } from "../http2/hpack/hex.ts";

interface Example {
  readonly name: string;
  readonly wire: string;
  readonly list: HeaderList;
  /** The size of the dynamic table afterwards. */
  readonly tableSize: number;
}

const FIRST_REQUEST: HeaderList = [
  [":method", "GET"],
  [":scheme", "http"],
  [":path", "/"],
  [":authority", "www.example.com"],
];
const SECOND_REQUEST: HeaderList = [...FIRST_REQUEST, ["cache-control", "no-cache"]];
const THIRD_REQUEST: HeaderList = [
  [":method", "GET"],
  [":scheme", "https"],
  [":path", "/index.html"],
  [":authority", "www.example.com"],
  ["custom-key", "custom-value"],
];
const FIRST_RESPONSE: HeaderList = [
  [":status", "302"],
  ["cache-control", "private"],
  ["date", "Mon, 21 Oct 2013 20:13:21 GMT"],
  ["location", "https://www.example.com"],
];
const SECOND_RESPONSE: HeaderList = [
  [":status", "307"],
  ["cache-control", "private"],
  ["date", "Mon, 21 Oct 2013 20:13:21 GMT"],
  ["location", "https://www.example.com"],
];
const THIRD_RESPONSE: HeaderList = [
  [":status", "200"],
  ["cache-control", "private"],
  ["date", "Mon, 21 Oct 2013 20:13:22 GMT"],
  ["location", "https://www.example.com"],
  ["content-encoding", "gzip"],
  ["set-cookie", "foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1"],
];

const SINGLE_FIELDS: readonly Example[] = [
  {
    name: "C.2.1",
    wire: "400a 6375 7374 6f6d 2d6b 6579 0d63 7573 746f 6d2d 6865 6164 6572",
    list: [["custom-key", "custom-header"]],
    tableSize: 55,
  },
  { name: "C.2.2", wire: "040c 2f73 616d 706c 652f 7061 7468", list: [[":path", "/sample/path"]], tableSize: 0 },
  { name: "C.2.3", wire: "1008 7061 7373 776f 7264 0673 6563 7265 74", list: [["password", "secret"]], tableSize: 0 },
  { name: "C.2.4", wire: "82", list: [[":method", "GET"]], tableSize: 0 },
];

const PLAIN_REQUESTS: readonly Example[] = [
  {
    name: "C.3.1",
    wire: "8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d",
    list: FIRST_REQUEST,
    tableSize: 57,
  },
  { name: "C.3.2", wire: "8286 84be 5808 6e6f 2d63 6163 6865", list: SECOND_REQUEST, tableSize: 110 },
  {
    name: "C.3.3",
    wire: "8287 85bf 400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65",
    list: THIRD_REQUEST,
    tableSize: 164,
  },
];

const HUFFMAN_REQUESTS: readonly Example[] = [
  { name: "C.4.1", wire: "8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff", list: FIRST_REQUEST, tableSize: 57 },
  { name: "C.4.2", wire: "8286 84be 5886 a8eb 1064 9cbf", list: SECOND_REQUEST, tableSize: 110 },
  {
    name: "C.4.3",
    wire: "8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf",
    list: THIRD_REQUEST,
    tableSize: 164,
  },
];

const PLAIN_RESPONSES: readonly Example[] = [
  {
    name: "C.5.1",
    wire: `4803 3330 3258 0770 7269 7661 7465 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a 3133 3a32 3120
      474d 546e 1768 7474 7073 3a2f 2f77 7777 2e65 7861 6d70 6c65 2e63 6f6d`,
    list: FIRST_RESPONSE,
    tableSize: 222,
  },
  { name: "C.5.2", wire: "4803 3330 37c1 c0bf", list: SECOND_RESPONSE, tableSize: 222 },
  {
    name: "C.5.3",
    wire: `88c1 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a 3133 3a32 3220 474d 54c0 5a04 677a 6970 7738
      666f 6f3d 4153 444a 4b48 514b 425a 584f 5157 454f 5049 5541 5851 5745 4f49 553b 206d 6178 2d61 6765 3d33 3630
      303b 2076 6572 7369 6f6e 3d31`,
    list: THIRD_RESPONSE,
    tableSize: 215,
  },
];

const HUFFMAN_RESPONSES: readonly Example[] = [
  {
    name: "C.6.1",
    wire: `4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0 82a6 2d1b ff6e 919d 29ad 1718
      63c7 8f0b 97c8 e9ae 82ae 43d3`,
    list: FIRST_RESPONSE,
    tableSize: 222,
  },
  { name: "C.6.2", wire: "4883 640e ffc1 c0bf", list: SECOND_RESPONSE, tableSize: 222 },
  {
    name: "C.6.3",
    wire: `88c1 6196 d07a be94 1054 d444 a820 0595 040b 8166 e084 a62d 1bff c05a 839b d9ab 77ad 94e7 821d d7f2 e6c7
      b335 dfdf cd5b 3960 d5af 2708 7f36 72c1 ab27 0fb5 291f 9587 3160 65c0 03ed 4ee5 b106 3d50 07`,
    list: THIRD_RESPONSE,
    tableSize: 215,
  },
];

function newDecoder(maxTableSize: number): HpackDecoder {
  return new HpackDecoder({ maxTableSize, maxHeaderListSize: 16384, maxFields: 128 });
}

function decodeAll(examples: readonly Example[], maxTableSize: number): void {
  const decoder = newDecoder(maxTableSize);
  for (const example of examples) {
    const bytes = fromHex(example.wire);
    assert.deepEqual(decoder.decode(bytes, 0, bytes.length), example.list, example.name);
    assert.equal(decoder.tableSize, example.tableSize, example.name);
  }
}

function encodeAll(examples: readonly Example[], huffman: boolean): void {
  const encoder = new HpackEncoder({ tableSize: 4096, huffman });
  for (const example of examples) {
    const out = new Uint8Array(encoder.maxEncodedLength(example.list));
    const end = encoder.encode(example.list, out, 0);
    assert.equal(toHex(out.subarray(0, end)), example.wire.replace(/\s+/g, ""), example.name);
  }
}

function encodedString(text: string, huffman: boolean): string {
  const out = new Uint8Array(text.length + 6);
  return toHex(out.subarray(0, writeString(out, 0, text, huffman)));
}

test("C.1: integers of the appendix are written and read", () => {
  const out = new Uint8Array(6);
  assert.equal(toHex(out.subarray(0, writeInteger(out, 0, 0, 0x1f, 10))), "0a");
  assert.equal(toHex(out.subarray(0, writeInteger(out, 0, 0, 0x1f, 1337))), "1f9a0a");
  assert.equal(readContinuation(fromHex("9a0a"), 0, 2, 0x1f), 1337);
  assert.equal(toHex(out.subarray(0, writeInteger(out, 0, 0, 0xff, 42))), "2a");
});

test("C.2: single fields decode, and only the indexed one enters the table", () => {
  for (const example of SINGLE_FIELDS) decodeAll([example], 4096);
});

test("C.2: single fields encode to the octets of the appendix", () => {
  encodeAll([SINGLE_FIELDS[0]!], false);
  encodeAll([SINGLE_FIELDS[3]!], false);
  const withoutTable = new HpackEncoder({ huffman: false, secretNames: ["password"] });
  for (const example of SINGLE_FIELDS.slice(1, 3)) {
    const out = new Uint8Array(withoutTable.maxEncodedLength(example.list));
    const end = withoutTable.encode(example.list, out, 0);
    assert.equal(toHex(out.subarray(0, end)), example.wire.replace(/\s+/g, ""), example.name);
  }
});

test("C.3: requests without Huffman code decode and encode", () => {
  decodeAll(PLAIN_REQUESTS, 4096);
  encodeAll(PLAIN_REQUESTS, false);
});

test("C.4: requests with Huffman code decode and encode", () => {
  decodeAll(HUFFMAN_REQUESTS, 4096);
  encodeAll(HUFFMAN_REQUESTS, true);
});

test("C.5: responses without Huffman code decode, with eviction from a table of 256 octets", () => {
  decodeAll(PLAIN_RESPONSES, 256);
});

test("C.6: responses with Huffman code decode, with eviction from a table of 256 octets", () => {
  decodeAll(HUFFMAN_RESPONSES, 256);
});

test("C.5 and C.6: every literal of the responses is written as the appendix has it", () => {
  const plain = PLAIN_RESPONSES.map((example) => example.wire.replace(/\s+/g, "")).join(" ");
  const coded = HUFFMAN_RESPONSES.map((example) => example.wire.replace(/\s+/g, "")).join(" ");
  const values = new Set([...FIRST_RESPONSE, ...THIRD_RESPONSE].map(([, value]) => value));
  values.delete("200");
  for (const value of values) {
    assert.ok(plain.includes(encodedString(value, false)), `${value} without Huffman code`);
    assert.ok(coded.includes(encodedString(value, true)), `${value} with Huffman code`);
  }
});

test("C.5 and C.6: the responses come back from our own encoder with a table of 256 octets", () => {
  const encoder = new HpackEncoder({ tableSize: 256 });
  const decoder = newDecoder(4096);
  for (const { list, name } of PLAIN_RESPONSES) {
    const out = new Uint8Array(encoder.maxEncodedLength(list));
    assert.deepEqual(decoder.decode(out, 0, encoder.encode(list, out, 0)), list, name);
    assert.ok(decoder.tableSize <= 256, name);
  }
});
