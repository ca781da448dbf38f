// A strict checker of what one end sends, written apart from the engine: whole frames, streams in order, nothing after the
// end of a stream, header blocks in one piece, no empty DATA, and never more DATA than the other end gave credit for.
import { parseFrames, type SentFrame } from "../support/frames.ts";

interface CheckedStream {
  ended: boolean;
  reset: boolean;
  window: number;
}

export class FrameChecker {
  readonly #isClient: boolean;
  readonly #streams = new Map<number, CheckedStream>();
  #rest: Uint8Array = new Uint8Array(0);
  #lastId = 0;
  #blockOf = 0;
  #connectionWindow = 65_535;
  #initialWindow = 65_535;
  #lastGoaway = 2 ** 31;
  /** Initial windows of the other end's SETTINGS that this end has not acknowledged. */
  readonly #settings: number[][] = [];

  constructor(isClient: boolean) {
    this.#isClient = isClient;
  }

  /** What this end sends. */
  sent(output: Uint8Array): void {
    for (const frame of parseFrames(output)) this.#check(frame);
  }

  /** What the other end sends, when it arrives here: its credit counts from then on. */
  received(input: Uint8Array): void {
    const all = new Uint8Array(this.#rest.length + input.length);
    all.set(this.#rest);
    all.set(input, this.#rest.length);
    let at = 0;
    while (all.length - at >= 9) {
      const end = at + 9 + ((all[at]! << 16) | (all[at + 1]! << 8) | all[at + 2]!);
      if (end > all.length) break;
      this.#credit(parseFrames(all.slice(at, end))[0]!);
      at = end;
    }
    this.#rest = all.slice(at);
  }

  #credit({ type, flags, streamId, payload }: SentFrame): void {
    if (type === "WINDOW_UPDATE") {
      const increment = number(payload, 0);
      if (streamId === 0) this.#connectionWindow += increment;
      else if (this.#streams.has(streamId)) this.#streams.get(streamId)!.window += increment;
    } else if (type === "SETTINGS" && !(flags & 1)) {
      // What was written before the acknowledgement still went by the old values.
      const values: number[] = [];
      for (let at = 0; at < payload.length; at += 6) {
        if (payload[at + 1] === 4) values.push(number(payload, at + 2));
      }
      this.#settings.push(values);
    } else if (type === "HEADERS" && !this.#isClient && !this.#streams.has(streamId)) {
      this.#streams.set(streamId, { ended: false, reset: false, window: this.#initialWindow });
    }
  }

  #acknowledge(values: number[]): void {
    for (const value of values) {
      for (const stream of this.#streams.values()) stream.window += value - this.#initialWindow;
      this.#initialWindow = value;
    }
  }

  #check({ type, flags, streamId, payload }: SentFrame): void {
    const fail = (why: string): never => {
      throw new Error(`${this.#isClient ? "client" : "server"} sent ${type} on ${streamId}: ${why}`);
    };
    if (payload.length > 16_384) fail(`${payload.length} octets`);
    if (this.#blockOf !== 0 && (type !== "CONTINUATION" || streamId !== this.#blockOf)) fail("within a header block");
    const stream = this.#streams.get(streamId);
    switch (type) {
      case "HEADERS":
        if (stream === undefined) {
          if (!this.#isClient || streamId % 2 === 0 || streamId <= this.#lastId) fail("not a new stream of this end");
          this.#lastId = streamId;
          this.#streams.set(streamId, { ended: (flags & 1) !== 0, reset: false, window: this.#initialWindow });
        } else {
          if (stream.ended || stream.reset) fail("the stream is over");
          stream.ended = (flags & 1) !== 0;
        }
        this.#blockOf = flags & 4 ? 0 : streamId;
        break;
      case "CONTINUATION":
        if (this.#blockOf !== streamId) fail("no header block");
        this.#blockOf = flags & 4 ? 0 : streamId;
        break;
      case "DATA":
        if (stream === undefined || stream.ended || stream.reset) return fail("the stream is not open");
        if (payload.length === 0 && !(flags & 1)) fail("empty, and not the end");
        stream.window -= payload.length;
        this.#connectionWindow -= payload.length;
        if (payload.length > 0 && (stream.window < 0 || this.#connectionWindow < 0)) fail("above the window");
        stream.ended = (flags & 1) !== 0;
        break;
      case "RST_STREAM":
        if (stream === undefined) return fail("idle");
        if (stream.reset) fail("twice");
        stream.reset = true;
        break;
      case "WINDOW_UPDATE":
        if (number(payload, 0) === 0) fail("of 0");
        if (streamId !== 0 && (stream === undefined || stream.reset)) fail("the stream is over");
        break;
      case "GOAWAY":
        if (number(payload, 0) > this.#lastGoaway) fail("a higher stream than before");
        this.#lastGoaway = number(payload, 0);
        break;
      case "SETTINGS":
        if (flags & 1) this.#acknowledge(this.#settings.shift() ?? fail("acknowledges nothing"));
        break;
      case "PUSH_PROMISE":
      case "PRIORITY":
        fail("never sent");
    }
  }
}

function number(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
}
