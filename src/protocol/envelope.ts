// Envelopes: the five bytes in front of each message, flags and length. The prefix is judged before any of the message is
// buffered. https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md#requests (Length-Prefixed-Message)
import { Code, ConnectError } from "@connectrpc/connect";
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
  if (body.byteLength === 0) throw new ConnectError("the request has no message", Code.Unimplemented);
  if (body.byteLength < prefixBytes) throw truncated(prefixBytes, body.byteLength, malformed);
  const length = readPrefix(body, maxBytes);
  if (body.byteLength < prefixBytes + length) throw truncated(prefixBytes + length, body.byteLength, malformed);
  if (body.byteLength > prefixBytes + length) {
    throw new ConnectError("the request has more than one message", Code.Unimplemented);
  }
  return { compressed: body[0] === compressedFlag, bytes: body.subarray(prefixBytes) };
}

/** Reads envelopes from a body that comes in chunks. */
export class EnvelopeReader {
  readonly #read: () => Promise<Uint8Array | undefined>;
  readonly #maxBytes: number;
  readonly #malformed: Code;
  // Chunks that are not consumed yet; the first one from #offset on.
  #chunks: Uint8Array[] = [];
  #offset = 0;
  #size = 0;
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
    if (this.#size < this.#length) return undefined;
    const bytes = this.#take(this.#length);
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
      this.#chunks.push(chunk);
      this.#size += chunk.byteLength;
      return true;
    }
    if (this.#length >= 0) {
      throw truncated(prefixBytes + this.#length, prefixBytes + this.#size, this.#malformed);
    }
    if (this.#size > 0) throw truncated(prefixBytes, this.#size, this.#malformed);
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
    if (this.#size < prefixBytes) return false;
    const [first] = this.#chunks;
    if (first.byteLength - this.#offset >= prefixBytes) {
      this.#length = readPrefix(first, this.#maxBytes, this.#offset);
      this.#compressed = first[this.#offset] === compressedFlag;
      this.#size -= prefixBytes;
      this.#advance(prefixBytes);
    } else {
      const prefix = this.#take(prefixBytes);
      this.#length = readPrefix(prefix, this.#maxBytes);
      this.#compressed = prefix[0] === compressedFlag;
    }
    return true;
  }

  // Copies only what lies across chunks.
  #take(size: number): Uint8Array {
    this.#size -= size;
    const first = this.#chunks[0];
    if (first !== undefined && first.byteLength - this.#offset >= size) {
      const taken = first.subarray(this.#offset, this.#offset + size);
      this.#advance(size);
      return taken;
    }
    const taken = new Uint8Array(size);
    for (let written = 0; written < size;) {
      const chunk = this.#chunks[0];
      const part = chunk.subarray(this.#offset, this.#offset + size - written);
      taken.set(part, written);
      written += part.byteLength;
      this.#advance(part.byteLength);
    }
    return taken;
  }

  #advance(size: number): void {
    this.#offset += size;
    if (this.#offset < this.#chunks[0]?.byteLength) return;
    this.#chunks.shift();
    this.#offset = 0;
  }
}

/** Judges a body of one envelope by its prefix, before the rest of it is waited for. */
export function envelopeStart(maxBytes: number): BodyStart {
  return { bytes: prefixBytes, check: (start) => void readPrefix(start, maxBytes) };
}

function readPrefix(bytes: Uint8Array, maxBytes: number, at = 0): number {
  const flags = bytes[at];
  if (flags !== 0 && flags !== compressedFlag) {
    throw new ConnectError(`an envelope has the unknown flags ${flags}`, Code.Internal);
  }
  const length = ((bytes[at + 1] << 24) | (bytes[at + 2] << 16) | (bytes[at + 3] << 8) | bytes[at + 4]) >>> 0;
  if (length > maxBytes) {
    throw new ConnectError(
      `a message of ${length} bytes is over the limit of ${maxBytes} bytes`,
      Code.ResourceExhausted,
    );
  }
  return length;
}

function truncated(expected: number, received: number, malformed: Code): ConnectError {
  return new ConnectError(`the body ends within an envelope: ${received} bytes of ${expected}`, malformed);
}
