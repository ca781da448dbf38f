import assert from "node:assert/strict";
import { test } from "node:test";
import { FrameReader, type FrameSink } from "../../../src/http2/frame/reader.ts";
import { allSplits, bytes, data, frame, ping, preface, settings, windowUpdate } from "../../support/frames.ts";

class Recorder implements FrameSink {
  readonly seen: string[] = [];
  onPreface(): void {
    this.seen.push("preface");
  }
  onFrame(type: number, flags: number, streamId: number, from: Uint8Array, start: number, end: number): void {
    this.seen.push(`${type}/${flags}/${streamId}/${Array.from(from.subarray(start, end)).join(",")}`);
  }
  onBadPreface(): void {
    this.seen.push("bad preface");
  }
  onFrameTooLong(type: number, streamId: number, length: number, limit: number): void {
    this.seen.push(`too long ${type}/${streamId}/${length}/${limit}`);
  }
}

function read(parts: Uint8Array[], expectPreface = false): string[] {
  const sink = new Recorder();
  const reader = new FrameReader(sink, expectPreface);
  for (const part of parts) reader.read(part);
  return sink.seen;
}

test("frames are found however the bytes are cut", () => {
  const whole = bytes(
    preface(),
    settings({ maxFrameSize: 20_000 }),
    data(1, "abc", { endStream: true }),
    frame(4, 1, 0),
    ping(),
    windowUpdate(0x7fffffff, 5),
  );
  const expected = [
    "preface",
    "4/0/0/0,5,0,0,78,32",
    "0/1/1/97,98,99",
    "4/1/0/",
    "6/0/0/49,50,51,52,53,54,55,56",
    "8/0/2147483647/0,0,0,5",
  ];
  for (const parts of allSplits(whole)) assert.deepEqual(read(parts, true), expected);
});

test("the reserved bit of a stream identifier is dropped", () => {
  assert.deepEqual(read([frame(8, 0, 0x80000003, [0, 0, 0, 1])]), ["8/0/3/0,0,0,1"]);
});

test("a frame of 16384 octets is read and one of 16385 stops the reader before its payload is kept", () => {
  const fine = read([frame(0, 0, 1, new Uint8Array(16_384))]);
  assert.equal(fine.length, 1);
  const tooLong = bytes([0, 64, 1, 0, 0, 0, 0, 0, 1]);
  for (const parts of allSplits(tooLong)) {
    const sink = new Recorder();
    const reader = new FrameReader(sink, false);
    for (const part of parts) reader.read(part);
    reader.read(ping());
    assert.deepEqual(sink.seen, ["too long 0/1/16385/16384"]);
    assert.equal(reader.bufferedLength, 0);
  }
});

test("maxFrameSize lets longer frames through and never goes below 16384", () => {
  const sink = new Recorder();
  const reader = new FrameReader(sink, false);
  reader.maxFrameSize = 20_000;
  reader.read(frame(0, 0, 1, new Uint8Array(20_000)));
  reader.maxFrameSize = 1;
  reader.read(frame(0, 0, 1, new Uint8Array(16_384)));
  assert.equal(sink.seen.length, 2);
});

test("a preface that differs at any octet is refused at that octet", () => {
  for (let at = 0; at < 24; at++) {
    const wrong = preface();
    wrong[at]! ^= 1;
    for (const parts of [[wrong], Array.from(wrong, (octet) => new Uint8Array([octet]))]) {
      assert.deepEqual(read([...parts, settings()], true), ["bad preface"]);
    }
    assert.deepEqual(read([wrong.slice(0, at)], true), []);
  }
});

test("a reader stopped by its sink gives no more frames", () => {
  const seen: number[] = [];
  const sink = new Recorder();
  const reader = new FrameReader(sink, false);
  sink.onFrame = (type) => {
    seen.push(type);
    reader.stop();
  };
  reader.read(bytes(ping(), ping()));
  reader.read(ping());
  assert.deepEqual(seen, [6]);
});
