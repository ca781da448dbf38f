// The codings that hosts bring, over node:zlib and over web streams: what goes in comes out, whatever the runtime; growth is
// stopped at the limit; a part of a message is never taken for the whole.
import assert from "node:assert/strict";
import * as zlib from "node:zlib";
import { test } from "node:test";
import { Code, ConnectError } from "@connectrpc/connect";
import { zlibCompression } from "../../src/adapters/node_zlib/compression.ts";
import { isWholeZstd } from "../../src/adapters/node_zlib/zstd_frame.ts";
import type { Compression } from "../../src/rpc/compression.ts";
import { streamCompression } from "../../src/rpc/stream_compression.ts";

const hosts: [string, readonly Compression[]][] = [["node:zlib", zlibCompression], ["streams", streamCompression]];
const codings = hosts.flatMap(([host, all]) => all.map((coding) => [`${coding.name} over ${host}`, coding] as const));

// Neither all alike nor random, so that every coding shortens it by some.
const bytes = Uint8Array.from({ length: 300_000 }, (_, i) => (i * i * 31 + i) >>> (i % 5));
const sizes = [0, 1, 1000, 32_768, 300_000];

const exhausted = (error: unknown): boolean => error instanceof ConnectError && error.code === Code.ResourceExhausted;
// Thrown at once or by a promise: callers see no difference.
const decompress = async (coding: Compression, input: Uint8Array, maxBytes: number): Promise<Uint8Array> =>
  await coding.decompress(input, maxBytes);

test("each runtime compresses with gzip, br, deflate and, where node:zlib has it, zstd", () => {
  const expected = ["gzip", "br", "deflate", ...("zstdCompressSync" in zlib ? ["zstd"] : [])];
  assert.deepEqual(zlibCompression.map(({ name }) => name), expected);
  assert.deepEqual(streamCompression.map(({ name }) => name), ["gzip", "deflate"]);
});

for (const [name, coding] of codings) {
  test(`${name} gives back what it was given`, async () => {
    for (const size of sizes) {
      const message = bytes.slice(0, size);
      const compressed = await coding.compress(message);
      assert.deepEqual(await decompress(coding, compressed, Math.max(1, size)), message, `${size} bytes`);
      if (size > 1000) assert.ok(compressed.byteLength < size, `${compressed.byteLength} of ${size} bytes`);
    }
  });

  test(`${name} is stopped at the limit, small message or large`, async () => {
    for (const size of [1000, 300_000]) {
      const compressed = await coding.compress(bytes.slice(0, size));
      await assert.rejects(decompress(coding, compressed, size - 1), exhausted, `${size} bytes`);
    }
    const bomb = await coding.compress(new Uint8Array(20_000_000));
    assert.ok(bomb.byteLength < 25_000, `${bomb.byteLength} bytes`);
    await assert.rejects(decompress(coding, bomb, 1_000_000), exhausted);
    await assert.rejects(decompress(coding, bomb, 18_000_000), exhausted);
  });

  test(`${name} refuses what is cut off, followed by more, or junk`, async () => {
    const whole = await coding.compress(bytes.slice(0, 200));
    for (let length = 0; length < whole.byteLength; length++) {
      await assert.rejects(decompress(coding, whole.subarray(0, length), 10_000), Error, `${length} bytes`);
    }
    const large = await coding.compress(bytes);
    await assert.rejects(decompress(coding, large.subarray(0, large.byteLength - 1), 1_000_000));
    await assert.rejects(decompress(coding, Uint8Array.from([9, 8, 7, 6, 5, 4]), 10_000));
  });
}

test("zstd in several frames, one of them to skip, is whole", async () => {
  const zstd = zlibCompression.find(({ name }) => name === "zstd");
  if (!zstd) return;
  const skipped = Uint8Array.from([0x5a, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]);
  const parts = [zlib.zstdCompressSync(bytes.slice(0, 100)), skipped, zlib.zstdCompressSync(bytes.slice(100, 200))];
  const frames = Uint8Array.from(parts.flatMap((part) => [...part]));
  assert.ok(isWholeZstd(frames));
  assert.ok(!isWholeZstd(frames.subarray(0, -1)));
  assert.ok(!isWholeZstd(Uint8Array.from([...frames, 0])));
});

test("a zstd frame that asks for a window over 8 MiB is refused", async () => {
  const zstd = zlibCompression.find(({ name }) => name === "zstd");
  if (!zstd) return;
  const frame = zlib.zstdCompressSync(new Uint8Array(1000), {
    params: { [zlib.constants.ZSTD_c_windowLog]: 24, [zlib.constants.ZSTD_c_contentSizeFlag]: 0 },
  });
  // RFC 8878 3.1.1.1.2: the exponent of the window stands in the upper five bits, from 1 KiB on.
  const wide = new Uint8Array(frame);
  wide[4] = 0; // no content size, no single segment
  wide[5] = 17 << 3;
  await assert.rejects(decompress(zstd, wide, 10_000));
});
