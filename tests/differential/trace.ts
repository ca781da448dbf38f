// A seeded conversation between a client and a server engine, recorded as what each sent and got, in order, and what its two
// applications make of it: what another implementation has to see as well.
import { crc32 } from "node:zlib";
import { REPLIES } from "../simulation/application.ts";
import { contentOf } from "../simulation/content.ts";
import type { Link } from "../simulation/link.ts";
import { World } from "../simulation/world.ts";
import { type Fields, requestFields } from "../support/frames.ts";
import { toHex } from "../fuzz/corpus.ts";

export type Step = readonly [end: 0 | 1, kind: "sent" | "got", octets: string];

/** One direction of a stream that came to its end. */
export interface Content {
  readonly headers: Fields | null;
  readonly octets: number;
  readonly crc: number;
  readonly trailers: Fields | null;
}

export interface Trace {
  readonly steps: readonly Step[];
  /** By stream: what has to have arrived whole. */
  readonly requests: ReadonlyMap<number, Content>;
  readonly replies: ReadonlyMap<number, Content>;
}

/** Steps of a conversation before it is brought to its end. */
const STEPS = 80;

/** Makes the trace of a seed. */
export function traceOf(seed: number): Trace {
  const steps: Step[] = [];
  const world = new World({
    seed,
    isHostile: false,
    record: (end, kind, octets) => void steps.push([end, kind, toHex(octets)]),
  });
  world.run(Array.from({ length: STEPS }, (_, index) => index));
  const [link] = world.links as [Link];
  const contents = [new Map<number, Content>(), new Map<number, Content>()] as const;
  for (const which of [0, 1] as const) {
    for (const [id, side] of link.applications[which]!.sides) {
      if (!side.endReceived) continue;
      const peer = link.applications[1 - which]!.sides.get(id)!;
      const crc = crc32(contentOf(side.call!.number, which === 0 ? 1 : 0, 0, side.received));
      const headers = which === 0
        ? REPLIES[link.applications[1].replies.get(id)!]!
        : requestFields(`/a/${side.call!.number % 3}`, side.call!.fields);
      contents[which].set(id, { headers, octets: side.received, crc, trailers: peer.trailers ?? null });
    }
  }
  return { steps, requests: contents[1], replies: contents[0] };
}
