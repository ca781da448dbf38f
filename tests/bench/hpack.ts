// Nanoseconds to decode and encode the header blocks of gRPC requests. Run: npx tsx tests/bench/hpack.ts (or bun, or deno -A).
// Each figure is the best of several rounds; strings are read after decoding, so that no work is put off past the clock.

import type { HeaderList } from "../../src/http/exchange.ts";
import { HpackDecoder } from "../../src/http2/hpack/decoder.ts";
import { encodeBlock, HpackEncoder, type HpackEncoderOptions } from "../../src/http2/hpack/encoder.ts";

const ROUNDS = 150;
const ROUND_MS = 3;
/** Blocks that differ, before the first one comes round again: far more than any cache holds. */
const DIFFERENT = 4096;

function request(number: number): HeaderList {
  const digits = (number * 2654435761 % 4294967296).toString(16).padStart(8, "0");
  return [
    [":method", "POST"],
    [":scheme", "http"],
    [":path", "/shop.orders.v1.OrderService/PlaceOrder"],
    [":authority", "orders.internal:8443"],
    ["content-type", "application/grpc"],
    ["te", "trailers"],
    ["grpc-timeout", `${9000000 + number}u`],
    ["traceparent", `00-${digits}${digits}${digits}${digits}-${digits}${digits}-01`],
  ];
}

/** Every value of these is new, as is every name that may be. */
function strangeRequest(number: number): HeaderList {
  const digits = (number * 2654435761 % 4294967296).toString(16).padStart(8, "0");
  return [
    [":method", "POST"],
    [":scheme", "http"],
    [":path", `/shop.${digits}.v1.OrderService/PlaceOrder`],
    [":authority", `orders-${digits}:8443`],
    ["content-type", `application/grpc+${digits}`],
    [`x-${digits}`, `trailers-${digits}`],
    ["grpc-timeout", `${9000000 + number}u`],
    ["traceparent", `00-${digits}${digits}${digits}${digits}-${digits}${digits}-01`],
  ];
}

const REPLY: HeaderList = [[":status", "200"], ["content-type", "application/grpc"], ["grpc-encoding", "identity"]];

function newDecoder(): HpackDecoder {
  return new HpackDecoder({ maxTableSize: 4096, maxHeaderListSize: 16384, maxFields: 128 });
}

function encodeAll(lists: readonly HeaderList[], options: HpackEncoderOptions): Uint8Array[] {
  const encoder = new HpackEncoder(options);
  return lists.map((list) => {
    const out = new Uint8Array(encoder.maxEncodedLength(list));
    return out.slice(0, encoder.encode(list, out, 0));
  });
}

/** A block of literals with incremental indexing whatever the name, as clients write that index timeouts and ids too. */
function indexing(list: HeaderList): Uint8Array {
  const octets: number[] = [];
  for (const [name, value] of list) {
    octets.push(0x40);
    for (const text of [name, value]) octets.push(text.length, ...new TextEncoder().encode(text));
  }
  return Uint8Array.from(octets);
}

let sink = 0;

function measure(name: string, run: (count: number) => void): void {
  run(20_000);
  let best = Infinity;
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    let calls = 0;
    do {
      run(500);
      calls += 500;
    } while (performance.now() - start < ROUND_MS);
    best = Math.min(best, (performance.now() - start) * 1e6 / calls);
  }
  console.log(`${name.padEnd(64)} ${best.toFixed(0).padStart(6)} ns`);
}

function measureDecode(name: string, first: readonly Uint8Array[], blocks: readonly Uint8Array[]): void {
  const decoder = newDecoder();
  for (const block of first) decoder.decode(block, 0, block.length);
  let next = 0;
  const octets = Math.round(blocks.reduce((sum, block) => sum + block.length, 0) / blocks.length);
  measure(`decode ${name} (${octets} octets)`, (count) => {
    for (let index = 0; index < count; index++) {
      const block = blocks[next]!;
      if (++next === blocks.length) next = 0;
      const list = decoder.decode(block, 0, block.length);
      if (!(list instanceof Array)) throw new Error(list.message);
      for (let field = 0; field < list.length; field++) sink += list[field]![1].charCodeAt(0);
    }
  });
}

function measureEncode(name: string, lists: readonly HeaderList[], options: HpackEncoderOptions): void {
  const encoder = new HpackEncoder(options);
  const out = new Uint8Array(4096);
  let next = 0;
  measure(`encode ${name}`, (count) => {
    for (let index = 0; index < count; index++) {
      const list = lists[next]!;
      if (++next === lists.length) next = 0;
      if (encoder.maxEncodedLength(list) > out.length) throw new Error("too long");
      sink += encoder.encode(list, out, 0);
    }
  });
}

const numbers = Array.from({ length: DIFFERENT }, (_, index) => index);
const requests = numbers.map(request);
const strange = numbers.map(strangeRequest);
const plain = encodeAll(requests, { huffman: false });
const coded = encodeAll(requests, { huffman: true });
const withTable = encodeAll(requests, { huffman: true, tableSize: 4096 });

// The first block fills the table, the second refers to it for all eight fields.
const steady: HeaderList = [...requests[0]!.slice(0, 6), ["user-agent", "grpc-node/1.14"], [
  "grpc-accept-encoding",
  "gzip",
]];
const indexed = encodeAll([steady, steady], { tableSize: 4096 });
measureDecode("repeating, all indexed", indexed.slice(0, 1), indexed.slice(1));
measureDecode("repeating, literals", [], plain.slice(0, 1));
measureDecode("repeating, literals, Huffman", [], coded.slice(0, 1));
measureDecode("three in turn, literals, Huffman", [], coded.slice(0, 3));
measureDecode("timeout and trace id differ, literals", [], plain);
measureDecode("timeout and trace id differ, literals, Huffman", [], coded);
measureDecode("timeout and trace id differ, rest in the table, Huffman", withTable.slice(0, 1), withTable.slice(1));
measureDecode("timeout and trace id enter the table", [], requests.map((list) => indexing(list.slice(6))));
measureDecode("all values differ, literals", [], encodeAll(strange, { huffman: false }));
measureDecode("all values differ, literals, Huffman", [], encodeAll(strange, { huffman: true }));
measureEncode("request, no table", requests, { huffman: false });
measureEncode("request, no table, Huffman", requests, { huffman: true });
measureEncode("request, table, Huffman", requests, { huffman: true, tableSize: 4096 });
measureEncode("reply, no table", [REPLY], { huffman: false });
measureEncode("reply, no table, Huffman", [REPLY], { huffman: true });
const block = encodeBlock(REPLY);
const out = new Uint8Array(4096);
measure("copy a reply block made once", (count) => {
  for (let index = 0; index < count; index++) {
    out.set(block, index & 1023);
    sink += out[index & 1023]!;
  }
});
if (sink === 0) throw new Error("nothing was measured");
