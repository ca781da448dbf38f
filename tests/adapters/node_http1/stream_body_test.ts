// The body of a Readable, with every order in which a stream may deliver, end and break.
import assert from "node:assert/strict";
import { PassThrough, Readable } from "node:stream";
import { test } from "node:test";
import { StreamBody } from "../../../src/adapters/node_http1/stream_body.ts";
import { bytes } from "../exchanges.ts";

const WHOLE = { sure: () => true, broken: () => false };

test("chunks are read in order, then undefined for ever", async () => {
  const source = new PassThrough();
  const body = new StreamBody(source, WHOLE);
  const first = body.read();
  source.write("a");
  assert.deepEqual(await first, bytes("a"));
  source.end("b");
  assert.deepEqual(await body.read(), bytes("b"));
  assert.equal(await body.read(), undefined);
  assert.equal(await body.read(), undefined);
  assert.equal(body.ended, true);
});

test("chunks are plain Uint8Arrays, whose slice copies", async () => {
  const source = new PassThrough();
  source.end("abc");
  const chunk = await new StreamBody(source, WHOLE).read() as Uint8Array;
  assert.equal(Object.getPrototypeOf(chunk), Uint8Array.prototype);
});

test("nothing is read before the first call, and no more than buffers hold after it", async () => {
  let pulled = 0;
  const source = new Readable({
    highWaterMark: 4,
    read() {
      pulled++;
      this.push("abcd");
    },
  });
  const body = new StreamBody(source, WHOLE);
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(pulled, 0);
  await body.read();
  await new Promise((resolve) => setImmediate(resolve));
  assert.ok(pulled <= 4, `${pulled} chunks were taken where one was asked for`);
});

test("a whole body at its limit is read, and one byte more is refused and the rest thrown away", async () => {
  const exact = new PassThrough();
  exact.write("12345");
  exact.end("67890");
  assert.deepEqual(await new StreamBody(exact, WHOLE).readWhole(10), bytes("1234567890"));
  const over = new PassThrough();
  over.write("12345");
  const refused = new StreamBody(over, WHOLE).readWhole(9);
  over.write("67890");
  await assert.rejects(refused, { name: "BodyTooLargeError", maxBytes: 9 });
  over.end("more".repeat(10_000));
  await new Promise((resolve) => over.on("end", resolve));
});

test("a whole body may be read after its first chunk", async () => {
  const source = new PassThrough();
  const body = new StreamBody(source, WHOLE);
  source.write("a");
  await body.read();
  source.end("bc");
  assert.deepEqual(await body.readWhole(2), bytes("bc"));
});

test("a failure reaches the read under way and all later ones, once what was read is out", async () => {
  const source = new PassThrough();
  const body = new StreamBody(source, WHOLE);
  const reading = body.read();
  body.fail(new Error("gone"));
  await assert.rejects(reading, { message: "gone" });
  await assert.rejects(body.read(), { message: "gone" });
  await assert.rejects(body.readWhole(10), { message: "gone" });
});

test("a failure after the end changes nothing", async () => {
  const source = new PassThrough();
  source.end("a");
  const body = new StreamBody(source, WHOLE);
  await body.read();
  await body.read();
  body.fail(new Error("late"));
  assert.equal(await body.read(), undefined);
});

test("an end that turns out broken is none", async () => {
  const source = new PassThrough();
  const body = new StreamBody(source, { sure: () => false, broken: () => true });
  source.end("a");
  await body.read();
  const reading = body.read();
  await new Promise((resolve) => setTimeout(resolve, 2));
  body.fail(new Error("reset"));
  await assert.rejects(reading, { message: "reset" });
});

test("what a closed stream still holds is read", async () => {
  const source = new PassThrough();
  const body = new StreamBody(source, WHOLE);
  source.write("kept");
  body.finish();
  assert.deepEqual(await body.read(), bytes("kept"));
  assert.equal(await body.read(), undefined);
});
