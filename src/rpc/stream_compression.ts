// gzip and deflate over the web platform's CompressionStream, which every host has.
// https://compression.spec.whatwg.org/
import { joinChunks } from "../bytes/join_chunks.ts";
import { type Compression, decompressedTooLarge } from "./compression.ts";

/** A compression that always takes its time. */
export interface StreamCompression extends Compression {
  compress(bytes: Uint8Array): Promise<Uint8Array<ArrayBuffer>>;
  decompress(bytes: Uint8Array, maxBytes: number): Promise<Uint8Array<ArrayBuffer>>;
}

/** What every host compresses with, the most common first. */
export const streamCompression: readonly StreamCompression[] = [overStreams("gzip"), overStreams("deflate")];

function overStreams(name: "gzip" | "deflate"): StreamCompression {
  return {
    name,
    compress: (bytes) => run(bytes, new CompressionStream(name), Number.MAX_SAFE_INTEGER),
    async decompress(bytes, maxBytes) {
      const message = await run(bytes, new DecompressionStream(name), maxBytes);
      if (name === "deflate") checkAdler32(bytes, message);
      return message;
    },
  };
}

async function run(
  bytes: Uint8Array,
  stream: CompressionStream | DecompressionStream,
  maxBytes: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const writer = stream.writable.getWriter();
  // A failed write also fails the read below, which reports it.
  writer.write(bytes as Uint8Array<ArrayBuffer>).catch(ignore);
  writer.close().catch(ignore);
  const reader = stream.readable.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    size += next.value.byteLength;
    if (size > maxBytes) {
      await reader.cancel().catch(ignore);
      throw decompressedTooLarge(maxBytes);
    }
    chunks.push(next.value);
  }
  return joinChunks(chunks, size) as Uint8Array<ArrayBuffer>;
}

// RFC 1950 2.2: the last four bytes. Deno takes what is cut off for the whole.
function checkAdler32(bytes: Uint8Array, message: Uint8Array): void {
  let a = 1;
  let b = 0;
  for (let at = 0; at < message.byteLength;) {
    // So many sums fit in 32 bits.
    for (const end = Math.min(at + 3800, message.byteLength); at < end; at++) b += a += message[at];
    a %= 65_521;
    b %= 65_521;
  }
  const given = bytes.subarray(-4).reduce((sum, byte) => sum * 256 + byte, 0);
  if (bytes.byteLength < 6 || given !== b * 65_536 + a) throw new RangeError("the message is cut off or damaged");
}

function ignore(): void {
  // The stream is given up, or its reader reports the same error.
}
