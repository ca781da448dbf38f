// Each limit of the engine, one row: what is fine at N, and what the limit names at N + 1. That there is a row for each is
// what the types ask for. What the limits are for, and what earns budgets back, is in floods_test.ts.
import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeBlock } from "../../src/http2/hpack/encoder.ts";
import type { Http2Limits } from "../../src/http2/limits.ts";
import { ServerProbe } from "../support/engine.ts";
import {
  bytes,
  continuation,
  data,
  type Fields,
  frame,
  headers,
  ping,
  priority,
  requestFields,
  rstStream,
  settings,
  windowUpdate,
} from "../support/frames.ts";

const REQUEST = requestFields();
const OK = [[":status", "200"]] as const;
const SIZE = REQUEST.reduce((sum, [name, value]) => sum + name.length + value.length + 32, 0);

interface Row {
  /** The limit's value. */
  readonly n: number;
  /** Goes to `amount` of what is limited; answers what came of it. */
  readonly run: (limits: Partial<Http2Limits>, amount: number) => string;
  /** What comes of N + 1, and not of N. */
  readonly beyond: RegExp;
}

/** What a server sent last, and whether it is over. */
function last(server: ServerProbe): string {
  return server.sent().at(-1) ?? "nothing";
}

function times(count: number, make: (index: number) => Uint8Array): Uint8Array[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

const open = (id: number): Uint8Array => headers(id, REQUEST);

/** A request whose list counts as so many octets. */
function ofSize(octets: number): Fields {
  return [...REQUEST, ["a", "x".repeat(octets - SIZE - 33)]];
}

/** A server with a reply begun on some streams, whose data the peer takes or, with a window of 0, doesn't. */
function replying(limits: Partial<Http2Limits>, initialWindowSize: number, ...ids: number[]): ServerProbe {
  const server = new ServerProbe(limits).feed(settings({ initialWindowSize }), ...ids.map(open));
  for (const id of ids) server.engine.sendHeaders(id, OK);
  server.sent();
  return server;
}

/** Time goes by in steps of a second, to `toMs`. */
function pass(server: ServerProbe, fromMs: number, toMs: number): void {
  for (let now = fromMs; now < toMs; now += 1000) server.engine.advance(now);
  server.engine.advance(toMs);
}

function afterTime(server: ServerProbe, amountMs: number): string {
  pass(server, 0, amountMs);
  return last(server);
}

/** A client that pings twice with so long in between, on a server that takes no strike. */
function pings(limits: Partial<Http2Limits>, isBusy: boolean, intervalMs: number): string {
  const server = new ServerProbe({ ...limits, maxPingStrikes: 0 });
  if (isBusy) server.feed(open(1));
  server.engine.advance(0);
  server.engine.advance(1000);
  server.feed(ping());
  // The PING may have come up to a step of the clock later: here a millisecond.
  pass(server, 2000, 1000 + intervalMs - 2);
  server.engine.advance(1000 + intervalMs - 1);
  server.feed(ping());
  return last(server);
}

const ROWS: Readonly<Record<keyof Http2Limits, Row>> = {
  maxConcurrentStreams: {
    n: 3,
    run: (limits, amount) => last(new ServerProbe(limits).feed(...times(amount, (index) => open(2 * index + 1)))),
    beyond: /^RST_STREAM 7 REFUSED_STREAM$/,
  },
  maxRunningRequests: {
    n: 3,
    run: (limits, amount) => {
      const server = new ServerProbe(limits).feed(...times(amount, (index) => open(2 * index + 1)));
      return `${server.told().length} told, ${server.engine.usage.queuedRequests} wait`;
    },
    beyond: /^3 told, 1 wait$/,
  },
  maxQueuedRequests: {
    n: 3,
    run: (limits, amount) => {
      const server = new ServerProbe({ ...limits, maxRunningRequests: 1 });
      return last(server.feed(...times(1 + amount, (index) => open(2 * index + 1))));
    },
    beyond: /^GOAWAY 9 ENHANCE_YOUR_CALM too_many_resets: more than 3 requests wait for 1 slots$/,
  },
  drainAtStreamId: {
    n: 99,
    run: (limits, amount) => new ServerProbe(limits).feed(open(amount | 1)).sent()[0] ?? "nothing",
    beyond: /^GOAWAY 2147483647 NO_ERROR$/,
  },
  initialWindowSize: {
    n: 1000,
    run: (limits, amount) => last(new ServerProbe(limits).feed(open(1), data(1, new Uint8Array(amount)))),
    beyond: /^RST_STREAM 1 FLOW_CONTROL_ERROR$/,
  },
  maxStreamWindowSize: {
    n: 100_000,
    run: (limits, amount) => {
      const server = new ServerProbe(limits).feed(open(1));
      // A reader that keeps up makes the window grow, to its limit and no further.
      let window = 65_535;
      for (let round = 0; round < 5; round++) {
        for (; window > 0; window -= Math.min(window, 16_384)) {
          server.feed(data(1, new Uint8Array(Math.min(window, 16_384))));
        }
        server.engine.consume(1, 200_000);
        for (const line of server.sent()) window += Number(/^WINDOW_UPDATE 1 (\d+)$/.exec(line)?.[1] ?? 0);
      }
      for (let left = amount; left > 0; left -= 16_384) server.feed(data(1, new Uint8Array(Math.min(left, 16_384))));
      return last(server);
    },
    beyond: /^RST_STREAM 1 FLOW_CONTROL_ERROR$/,
  },
  connectionWindowSize: {
    n: 200_000,
    run: (limits, amount) => {
      const server = new ServerProbe({ ...limits, initialWindowSize: 1_000_000 }).feed(open(1));
      for (let left = amount; left > 0; left -= 10_000) server.feed(data(1, new Uint8Array(Math.min(left, 10_000))));
      return last(server);
    },
    beyond: /^GOAWAY 1 FLOW_CONTROL_ERROR 1 octets of DATA, above the connection's window of 0$/,
  },
  maxFrameSize: {
    n: 20_000,
    run: (limits, amount) => last(new ServerProbe(limits).feed(open(1), data(1, new Uint8Array(amount)))),
    beyond: /^GOAWAY 1 FRAME_SIZE_ERROR a frame of type 0 with 20001 octets, above the limit of 20000$/,
  },
  headerTableSize: {
    n: 100,
    // 0x3f: a size update of 31 and more.
    run: (limits, amount) =>
      last(new ServerProbe(limits).feed(headers(1, bytes([0x3f, amount - 31], encodeBlock(REQUEST))))),
    beyond: /^GOAWAY 1?0? ?COMPRESSION_ERROR a dynamic table size update to 101, above the setting of 100$/,
  },
  encoderTableSize: {
    n: 4096,
    run: (_limits, amount) => {
      try {
        return `${new ServerProbe({ encoderTableSize: amount }).engine.isClosed}`;
      } catch (error) {
        return String(error);
      }
    },
    beyond: /^RangeError: The HTTP\/2 limit encoderTableSize is 4097; it has to be a whole number from 0 to 4096\.$/,
  },
  maxHeaderListSize: {
    n: 2000,
    run: (limits, amount) => last(new ServerProbe(limits).feed(headers(1, ofSize(amount)))),
    beyond: /^RST_STREAM 1 ENHANCE_YOUR_CALM$/,
  },
  maxHeaderFields: {
    n: 20,
    run: (limits, amount) => {
      const crumbs = Array.from({ length: amount - REQUEST.length }, () => ["cookie", "a=b"] as const);
      return last(new ServerProbe(limits).feed(headers(1, [...REQUEST, ...crumbs])));
    },
    beyond: /^RST_STREAM 1 ENHANCE_YOUR_CALM$/,
  },
  maxHeaderFieldLength: {
    n: 300,
    run: (limits, amount) => last(new ServerProbe(limits).feed(headers(1, [...REQUEST, ["a", "x".repeat(amount)]]))),
    beyond: /^RST_STREAM 1 ENHANCE_YOUR_CALM$/,
  },
  maxRetainedHeaderBytes: {
    n: 5000,
    run: (limits, amount) =>
      last(new ServerProbe(limits).feed(headers(1, ofSize(3000)), headers(3, ofSize(amount - 3000)))),
    beyond: /^RST_STREAM 3 REFUSED_STREAM$/,
  },
  maxContinuationFrames: {
    n: 4,
    run: (limits, amount) => {
      const block = encodeBlock(REQUEST);
      const rest = times(amount, (index) => continuation(1, block.slice(index + 1, index + 2), false));
      return last(new ServerProbe(limits).feed(headers(1, block.slice(0, 1), { endHeaders: false }), ...rest));
    },
    beyond: /^GOAWAY 0 ENHANCE_YOUR_CALM too_many_continuations: more than 4 for one header block$/,
  },
  maxHeaderBlockLength: {
    n: 1000,
    run: (limits, amount) => {
      const rest = continuation(1, new Uint8Array(amount - 500), false);
      return last(new ServerProbe(limits).feed(headers(1, new Uint8Array(500), { endHeaders: false }), rest));
    },
    beyond: /^GOAWAY 0 ENHANCE_YOUR_CALM a header block of more than 1000 octets$/,
  },
  resetBudget: {
    n: 20,
    run: (limits, amount) =>
      last(new ServerProbe(limits).feed(...times(amount, (i) => bytes(open(2 * i + 1), rstStream(2 * i + 1, 8))))),
    beyond: /ENHANCE_YOUR_CALM too_many_resets: more than 20 of streams without a reply$/,
  },
  streamErrorBudget: {
    n: 20,
    run: (limits, amount) =>
      last(new ServerProbe(limits).feed(...times(amount, (i) => bytes(open(2 * i + 1), windowUpdate(2 * i + 1, 0))))),
    beyond: /ENHANCE_YOUR_CALM too_many_stream_errors: more than 20$/,
  },
  glitchBudget: {
    n: 20,
    run: (limits, amount) => last(new ServerProbe(limits).feed(...times(amount, () => priority(1)))),
    beyond: /ENHANCE_YOUR_CALM too_many_glitches: more than 20 frames of no use$/,
  },
  emptyDataBudget: {
    n: 20,
    run: (limits, amount) => last(new ServerProbe(limits).feed(open(1), ...times(amount, () => data(1, "")))),
    beyond: /ENHANCE_YOUR_CALM too_many_empty_data_frames: more than 20$/,
  },
  smallDataBudget: {
    n: 2550,
    // A frame of one octet lacks 255, one of 255 octets lacks one.
    run: (limits, amount) => {
      const small = times(10, () => data(1, "x"));
      const rest = amount > 2550 ? [data(1, new Uint8Array(255))] : [];
      return last(new ServerProbe(limits).feed(open(1), ...small, ...rest));
    },
    beyond: /ENHANCE_YOUR_CALM too_many_small_data_frames: the budget of 2550 octets is spent$/,
  },
  windowUpdateAllowance: {
    n: 20,
    run: (limits, amount) => last(new ServerProbe(limits).feed(...times(amount, () => windowUpdate(0, 1)))),
    beyond: /ENHANCE_YOUR_CALM too_many_window_updates: more than 20$/,
  },
  maxSettingsEntries: {
    n: 20,
    run: (limits, amount) => last(new ServerProbe(limits).feed(frame(4, 0, 0, new Uint8Array(6 * amount).fill(9)))),
    beyond: /ENHANCE_YOUR_CALM too_many_settings: 21 in one frame, above the limit of 20$/,
  },
  pauseAtControlReplies: {
    n: 20,
    // It is at so many that the transport pauses, not above.
    run: (limits, amount) => `${new ServerProbe(limits).feed(...times(amount - 1, () => ping())).engine.wantsInput}`,
    beyond: /^false$/,
  },
  maxControlReplies: {
    n: 20,
    run: (limits, amount) => last(new ServerProbe(limits).feed(...times(amount, () => ping()))),
    beyond: /ENHANCE_YOUR_CALM too_many_control_replies: more than 20 that are not read$/,
  },
  minPingIntervalMs: {
    n: 300_000,
    // Less is beyond.
    run: (limits, amount) => pings(limits, true, 2 * 300_000 - amount),
    beyond: /ENHANCE_YOUR_CALM too_many_pings$/,
  },
  minIdlePingIntervalMs: {
    n: 7_200_000,
    run: (limits, amount) => pings(limits, false, 2 * 7_200_000 - amount),
    beyond: /ENHANCE_YOUR_CALM too_many_pings$/,
  },
  maxPingStrikes: {
    n: 3,
    run: (limits, amount) => {
      const server = new ServerProbe(limits);
      server.engine.advance(0);
      server.engine.advance(1000);
      return last(server.feed(...times(1 + amount, () => ping())));
    },
    beyond: /ENHANCE_YOUR_CALM too_many_pings$/,
  },
  maxUnsentStreamBytes: {
    n: 1000,
    run: (limits, amount) => `${replying(limits, 0, 1).engine.sendData(1, new Uint8Array(amount))}`,
    beyond: /^false$/,
  },
  maxUnsentConnectionBytes: {
    n: 1000,
    run: (limits, amount) => {
      const { engine } = replying(limits, 0, 1, 3);
      engine.sendData(1, new Uint8Array(500));
      return `${engine.sendData(3, new Uint8Array(amount - 500))}`;
    },
    beyond: /^false$/,
  },
  maxOutputBytes: {
    n: 20_000,
    // It is at so many that nothing more is made, not above. A frame's head is 9 octets.
    run: (limits, amount) => {
      const { engine } = replying(limits, 65_535, 1);
      engine.sendData(1, new Uint8Array(16_384));
      engine.sendData(1, new Uint8Array(amount - 1 - 16_384 - 18));
      return `${engine.usage.outputBytes} octets, ${engine.wantsInput}`;
    },
    beyond: /^20000 octets, false$/,
  },
  prefaceTimeoutMs: {
    n: 20_000,
    run: (limits, amount) =>
      afterTime(new ServerProbe({ ...limits, settingsTimeoutMs: 1e6 }, { greet: false }), amount),
    beyond: /^GOAWAY 0 PROTOCOL_ERROR no preface and SETTINGS within 20000 ms$/,
  },
  settingsTimeoutMs: {
    n: 20_000,
    run: (limits, amount) => {
      const server = new ServerProbe(limits);
      server.engine.updateSettings({ initialWindowSize: 10 });
      return afterTime(server, amount);
    },
    beyond: /^GOAWAY 0 SETTINGS_TIMEOUT SETTINGS not acknowledged within 20000 ms$/,
  },
  headerBlockTimeoutMs: {
    n: 20_000,
    run: (limits, amount) =>
      afterTime(new ServerProbe(limits).feed(headers(1, encodeBlock(REQUEST), { endHeaders: false })), amount),
    beyond: /^GOAWAY 0 ENHANCE_YOUR_CALM a header block not complete within 20000 ms$/,
  },
  stalledSendTimeoutMs: {
    n: 20_000,
    run: (limits, amount) => {
      const server = replying(limits, 0, 1);
      server.engine.sendData(1, new Uint8Array(1));
      return afterTime(server, amount);
    },
    beyond: /^RST_STREAM 1 CANCEL$/,
  },
};

for (const name of Object.keys(ROWS) as (keyof Http2Limits)[]) {
  test(`${name}: N is fine, N + 1 is not`, () => {
    const { n, run, beyond } = ROWS[name];
    assert.doesNotMatch(run({ [name]: n }, n), beyond);
    assert.doesNotMatch(run({ [name]: n }, n), /GOAWAY \d+ (?!NO_ERROR)/);
    assert.match(run({ [name]: n }, n + 1), beyond);
  });
}
