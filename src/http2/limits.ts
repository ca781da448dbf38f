// Every bound of the HTTP/2 engine in one place, with its unit, its default and what happens past it. The defaults suit a
// server that faces the open internet. docs/engine.md has the same table with the memory that they add up to.

import { MAX_31_BIT, MAX_MAX_FRAME_SIZE, MIN_MAX_FRAME_SIZE } from "./frame/frame.ts";

/**
 * Bounds of one connection. "Calm" below stands for: the connection ends with GOAWAY ENHANCE_YOUR_CALM, whose debug data
 * names the limit. A budget is spent by waste and earned back by useful traffic, and by time where the owner of the
 * connection calls `advance`; it never holds more than its default.
 */
export interface Http2Limits {
  /** Streams that the peer may have open (SETTINGS_MAX_CONCURRENT_STREAMS). Default 256. Past it: RST_STREAM REFUSED_STREAM. */
  readonly maxConcurrentStreams: number;
  /** Requests given out and not yet released, at the server's end. Default 256. Past it: requests wait in a queue, with data of up to half the connection's window; past that they get RST_STREAM REFUSED_STREAM. */
  readonly maxRunningRequests: number;
  /** Requests that wait for one of the above. Default 1024. Past it: calm. */
  readonly maxQueuedRequests: number;
  /** The highest stream identifier taken before a server says goodbye with a graceful GOAWAY. Default 2^30. */
  readonly drainAtStreamId: number;

  /** Octets of a stream's receive window at its start (SETTINGS_INITIAL_WINDOW_SIZE). Default 65535. Past it: RST_STREAM FLOW_CONTROL_ERROR. */
  readonly initialWindowSize: number;
  /** Octets that a stream's receive window grows to while its reader keeps up. Default 1 MiB. */
  readonly maxStreamWindowSize: number;
  /** Octets of the connection's receive window: all that it holds unread. Default 1 MiB, at least 65535. Past it: GOAWAY FLOW_CONTROL_ERROR. */
  readonly connectionWindowSize: number;
  /** Octets of a received frame's payload, 16384 to 16777215. Default 16384. Past it: GOAWAY FRAME_SIZE_ERROR. */
  readonly maxFrameSize: number;

  /** Octets of the table for decoding header blocks (SETTINGS_HEADER_TABLE_SIZE). Default 4096. Past it: GOAWAY COMPRESSION_ERROR. */
  readonly headerTableSize: number;
  /** Octets of the table for encoding header blocks, 0 to 4096. Default 0: none is kept. */
  readonly encoderTableSize: number;
  /** Octets of a header list, 32 more for each field (SETTINGS_MAX_HEADER_LIST_SIZE). Default 16384. Past it: RST_STREAM ENHANCE_YOUR_CALM; past twice that: calm. */
  readonly maxHeaderListSize: number;
  /** Fields of a header list, each cookie crumb one. Default 128. Past it: as above. */
  readonly maxHeaderFields: number;
  /** Octets of one field's name or value. Default 8192. Past it: RST_STREAM ENHANCE_YOUR_CALM. */
  readonly maxHeaderFieldLength: number;
  /** Octets of the header lists of all requests not yet released, and of trailers that wait with them, 32 more for each field. Default 1 MiB. Past it: RST_STREAM REFUSED_STREAM. */
  readonly maxRetainedHeaderBytes: number;
  /** CONTINUATION frames of one header block, empty ones too. Default 8. Past it: calm. */
  readonly maxContinuationFrames: number;
  /** Octets of one header block as it is sent, over all its frames. Default 32 KiB. Past it: calm. */
  readonly maxHeaderBlockLength: number;

  /** Budget for streams that the peer resets before they were answered. Default 1000; a completed reply earns 1. Past it: calm, "too_many_resets". */
  readonly resetBudget: number;
  /** Budget for streams that we reset because of what the peer sent. Default 1000; a completed reply earns 1. Past it: calm, "too_many_stream_errors". */
  readonly streamErrorBudget: number;
  /** Budget for frames of no use: PING, SETTINGS (one that moves the windows of open streams counts for each of them too), PRIORITY, unknown types, frames on closed streams, empty CONTINUATION. Default 10000; a request or 4 KiB of data earns 10. Past it: calm, "too_many_glitches". */
  readonly glitchBudget: number;
  /** Budget for DATA frames without data that do not end their stream. Default 100; a DATA frame with data earns 1. Past it: calm, "too_many_empty_data_frames". */
  readonly emptyDataBudget: number;
  /** Budget for DATA frames below 256 octets, each for what it lacks, until they are consumed. Default 4 MiB. Past it: calm, "too_many_small_data_frames". */
  readonly smallDataBudget: number;
  /** WINDOW_UPDATE frames beyond 2 a stream and 20 a DATA frame that we sent. Default 5. Past it: calm, "too_many_window_updates". */
  readonly windowUpdateAllowance: number;
  /** Entries of one SETTINGS frame. Default 32. Past it: calm. */
  readonly maxSettingsEntries: number;
  /** Answers to PING, SETTINGS and faults not yet taken by the transport, at which `wantsInput` is false. Default 100. */
  readonly pauseAtControlReplies: number;
  /** The same. Default 1000. Past it: calm, "too_many_control_replies". */
  readonly maxControlReplies: number;

  /** Milliseconds between two PINGs of a client that has a request open and was sent nothing of a reply in between. Default 300000. Sooner: a strike. Needs `advance`, and is a server's alone, as are the next two. */
  readonly minPingIntervalMs: number;
  /** The same for a client without a request. Default 7200000. */
  readonly minIdlePingIntervalMs: number;
  /** Strikes for PINGs that come too soon, until HEADERS or DATA are sent. Default 2. Past it: calm, "too_many_pings". */
  readonly maxPingStrikes: number;

  /** Octets that wait to be sent on one stream, above which `sendData` asks its caller to wait. Default 256 KiB. */
  readonly maxUnsentStreamBytes: number;
  /** The same for the whole connection. Default 1 MiB. */
  readonly maxUnsentConnectionBytes: number;
  /** Octets of frames made ahead of the transport, and four times as many where a transport takes payloads as they are, uncopied. Default 256 KiB. Past it: data and headers wait on their streams, `wantsInput` is false. */
  readonly maxOutputBytes: number;

  /** Milliseconds for the preface and the first SETTINGS. Default 10000. Past it: GOAWAY PROTOCOL_ERROR. Needs `advance`, as do the next three. */
  readonly prefaceTimeoutMs: number;
  /** Milliseconds for the peer to acknowledge our SETTINGS. Default 10000. Past it: GOAWAY SETTINGS_TIMEOUT. */
  readonly settingsTimeoutMs: number;
  /** Milliseconds from HEADERS to the end of its block. Default 10000. Past it: calm. */
  readonly headerBlockTimeoutMs: number;
  /** Milliseconds in which a stream with data to send has to get rid of 1024 octets. Default 60000. Past it: RST_STREAM CANCEL. */
  readonly stalledSendTimeoutMs: number;
}

/** The defaults of {@link Http2Limits}. */
export const DEFAULT_HTTP2_LIMITS: Http2Limits = Object.freeze({
  maxConcurrentStreams: 256,
  maxRunningRequests: 256,
  maxQueuedRequests: 1024,
  drainAtStreamId: 2 ** 30,
  initialWindowSize: 65_535,
  maxStreamWindowSize: 1_048_576,
  connectionWindowSize: 1_048_576,
  maxFrameSize: 16_384,
  headerTableSize: 4096,
  encoderTableSize: 0,
  maxHeaderListSize: 16_384,
  maxHeaderFields: 128,
  maxHeaderFieldLength: 8192,
  maxRetainedHeaderBytes: 1_048_576,
  maxContinuationFrames: 8,
  maxHeaderBlockLength: 32_768,
  resetBudget: 1000,
  streamErrorBudget: 1000,
  glitchBudget: 10_000,
  emptyDataBudget: 100,
  smallDataBudget: 4_194_304,
  windowUpdateAllowance: 5,
  maxSettingsEntries: 32,
  pauseAtControlReplies: 100,
  maxControlReplies: 1000,
  minPingIntervalMs: 300_000,
  minIdlePingIntervalMs: 7_200_000,
  maxPingStrikes: 2,
  maxUnsentStreamBytes: 262_144,
  maxUnsentConnectionBytes: 1_048_576,
  maxOutputBytes: 262_144,
  prefaceTimeoutMs: 10_000,
  settingsTimeoutMs: 10_000,
  headerBlockTimeoutMs: 10_000,
  stalledSendTimeoutMs: 60_000,
});

/** The range of those limits that RFC 9113 or the engine bounds; all others are 0 to 2^31-1. */
const RANGES: { readonly [Name in keyof Http2Limits]?: readonly [least: number, most: number] } = {
  maxRunningRequests: [1, MAX_31_BIT],
  connectionWindowSize: [65_535, 2 ** 30],
  maxStreamWindowSize: [0, 2 ** 30],
  initialWindowSize: [0, 2 ** 30],
  maxFrameSize: [MIN_MAX_FRAME_SIZE, MAX_MAX_FRAME_SIZE],
  encoderTableSize: [0, 4096],
  maxOutputBytes: [MIN_MAX_FRAME_SIZE, MAX_31_BIT],
};

/**
 * Fills in the defaults.
 * @throws RangeError naming the limit, its value and its range, where a value is not a whole number in it.
 */
export function resolveLimits(given: Partial<Http2Limits> = {}): Http2Limits {
  const limits: { -readonly [Name in keyof Http2Limits]: number } = { ...DEFAULT_HTTP2_LIMITS };
  for (const name of Object.keys(given) as (keyof Http2Limits)[]) {
    const value = given[name];
    if (value === undefined) continue;
    if (!(name in DEFAULT_HTTP2_LIMITS)) throw new RangeError(`There is no HTTP/2 limit "${name}".`);
    const [least, most] = RANGES[name] ?? [0, MAX_31_BIT];
    if (!Number.isInteger(value) || value < least || value > most) {
      throw new RangeError(
        `The HTTP/2 limit ${name} is ${value}; it has to be a whole number from ${least} to ${most}.`,
      );
    }
    limits[name] = value;
  }
  return limits;
}
