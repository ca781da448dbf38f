// What an engine may hold: never more than its limits allow, and nothing once all has ended.
import assert from "node:assert/strict";
import type { Connection } from "../../src/http2/connection.ts";
import type { Http2Limits } from "../../src/http2/limits.ts";
import { ServerConnection } from "../../src/http2/server_connection.ts";

/** The longest chunk that applications of the simulation hand over at once: it may go beyond what they were asked to keep to. */
const MOST_CHUNK = 1 << 18;

/** Holds the terms of the formula in docs/engine.md against what an engine says that it holds. */
export function assertWithinLimits(end: Connection, limits: Http2Limits): void {
  if (end.isClosed) return assertNothingKept(end, true);
  const { usage } = end;
  assert.ok(usage.heldBytes >= 0 && usage.heldBytes <= limits.connectionWindowSize, `${usage.heldBytes} held`);
  assert.ok(usage.receiveWindow + usage.heldBytes <= limits.connectionWindowSize, "more credit than the window has");
  assert.ok(
    usage.partialBytes <= limits.maxHeaderBlockLength + limits.maxFrameSize + 9,
    `${usage.partialBytes} partial`,
  );
  assert.ok(usage.retainedHeaderBytes >= 0 && usage.retainedHeaderBytes <= limits.maxRetainedHeaderBytes);
  assert.ok(usage.decoderTableBytes <= Math.max(limits.headerTableSize, 4096));
  assert.ok(usage.encoderTableBytes <= limits.encoderTableSize);
  const mostOutput = limits.maxOutputBytes + 65_536 + 17 * limits.maxControlReplies;
  assert.ok(usage.outputBytes <= mostOutput, `${usage.outputBytes} octets of output, above ${mostOutput}`);
  assert.ok(usage.waitingBytes >= 0);
  assert.ok(usage.waitingBytes <= limits.maxUnsentConnectionBytes + usage.streams * MOST_CHUNK);
  if (!(end instanceof ServerConnection)) return;
  assert.ok(usage.openStreams <= limits.maxConcurrentStreams, `${usage.openStreams} streams are open`);
  assert.ok(end.usage.runningRequests <= limits.maxRunningRequests);
  assert.ok(end.usage.queuedRequests <= limits.maxQueuedRequests);
}

/** Nothing is held for streams any more; after the end of a connection, nothing at all but perhaps its last output. */
export function assertNothingKept(end: Connection, hasLastOutput = false): void {
  const { usage, isClosed } = end;
  const kept = usage.openStreams + usage.streams + usage.heldBytes + usage.waitingBytes + usage.partialBytes +
    usage.retainedHeaderBytes + (hasLastOutput ? 0 : usage.outputBytes) +
    (isClosed ? usage.decoderTableBytes + usage.encoderTableBytes : 0);
  assert.ok(kept === 0, `something is kept at the end: ${kept === 0 || JSON.stringify(usage)}`);
}
