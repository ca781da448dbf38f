// Header blocks that take more than one frame, RFC 9113 4.3 and 6.10, joined within limits on frames and octets
// (CONTINUATION floods, CVE-2024-27316 and its kin). Blocks of one frame never come here.

import type { Http2Limits } from "./limits.ts";

const NOTHING = new Uint8Array(0);

/** The header block that a connection is in the middle of. */
export class HeaderBlockBuffer {
  readonly #limits: Http2Limits;
  #bytes: Uint8Array = NOTHING;
  #length = 0;
  #frames = 0;
  /** The stream it is for, or 0 where there is none. */
  streamId = 0;
  endStream = false;
  dependsOnItself = false;

  constructor(limits: Http2Limits) {
    this.#limits = limits;
  }

  /** Octets of it so far. */
  get length(): number {
    return this.#length;
  }

  /** Begins with the block's part in HEADERS. Answers the limit that it passed, if any. */
  begin(
    streamId: number,
    endStream: boolean,
    dependsOnItself: boolean,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): string | undefined {
    this.streamId = streamId;
    this.endStream = endStream;
    this.dependsOnItself = dependsOnItself;
    this.#length = 0;
    this.#frames = -1;
    return this.append(bytes, start, end);
  }

  /** Goes on with a CONTINUATION. Answers the limit that it passed, if any. */
  append(bytes: Uint8Array, start: number, end: number): string | undefined {
    if (++this.#frames > this.#limits.maxContinuationFrames) {
      return `too_many_continuations: more than ${this.#limits.maxContinuationFrames} for one header block`;
    }
    const needed = this.#length + end - start;
    if (needed > this.#limits.maxHeaderBlockLength) {
      return `a header block of more than ${this.#limits.maxHeaderBlockLength} octets`;
    }
    if (needed > this.#bytes.length) {
      const grown = new Uint8Array(
        Math.min(Math.max(needed, this.#bytes.length * 2), this.#limits.maxHeaderBlockLength),
      );
      grown.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = grown;
    }
    this.#bytes.set(bytes.subarray(start, end), this.#length);
    this.#length = needed;
    return undefined;
  }

  /** Takes the whole block out. */
  take(): Uint8Array {
    const whole = this.#bytes.subarray(0, this.#length);
    this.clear();
    return whole;
  }

  clear(): void {
    this.streamId = 0;
    this.#bytes = NOTHING;
    this.#length = 0;
  }
}
