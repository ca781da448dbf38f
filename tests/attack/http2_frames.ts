// A11, A13, A14: stream identifiers, frame sizes and padding, and bytes that are no protocol at all. RFC 9113 4.2, 5.1.1,
// 6.1, 10.3.
import { bytes, data, frame, greeting, headers, preface, settings, settingsAck } from "../support/frames.ts";
import { Random } from "../simulation/random.ts";
import { type Attack, type Scene, streamIds } from "./attack.ts";
import { callFields, callOn, envelope, parcel } from "./call.ts";

const echo = callFields({});
const wait = callFields({ path: "/live.v1.Target/Wait" });

/** A connection for each, of which the server has to be rid in this way; tells of the first that is not. */
async function all(scene: Scene, each: readonly Uint8Array[], expected: RegExp): Promise<string> {
  for (const [index, frames] of each.entries()) {
    const wire = await scene.greet();
    await wire.write(frames);
    await wire.until(() => wire.isOver || wire.resets.size > 0, scene.leftMs);
    const told = wire.told();
    if (!expected.test(told)) return `${told}, for number ${index + 1}`;
  }
  return `all ${each.length} ended`;
}

/** Octets of chance, the same in every run. */
function noise(random: Random, length: number): Uint8Array {
  return Uint8Array.from({ length }, () => random.below(256));
}

export const frameRules: readonly Attack[] = [
  {
    id: "A11",
    name: "stream identifiers: even, going down, used again",
    expected: /^all 3 ended/,
    run: (scene) =>
      all(scene, [
        headers(2, echo),
        bytes(headers(5, wait), headers(3, wait)),
        bytes(headers(1, echo, { endStream: true }), headers(1, echo, { endStream: true })),
      ], /^GOAWAY (PROTOCOL_ERROR|STREAM_CLOSED)|RST_STREAM STREAM_CLOSED/),
  },
  {
    id: "A11",
    name: "the last stream identifier there is",
    expected: /^HTTP 200 grpc-status 0.*, then closed/,
    async run(scene) {
      const wire = await scene.greet();
      const told = await callOn(wire, 0x7fff_ffff, { body: envelope(new Uint8Array(0)) }, scene.leftMs);
      // The server says goodbye; the client answers its PING, and it closes.
      await wire.write(frame(6, 1, 0, wire.lastPing));
      await wire.until(() => wire.isClosed, scene.leftMs);
      return `${told}, then ${wire.told()}`;
    },
  },
  {
    id: "A13",
    name: "frames that are too long, or not as long as their kind is",
    expected: /^all 9 ended/,
    run: (scene) =>
      all(scene, [
        data(1, new Uint8Array(16_385)),
        frame(1, 4, 1, new Uint8Array(16_385)),
        frame(0xbe, 0, 0, new Uint8Array(16_385)),
        frame(3, 0, 1, [0]),
        frame(4, 0, 0, [0]),
        frame(4, 1, 0, new Uint8Array(6)),
        frame(6, 0, 0, [1, 2, 3]),
        frame(7, 0, 0, [0]),
        frame(8, 0, 0, [0]),
      ], /^GOAWAY FRAME_SIZE_ERROR/),
  },
  {
    id: "A13",
    name: "padding as long as its frame, PUSH_PROMISE, frames on the wrong stream",
    expected: /^all 7 ended/,
    run: (scene) =>
      all(scene, [
        bytes(headers(1, wait), frame(0, 8, 1, [5, 1, 2, 3, 4])),
        frame(1, 12, 1, [5, 1, 2, 3, 4]),
        frame(5, 4, 1, [0, 0, 0, 2]),
        frame(4, 0, 1, []),
        frame(6, 0, 1, new Uint8Array(8)),
        data(0, "x"),
        data(1, "x"),
      ], /^GOAWAY PROTOCOL_ERROR/),
  },
  {
    id: "A13",
    name: "frames of unknown types",
    expected: /^GOAWAY ENHANCE_YOUR_CALM too_many_glitches/,
    async run(scene) {
      const wire = await scene.greet();
      const many = bytes(...Array.from({ length: 1000 }, () => frame(0xbe, 0, 0, [])));
      return await scene.flood(wire, () => many);
    },
  },
  {
    id: "A13",
    name: "2 MiB with as much padding, none of which is lost to the windows",
    expected: /^HTTP 200 grpc-status 0/,
    async run(scene) {
      const wire = await scene.greet();
      await wire.write(headers(1, callFields({ path: "/live.v1.Target/Sum" })));
      const piece = envelope(parcel([2, new Uint8Array(230)]));
      for (let sent = 0; sent < 8192; sent++) {
        if (!await wire.spend(1, piece.length + 256, scene.leftMs)) return `no window after ${sent} frames`;
        await wire.write(data(1, piece, { pad: 255 }));
      }
      await wire.write(data(1, "", { endStream: true }));
      const reply = wire.reply(1);
      await wire.until(() => reply.ended, scene.leftMs);
      return `HTTP ${reply.head.get(":status")} grpc-status ${reply.trailers.get("grpc-status")}`;
    },
  },
  {
    id: "A14",
    name: "what is no HTTP at all: noise, a TLS handshake, a broken preface, frames before SETTINGS",
    once: true,
    expected: /^all ended/,
    async run(scene) {
      const random = new Random(14);
      const openings: Uint8Array[] = [
        bytes([0x16, 3, 1, 2, 0, 1], noise(random, 506)),
        bytes(preface().subarray(0, 20), noise(random, 20)),
        bytes(preface(), headers(1, echo)),
        bytes(preface(), settingsAck()),
        bytes(preface(), noise(random, 500)),
        ...Array.from({ length: 50 }, () => noise(random, 1 + random.below(300))),
      ];
      const wires = await Promise.all(openings.map(async (opening) => {
        const wire = await scene.connect();
        await wire.write(opening);
        return wire;
      }));
      await Promise.all(wires.map((wire) => wire.over(scene.leftMs)));
      const open = wires.findIndex((wire) => !wire.isOver);
      return open < 0 ? "all ended" : `number ${open + 1} is open`;
    },
  },
  {
    id: "A14",
    name: "header blocks, and frames of all kinds, of noise",
    expected: /^\d+ of 60 ended, the others were answered/,
    async run(scene) {
      const random = new Random(1414);
      let ended = 0;
      for (let round = 0; round < 60; round++) {
        const wire = await scene.greet();
        const frames = Array.from({ length: 20 }, () => {
          const length = random.below(40);
          return frame(random.below(11), random.below(64), random.below(12), noise(random, length));
        });
        await wire.write(round % 2 === 0 ? frame(1, 5, 1, noise(random, 1 + random.below(60))) : bytes(...frames));
        // Where the noise happened to make sense, the connection goes on as any other.
        await wire.write(bytes(frame(9, 4, 1, []), frame(6, 0, 0, new Uint8Array(8))));
        await wire.until(() => wire.pongs > 0 || wire.isOver, scene.leftMs);
        if (wire.isOver) ended++;
        else if (wire.pongs === 0) return `number ${round + 1} hangs: ${wire.told()}`;
        wire.destroy();
      }
      return `${ended} of 60 ended, the others were answered`;
    },
  },
  {
    id: "A14",
    name: "20 connections that vanish with 200 calls each under way",
    expected: /^vanished/,
    async run(scene) {
      await Promise.all(Array.from({ length: 20 }, async () => {
        const wire = await scene.greet();
        await wire.write(bytes(...streamIds(1, 200).map((id) => headers(id, wait, { endStream: id % 4 === 1 }))));
        await wire.until(() => wire.acks > 0, scene.leftMs);
        wire.destroy();
      }));
      return "vanished";
    },
  },
  {
    id: "A14",
    name: "frames after GOAWAY, for as long as the server lets them come (CVE-2026-48937)",
    once: true,
    expected: /^GOAWAY PROTOCOL_ERROR.*, closed$/,
    async run(scene) {
      const wire = await scene.connect();
      await wire.write(bytes(greeting(), settings({}), data(0, "x")));
      while (!wire.isClosed && scene.leftMs > 0) {
        await wire.write(new Uint8Array(65_536));
        await wire.until(() => wire.isClosed, 5);
      }
      return `${wire.told()}, ${wire.isClosed ? "closed" : "open"}`;
    },
  },
];
