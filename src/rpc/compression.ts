// gzip over the web platform's CompressionStream, which all runtimes have. Decompression is bounded while it runs.
// https://compression.spec.whatwg.org/
import { Code, ConnectError } from "@connectrpc/connect";
import { joinChunks } from "../bytes/join_chunks.ts";
import type { Compression } from "@connectrpc/connect/protocol";

/** The gzip coding (RFC 1952). */
export const gzip: Compression = {
  name: "gzip",
  compress: (bytes) => run(bytes, new CompressionStream("gzip"), Number.MAX_SAFE_INTEGER),
  decompress: async (bytes, readMaxBytes) => {
    try {
      return await run(bytes, new DecompressionStream("gzip"), readMaxBytes);
    } catch (error) {
      if (error instanceof ConnectError) throw error;
      throw new ConnectError("the message is no valid gzip", Code.InvalidArgument, undefined, undefined, error);
    }
  },
};

async function run(
  bytes: Uint8Array,
  stream: CompressionStream | DecompressionStream,
  maxBytes: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const writer = stream.writable.getWriter();
  // A failed write also fails the read below, which reports it.
  writer.write(bytes as Uint8Array<ArrayBuffer>).catch(() => {});
  writer.close().catch(() => {});
  const reader = stream.readable.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    size += next.value.byteLength;
    if (size > maxBytes) {
      await reader.cancel().catch(() => {});
      throw new ConnectError(
        `the message is larger than the limit of ${maxBytes} bytes once decompressed`,
        Code.ResourceExhausted,
      );
    }
    chunks.push(next.value);
  }
  return joinChunks(chunks, size) as Uint8Array<ArrayBuffer>;
}
