// A1, A2: streams that come to nothing, whoever resets them. RFC 9113 10.5.
import { bytes, data, headers, rstStream, windowUpdate } from "../support/frames.ts";
import { type Attack, type Scene, streamIds } from "./attack.ts";
import { callFields } from "./call.ts";

/** Streams that one write opens. */
const BATCH = 100;

/** Floods with streams, each by these frames. */
function eachStream(frames: (streamId: number) => Uint8Array, settings: Record<string, number> = {}) {
  return async (scene: Scene): Promise<string> => {
    const wire = await scene.greet(settings);
    return await scene.flood(
      wire,
      (round) => bytes(...streamIds(1 + 2 * BATCH * round, BATCH).map(frames)),
    );
  };
}

const echo = callFields({});
const wait = callFields({ path: "/live.v1.Target/Wait" });
const sized = callFields({ more: [["content-length", "3"]] });

export const resets: readonly Attack[] = [
  {
    id: "A1",
    name: "rapid reset: HEADERS, RST_STREAM, again (CVE-2023-44487)",
    expected: /^GOAWAY ENHANCE_YOUR_CALM too_many_resets/,
    run: eachStream((id) => bytes(headers(id, echo), rstStream(id, 8))),
  },
  {
    id: "A1",
    name: "rapid reset of handlers that do not end by themselves",
    expected: /^GOAWAY ENHANCE_YOUR_CALM too_many_resets/,
    run: eachStream((id) => bytes(headers(id, wait), data(id, "\0\0\0\0\0", { endStream: true }), rstStream(id, 8))),
  },
  {
    id: "A2",
    name: "MadeYouReset: WINDOW_UPDATE of 0 (CVE-2025-8671)",
    expected: /^GOAWAY ENHANCE_YOUR_CALM too_many_(stream_errors|window_updates|control_replies)/,
    run: eachStream((id) => bytes(headers(id, wait), windowUpdate(id, 0))),
  },
  {
    id: "A2",
    name: "MadeYouReset: a window made larger than 2^31-1",
    expected: /^GOAWAY ENHANCE_YOUR_CALM too_many_(stream_errors|window_updates|control_replies)/,
    run: eachStream((id) => bytes(headers(id, wait), windowUpdate(id, 0x7fff_ffff))),
  },
  {
    id: "A2",
    name: "MadeYouReset: DATA after END_STREAM",
    // The second where a reply has ended before the DATA came.
    expected: /^GOAWAY (ENHANCE_YOUR_CALM too_many_(stream_errors|control_replies)|STREAM_CLOSED)/,
    run: eachStream((id) => bytes(headers(id, wait, { endStream: true }), data(id, "more"))),
  },
  {
    id: "A2",
    name: "MadeYouReset: more data than content-length says",
    expected: /^GOAWAY ENHANCE_YOUR_CALM too_many_(stream_errors|control_replies)/,
    run: eachStream((id) => bytes(headers(id, sized), data(id, "four"))),
  },
  {
    id: "A2",
    name: "streams beyond SETTINGS_MAX_CONCURRENT_STREAMS, all refused",
    expected: /^GOAWAY ENHANCE_YOUR_CALM too_many_(stream_errors|control_replies)/,
    run: eachStream((id) => headers(id, wait)),
  },
];
