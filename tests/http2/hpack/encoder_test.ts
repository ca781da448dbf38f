// Which representation a field takes, size updates, and blocks encoded once. That every list comes back is tested with the
// HPACK stories.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { HeaderList } from "../../../src/http/exchange.ts";
import { HpackDecoder } from "../../../src/http2/hpack/decoder.ts";
import { encodeBlock, HpackEncoder, SECRET_NAMES } from "../../../src/http2/hpack/encoder.ts";
import { toHex } from "./hex.ts";

function encode(encoder: HpackEncoder, list: HeaderList): string {
  const out = new Uint8Array(encoder.maxEncodedLength(list));
  return toHex(out.subarray(0, encoder.encode(list, out, 0)));
}

const EXAMPLE: HeaderList = [["a", "b"]];

test("without a table, fields are static indices or literals without indexing, the same each time", () => {
  const encoder = new HpackEncoder();
  const list: HeaderList = [[":method", "POST"], [":path", "/x"], ["te", "trailers"]];
  for (let time = 0; time < 3; time++) {
    assert.equal(encode(encoder, list), "83" + "04022f78" + "00027465" + "08747261696c657273");
  }
});

test("a name beyond the prefix of four bits is written with its static index", () => {
  assert.equal(encode(new HpackEncoder(), [["content-type", "a"]]), "0f100161");
});

test("secrets are never-indexed literals, with and without a table", () => {
  for (const tableSize of [0, 4096]) {
    const encoder = new HpackEncoder({ tableSize, secretNames: ["x-api-key"] });
    for (const name of [...SECRET_NAMES, "x-api-key"]) {
      for (let time = 0; time < 2; time++) {
        const first = Number.parseInt(encode(encoder, [[name, "s3cret"]]).slice(0, 2), 16);
        assert.equal(first & 0xf0, 0x10, name);
      }
    }
  }
});

test("with a table, a field is indexed once and referred to afterwards", () => {
  const encoder = new HpackEncoder({ tableSize: 4096 });
  assert.equal(encode(encoder, EXAMPLE), "4001610162");
  assert.equal(encode(encoder, EXAMPLE), "be");
  assert.equal(encode(encoder, [["a", "c"]]), "7e0163");
});

test("fields that seldom repeat or would fill half of the table stay out of it", () => {
  const encoder = new HpackEncoder({ tableSize: 200 });
  encode(encoder, [["grpc-timeout", "1S"], ["traceparent", "00"], ["n", "v".repeat(68)]]);
  assert.equal(encode(encoder, EXAMPLE), "4001610162");
  assert.equal(encode(encoder, [["n", "v".repeat(67)]]).slice(0, 2), "40");
});

test("a table is at most 4096 octets whatever the peer offers and the option asks", () => {
  const encoder = new HpackEncoder({ tableSize: 1 << 20 });
  encoder.setPeerTableSize(1 << 24);
  // No size update: 4096 is what the peer begins with.
  assert.equal(encode(encoder, EXAMPLE), "4001610162");
  const decoder = new HpackDecoder({ maxTableSize: 1 << 24, maxHeaderListSize: 1 << 20, maxFields: 1000 });
  for (let index = 0; index < 500; index++) {
    const list: HeaderList = [[`x-${index}`, "value"]];
    const out = new Uint8Array(encoder.maxEncodedLength(list));
    assert.deepEqual(decoder.decode(out, 0, encoder.encode(list, out, 0)), list);
    assert.ok(decoder.tableSize <= 1 << 24);
  }
  // The first entry is long gone from the encoder's table, which a literal with its name written out shows.
  assert.equal(encode(encoder, [["x-1", "value"]]).slice(0, 2), "40");
  assert.equal(encode(encoder, [["x-499", "value"]]).length, 2);
});

test("a lower setting of the peer is signalled once, at the start of the next block", () => {
  const encoder = new HpackEncoder({ tableSize: 4096 });
  encoder.setPeerTableSize(100);
  assert.equal(encode(encoder, EXAMPLE), "3f45" + "4001610162");
  assert.equal(encode(encoder, EXAMPLE), "be");
});

test("a setting that fell and rose before the next block is signalled twice, and the table was emptied", () => {
  const encoder = new HpackEncoder({ tableSize: 4096 });
  encode(encoder, EXAMPLE);
  encoder.setPeerTableSize(0);
  encoder.setPeerTableSize(4096);
  assert.equal(encode(encoder, EXAMPLE), "20" + "3fe11f" + "4001610162");
});

test("an encoder that begins with a smaller table says so first", () => {
  assert.equal(encode(new HpackEncoder({ tableSize: 31 }), [[":method", "GET"]]), "3f00" + "82");
});

test("without a table, a lower setting is met by 0 once, and a higher one by nothing", () => {
  const encoder = new HpackEncoder();
  encoder.setPeerTableSize(8192);
  assert.equal(encode(encoder, EXAMPLE), "0001610162");
  encoder.setPeerTableSize(4095);
  assert.equal(encode(encoder, EXAMPLE), "20" + "0001610162");
  encoder.setPeerTableSize(0);
  encoder.setPeerTableSize(4096);
  assert.equal(encode(encoder, EXAMPLE), "0001610162");
});

test("blocks encoded once go after the size updates that are due", () => {
  const block = encodeBlock([[":status", "200"], ["content-type", "application/grpc"]]);
  const encoder = new HpackEncoder();
  encoder.setPeerTableSize(0);
  const out = new Uint8Array(64);
  const at = encoder.writeSizeUpdates(out, 0);
  assert.equal(toHex(out.subarray(0, at)), "20");
  out.set(block, at);
  const decoder = new HpackDecoder({ maxTableSize: 4096, maxHeaderListSize: 4096, maxFields: 10 });
  decoder.setMaxTableSize(0);
  assert.deepEqual(decoder.decode(out, 0, at + block.length), [[":status", "200"], [
    "content-type",
    "application/grpc",
  ]]);
  assert.equal(encoder.writeSizeUpdates(out, 5), 5);
});

test("a block encoded once, another, and fields encoded after them make one block", () => {
  const encoder = new HpackEncoder({ tableSize: 4096 });
  encoder.setPeerTableSize(100);
  const out = new Uint8Array(200);
  let at = encoder.writeSizeUpdates(out, 0);
  for (const list of [[[":method", "POST"]], [["te", "trailers"]]] as HeaderList[]) {
    const block = encodeBlock(list);
    out.set(block, at);
    at += block.length;
  }
  at = encoder.encode([["a", "b"]], out, at);
  const decoder = new HpackDecoder({ maxTableSize: 4096, maxHeaderListSize: 4096, maxFields: 10 });
  assert.deepEqual(decoder.decode(out, 0, at), [[":method", "POST"], ["te", "trailers"], ["a", "b"]]);
});

test("blocks encoded once use Huffman code and keep secrets apart", () => {
  assert.equal(toHex(encodeBlock([["te", "trailers"]])), "00" + "027465" + "864d833505b11f");
  assert.equal(toHex(encodeBlock([["cookie", "a"]])), "1f11" + "0161");
  assert.equal(toHex(encodeBlock([["x", "a"]], { secretNames: ["x"], huffman: false })), "100178" + "0161");
});

test("the upper bound holds for the largest representations", () => {
  for (const options of [{}, { huffman: true }, { tableSize: 4096 }]) {
    for (const length of [0, 1, 126, 127, 128, 255, 20000]) {
      const encoder = new HpackEncoder(options);
      encoder.setPeerTableSize(0);
      encoder.setPeerTableSize(4096);
      const list: HeaderList = [["\u0001".repeat(length), "\u00ff".repeat(length)], ["", "x".repeat(length)]];
      const bound = encoder.maxEncodedLength(list);
      assert.ok(encoder.encode(list, new Uint8Array(bound), 0) <= bound);
    }
  }
});
