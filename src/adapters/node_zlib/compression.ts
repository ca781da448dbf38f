// gzip, br, deflate and zstd over node:zlib, on Node, Bun and Deno. Small messages are done at once, which takes a tenth of the
// time that a stream takes to set up; large ones off the main thread.
import type { BrotliOptions, ZlibOptions, ZstdOptions } from "node:zlib";
import { type Compression, type CompressionName, decompressedTooLarge } from "../../rpc/compression.ts";
import { zlib as loadZlib } from "../built_in.ts";
import { isWholeZstd } from "./zstd_frame.ts";

// Above these sizes, in bytes, the event loop is not kept waiting: about a millisecond of work.
const maxSyncBytes = 32_768;
const maxSyncResultBytes = 16 * 1024 * 1024;

// Four of eleven: the ratio of gzip's best in the time of its default.
const brotliQuality = 4;
// Windows of at most 8 MiB, which RFC 9659 sets for zstd as a coding of HTTP; a frame could ask for 128 MiB otherwise.
const zstdWindowLogMax = 23;

const zlib = loadZlib();

type Options = ZlibOptions & BrotliOptions & ZstdOptions;
type Run = (bytes: Uint8Array, options: Options, done: (error: Error | null, result: unknown) => void) => void;
type RunSync = (bytes: Uint8Array, options: Options) => unknown;

interface Functions {
  readonly name: CompressionName;
  readonly options: Options;
  readonly compress: Run;
  readonly compressSync: RunSync;
  readonly decompress: Run;
  readonly decompressSync: RunSync;
}

function compressions(): Compression[] {
  const all: Functions[] = [
    {
      name: "gzip",
      options: {},
      compress: zlib.gzip as Run,
      compressSync: zlib.gzipSync,
      decompress: zlib.gunzip as Run,
      decompressSync: zlib.gunzipSync,
    },
    {
      name: "br",
      options: { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: brotliQuality } },
      compress: zlib.brotliCompress as Run,
      compressSync: zlib.brotliCompressSync,
      decompress: zlib.brotliDecompress as Run,
      decompressSync: zlib.brotliDecompressSync,
    },
    {
      name: "deflate",
      options: {},
      compress: zlib.deflate as Run,
      compressSync: zlib.deflateSync,
      decompress: zlib.inflate as Run,
      decompressSync: zlib.inflateSync,
    },
  ];
  if (typeof zlib.zstdCompressSync === "function") {
    all.push({
      name: "zstd",
      options: {},
      compress: zlib.zstdCompress as Run,
      compressSync: zlib.zstdCompressSync,
      decompress: zlib.zstdDecompress as Run,
      decompressSync: zlib.zstdDecompressSync,
    });
  }
  return all.map(overZlib);
}

function overZlib({ name, options, compress, compressSync, decompress, decompressSync }: Functions): Compression {
  const check = checks[name];
  return {
    name,
    compress(bytes) {
      if (bytes.byteLength <= maxSyncBytes) return plain(compressSync(bytes, options));
      return run(compress, bytes, options).then(plain);
    },
    decompress(bytes, maxBytes) {
      const limits = limitsOf(name, maxBytes);
      const input = check?.before(bytes) ?? bytes;
      const finish = (result: unknown): Uint8Array => check ? check.after(result, bytes) : plain(result);
      if (bytes.byteLength > maxSyncBytes || maxBytes > maxSyncResultBytes) {
        return run(decompress, input, limits).then(finish).catch((error) => refuse(error, maxBytes));
      }
      try {
        return finish(decompressSync(input, limits));
      } catch (error) {
        return refuse(error, maxBytes);
      }
    },
  };
}

function limitsOf(name: CompressionName, maxBytes: number): Options {
  // The least that node:zlib takes is 1. More than the longest Buffer is what it takes for no limit.
  const maxOutputLength = Math.max(1, Math.min(maxBytes, 0xffff_ffff));
  if (name === "br") return { maxOutputLength, info: true };
  if (name !== "zstd") return { maxOutputLength };
  return { maxOutputLength, params: { [zlib.constants.ZSTD_d_windowLogMax]: zstdWindowLogMax } };
}

/** What Bun and Deno leave out: whether a message is whole. */
interface WholeCheck {
  before(bytes: Uint8Array): Uint8Array;
  after(result: unknown, bytes: Uint8Array): Uint8Array;
}

const checks: { readonly [name in CompressionName]?: WholeCheck } = {
  br: {
    // With one byte behind it, a whole message is told from a part of one: only a part leaves the decoder wanting that too.
    before(bytes) {
      const more = new Uint8Array(bytes.byteLength + 1);
      more.set(bytes);
      return more;
    },
    after(result, bytes) {
      const { buffer, engine } = result as { buffer: Uint8Array; engine: { bytesWritten: number } };
      if (engine.bytesWritten === bytes.byteLength) return plain(buffer);
      throw new RangeError("the message is cut off, or more follows it");
    },
  },
  zstd: {
    before: (bytes) => bytes,
    after(result, bytes) {
      if (isWholeZstd(bytes)) return plain(result);
      throw new RangeError("the message is cut off, or more follows it");
    },
  },
};

// No Buffer, whose slice() shares memory where Uint8Array's copies.
function plain(result: unknown): Uint8Array {
  const { buffer, byteOffset, byteLength } = result as Uint8Array;
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function run(how: Run, bytes: Uint8Array, options: Options): Promise<unknown> {
  return new Promise((resolve, reject) => {
    how(bytes, options, (error, result) => error ? reject(error) : resolve(result));
  });
}

function refuse(error: unknown, maxBytes: number): never {
  if ((error as { code?: string }).code === "ERR_BUFFER_TOO_LARGE") throw decompressedTooLarge(maxBytes);
  throw error;
}

/** What this runtime compresses with, the most common first. zstd is there from Node 22.15 on. */
export const zlibCompression: readonly Compression[] = compressions();
