// Runs on: node. What a connection really takes of the heap for a peer that does its worst, and what the formula in
// docs/engine.md says that it takes at the most: its octets are not only counted but are what the runtime allocates.
import assert from "node:assert/strict";
import { test } from "node:test";
import process from "node:process";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { DEFAULT_HTTP2_LIMITS as LIMITS } from "../../src/http2/limits.ts";
import { ServerConnection } from "../../src/http2/server_connection.ts";
import { EventLog } from "../support/engine.ts";
import { bytes, data, type Fields, greeting, headers, ping, requestFields, settingsAck } from "../support/frames.ts";

const CONNECTIONS = 10;
const CHUNK = 16_384;
const REPLIES = 100;

/** The formula, with the chunks that applications hand over beyond what they were asked to keep to. */
const FORMULA = 1.5 * LIMITS.connectionWindowSize +
  LIMITS.maxFrameSize + LIMITS.maxHeaderBlockLength +
  LIMITS.maxRetainedHeaderBytes +
  700 * (LIMITS.maxConcurrentStreams + LIMITS.maxRunningRequests) +
  2 * (LIMITS.maxOutputBytes + 65_536 + 17 * LIMITS.maxControlReplies) +
  LIMITS.maxUnsentConnectionBytes + REPLIES * CHUNK +
  LIMITS.headerTableSize + 32_768;

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

function heap(): number {
  collect();
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** An application that keeps all that it is given. */
class Hoard extends EventLog {
  readonly kept: unknown[] = [];
  override write(): void {}
  override onRequest(_id: number, head: unknown): void {
    this.kept.push(head);
  }
  override onData(_id: number, content: Uint8Array): void {
    this.kept.push(content.slice());
  }
  override onTrailers(_id: number, trailers: unknown): void {
    this.kept.push(trailers);
  }
}

/** A connection whose client sends all it may, in fields that `field` makes up, and reads nothing. */
function attacked(field: (stream: number, index: number) => Fields[number]): [ServerConnection, Hoard] {
  const hoard = new Hoard();
  const engine = new ServerConnection(hoard);
  engine.receive(bytes(greeting({ initialWindowSize: 2 ** 31 - 1 }), settingsAck()));
  for (let id = 1; id < 600; id += 2) {
    const fields = Array.from({ length: 100 }, (_, index) => field(id, index));
    engine.receive(headers(id, requestFields("/", fields)));
  }
  for (let id = 1; engine.usage.receiveWindow > 3 * CHUNK; id += 2) {
    for (let count = 0; count < 3; count++) engine.receive(data(id, new Uint8Array(CHUNK)));
  }
  for (let id = 1; id < 2 * REPLIES; id += 2) {
    engine.sendHeaders(id, [[":status", "200"]]);
    while (engine.sendData(id, new Uint8Array(CHUNK)));
  }
  for (let count = 0; count < 500; count++) engine.receive(ping());
  assert.equal(engine.isClosed, false);
  assert.ok(engine.usage.retainedHeaderBytes > 0.8 * LIMITS.maxRetainedHeaderBytes);
  return [engine, hoard];
}

const FIELDS: readonly [name: string, field: (stream: number, index: number) => Fields[number]][] = [
  ["of their own", (stream, index) => [`x-${stream}-${index}`, `${stream}.${index}`]],
  [
    "as short as can be",
    (stream, index) => [String.fromCharCode(97 + index % 26), String.fromCharCode(65 + stream % 50)],
  ],
];

for (const [name, field] of FIELDS) {
  test(`the heap holds no more than the formula says, with header fields ${name}`, () => {
    attacked(field);
    const before = heap();
    const connections = Array.from({ length: CONNECTIONS }, () => attacked(field));
    const each = (heap() - before) / connections.length;
    assert.ok(each <= FORMULA, `${each} octets, and the formula says ${FORMULA}`);
    // All of it was put to use: the formula is not beside the point either.
    assert.ok(each > FORMULA / 2, `${each} octets, and the formula says ${FORMULA}`);
  });
}
