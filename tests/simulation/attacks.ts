// The attacks that are known of HTTP/2, as what an attacker sends in one round; a run repeats rounds until it is thrown out
// or its time is up. The letters are those of docs/proofs.md. Those that only a client can make are for servers alone.
import { encodeBlock } from "../../src/http2/hpack/encoder.ts";
import {
  bytes,
  continuation,
  data,
  type Fields,
  frame,
  goaway,
  headers,
  ping,
  priority,
  requestFields,
  rstStream,
  settings,
  windowUpdate,
} from "../support/frames.ts";
import { madeUpFrame } from "./damage.ts";
import type { Random } from "./random.ts";

/** What an attacker knows when it makes a round. */
export interface AttackRound {
  readonly random: Random;
  /** A stream that is open, as far as the attacker knows. */
  readonly openId: number;
  /** A stream that the attacker may open; another one each time. At a client's end: an open one. */
  newId(): number;
  /** The fields of a request, or of a response where the victim is a client. */
  fields(more?: Fields): Fields;
}

type Attack = (round: AttackRound) => Uint8Array[];

const REQUEST_BLOCK = encodeBlock(requestFields());
const A_PING = ping();
const ZEROS = new Uint8Array(3000);

/** A block that puts one long field into the table, then refers to it `count` times: one octet each. */
function bomb(count: number): Uint8Array {
  // 0x40: with indexing; a name of one octet; a value of 4000 (127 + 3873).
  const literal = bytes([0x40, 1, 0x61, 0x7f, 0xa1, 0x1e], new Uint8Array(4000).fill(0x62));
  return bytes(REQUEST_BLOCK, literal, new Uint8Array(count).fill(0xbe));
}

const RULES_OF_REQUESTS: readonly Fields[] = [
  [[":path", "/"]],
  [[":method", "GET"], [":scheme", "http"], [":path", "no/slash"]],
  [...requestFields(), [":path", "/b"]],
  [...requestFields(), ["connection", "close"]],
  [...requestFields(), ["transfer-encoding", "chunked"]],
  [...requestFields(), ["te", "gzip"]],
  [...requestFields(), ["host", "elsewhere"]],
  [[":method", "CONNECT"]],
  [[":status", "200"]],
  [],
];

/** Against both ends. */
export const ATTACKS: Readonly<Record<string, Attack>> = {
  "A2 faults that are answered with RST_STREAM": ({ random, newId, fields }) => {
    const id = newId();
    const faults = [
      [headers(id, fields()), windowUpdate(id, 0)],
      [headers(id, fields()), windowUpdate(id, 2 ** 31 - 1)],
      [headers(id, fields([["content-length", "1"]])), data(id, "xyz")],
      [headers(id, fields()), priority(id, id)],
      [headers(id, fields(), { endStream: true }), data(id, "x")],
      [headers(id, fields()), frame(2, 0, id, [1])],
    ];
    return random.pick(faults);
  },
  "A3 CONTINUATION without end": ({ random, newId, fields }) => {
    const id = newId();
    const parts = random.percent(50) ? random.below(20) : 7;
    const block = encodeBlock(fields());
    return [
      headers(id, block.slice(0, 2), { endHeaders: false }),
      ...Array.from({ length: parts }, () => continuation(id, ZEROS.subarray(random.percent(50) ? 3000 : 0), false)),
      continuation(id, block.slice(2)),
    ];
  },
  "A4 an HPACK bomb": ({ random, newId, fields }) => {
    const crumbs = Array.from({ length: random.below(200) }, () => ["cookie", ""] as const);
    if (random.percent(50)) return [headers(newId(), fields(crumbs))];
    return [headers(newId(), bomb(random.pick([1, 3, 100, 8000])))];
  },
  "A5 tiny and empty DATA": ({ random, openId }) => [data(openId, random.percent(50) ? "" : "x")],
  "A6 PING and SETTINGS": (
    { random },
  ) => [random.percent(50) ? A_PING : settings({ initialWindowSize: random.below(9) })],
  "A7 PRIORITY": ({ random, openId }) => [priority(random.pick([openId, 1001, 2]), random.below(50))],
  "A8 WINDOW_UPDATE": ({ random, openId }) => [
    windowUpdate(random.pick([0, openId]), random.pick([1, 1, 1, 1, 1, 1, 1, 1, 0, 2 ** 31 - 1])),
  ],
  "A9 reading by the octet": ({ random, openId }) => [
    settings({ initialWindowSize: 0 }),
    windowUpdate(random.pick([0, openId]), 1),
  ],
  "A10 field names and values that are none": ({ random, newId, fields }) => {
    const field = random.pick(
      [["", "a"], ["A", "b"], ["a\0", "b"], ["a", "b\r\nc: d"], ["a", " b"], ["a b", "c"]] as const,
    );
    return [headers(newId(), fields([field]))];
  },
  "A11 stream identifiers": ({ random, fields }) => [
    headers(random.pick([2, 1, 5, 2 ** 31 - 1, 2 ** 30 + 1]), fields(), { endStream: random.percent(50) }),
  ],
  "A13 lengths, padding, unknown types": ({ random, openId, newId, fields }) =>
    random.pick([
      [frame(0, 8, openId, [random.below(9), 0, 0])],
      [data(openId, "abc", { pad: random.below(255) })],
      [headers(newId(), fields(), { pad: random.below(255) })],
      [frame(random.below(256), random.below(256), random.below(4), new Uint8Array(random.below(20)))],
      [Uint8Array.of(0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 1)],
    ]),
  "A14 anything that makes an application fail, or a decoder": ({ random, newId }) => [
    madeUpFrame(random),
    headers(newId(), Uint8Array.from({ length: random.below(30) }, () => random.below(256))),
  ],
  "GOAWAY, again and again": (
    { random },
  ) => [goaway(random.below(9), random.below(14), "x".repeat(random.below(2000)))],
};

/** Against servers. */
export const ATTACKS_OF_CLIENTS: Readonly<Record<string, Attack>> = {
  ...ATTACKS,
  "A1 rapid reset": ({ newId, fields }) => {
    const id = newId();
    return [headers(id, fields()), rstStream(id, 8)];
  },
  "A1 requests beyond the limit": ({ newId, fields }) => [headers(newId(), fields())],
  "A12 pseudo-header fields": ({ random, newId }) => [headers(newId(), random.pick(RULES_OF_REQUESTS))],
};

/** Against clients. */
export const ATTACKS_OF_SERVERS: Readonly<Record<string, Attack>> = {
  ...ATTACKS,
  "interim responses without end": ({ openId }) => [headers(openId, [[":status", "100"]])],
  "pushes": ({ openId }) => [frame(5, 4, openId, [0, 0, 0, 2])],
  "resets of all that is asked": ({ newId }) => [rstStream(newId(), 7)],
};
