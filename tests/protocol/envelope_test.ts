// Envelopes: whole, split at each point, and byte by byte; limits before buffering; what is cut short.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Code, type ConnectError } from "@connectrpc/connect";
import { encodeEnvelope, EnvelopeReader, onlyEnvelope } from "../../src/protocol/envelope.ts";

function reader(chunks: Uint8Array[], maxBytes = 1000): EnvelopeReader {
  const left = [...chunks];
  return new EnvelopeReader(() => Promise.resolve(left.shift()), maxBytes, Code.InvalidArgument);
}

async function readAll(chunks: Uint8Array[]): Promise<[boolean, number[]][]> {
  const envelopes = reader(chunks);
  const read: [boolean, number[]][] = [];
  for (let next = await envelopes.next(); next; next = await envelopes.next()) {
    read.push([next.compressed, [...next.bytes]]);
  }
  return read;
}

function code(expected: Code): (error: ConnectError) => boolean {
  return (error) => error.code === expected;
}

const stream = new Uint8Array([
  ...encodeEnvelope(new Uint8Array([1, 2, 3]), 0),
  ...encodeEnvelope(new Uint8Array(), 0),
  ...encodeEnvelope(new Uint8Array([4]), 1),
]);
const messages: [boolean, number[]][] = [[false, [1, 2, 3]], [false, []], [true, [4]]];

test("the prefix is a byte of flags and a length of four bytes, largest first", () => {
  assert.deepEqual([...encodeEnvelope(new Uint8Array(258), 1).subarray(0, 5)], [1, 0, 0, 1, 2]);
});

test("envelopes are read whole", async () => {
  assert.deepEqual(await readAll([stream]), messages);
});

test("envelopes are read wherever chunks are cut, empty chunks among them", async () => {
  for (let at = 0; at <= stream.length; at++) {
    assert.deepEqual(
      await readAll([stream.subarray(0, at), new Uint8Array(), stream.subarray(at)]),
      messages,
      `cut at ${at}`,
    );
  }
});

test("envelopes are read byte by byte", async () => {
  assert.deepEqual(await readAll([...stream].map((byte) => new Uint8Array([byte]))), messages);
});

test("a body that ends within an envelope is invalid, wherever it ends", async () => {
  const ends = [8, 13, 19];
  for (let at = 1; at < stream.length; at++) {
    if (ends.includes(at)) continue;
    await assert.rejects(readAll([stream.subarray(0, at)]), code(Code.InvalidArgument), `ends at ${at}`);
  }
});

test("a message of the limit is read, and one byte more is refused by its prefix alone", async () => {
  const fits = encodeEnvelope(new Uint8Array(10), 0);
  assert.equal((await reader([fits], 10).next())?.bytes.byteLength, 10);
  assert.equal(onlyEnvelope(fits, 10, Code.InvalidArgument).bytes.byteLength, 10);
  const prefix = new Uint8Array([0, 0, 0, 0, 11]);
  await assert.rejects(reader([prefix], 10).next(), code(Code.ResourceExhausted));
  assert.throws(() => onlyEnvelope(prefix, 10, Code.InvalidArgument), code(Code.ResourceExhausted));
  const huge = new Uint8Array([0, 0xff, 0xff, 0xff, 0xff]);
  await assert.rejects(reader([huge], 10).next(), /4294967295 bytes is over the limit of 10 bytes/);
});

test("unknown flags are refused", async () => {
  for (const flags of [2, 3, 0x80, 0xff]) {
    await assert.rejects(reader([new Uint8Array([flags, 0, 0, 0, 0])]).next(), code(Code.Internal));
  }
});

test("a whole body holds one envelope, no fewer and no more", () => {
  assert.deepEqual([...onlyEnvelope(encodeEnvelope(new Uint8Array([7]), 0), 10, Code.InvalidArgument).bytes], [7]);
  assert.throws(() => onlyEnvelope(new Uint8Array(), 10, Code.InvalidArgument), code(Code.Unimplemented));
  assert.throws(() => onlyEnvelope(stream, 10, Code.InvalidArgument), code(Code.Unimplemented));
  assert.throws(() => onlyEnvelope(stream.subarray(0, 4), 10, Code.InvalidArgument), code(Code.InvalidArgument));
  assert.throws(() => onlyEnvelope(stream.subarray(0, 7), 10, Code.InvalidArgument), code(Code.InvalidArgument));
});

test("a message that comes byte by byte costs about what it is long", async () => {
  const message = new Uint8Array(50_000).fill(7);
  const body = encodeEnvelope(message, 0);
  const pieces = Array.from(body, (_, at) => body.subarray(at, at + 1)).reverse();
  const envelopes = new EnvelopeReader(() => Promise.resolve(pieces.pop()), 1 << 20, Code.InvalidArgument);
  assert.deepEqual((await envelopes.next())!.bytes, message);
});
