// Our HPACK coders against other people's, both ways: seeded connections with changing table sizes are encoded by us and
// decoded by the peer, and the other way round.
//   npx tsx tests/interop/hpack_peers.ts [go] [python] [nghttp2]
// Needs Go (`go run` gets golang.org/x/net by itself), Python with `python3 -m pip install hpack`, and libnghttp2; PYTHON
// names another interpreter. Without a name all are run; one that is missing is an error.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { HeaderList } from "../../src/http/exchange.ts";
import { HpackDecoder } from "../../src/http2/hpack/decoder.ts";
import { encodeBlock, HpackEncoder } from "../../src/http2/hpack/encoder.ts";
import { HpackError } from "../../src/http2/hpack/hpack_error.ts";
import { fromHex, toHex } from "../http2/hpack/hex.ts";
import { newRandom } from "../http2/hpack/random.ts";

const CONNECTIONS = 300;
const BLOCKS = 30;
const FOLDER = fileURLToPath(new URL("./hpack/", import.meta.url));

interface Step {
  readonly tableSize: number | null;
  readonly huffman: boolean;
  readonly wire: string;
  readonly list: readonly (readonly [name: string, value: string])[];
}

interface Answer {
  readonly decoded: readonly (readonly [name: string, value: string])[];
  readonly encoded: string;
}

type Random = (below: number) => number;

const PEERS: Readonly<Record<string, () => { command: string; args: string[] }>> = {
  go: () => ({ command: "go", args: ["run", "."] }),
  python: () => ({ command: process.env["PYTHON"] ?? "python3", args: ["peer.py"] }),
  nghttp2: () => ({ command: process.env["PYTHON"] ?? "python3", args: ["nghttp2.py"] }),
};

function octetsToHex(text: string): string {
  return toHex(Uint8Array.from(text, (character) => character.charCodeAt(0)));
}

function randomValue(random: Random): string {
  switch (random(5)) {
    case 0:
      return String.fromCharCode(...Array.from({ length: random(200) }, () => random(256)));
    case 1:
      return "v".repeat(random(3000));
    case 2:
      return `${random(100)}`;
    default:
      return ["POST", "/shop.v1.Orders/Place", "application/grpc", "trailers", "200", ""][random(6)]!;
  }
}

function randomList(random: Random): HeaderList {
  const names = [":method", ":path", "content-type", "te", "authorization", "cookie", "grpc-timeout", "x-a", "x-b-bin"];
  return Array.from({ length: random(10) }, () => [names[random(names.length)]!, randomValue(random)] as const);
}

function randomConnection(random: Random, options: { tableSize: number; huffman: boolean }): Step[] {
  const encoder = new HpackEncoder(options);
  return Array.from({ length: BLOCKS }, () => {
    const tableSize = random(6) === 0 ? [0, 50, 300, 4096, 65536][random(5)]! : null;
    if (tableSize !== null) encoder.setPeerTableSize(tableSize);
    const list = randomList(random);
    const out = new Uint8Array(encoder.maxEncodedLength(list));
    let end: number;
    if (random(4) === 0) {
      // A block made once, behind the size updates that are due.
      const block = encodeBlock(list);
      end = encoder.writeSizeUpdates(out, 0);
      out.set(block, end);
      end += block.length;
    } else {
      end = encoder.encode(list, out, 0);
    }
    return {
      tableSize,
      huffman: options.huffman,
      wire: toHex(out.subarray(0, end)),
      list: list.map(([name, value]) => [octetsToHex(name), octetsToHex(value)] as const),
    };
  });
}

function run(name: string, connections: readonly Step[][]): void {
  const { command, args } = PEERS[name]!();
  const output = execFileSync(command, args, {
    cwd: FOLDER,
    input: JSON.stringify(connections),
    maxBuffer: 1 << 28,
    encoding: "utf8",
    stdio: ["pipe", "pipe", "inherit"],
  });
  const answers = JSON.parse(output) as Answer[][];
  assert.equal(answers.length, connections.length);
  let blocks = 0;
  for (const [index, steps] of connections.entries()) {
    const decoder = new HpackDecoder({ maxTableSize: 4096, maxHeaderListSize: 1 << 20, maxFields: 128 });
    for (const [number, step] of steps.entries()) {
      const answer = answers[index]![number]!;
      const where = `${name}, connection ${index}, block ${number}`;
      assert.deepEqual(answer.decoded, step.list, `${where}: what the peer decoded`);
      if (step.tableSize !== null) decoder.setMaxTableSize(step.tableSize);
      const wire = fromHex(answer.encoded);
      const list = decoder.decode(wire, 0, wire.length);
      if (list instanceof HpackError) assert.fail(`${where}: ${list.message}: ${answer.encoded}`);
      const decoded = list.map(([field, value]) => [octetsToHex(field), octetsToHex(value)]);
      assert.deepEqual(decoded, step.list, `${where}: what we decoded`);
      blocks++;
    }
  }
  console.log(`${name}: ${blocks} blocks each way`);
}

const asked = process.argv.slice(2);
const random = newRandom(1981);
const connections = Array.from(
  { length: CONNECTIONS },
  () => randomConnection(random, { tableSize: [0, 0, 256, 4096][random(4)]!, huffman: random(2) === 0 }),
);
for (const name of asked.length > 0 ? asked : Object.keys(PEERS)) {
  if (PEERS[name] === undefined) {
    throw new Error(`There is no peer ${name}; there are ${Object.keys(PEERS).join(", ")}.`);
  }
  run(name, connections);
}
