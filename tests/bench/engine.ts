// How many small unary exchanges the engine alone carries in a second, in memory on one core: a client's bytes made
// beforehand -> server engine -> a fixed reply of headers, 12 octets of data and trailers. Run: node tests/bench/engine.ts
import { encodeBlock } from "../../src/http2/hpack/encoder.ts";
import type { ServerEvents } from "../../src/http2/events.ts";
import { ServerConnection } from "../../src/http2/server_connection.ts";
import {
  bytes,
  data,
  type Fields,
  greeting,
  headers,
  requestFields,
  settingsAck,
  windowUpdate,
} from "../support/frames.ts";

const HEAD = encodeBlock([[":status", "200"], ["content-type", "application/grpc+proto"]]);
const TRAILERS = encodeBlock([["grpc-status", "0"]]);
const BODY = new Uint8Array(12).fill(65);
const IN_FLIGHT = 100;
const SECONDS = Number(process.argv[2] ?? 1);

/** Bytes of a batch of requests from a stream identifier on; the identifiers are written in place for each batch. */
function batch(fieldsOf: (index: number) => Fields): { bytes: Uint8Array; idsAt: number[] } {
  const parts: Uint8Array[] = [];
  const idsAt: number[] = [];
  let at = 0;
  for (let index = 0; index < IN_FLIGHT; index++) {
    for (const part of [headers(1, fieldsOf(index)), data(1, BODY, { endStream: true })]) {
      idsAt.push(at + 5);
      parts.push(part);
      at += part.length;
    }
  }
  return { bytes: bytes(...parts), idsAt };
}

function run(name: string, fieldsOf: (index: number) => Fields): void {
  const batches = Array.from({ length: 16 }, (_, round) => batch((index) => fieldsOf(round * IN_FLIGHT + index)));
  let engine: ServerConnection;
  const nothing = (): void => {};
  const events: ServerEvents = {
    onRequest: nothing,
    onData(streamId, content, endStream) {
      engine.consume(streamId, content.length);
      if (!endStream) return;
      engine.sendReply(streamId, HEAD, BODY, TRAILERS);
      engine.release(streamId);
    },
    onTrailers: nothing,
    onReset: nothing,
    onWritable: nothing,
    onOutput: nothing,
    onSettings: nothing,
    onPing: nothing,
    onPong: nothing,
    onGoaway: nothing,
    onClosed(error) {
      if (error !== undefined) throw new Error(error.message);
    },
  };
  const results: number[] = [];
  for (let round = 0; round < 4; round++) {
    engine = new ServerConnection(events);
    engine.receive(bytes(greeting(), settingsAck()));
    engine.takeOutput();
    const credit = windowUpdate(0, IN_FLIGHT * BODY.length);
    let nextId = 1;
    let count = 0;
    let octets = 0;
    const start = performance.now();
    let elapsed = 0;
    for (let index = 0; elapsed < SECONDS * 500; index = (index + 1) % batches.length) {
      const { bytes: input, idsAt } = batches[index]!;
      for (let one = 0; one < idsAt.length; one++) {
        const at = idsAt[one]!;
        input[at] = nextId >>> 24;
        input[at + 1] = nextId >>> 16;
        input[at + 2] = nextId >>> 8;
        input[at + 3] = nextId;
        if (one & 1) nextId += 2;
      }
      engine.receive(input);
      engine.receive(credit);
      octets += engine.takeOutput().length;
      count += IN_FLIGHT;
      elapsed = performance.now() - start;
    }
    if (octets < count * 50) throw new Error(`only ${octets} octets for ${count} replies`);
    if (round > 0) results.push((count / elapsed) * 1000);
  }
  results.sort((a, b) => a - b);
  console.log(`${name}: ${Math.round(results[1]!).toLocaleString("en")} exchanges a second (median of 3)`);
}

run("same headers", () => requestFields("/greeter.v1.Greeter/SayHello"));
run("headers that differ in each request", (index) =>
  requestFields("/greeter.v1.Greeter/SayHello", [
    ["grpc-timeout", `${1000 + index}m`],
    ["traceparent", `00-${index.toString(16).padStart(32, "0")}-${(index * 7).toString(16).padStart(16, "0")}-01`],
    ["user-agent", "grpc-node-js/1.14.7"],
  ]));
