// Frames to bytes, RFC 9113 6: one method a frame kind, each appending to the output buffer. PUSH_PROMISE and PRIORITY are
// never sent (no push; RFC 9113 5.3.2 deprecates priority), nor is padding. What may be sent when is the caller's to know.

import { FRAME_HEAD_LENGTH, FrameFlag, FrameType } from "./frame.ts";
import { OutputBuffer } from "./output_buffer.ts";

/** Appends frames to an {@link OutputBuffer}. */
export class FrameWriter {
  readonly output: OutputBuffer = new OutputBuffer();

  /** DATA with `bytes[start, end)` as its payload, which is not longer than the peer's SETTINGS_MAX_FRAME_SIZE. */
  data(streamId: number, bytes: Uint8Array, start: number, end: number, endStream: boolean): void {
    const length = end - start;
    const at = this.head(length, FrameType.DATA, endStream ? FrameFlag.END_STREAM : FrameFlag.NONE, streamId);
    copy(bytes, start, end, this.output.bytes, at);
    this.output.length = at + length;
  }

  /** The head of DATA whose payload of `length` octets is appended to the output right after. */
  dataHead(streamId: number, length: number, endStream: boolean): void {
    const flags = endStream ? FrameFlag.END_STREAM : FrameFlag.NONE;
    this.output.length = this.head(length, FrameType.DATA, flags, streamId, 0);
  }

  /**
   * HEADERS, and CONTINUATION where the block is longer than one frame, with the block `bytes[start, end)`.
   * @param maxFrameSize the peer's SETTINGS_MAX_FRAME_SIZE
   */
  headers(
    streamId: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    endStream: boolean,
    maxFrameSize: number,
  ): void {
    let type: number = FrameType.HEADERS;
    let flags: number = endStream ? FrameFlag.END_STREAM : FrameFlag.NONE;
    do {
      const stop = Math.min(end, start + maxFrameSize);
      if (stop === end) flags |= FrameFlag.END_HEADERS;
      const at = this.head(stop - start, type, flags, streamId);
      copy(bytes, start, stop, this.output.bytes, at);
      this.output.length = at + stop - start;
      start = stop;
      type = FrameType.CONTINUATION;
      flags = FrameFlag.NONE;
    } while (start < end);
  }

  rstStream(streamId: number, code: number): void {
    const at = this.head(4, FrameType.RST_STREAM, FrameFlag.NONE, streamId);
    this.#uint32(at, code);
    this.output.length = at + 4;
  }

  /** SETTINGS with pairs of identifier and value: `[id, value, id, value, ...]`. */
  settings(pairs: readonly number[]): void {
    let at = this.head(pairs.length * 3, FrameType.SETTINGS, FrameFlag.NONE, 0);
    const out = this.output.bytes;
    for (let index = 0; index < pairs.length; index += 2) {
      out[at] = pairs[index]! >>> 8;
      out[at + 1] = pairs[index]!;
      this.#uint32(at + 2, pairs[index + 1]!);
      at += 6;
    }
    this.output.length = at;
  }

  settingsAck(): void {
    this.output.length = this.head(0, FrameType.SETTINGS, FrameFlag.ACK, 0);
  }

  /** PING or its acknowledgement, with the eight octets from `bytes[start]` on. */
  ping(bytes: Uint8Array, start: number, ack: boolean): void {
    const at = this.head(8, FrameType.PING, ack ? FrameFlag.ACK : FrameFlag.NONE, 0);
    copy(bytes, start, start + 8, this.output.bytes, at);
    this.output.length = at + 8;
  }

  /** GOAWAY; of the debug data, each character is sent as one octet. */
  goaway(lastStreamId: number, code: number, debugData: string): void {
    let at = this.head(8 + debugData.length, FrameType.GOAWAY, FrameFlag.NONE, 0);
    this.#uint32(at, lastStreamId);
    this.#uint32(at + 4, code);
    at += 8;
    const out = this.output.bytes;
    for (let index = 0; index < debugData.length; index++) out[at++] = debugData.charCodeAt(index);
    this.output.length = at;
  }

  windowUpdate(streamId: number, increment: number): void {
    const at = this.head(4, FrameType.WINDOW_UPDATE, FrameFlag.NONE, streamId);
    this.#uint32(at, increment);
    this.output.length = at + 4;
  }

  /**
   * Writes a frame's head and makes room for its payload.
   * @param room octets of it that are made room for
   * @returns the offset of the payload, which the caller writes before it moves the output's length on
   */
  head(length: number, type: number, flags: number, streamId: number, room: number = length): number {
    const output = this.output;
    output.reserve(FRAME_HEAD_LENGTH + room);
    const out = output.bytes;
    const at = output.length;
    out[at] = length >>> 16;
    out[at + 1] = length >>> 8;
    out[at + 2] = length;
    out[at + 3] = type;
    out[at + 4] = flags;
    out[at + 5] = streamId >>> 24;
    out[at + 6] = streamId >>> 16;
    out[at + 7] = streamId >>> 8;
    out[at + 8] = streamId;
    return at + FRAME_HEAD_LENGTH;
  }

  #uint32(at: number, value: number): void {
    const out = this.output.bytes;
    out[at] = value >>> 24;
    out[at + 1] = value >>> 16;
    out[at + 2] = value >>> 8;
    out[at + 3] = value;
  }
}

/** Below this length a loop copies faster than a view and `set` do. */
const COPY_BY_LOOP = 64;

function copy(from: Uint8Array, start: number, end: number, to: Uint8Array, at: number): void {
  if (end - start <= COPY_BY_LOOP) {
    for (let index = start; index < end; index++) to[at++] = from[index]!;
  } else {
    to.set(start === 0 && end === from.length ? from : from.subarray(start, end), at);
  }
}
