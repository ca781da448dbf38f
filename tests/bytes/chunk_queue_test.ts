// Bytes in any chunks come out in any lengths as they went in, and small chunks are no burden.
import assert from "node:assert/strict";
import { test } from "node:test";
import { ChunkQueue } from "../../src/bytes/chunk_queue.ts";
import { contentOf } from "../simulation/content.ts";
import { Random } from "../simulation/random.ts";

test("whatever the chunks and the lengths, the bytes are the same, in order", () => {
  for (let seed = 1; seed <= 200; seed++) {
    const random = new Random(seed);
    const queue = new ChunkQueue();
    const taken: [from: number, bytes: Uint8Array][] = [];
    let pushed = 0;
    let read = 0;
    for (let step = 0; step < 100; step++) {
      if (random.percent(50)) {
        const length = random.pick([0, 1, 1, 5, 500, 1023, 1024, 5000]);
        queue.push(contentOf(seed, 0, pushed, length));
        pushed += length;
      } else if (queue.size > 0) {
        const length = random.percent(30) ? queue.size : random.below(queue.size + 1);
        const at = random.below(queue.size);
        assert.equal(queue.byteAt(at), contentOf(seed, 0, read + at, 1)[0]);
        if (random.percent(20)) queue.skip(length);
        else taken.push([read, queue.take(length)]);
        read += length;
      }
      assert.equal(queue.size, pushed - read);
    }
    // Nothing that came later has changed what was taken.
    for (const [from, bytes] of taken) assert.deepEqual(bytes, contentOf(seed, 0, from, bytes.length).slice());
  }
});

test("what lies in one piece is taken without a copy", () => {
  const queue = new ChunkQueue();
  const chunk = new Uint8Array(100);
  queue.push(chunk);
  assert.equal(queue.take(60).buffer, chunk.buffer);
  assert.equal(queue.take(40).buffer, chunk.buffer);
});

test("a message that comes octet by octet lies in few pieces", () => {
  const queue = new ChunkQueue();
  for (let at = 0; at < 300_000; at++) queue.push(Uint8Array.of(at & 255));
  const buffers = new Set<ArrayBufferLike>();
  let at = 0;
  // Views are of what the queue holds.
  for (; queue.size > 0; at += 4) {
    const bytes = queue.take(Math.min(4, queue.size));
    assert.equal(bytes[0], at & 255);
    buffers.add(bytes.buffer);
  }
  assert.ok(buffers.size < 100, `${buffers.size} buffers`);
});
