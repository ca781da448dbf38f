// A3, A4: header blocks that never end, or that grow when they are decoded. RFC 9113 6.10, 10.5.1; RFC 7541 7.3.
import { encodeBlock } from "../../src/http2/hpack/encoder.ts";
import { bytes, continuation, type Fields, frame, headers } from "../support/frames.ts";
import { type Attack, type Scene, streamIds } from "./attack.ts";
import { callFields, varint } from "./call.ts";

const wait = callFields({ path: "/live.v1.Target/Wait" });
const start = encodeBlock(callFields({}));

/** A field that goes into the decoder's table (RFC 7541 6.2.1), without Huffman coding. */
function indexed(name: string, value: string): Uint8Array {
  const text = (content: string): Uint8Array => bytes(prefixed(content.length, 7), new TextEncoder().encode(content));
  return bytes([0x40], text(name), text(value));
}

/** An integer of RFC 7541 5.1 with a prefix of so many bits. */
function prefixed(value: number, bits: number): number[] {
  const most = 2 ** bits - 1;
  return value < most ? [value] : [most, ...varint(value - most)];
}

/** One-octet references to the newest entry of the table. */
function references(count: number): Uint8Array {
  return new Uint8Array(count).fill(0x80 | 62);
}

/** A block that stores a field and then names it again and again. */
function bomb(name: string, value: string, count: number): Uint8Array {
  return bytes(start, indexed(name, value), references(count));
}

async function once(scene: Scene, frames: Uint8Array): Promise<string> {
  const wire = await scene.greet();
  return await scene.flood(wire, () => frames, 1);
}

/** HEADERS without its end, then CONTINUATION with this until the server has had enough. */
function continued(fragment: Uint8Array) {
  return async (scene: Scene): Promise<string> => {
    const wire = await scene.greet();
    await wire.write(headers(1, start, { endHeaders: false }));
    return await scene.flood(wire, () => continuation(1, fragment, false), 5000);
  };
}

function many(field: readonly [string, string], count: number): Fields {
  return [...callFields({}), ...new Array<readonly [string, string]>(count).fill(field)];
}

export const headerFloods: readonly Attack[] = [
  {
    id: "A3",
    name: "CONTINUATION without end (CVE-2024-27983)",
    expected: /^GOAWAY ENHANCE_YOUR_CALM too_many_continuations/,
    run: continued(encodeBlock([["x-filler", "y".repeat(64)]])),
  },
  {
    id: "A3",
    name: "CONTINUATION of no octets",
    expected: /^GOAWAY ENHANCE_YOUR_CALM too_many_continuations/,
    run: continued(new Uint8Array(0)),
  },
  {
    id: "A3",
    name: "CONTINUATION of 16 KiB each",
    expected: /^GOAWAY ENHANCE_YOUR_CALM/,
    run: continued(encodeBlock([["x-filler", "y".repeat(16_000)]])),
  },
  {
    id: "A3",
    name: "a header block that is never finished",
    once: true,
    expected: /^GOAWAY ENHANCE_YOUR_CALM/,
    async run(scene) {
      const wire = await scene.greet();
      await wire.write(headers(1, start, { endHeaders: false }));
      await wire.over(scene.leftMs);
      return wire.told();
    },
  },
  {
    id: "A4",
    name: "HPACK bomb: 12,000 references to a field of 4 KB (CVE-2016-6581)",
    expected: /^GOAWAY ENHANCE_YOUR_CALM/,
    run: (scene) => once(scene, headers(1, bomb("x", "y".repeat(4000), 12_000))),
  },
  {
    id: "A4",
    name: "HPACK bomb: 12,000 references to an empty field",
    expected: /^GOAWAY ENHANCE_YOUR_CALM/,
    run: (scene) => once(scene, headers(1, bomb("x", "", 12_000))),
  },
  {
    id: "A4",
    name: "HPACK bomb: 12,000 cookie crumbs (CVE-2026-49975)",
    expected: /^GOAWAY ENHANCE_YOUR_CALM/,
    run: (scene) => once(scene, headers(1, bomb("cookie", "a=b", 12_000))),
  },
  {
    id: "A4",
    name: "129 fields",
    expected: /RST_STREAM ENHANCE_YOUR_CALM/,
    async run(scene) {
      const wire = await scene.greet();
      await wire.write(headers(1, many(["x", "y"], 129)));
      await wire.until(() => wire.resets.size > 0, scene.leftMs);
      return wire.told();
    },
  },
  {
    id: "A4",
    name: "256 streams that hold 12 KiB of headers each, and never end",
    expected: /RST_STREAM REFUSED_STREAM/,
    async run(scene) {
      const wire = await scene.greet({ initialWindowSize: 0 });
      const list: Fields = [...wait, ["x", "y".repeat(8000)], ["z", "y".repeat(4000)]];
      for (const id of streamIds(1, 256)) await wire.write(headers(id, list));
      await wire.until(() => wire.resets.size > 0, scene.leftMs);
      return wire.told();
    },
  },
  {
    id: "A4",
    name: "SETTINGS_HEADER_TABLE_SIZE of 4 GiB, and updates of the table's size beyond what is allowed",
    expected: /^GOAWAY COMPRESSION_ERROR/,
    async run(scene) {
      const wire = await scene.greet({ headerTableSize: 0xffff_ffff });
      return await scene.flood(wire, () => headers(1, bytes([0x3f], varint(1 << 20), start)), 1);
    },
  },
  {
    id: "A4",
    name: "an HPACK integer without end",
    expected: /^GOAWAY COMPRESSION_ERROR/,
    run: (scene) => once(scene, frame(1, 5, 1, new Uint8Array(2000).fill(0xff))),
  },
];
