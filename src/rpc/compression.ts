// What compresses messages: one coding of HTTP's registry each (RFC 9110 8.4.1), made by the host that has it. Protocols name
// codings in their headers; what is compressed at all, and how much is taken in, is theirs to say.
import { Code } from "@connectrpc/connect";
import { ConnectError } from "./connect_error.ts";

/** The codings that adapters bring, by their registered names: `zstd` is RFC 8878, `br` RFC 7932, `deflate` zlib's form. */
export type CompressionName = "gzip" | "br" | "deflate" | "zstd";

/**
 * A way to compress messages. connect-es's `Compression` fits.
 *
 * Small messages are best done at once: what is answered without a promise costs a call no turn.
 */
export interface Compression {
  /** The name on the wire: `"gzip"`. */
  readonly name: string;
  /** Compresses a message. */
  compress(bytes: Uint8Array): Uint8Array | Promise<Uint8Array>;
  /**
   * Decompresses a message, never to more than `maxBytes` bytes while it runs.
   * @throws ConnectError `resource_exhausted` beyond `maxBytes`; any other error for bytes that are not in this coding.
   */
  decompress(bytes: Uint8Array, maxBytes: number): Uint8Array | Promise<Uint8Array>;
}

/** Messages smaller than this are sent as they are, in bytes, unless told otherwise: for them it costs more than it saves. */
export const defaultCompressMinBytes = 1024;

/** The error for a message that grows beyond a limit of bytes. */
export function decompressedTooLarge(maxBytes: number): ConnectError {
  return new ConnectError(
    `the message is larger than the limit of ${maxBytes} bytes once decompressed`,
    Code.ResourceExhausted,
  );
}

/**
 * The codings that an app or a transport was told to use, of those that its host has; all of these where it was told nothing.
 * @throws RangeError for a name that the host does not have.
 */
export function chooseCompression(
  chosen: readonly (CompressionName | Compression)[] | undefined,
  host: readonly Compression[],
): readonly Compression[] {
  return chosen?.map((one) => typeof one === "string" ? named(one, host) : one) ?? host;
}

function named(name: string, host: readonly Compression[]): Compression {
  const found = host.find((coding) => coding.name === name);
  if (found) return found;
  const names = host.map((coding) => `"${coding.name}"`).join(", ");
  throw new RangeError(
    `compression names ${
      JSON.stringify(name)
    }, which this host does not have: give ${names}, or an object that compresses.`,
  );
}
