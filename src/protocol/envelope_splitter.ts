// Envelopes out of a response's body, as its chunks are pushed in. A prefix is judged as soon as it is whole, before any of
// its message is kept. https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md#requests (Length-Prefixed-Message)
import { Code } from "@connectrpc/connect";
import { ConnectError } from "../rpc/connect_error.ts";
import { ChunkQueue } from "../bytes/chunk_queue.ts";
import { compressedFlag, prefixBytes } from "./envelope.ts";

/** The largest last envelope (trailers in gRPC-Web, the end of a stream in Connect) that is taken always, in bytes. */
const MIN_END_BYTES = 65_536;

/** Splits a body into envelopes. */
export class EnvelopeSplitter {
  /** The flags of the envelope taken last. */
  flags = 0;
  readonly #maxBytes: number;
  readonly #knownFlags: number;
  readonly #queue = new ChunkQueue();
  /** The length that the prefix said, or -1 before it has. */
  #length = -1;

  /** @param knownFlags all bits that may be set */
  constructor(maxBytes: number, knownFlags: number) {
    this.#maxBytes = maxBytes;
    this.#knownFlags = knownFlags;
  }

  /** Bytes that were pushed and not taken. */
  get size(): number {
    return this.#queue.size + (this.#length < 0 ? 0 : prefixBytes);
  }

  /** Adds the next chunk, which belongs to the splitter from now on. */
  push(chunk: Uint8Array): void {
    this.#queue.push(chunk);
  }

  /**
   * Takes the next envelope's content; undefined where it is not whole. `flags` has its flags.
   * @throws ConnectError `internal` for unknown flags, `resource_exhausted` for a length over the limit.
   */
  take(): Uint8Array | undefined {
    if (this.#length < 0) {
      if (this.#queue.size < prefixBytes) return undefined;
      const prefix = this.#queue.take(prefixBytes);
      this.flags = prefix[0];
      this.#length = checkPrefix(prefix, this.#maxBytes, this.#knownFlags);
    }
    if (this.#queue.size < this.#length) return undefined;
    const content = this.#queue.take(this.#length);
    this.#length = -1;
    return content;
  }

  /** The body has ended. @throws ConnectError `internal` where it did within an envelope. */
  finish(): void {
    if (this.size > 0) throw truncated(this.#length < 0 ? prefixBytes : prefixBytes + this.#length, this.size);
  }
}

/**
 * Judges a prefix; answers the length that it says.
 * @throws ConnectError as {@link EnvelopeSplitter.take} does.
 */
export function checkPrefix(bytes: Uint8Array, maxBytes: number, knownFlags: number): number {
  const flags = bytes[0];
  if ((flags & ~knownFlags) !== 0) {
    throw new ConnectError(`an envelope of the response has the unknown flags ${flags}`, Code.Internal);
  }
  const length = ((bytes[1] << 24) | (bytes[2] << 16) | (bytes[3] << 8) | bytes[4]) >>> 0;
  // What ends a response in some protocols is no message, and has room whatever the limit of messages is.
  if (length <= (flags <= compressedFlag ? maxBytes : Math.max(maxBytes, MIN_END_BYTES))) return length;
  throw new ConnectError(
    `a message of ${length} bytes is over the limit of ${maxBytes} bytes (maxReceiveBytes)`,
    Code.ResourceExhausted,
  );
}

function truncated(expected: number, received: number): ConnectError {
  return new ConnectError(`the response ends within an envelope: ${received} bytes of ${expected}`, Code.Internal);
}
