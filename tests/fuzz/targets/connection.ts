// A whole connection, one target for each end: frames of any type with any flags, streams and payloads, and plain noise,
// with an application that answers, lets go or does nothing. Whatever comes, nothing is thrown, what is sent are whole
// frames in their order and not much more than came in, what is held is within the limits, and at the end it is nothing.
import assert from "node:assert/strict";
import { ClientConnection } from "../../../src/http2/client_connection.ts";
import type { Connection } from "../../../src/http2/connection.ts";
import { encodeBlock } from "../../../src/http2/hpack/encoder.ts";
import { DEFAULT_HTTP2_LIMITS, type Http2Limits } from "../../../src/http2/limits.ts";
import { ServerConnection } from "../../../src/http2/server_connection.ts";
import { madeUpFrame } from "../../simulation/damage.ts";
import { FrameChecker } from "../../simulation/frame_checker.ts";
import { assertNothingKept, assertWithinLimits } from "../../simulation/memory.ts";
import { Random } from "../../simulation/random.ts";
import { EventLog } from "../../support/engine.ts";
import {
  bytes,
  data,
  frame,
  goaway,
  greeting,
  headers,
  ping,
  priority,
  requestFields,
  rstStream,
  settings,
  settingsAck,
  windowUpdate,
} from "../../support/frames.ts";
import { cut, type FuzzTarget, hashOf, InputReader } from "../fuzz_target.ts";

const BLOCKS = [
  encodeBlock(requestFields()),
  encodeBlock([[":status", "200"], ["content-length", "5"]]),
  encodeBlock([[":status", "200"]]),
  encodeBlock([["grpc-status", "0"]]),
  encodeBlock([[":status", "100"]]),
];

/** What inputs led to so far, so that the tests can see that they lead somewhere. */
export const reached: Map<string, number> = new Map();

/** Small ones, so that a short input goes beyond them. */
const TIGHT: Partial<Http2Limits> = {
  maxConcurrentStreams: 2,
  maxRunningRequests: 1,
  maxQueuedRequests: 1,
  maxRetainedHeaderBytes: 1000,
  glitchBudget: 5,
  resetBudget: 1,
  streamErrorBudget: 2,
  emptyDataBudget: 1,
  smallDataBudget: 500,
  pauseAtControlReplies: 2,
  maxControlReplies: 3,
  initialWindowSize: 100,
  encoderTableSize: 200,
};

/** One that is right in itself, and perhaps where it comes, in three of four cases. */
function anyFrame(random: Random): Uint8Array {
  const id = random.pick([1, 1, 3, 3, 5, 7]);
  if (random.percent(15)) return madeUpFrame(random);
  if (random.percent(15)) {
    const flags = random.pick([0, 1, 4, 5, 4, 5]);
    return frame(random.pick([1, 1, 1, 9]), flags, random.pick([1, 1, 3, 5, 7, 2, 0]), random.pick(BLOCKS));
  }
  return random.pick([
    ping(),
    ping("12345678", true),
    settings({ [random.pick(["initialWindowSize", "maxConcurrentStreams", "headerTableSize"])]: random.below(70_000) }),
    settingsAck(),
    windowUpdate(random.pick([0, id]), 1 + random.below(9)),
    rstStream(id, random.below(14)),
    priority(id),
    data(id, new Uint8Array(random.below(200)), { endStream: random.percent(30) }),
    goaway(random.pick([0, 1, 3, 2 ** 31 - 1]), random.below(14)),
    headers(id, [[":status", "103"]]),
    headers(2 * random.below(20) + 1, requestFields(), { endStream: random.percent(50) }),
    frame(20, 0, 0, [1, 2, 3]),
  ]);
}

/** The frames of a whole message, on a stream that may be open. */
function wholeMessage(random: Random, isRequest: boolean): Uint8Array {
  const id = random.pick([1, 3, 5, 7]);
  const head = encodeBlock(isRequest ? requestFields() : [[":status", "200"]]);
  return bytes(
    frame(1, 4, id, head),
    frame(0, 0, id, new Uint8Array(random.below(300))),
    frame(1, 5, id, encodeBlock([["grpc-status", "0"]])),
  );
}

/** An application that goes by a hash of the input. */
function play(engine: Connection, log: EventLog, random: Random): void {
  const over = new Set<string>();
  log.onEvent = (line) => {
    const [kind, number] = line.split(" ") as [string, string];
    const id = Number(number);
    reached.set(kind, (reached.get(kind) ?? 0) + 1);
    if (over.has(number) && ["request", "response", "informational", "data", "trailers", "reset"].includes(kind)) {
      throw new Error(`${line}, though it was over`);
    }
    if (kind === "data" && random.percent(50)) engine.consume(id, 10);
    if (kind === "reset") over.add(number);
    if (kind !== "request" || random.percent(50) || !(engine instanceof ServerConnection)) return;
    engine.sendReply(id, [[":status", "200"]], new Uint8Array(random.below(50)), [["grpc-status", "0"]]);
    if (random.percent(50)) {
      over.add(number);
      engine.release(id);
    }
  };
}

function connection(name: string, isServer: boolean): FuzzTarget {
  return {
    name,
    about: `a ${name}'s connection: no throw, whole frames, bounded answers, limits kept, nothing held at the end`,
    make(random) {
      const start = random.percent(95) ? bytes(isServer ? greeting() : settings(), settingsAck()) : [];
      const frames = Array.from(
        { length: 1 + random.below(30) },
        () => random.percent(10) ? wholeMessage(random, isServer) : anyFrame(random),
      );
      return bytes([random.below(2), random.below(20)], start, ...frames);
    },
    run(input) {
      const reader = new InputReader(input);
      const limits = reader.choice(2) === 1 ? TIGHT : {};
      const way = reader.choice(256);
      const pieces = cut(reader.take(), way);
      const random = new Random(hashOf(input));
      const log = new EventLog();
      const engine: Connection = isServer
        ? new ServerConnection(log, { limits, enableConnectProtocol: input.length % 2 === 0 })
        : new ClientConnection(log, { limits });
      play(engine, log, random);
      const checker = new FrameChecker(!isServer, { ...DEFAULT_HTTP2_LIMITS, ...limits }, true);
      if (engine instanceof ClientConnection) {
        for (let count = 0; count < 3; count++) engine.request(requestFields(), count === 2);
        checker.sent(engine.takeOutput().subarray(24));
      }
      let received = 0;
      let sent = 0;
      for (const piece of pieces) {
        received += piece.length;
        engine.receive(piece);
        assertWithinLimits(engine, { ...DEFAULT_HTTP2_LIMITS, ...limits });
        engine.advance(received);
        if (random.percent(20)) continue;
        const output = engine.takeOutput();
        checker.sent(output);
        sent += output.length;
      }
      const last = engine.takeOutput();
      checker.sent(last);
      assert.ok(sent + last.length <= 20 * received + 300, `${sent + last.length} octets for ${received}`);
      if (log.error?.cause !== undefined) throw log.error.cause;
      engine.disconnect();
      assertNothingKept(engine);
      assert.equal(log.lines.filter((line) => line.startsWith("closed")).length, 1);
    },
  };
}

export const server: FuzzTarget = connection("server", true);
export const client: FuzzTarget = connection("client", false);
