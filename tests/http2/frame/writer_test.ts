import assert from "node:assert/strict";
import { test } from "node:test";
import { FrameWriter } from "../../../src/http2/frame/writer.ts";
import * as frames from "../../support/frames.ts";

function written(write: (writer: FrameWriter) => void): Uint8Array {
  const writer = new FrameWriter();
  write(writer);
  return writer.output.take();
}

test("each frame kind is written as RFC 9113 6 draws it", () => {
  const content = frames.text("0123456789");
  assert.deepEqual(written((w) => w.data(1, content, 2, 5, true)), frames.data(1, "234", { endStream: true }));
  assert.deepEqual(written((w) => w.rstStream(3, 8)), frames.rstStream(3, 8));
  assert.deepEqual(written((w) => w.settings([4, 0x7fffffff])), frames.settings({ initialWindowSize: 0x7fffffff }));
  assert.deepEqual(written((w) => w.settingsAck()), frames.settingsAck());
  assert.deepEqual(written((w) => w.ping(content, 1, true)), frames.ping("12345678", true));
  assert.deepEqual(written((w) => w.goaway(7, 11, "why")), frames.goaway(7, 11, "why"));
  assert.deepEqual(written((w) => w.windowUpdate(0x7fffffff, 65_536)), frames.windowUpdate(0x7fffffff, 65_536));
});

test("a header block of exactly one frame has END_HEADERS, one octet more takes a CONTINUATION", () => {
  const block = new Uint8Array(20).fill(0x82);
  assert.deepEqual(written((w) => w.headers(1, block, 0, 20, true, 20)), frames.headers(1, block, { endStream: true }));
  assert.deepEqual(
    written((w) => w.headers(1, block, 0, 20, true, 19)),
    frames.bytes(
      frames.headers(1, block.slice(0, 19), { endStream: true, endHeaders: false }),
      frames.continuation(1, [0x82]),
    ),
  );
  assert.deepEqual(written((w) => w.headers(1, block, 0, 0, false, 19)), frames.headers(1, new Uint8Array(0)));
});

test("a long block is cut into as many frames as it takes", () => {
  const block = Uint8Array.from({ length: 100 }, (_, index) => index);
  const sent = frames.parseFrames(written((w) => w.headers(5, block, 0, 100, false, 33)));
  assert.deepEqual(sent.map((one) => `${one.type} ${one.flags} ${one.payload.length}`), [
    "HEADERS 0 33",
    "CONTINUATION 0 33",
    "CONTINUATION 0 33",
    "CONTINUATION 4 1",
  ]);
  assert.deepEqual(frames.bytes(...sent.map((one) => one.payload)), block);
});

test("what was taken is never written to again", () => {
  const writer = new FrameWriter();
  for (const size of [10, 5000, 200_000, 10]) {
    const content = new Uint8Array(size).fill(7);
    writer.data(1, content, 0, size, false);
    const taken = writer.output.take();
    const before = taken.slice();
    writer.data(3, new Uint8Array(size), 0, size, false);
    assert.deepEqual(taken, before);
    assert.deepEqual(taken.subarray(9), content);
    writer.output.take();
  }
  assert.equal(writer.output.take().length, 0);
});
