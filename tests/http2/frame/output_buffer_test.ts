// What becomes of the buffers that output is written into.
import assert from "node:assert/strict";
import { test } from "node:test";
import { BufferPool, POOLED_LENGTH } from "../../../src/http2/frame/buffer_pool.ts";
import { OutputBuffer } from "../../../src/http2/frame/output_buffer.ts";

function write(output: OutputBuffer, length: number, value: number): void {
  output.reserve(length);
  output.bytes.fill(value, output.length, output.length + length);
  output.length += length;
}

test("what is taken is never written to again, whatever is given to the pool afterwards", () => {
  for (const first of [1, 4096, 4097, 65_536, 65_537, 300_000, 400_000]) {
    for (const second of [1, 5_000, 100_000, 400_000]) {
      const pool = new BufferPool(4);
      const output = new OutputBuffer();
      output.pool = pool;
      write(output, first, 1);
      write(output, second, 2);
      const taken = output.take();
      assert.equal(taken.length, first + second);
      write(output, first, 3);
      assert.ok(taken.subarray(0, first).every((octet) => octet === 1));
      assert.ok(taken.subarray(first).every((octet) => octet === 2));
      const other = output.take();
      pool.give(other);
      write(output, second, 4);
      assert.ok(taken.every((octet) => octet < 3));
    }
  }
});

test("a large buffer is used again by whoever needs one next, and a small output leaves it to others", () => {
  const pool = new BufferPool(1);
  const [one, two] = [new OutputBuffer(), new OutputBuffer()];
  one.pool = two.pool = pool;
  write(one, 100_000, 1);
  const large = one.take();
  assert.equal(large.buffer.byteLength, POOLED_LENGTH);
  pool.give(large);
  write(two, 5_000, 2);
  assert.equal(two.bytes.buffer, large.buffer);
  pool.give(two.take());
  // One that expects much takes the large one, and gives it back when it had little to say.
  write(one, 10, 3);
  assert.equal(one.bytes.buffer, large.buffer);
  assert.equal(one.take().buffer.byteLength, 10);
  assert.equal(pool.take()?.buffer, large.buffer);
  assert.equal(pool.take(), undefined);
});

test("a pool keeps buffers of its length only, and no more than it was told", () => {
  const pool = new BufferPool(2);
  for (const length of [0, 4096, POOLED_LENGTH - 1, POOLED_LENGTH * 2]) pool.give(new Uint8Array(length));
  assert.equal(pool.take(), undefined);
  for (let count = 0; count < 3; count++) pool.give(new Uint8Array(POOLED_LENGTH).subarray(0, 10));
  assert.deepEqual([pool.take()?.length, pool.take()?.length, pool.take()], [POOLED_LENGTH, POOLED_LENGTH, undefined]);
  const without = new BufferPool();
  without.give(new Uint8Array(POOLED_LENGTH));
  assert.equal(without.take(), undefined);
});

test("large payloads leave as they are, in order, where the output gathers", () => {
  const output = new OutputBuffer();
  output.gathers = true;
  output.pool = new BufferPool(2);
  const small = new Uint8Array(8191).fill(1);
  const large = new Uint8Array(8192).fill(2);
  write(output, 5, 0);
  output.append(small);
  output.append(large);
  output.append(large);
  write(output, 7, 3);
  assert.equal(output.total, 5 + 8191 + 2 * 8192 + 7);
  const rest: Uint8Array[] = [];
  const first = output.take(rest);
  assert.deepEqual([first.length, ...rest.map((piece) => piece.length)], [5 + 8191, 8192, 8192, 7]);
  assert.equal(rest[0], large);
  assert.equal(output.total, 0);
  // What was taken stays as it is, whatever is written next; and whoever wants no pieces gets them joined.
  write(output, 300, 9);
  output.append(large);
  assert.ok(first.every((octet, index) => octet === (index < 5 ? 0 : 1)));
  assert.ok(rest[2]!.every((octet) => octet === 3));
  const joined = output.take();
  assert.deepEqual([joined.length, joined[0], joined[299], joined[300]], [8492, 9, 9, 2]);
  output.append(large);
  output.clear();
  assert.deepEqual([output.total, output.take().length], [0, 0]);
});
