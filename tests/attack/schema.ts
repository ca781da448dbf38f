// B11: reflection and health, which anybody may ask where the app has them.
import { bytes, data, headers, windowUpdate } from "../support/frames.ts";
import { type Attack, streamIds } from "./attack.ts";
import { call, callFields, callOn, envelope, parcel } from "./call.ts";

const REFLECTION = "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo";
const WATCH = "/grpc.health.v1.Health/Watch";

/** Watchers that one connection may have, and as many connections that more than 1000 watch. */
const WATCHERS = 250;
const CONNECTIONS = 5;

/** The attacks. */
export const schemaAttacks: readonly Attack[] = [
  {
    id: "B11",
    name: "reflection: 2,000 files asked for on one stream",
    expected: /^HTTP 200 grpc-status 8 a stream may ask for 100 files/,
    async run(scene) {
      const question = envelope(parcel([4, "live.v1.Target"]));
      const wire = await scene.greet({ initialWindowSize: 1_000_000 });
      await wire.write(windowUpdate(0, 1_000_000));
      const body = bytes(...Array.from({ length: 2_000 }, () => question));
      const told = await callOn(wire, 1, { path: REFLECTION, body }, scene.leftMs);
      return told;
    },
  },
  {
    id: "B11",
    name: "reflection: a question of 1 MiB",
    expected: /^HTTP 200 grpc-status 8/,
    run: (scene) => call(scene, { path: REFLECTION, body: envelope(new Uint8Array(0), 0, 1 << 20), ends: false }),
  },
  {
    id: "B11",
    name: "health: 1,250 watchers, of which 1,000 may",
    once: true,
    // 1,250 calls at once are work like any other: some 30 us each.
    freeMs: 60,
    expected: /^1000 watch, HTTP 200 grpc-status 8 1000 callers watch already/,
    async run(scene) {
      const wires = await Promise.all(Array.from({ length: CONNECTIONS }, () => scene.greet()));
      const last = streamIds(1, WATCHERS + 1).at(-1)!;
      const request = envelope(new Uint8Array(0));
      for (const wire of wires) {
        const ids = streamIds(1, WATCHERS);
        const calls = ids.map((id) =>
          bytes(headers(id, callFields({ path: WATCH })), data(id, request, { endStream: true }))
        );
        await wire.write(bytes(windowUpdate(0, 1_000_000), ...calls));
        await wire.until(() => ids.every((id) => wire.reply(id).head.size > 0), scene.leftMs);
      }
      const ended = wires.flatMap((wire) => streamIds(1, WATCHERS).filter((id) => wire.reply(id).ended));
      const told = await callOn(wires.at(-1)!, last, { path: WATCH, body: request }, scene.leftMs);
      return `${WATCHERS * CONNECTIONS - ended.length} watch, ${told}`;
    },
  },
];
