// Frames of any type with any flags, streams and payloads, and plain noise, at both ends: nothing is thrown, what is answered
// is whole frames and not much more than came in, and an engine that has ended holds nothing. Longer runs:
// `FUZZ_INPUTS=200000 node --test tests/fuzz/engine_test.ts`.
import assert from "node:assert/strict";
import { test } from "node:test";
import { ClientConnection } from "../../src/http2/client_connection.ts";
import type { Connection } from "../../src/http2/connection.ts";
import { encodeBlock } from "../../src/http2/hpack/encoder.ts";
import { ServerConnection } from "../../src/http2/server_connection.ts";
import { Random } from "../simulation/random.ts";
import { EventLog } from "../support/engine.ts";
import { bytes, frame, greeting, parseFrames, requestFields, settings, settingsAck } from "../support/frames.ts";

const INPUTS = Number(process.env.FUZZ_INPUTS ?? 2000);
const BLOCKS = [
  encodeBlock(requestFields()),
  encodeBlock([[":status", "200"], ["content-length", "5"]]),
  encodeBlock([["grpc-status", "0"]]),
  encodeBlock([[":status", "100"]]),
];

function noise(random: Random, length: number): Uint8Array {
  return Uint8Array.from({ length }, () => random.below(256));
}

/** A frame that is nearly right more often than not. */
function anyFrame(random: Random): Uint8Array {
  const type = random.percent(5) ? random.below(256) : random.below(10);
  const streamId = random.pick([0, 1, 1, 1, 3, 5, 7, 2, random.below(20), 0x7fffffff]);
  const flags = random.percent(80) ? random.pick([0, 1, 4, 5, 4, 5]) : random.below(256);
  if (type === 1 || type === 9) return frame(type, flags, streamId, random.pick(BLOCKS));
  const lengths: Record<number, number> = { 2: 5, 3: 4, 4: 6 * random.below(3), 6: 8, 7: 8 + random.below(9), 8: 4 };
  const length = random.percent(5) || lengths[type] === undefined ? random.below(60) : lengths[type];
  const payload = random.percent(50) ? new Uint8Array(length) : noise(random, length);
  if (type === 4 && length >= 6) payload.set([0, random.below(9)]);
  return frame(type, flags, streamId, payload);
}

function fuzz(seed: number): void {
  const random = new Random(seed);
  const isServer = random.percent(70);
  const log = new EventLog();
  const engine: Connection = isServer ? new ServerConnection(log) : new ClientConnection(log);
  if (engine instanceof ClientConnection) { for (let count = 0; count < 3; count++) engine.request(requestFields()); }
  engine.takeOutput();
  log.onEvent = (line) => {
    const [kind, id] = line.split(" ");
    if (kind === "data" && random.percent(50)) engine.consume(Number(id), 10);
    if (kind === "request" && random.percent(50) && engine instanceof ServerConnection) {
      engine.sendReply(Number(id), [[":status", "200"]], new Uint8Array(random.below(50)), [["grpc-status", "0"]]);
      if (random.percent(50)) engine.release(Number(id));
    }
  };
  const frames = Array.from({ length: 1 + random.below(30) }, () => anyFrame(random));
  const start = random.percent(95) ? bytes(isServer ? greeting() : settings(), settingsAck()) : noise(random, 30);
  let input = bytes(start, ...frames);
  if (random.percent(20)) input[random.below(input.length)]! ^= 1 << random.below(8);
  if (random.percent(10)) input = bytes(input, noise(random, 100));
  let sent = 0;
  for (let at = 0; at < input.length;) {
    const stop = at + random.pick([1, 10, 1000]);
    engine.receive(input.slice(at, stop));
    at = stop;
    engine.advance(at);
    const output = engine.takeOutput();
    parseFrames(output);
    sent += output.length;
  }
  assert.ok(sent <= 20 * input.length + 200, `${sent} octets for ${input.length}`);
  assert.equal(log.error?.cause, undefined, `${log.error?.cause}`);
  engine.disconnect();
  const { streams, heldBytes, waitingBytes, partialBytes, retainedHeaderBytes } = engine.usage;
  assert.deepEqual([streams, heldBytes, waitingBytes, partialBytes, retainedHeaderBytes], [0, 0, 0, 0, 0]);
  assert.equal(log.lines.filter((line) => line.startsWith("closed")).length, 1);
}

test("no input makes an engine throw, answer too much or keep anything", () => {
  for (let seed = 1; seed <= INPUTS; seed++) {
    try {
      fuzz(seed);
    } catch (error) {
      throw new Error(`seed ${seed}: ${error}`, { cause: error });
    }
  }
});
