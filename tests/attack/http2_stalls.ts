// A9: peers that take their time: that say nothing, say it octet by octet, or do not read what they asked for. RFC 9113
// 10.5; CVE-2019-9511, CVE-2019-9517. The timeouts are those of the server of this script, see run.ts.
import { bytes, data, headers, preface, windowUpdate } from "../support/frames.ts";
import { type Attack, type Scene, streamIds } from "./attack.ts";
import { callFields, envelope, parcel, varint } from "./call.ts";

const repeat = callFields({ path: "/live.v1.Target/Repeat" });

/** Asks for a million messages of 1 KiB on each of these streams. */
function greed(ids: readonly number[]): Uint8Array {
  const wish = envelope(bytes(parcel([2, new Uint8Array(1024)]), [6 << 3], varint(1_000_000)));
  return bytes(...ids.map((id) => bytes(headers(id, repeat), data(id, wish, { endStream: true }))));
}

/** Sends a text octet by octet, until the server has had enough. */
async function drip(scene: Scene, octets: Uint8Array, isHttp2: boolean): Promise<string> {
  const wire = await scene.connect(isHttp2);
  for (let at = 0; !wire.isOver && scene.leftMs > 0; at = (at + 1) % octets.length) {
    await wire.write(octets.subarray(at, at + 1));
    await wire.over(Math.min(100, scene.leftMs));
  }
  return wire.told();
}

export const stalls: readonly Attack[] = [
  {
    id: "A9",
    name: "1,000 connections that say nothing",
    once: true,
    expected: /^1000 closed/,
    async run(scene) {
      const wires = await Promise.all(Array.from({ length: 1000 }, () => scene.connect(false)));
      await Promise.all(wires.map((wire) => wire.over(scene.leftMs)));
      return `${wires.filter((wire) => wire.isClosed).length} closed`;
    },
  },
  {
    id: "A9",
    name: "the preface, and no SETTINGS",
    once: true,
    expected: /^GOAWAY PROTOCOL_ERROR/,
    async run(scene) {
      const wire = await scene.connect();
      await wire.write(preface());
      await wire.over(scene.leftMs);
      return wire.told();
    },
  },
  {
    id: "A9",
    name: "our SETTINGS are never acknowledged",
    once: true,
    expected: /^GOAWAY SETTINGS_TIMEOUT/,
    async run(scene) {
      const wire = await scene.connect();
      await wire.write(bytes(preface(), [0, 0, 0, 4, 0, 0, 0, 0, 0]));
      await wire.over(scene.leftMs);
      return wire.told();
    },
  },
  {
    id: "A9",
    name: "slowloris: the head of an HTTP/1.1 request, octet by octet",
    once: true,
    expected: /^closed|^HTTP\/1.1 4/,
    run: (scene) => drip(scene, new TextEncoder().encode(`GET / HTTP/1.1\r\n${"x-slow: 1\r\n".repeat(1000)}`), false),
  },
  {
    id: "A9",
    name: "the preface, octet by octet",
    once: true,
    expected: /^closed|^GOAWAY/,
    async run(scene) {
      const wire = await scene.connect();
      for (const octet of preface().subarray(0, 23)) {
        if (wire.isOver) break;
        await wire.write(new Uint8Array([octet]));
        await wire.over(Math.min(90, scene.leftMs));
      }
      await wire.over(scene.leftMs);
      return wire.told();
    },
  },
  {
    id: "A9",
    name: "data dribble: 250 replies without end, windows that open by one octet",
    once: true,
    expected: /RST_STREAM CANCEL/,
    async run(scene) {
      const wire = await scene.greet({ initialWindowSize: 0 });
      const ids = streamIds(1, 250);
      await wire.write(greed(ids));
      while (!wire.isOver && wire.resets.size === 0 && scene.leftMs > 0) {
        await wire.write(bytes(...ids.map((id) => windowUpdate(id, 1))));
        await wire.until(() => wire.resets.size > 0, Math.min(500, scene.leftMs));
      }
      return wire.told();
    },
  },
  {
    id: "A9",
    name: "internal data buffering: wide windows, 250 replies without end, nothing is read",
    once: true,
    expected: /RST_STREAM CANCEL|^closed/,
    async run(scene) {
      const wire = await scene.greet({ initialWindowSize: 0x7fff_ffff });
      wire.stopReading();
      await wire.write(bytes(windowUpdate(0, 0x7fff_0000 - 65_535), greed(streamIds(1, 250))));
      await new Promise((resolve) => setTimeout(resolve, scene.leftMs - 500));
      wire.read();
      await wire.until(() => wire.resets.size > 0, scene.leftMs);
      return wire.told();
    },
  },
];
