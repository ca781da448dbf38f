// The frame reader, whole and in pieces, beside a reader of ten lines that holds everything in memory.
import assert from "node:assert/strict";
import { PREFACE } from "../../../src/http2/frame/frame.ts";
import { FrameReader } from "../../../src/http2/frame/reader.ts";
import { madeUpFrame } from "../../simulation/damage.ts";
import { bytes } from "../../support/frames.ts";
import { cut, type FuzzTarget, InputReader } from "../fuzz_target.ts";

/** What a reader told, and how it stands. */
interface Result {
  readonly lines: string[];
  readonly buffered: number;
}

function read(pieces: readonly Uint8Array[], isServer: boolean, maxFrameSize: number): Result {
  const lines: string[] = [];
  const reader = new FrameReader({
    onPreface: () => lines.push("preface"),
    onFrame: (type, flags, id, from, start, end) => lines.push(`${type} ${flags} ${id} ${from.slice(start, end)}`),
    onBadPreface: () => lines.push("no preface"),
    onFrameTooLong: (type, id, length, limit) => lines.push(`too long: ${type} ${id} ${length} ${limit}`),
  }, isServer);
  reader.maxFrameSize = maxFrameSize;
  for (const piece of pieces) {
    reader.read(piece);
    assert.ok(reader.bufferedLength <= maxFrameSize + 9, `${reader.bufferedLength} octets are kept`);
  }
  return { lines, buffered: reader.bufferedLength };
}

function expected(input: Uint8Array, isServer: boolean, maxFrameSize: number): Result {
  const lines: string[] = [];
  let at = 0;
  if (isServer) {
    for (; at < PREFACE.length; at++) {
      if (at === input.length) return { lines, buffered: 0 };
      if (input[at] !== PREFACE[at]) return { lines: ["no preface"], buffered: 0 };
    }
    lines.push("preface");
  }
  const view = new DataView(input.buffer, input.byteOffset, input.length);
  while (input.length - at >= 9) {
    const length = view.getUint32(at) >>> 8;
    const [type, flags, id] = [view.getUint8(at + 3), view.getUint8(at + 4), view.getUint32(at + 5) & 0x7fffffff];
    if (length > maxFrameSize) {
      return { lines: [...lines, `too long: ${type} ${id} ${length} ${maxFrameSize}`], buffered: 0 };
    }
    if (at + 9 + length > input.length) break;
    lines.push(`${type} ${flags} ${id} ${input.slice(at + 9, at + 9 + length)}`);
    at += 9 + length;
  }
  return { lines, buffered: input.length - at };
}

export const frame: FuzzTarget = {
  name: "frame",
  about: "the frame reader: the same frames as a plain reader however its input is cut, no more kept than one frame",
  make(random) {
    const isServer = random.below(2);
    const frames = Array.from({ length: random.below(8) }, () => madeUpFrame(random));
    return bytes([isServer, random.below(8), random.below(8)], isServer ? PREFACE : [], ...frames);
  },
  run(input) {
    const reader = new InputReader(input);
    const isServer = reader.choice(2) === 1;
    const way = reader.choice(256);
    const maxFrameSize = reader.pick([16_384, 20_000]);
    const octets = reader.take();
    assert.deepEqual(read(cut(octets, way), isServer, maxFrameSize), expected(octets, isServer, maxFrameSize));
  },
};
