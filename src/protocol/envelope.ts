// Envelopes: the five bytes in front of each message, flags and length. The prefix is judged before any of the message is
// buffered. https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md#requests (Length-Prefixed-Message)
import { Code } from "@connectrpc/connect";
import type { ConnectError } from "../rpc/connect_error.ts";
import { stacklessError } from "../rpc/stackless_error.ts";
import { ChunkQueue } from "../bytes/chunk_queue.ts";
import type { BodyStart } from "../http/exchange.ts";

/** The length of the prefix: one byte of flags, four of length. */
export const prefixBytes = 5;
/** The flag of a compressed message. */
export const compressedFlag = 1;

/** One message as it is on the wire. */
export interface Envelope {
  readonly compressed: boolean;
  /** The message, still compressed where the flag says so; a view where it lay in one piece. */
  readonly bytes: Uint8Array;
}

/** Puts the prefix before a message, in a new array. */
export function encodeEnvelope(message: Uint8Array, flags: number): Uint8Array {
  const envelope = new Uint8Array(prefixBytes + message.byteLength);
  writePrefix(envelope, message.byteLength, flags);
  envelope.set(message, prefixBytes);
  return envelope;
}

/** Writes the prefix into the first five bytes of an envelope. */
export function writePrefix(envelope: Uint8Array, length: number, flags: number): void {
  envelope[0] = flags;
  envelope[1] = length >>> 24;
  envelope[2] = length >>> 16;
  envelope[3] = length >>> 8;
  envelope[4] = length;
}

/**
 * Reads the only envelope of a whole body.
 * @throws ConnectError where there is none or more than one, or a message over `maxBytes`; `malformed` for a part of one.
 */
export function onlyEnvelope(body: Uint8Array, maxBytes: number, malformed: Code): Envelope {
  if (body.byteLength === 0) throw stacklessError("the request has no message", Code.Unimplemented);
  if (body.byteLength < prefixBytes) throw truncated(prefixBytes, body.byteLength, malformed);
  const length = readPrefix(body, maxBytes);
  if (body.byteLength < prefixBytes + length) throw truncated(prefixBytes + length, body.byteLength, malformed);
  if (body.byteLength > prefixBytes + length) {
    throw stacklessError("the request has more than one message", Code.Unimplemented);
  }
  return { compressed: body[0] === compressedFlag, bytes: body.subarray(prefixBytes) };
}

/** Reads envelopes from a body that comes in chunks. */
export class EnvelopeReader {
  readonly #read: () => Promise<Uint8Array | undefined>;
  readonly #maxBytes: number;
  readonly #malformed: Code;
  readonly #queue = new ChunkQueue();
  // Of an envelope whose prefix has been read; -1 between envelopes.
  #length = -1;
  #compressed = false;

  /**
   * @param maxBytes the largest message. Beyond: ConnectError `resource_exhausted`, before it is buffered.
   * @param malformed the code for a body that ends within an envelope.
   */
  constructor(read: () => Promise<Uint8Array | undefined>, maxBytes: number, malformed: Code) {
    this.#read = read;
    this.#maxBytes = maxBytes;
    this.#malformed = malformed;
  }

  /**
   * The next envelope where all of it has come; undefined where not.
   * @throws ConnectError for a message over the limit, as soon as its prefix is there.
   */
  ready(): Envelope | undefined {
    if (this.#length < 0 && !this.#readPrefix()) return undefined;
    if (this.#queue.size < this.#length) return undefined;
    const bytes = this.#queue.take(this.#length);
    this.#length = -1;
    return { compressed: this.#compressed, bytes };
  }

  /**
   * Waits for more of the body; false at its end.
   * @throws ConnectError where it ends within an envelope.
   */
  async more(): Promise<boolean> {
    const chunk = await this.#read();
    if (chunk !== undefined) {
      this.#queue.push(chunk);
      return true;
    }
    const { size } = this.#queue;
    if (this.#length >= 0) throw truncated(prefixBytes + this.#length, prefixBytes + size, this.#malformed);
    if (size > 0) throw truncated(prefixBytes, size, this.#malformed);
    return false;
  }

  /**
   * The next envelope, or undefined at the end of the body.
   * @throws ConnectError as {@link ready} and {@link more} do.
   */
  async next(): Promise<Envelope | undefined> {
    for (;;) {
      const envelope = this.ready();
      if (envelope) return envelope;
      if (!await this.more()) return undefined;
    }
  }

  #readPrefix(): boolean {
    const queue = this.#queue;
    if (queue.size < prefixBytes) return false;
    const flags = queue.byteAt(0);
    const length = joinLength(queue.byteAt(1), queue.byteAt(2), queue.byteAt(3), queue.byteAt(4));
    this.#length = checkedLength(flags, length, this.#maxBytes);
    this.#compressed = flags === compressedFlag;
    queue.skip(prefixBytes);
    return true;
  }
}

/** Judges a body of one envelope by its prefix, before the rest of it is waited for. */
export function envelopeStart(maxBytes: number): BodyStart {
  return { bytes: prefixBytes, check: (start) => prefixBytes + readPrefix(start, maxBytes) };
}

function readPrefix(bytes: Uint8Array, maxBytes: number): number {
  return checkedLength(bytes[0], joinLength(bytes[1], bytes[2], bytes[3], bytes[4]), maxBytes);
}

function joinLength(first: number, second: number, third: number, fourth: number): number {
  return ((first << 24) | (second << 16) | (third << 8) | fourth) >>> 0;
}

function checkedLength(flags: number, length: number, maxBytes: number): number {
  if (flags !== 0 && flags !== compressedFlag) {
    throw stacklessError(`an envelope has the unknown flags ${flags}`, Code.Internal);
  }
  if (length <= maxBytes) return length;
  throw stacklessError(`a message of ${length} bytes is over the limit of ${maxBytes} bytes`, Code.ResourceExhausted);
}

function truncated(expected: number, received: number, malformed: Code): ConnectError {
  return stacklessError(`the body ends within an envelope: ${received} bytes of ${expected}`, malformed);
}
