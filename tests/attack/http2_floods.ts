// A5 to A8: frames that cost their sender less than their receiver. RFC 9113 10.5; CVE-2019-9511 to 9518.
import { bytes, data, frame, headers, ping, priority, settings, windowUpdate } from "../support/frames.ts";
import { type Attack, type Scene, streamIds } from "./attack.ts";
import { callFields, envelope } from "./call.ts";

const wait = callFields({ path: "/live.v1.Target/Wait" });
const stall = callFields({ path: "/live.v1.Target/Stall" });

/** The same frame many times, in one write. */
function times(count: number, one: Uint8Array): Uint8Array {
  const all = new Uint8Array(one.length * count);
  for (let at = 0; at < all.length; at += one.length) all.set(one, at);
  return all;
}

/** Sends a piece again and again, with or without reading what comes. */
function again(piece: Uint8Array, first: Uint8Array = new Uint8Array(0), reads = true) {
  return async (scene: Scene): Promise<string> => {
    const wire = await scene.greet();
    if (!reads) wire.stopReading();
    await wire.write(first);
    return await scene.flood(wire, () => piece);
  };
}

/** Sends without reading: what the server has not sent, it must not have kept. */
function unread(piece: Uint8Array) {
  return async (scene: Scene): Promise<string> => {
    const wire = await scene.greet();
    wire.stopReading();
    const untilMs = performance.now() + 1500;
    while (performance.now() < untilMs && !wire.isOver) await wire.write(piece, 200);
    // It answers again as soon as it is read from: with what was asked for, or with why it had enough.
    wire.read();
    await wire.until(() => wire.pongs + wire.acks > 1 || wire.isOver, scene.leftMs);
    return wire.goaway === undefined ? `paused the attacker, then ${wire.told()}` : wire.told();
  };
}

export const floods: readonly Attack[] = [
  {
    id: "A5",
    name: "empty DATA (CVE-2019-9518)",
    expected: /^GOAWAY ENHANCE_YOUR_CALM too_many_empty_data_frames/,
    run: again(times(500, data(1, "")), headers(1, wait)),
  },
  {
    id: "A5",
    name: "DATA of nothing but padding",
    expected: /^GOAWAY ENHANCE_YOUR_CALM too_many_empty_data_frames/,
    run: again(times(200, data(1, "", { pad: 255 })), headers(1, wait)),
  },
  {
    id: "A5",
    name: "DATA of one octet, that nobody reads (CVE-2026-84304)",
    expected: /^GOAWAY (ENHANCE_YOUR_CALM too_many_small_data_frames|FLOW_CONTROL_ERROR)|RST_STREAM FLOW_CONTROL_ERROR/,
    run: again(times(1000, data(1, "x")), bytes(headers(1, stall), data(1, envelope(new Uint8Array(0))))),
  },
  {
    id: "A5",
    name: "DATA of one octet on 256 streams that nobody reads",
    expected: /^GOAWAY (ENHANCE_YOUR_CALM too_many_small_data_frames|FLOW_CONTROL_ERROR)/,
    async run(scene) {
      const wire = await scene.greet();
      const ids = streamIds(1, 256);
      await wire.write(bytes(...ids.map((id) => bytes(headers(id, stall), data(id, envelope(new Uint8Array(0)))))));
      return await scene.flood(wire, (round) => times(100, data(ids[round % 256]!, "x")));
    },
  },
  {
    id: "A6",
    name: "PING (CVE-2019-9512)",
    expected: /^GOAWAY ENHANCE_YOUR_CALM too_many_(glitches|control_replies)/,
    run: again(times(1000, ping())),
  },
  {
    id: "A6",
    name: "PING, and the answers are not read",
    expected: /^GOAWAY ENHANCE_YOUR_CALM|^paused the attacker/,
    once: true,
    run: unread(times(1000, ping())),
  },
  {
    id: "A6",
    name: "SETTINGS (CVE-2019-9515)",
    expected: /^GOAWAY ENHANCE_YOUR_CALM too_many_(glitches|control_replies)/,
    run: again(times(1000, settings({ initialWindowSize: 65_535 }))),
  },
  {
    id: "A6",
    name: "SETTINGS, and the answers are not read",
    expected: /^GOAWAY ENHANCE_YOUR_CALM|^paused the attacker/,
    once: true,
    run: unread(times(1000, settings({ initialWindowSize: 65_535 }))),
  },
  {
    id: "A6",
    name: "SETTINGS that moves 256 windows with each frame",
    expected: /^GOAWAY ENHANCE_YOUR_CALM too_many_(glitches|control_replies)/,
    async run(scene) {
      const wire = await scene.greet();
      await wire.write(bytes(...streamIds(1, 256).map((id) => headers(id, wait))));
      const pair = bytes(settings({ initialWindowSize: 0 }), settings({ initialWindowSize: 0x7fff_ffff }));
      return await scene.flood(wire, () => times(100, pair));
    },
  },
  {
    id: "A6",
    name: "SETTINGS of 33 entries",
    expected: /^GOAWAY ENHANCE_YOUR_CALM too_many_settings/,
    run: again(frame(4, 0, 0, times(33, new Uint8Array([0, 99, 0, 0, 0, 0])))),
  },
  {
    id: "A7",
    name: "PRIORITY (CVE-2019-9513)",
    expected: /^GOAWAY ENHANCE_YOUR_CALM too_many_glitches/,
    run: again(times(1000, priority(3, 1))),
  },
  {
    id: "A8",
    name: "WINDOW_UPDATE of the connection by 1",
    expected: /^GOAWAY ENHANCE_YOUR_CALM too_many_window_updates/,
    run: again(times(1000, windowUpdate(0, 1))),
  },
  {
    id: "A8",
    name: "WINDOW_UPDATE of the connection by 0",
    expected: /^GOAWAY PROTOCOL_ERROR/,
    run: again(windowUpdate(0, 0)),
  },
  {
    id: "A8",
    name: "WINDOW_UPDATE of the connection beyond 2^31-1 (CVE-2026-21714)",
    expected: /^GOAWAY FLOW_CONTROL_ERROR/,
    run: again(windowUpdate(0, 0x7fff_ffff)),
  },
  {
    id: "A8",
    name: "data beyond the window of the connection",
    expected: /^GOAWAY FLOW_CONTROL_ERROR/,
    async run(scene) {
      const wire = await scene.greet();
      const ids = streamIds(1, 32);
      const window = times(4, data(1, new Uint8Array(16_300))).length;
      await wire.write(bytes(...ids.map((id) => headers(id, stall))));
      return await scene.flood(wire, (round) => {
        const streamId = ids[round % 32]!;
        return bytes(...Array.from({ length: 4 }, () => data(streamId, new Uint8Array(window / 4 - 9))));
      });
    },
  },
];
