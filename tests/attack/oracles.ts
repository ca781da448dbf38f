// B12: what the length of a reply tells of a secret in it. CRIME and BREACH (CVE-2012-4929, CVE-2013-3587): a stranger's text is
// compressed together with a secret, and the reply is shorter where both are alike. RFC 7541 7.1 says the same of HPACK's table.
import { type Attack, type Scene, streamIds } from "./attack.ts";
import { callOn, type CallOptions, envelope, parcel, type Protocol } from "./call.ts";
import type { Wire } from "./wire.ts";
import { SECRET } from "../load/service.ts";

/** More than 1 KiB, from where on messages are compressed; without a pattern, so that only the guess can be found again. */
const filler = Array.from({ length: 300 }, (_, index) => Math.imul(index + 1, 0x9e3779b1) >>> 0).join(" ");
const GUESSES = [SECRET, SECRET.split("").reverse().join("")].map((guess) => parcel([1, `${filler} ${guess}`]));

const ACCEPTING: { readonly [P in Protocol]?: string } = {
  grpc: "grpc-accept-encoding",
  "grpc-web": "grpc-accept-encoding",
  connect: "accept-encoding",
};

/** Octets of the replies to the right guess and to the wrong one. */
async function lengths(scene: Scene, wire: Wire, ids: number[], protocol: Protocol, path: string): Promise<number[]> {
  const found: number[] = [];
  for (const message of GUESSES) {
    const id = ids.shift()!;
    const body = protocol === "connect" ? message : envelope(message);
    const options: CallOptions = { protocol, path, more: [[ACCEPTING[protocol]!, "gzip"]], body };
    const told = await callOn(wire, id, options, scene.leftMs);
    if (!told.startsWith("HTTP 200")) throw new Error(told);
    found.push(wire.reply(id).body.reduce((octets, piece) => octets + piece.length, 0));
  }
  return found;
}

export const oracles: readonly Attack[] = [
  {
    id: "B12",
    name: "guesses beside a secret, compressed where the handler allows it and where it does not",
    expected: /^3 of 3 tell, 0 of 3 tell/,
    async run(scene) {
      const wire = await scene.greet();
      const ids = streamIds(1, 12);
      const told: string[] = [];
      for (const path of ["/live.v1.Target/Blab", "/live.v1.Target/Whisper"]) {
        let telling = 0;
        for (const protocol of ["grpc", "grpc-web", "connect"] as const) {
          const [right, wrong] = await lengths(scene, wire, ids, protocol, path);
          if (right !== wrong) telling++;
        }
        told.push(`${telling} of 3 tell`);
      }
      return told.join(", ");
    },
  },
  {
    id: "B12",
    name: "a value of metadata that was sent before, which a table of headers would make shorter",
    expected: /^as long as before/,
    async run(scene) {
      const wire = await scene.greet();
      const octets: number[] = [];
      for (const id of streamIds(1, 4)) {
        const before = wire.traffic.received;
        await callOn(wire, id, { path: "/live.v1.Target/Mark", body: envelope(parcel([1, SECRET])) }, scene.leftMs);
        octets.push(wire.traffic.received - before);
      }
      // The first one comes with what the connection begins with.
      const [, second, ...others] = octets;
      return others.every((count) => count === second) ? "as long as before" : `${octets.join(", ")} octets`;
    },
  },
];
