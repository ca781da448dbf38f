// The HPACK decoder, block after block, beside a decoder without caches and limits: where it gives a list, it is the right
// one, and where the other one cannot go on, it is an error. Within its limits always.
import assert from "node:assert/strict";
import { HpackDecoder } from "../../../src/http2/hpack/decoder.ts";
import { HpackEncoder } from "../../../src/http2/hpack/encoder.ts";
import { COMPRESSION_ERROR, ENHANCE_YOUR_CALM, HpackError } from "../../../src/http2/hpack/hpack_error.ts";
import { ReferenceDecoder } from "../../simulation/hpack_reference.ts";
import type { Random } from "../../simulation/random.ts";
import { bytes, type Fields } from "../../support/frames.ts";
import { type FuzzTarget, InputReader } from "../fuzz_target.ts";

const NAMES = [":method", ":path", ":authority", "te", "cookie", "grpc-timeout", "x-a", "x-b", "content-type", "a"];
const VALUES = ["GET", "POST", "/", "trailers", "application/grpc", "1S", "\u00e9\u00ff{}", "", "~"];

function madeUpList(random: Random): Fields {
  return Array.from({ length: random.below(9) }, () => {
    const value = random.percent(80) ? random.pick(VALUES) : "v".repeat(random.below(300));
    return [random.pick(NAMES), value] as const;
  });
}

function referenceOf(decoder: ReferenceDecoder, block: Uint8Array): Fields | undefined {
  try {
    return decoder.decode(block);
  } catch {
    return undefined;
  }
}

export const hpack: FuzzTarget = {
  name: "hpack",
  about: "the HPACK decoder: the lists of a plain decoder or an error, never beyond its limits",
  make(random) {
    const encoder = new HpackEncoder({ tableSize: random.pick([0, 100, 4096]), huffman: random.percent(50) });
    const blocks: Uint8Array[] = [];
    for (let count = 1 + random.below(6); count > 0; count--) {
      if (blocks.length > 0 && random.percent(30)) {
        blocks.push(random.pick(blocks));
        continue;
      }
      const list = madeUpList(random);
      const out = new Uint8Array(encoder.maxEncodedLength(list));
      const block = random.percent(10)
        ? Uint8Array.from({ length: random.below(40) }, () => random.below(256))
        : out.subarray(0, encoder.encode(list, out, 0));
      blocks.push(bytes([block.length >> 8, block.length & 255], block));
    }
    return bytes([random.below(4), random.below(4), random.below(4)], ...blocks);
  },
  run(input) {
    const reader = new InputReader(input);
    const maxTableSize = reader.pick([4096, 0, 100, 4096]);
    const maxHeaderListSize = reader.pick([1 << 20, 300, 2000, 1 << 20]);
    const maxFields = reader.pick([1 << 20, 5, 20, 1 << 20]);
    const decoder = new HpackDecoder({ maxTableSize: 4096, maxHeaderListSize, maxFields, maxStringLength: 1 << 20 });
    if (maxTableSize < 4096) decoder.setMaxTableSize(maxTableSize);
    const reference = new ReferenceDecoder();
    while (!reader.isAtEnd) {
      const block = reader.take(reader.choice(256) * 256 + reader.choice(256));
      const result = decoder.decode(block, 0, block.length);
      const list = referenceOf(reference, block);
      assert.ok(decoder.tableSize <= 4096);
      if (result instanceof HpackError) {
        assert.ok(result.code === COMPRESSION_ERROR || result.code === ENHANCE_YOUR_CALM);
        assert.match(result.message, /^[\x20-\x7e]{10,200}$/);
        if (result.scope === "connection") {
          assert.equal(decoder.decode(block, 0, block.length), result, "an error of the connection stays");
          return;
        }
        const size = (list ?? []).reduce((sum, [name, value]) => sum + name.length + value.length + 32, 0);
        assert.ok(list !== undefined && (list.length > maxFields || size > maxHeaderListSize), "nothing was too large");
      } else {
        assert.deepEqual(result, list);
        const size = result.reduce((sum, [name, value]) => sum + name.length + value.length + 32, 0);
        assert.ok(result.length <= maxFields && size <= maxHeaderListSize);
      }
      assert.equal(decoder.tableSize, reference.size);
    }
  },
};
