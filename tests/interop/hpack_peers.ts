// Our HPACK coders against other people's, both ways: seeded connections with changing table sizes are encoded by us and
// decoded by the peer, and the other way round; and both sides have to think the same of blocks that were damaged.
//   npm run hpack-peers -- [go] [python] [nghttp2]
// Needs Go (`go run` gets golang.org/x/net by itself), Python 3 (its packages come into .ci/cache/h2; PYTHON names another
// interpreter), and libnghttp2. Without a name all are run; one that is missing is an error.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { HeaderList } from "../../src/http/exchange.ts";
import { HpackDecoder } from "../../src/http2/hpack/decoder.ts";
import { encodeBlock, HpackEncoder } from "../../src/http2/hpack/encoder.ts";
import { HpackError } from "../../src/http2/hpack/hpack_error.ts";
import { pythonWithH2 } from "../differential/python.ts";
import { fromHex, toHex } from "../http2/hpack/hex.ts";
import { newRandom } from "../http2/hpack/random.ts";

const CONNECTIONS = 300;
const BLOCKS = 30;
const DAMAGED = 20_000;
const FOLDER = fileURLToPath(new URL("./hpack/", import.meta.url));

interface Step {
  readonly tableSize: number | null;
  readonly huffman: boolean;
  readonly wire: string;
  readonly list: readonly (readonly [name: string, value: string])[];
}

/** A list with its strings in hexadecimal, or null for a block that is not valid. */
type Verdict = readonly (readonly [name: string, value: string])[] | null;

interface Answer {
  readonly decoded: readonly (readonly [name: string, value: string])[];
  readonly encoded: string;
}

type Random = (below: number) => number;

interface Peer {
  readonly command: string;
  readonly args: readonly string[];
  /** Our messages for what this peer lets pass though RFC 7541 does not. */
  readonly forgives?: RegExp;
}

const PYTHON = pythonWithH2();

const PEERS: Readonly<Record<string, Peer>> = {
  // Go takes size updates anywhere while its table is empty (RFC 7541 4.2 only at the start).
  go: {
    command: "go",
    args: ["run", "."],
    forgives: /size update after the first field|more than 2 dynamic table size/,
  },
  python: { command: PYTHON, args: ["peer.py"] },
  nghttp2: { command: PYTHON, args: ["nghttp2.py"] },
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

function damagedBlock(random: Random): string {
  const encoder = new HpackEncoder({ tableSize: random(2) * 4096, huffman: random(3) > 0 });
  const list = Array.from({ length: 1 + random(5) }, () => {
    const octets = Array.from({ length: random(30) }, () => random(4) === 0 ? random(256) : 32 + random(90));
    return [[":path", "x-a", "te", "cookie", "content-type"][random(5)]!, String.fromCharCode(...octets)] as const;
  });
  const out = new Uint8Array(encoder.maxEncodedLength(list));
  let end = encoder.encode(list, out, 0);
  for (let damage = 1 + random(2); damage > 0; damage--) {
    const at = random(end);
    if (random(3) === 0) out[at] = random(256);
    else if (random(2) === 0) out[at]! ^= 1 << random(8);
    else end = Math.max(1, at);
  }
  return toHex(out.subarray(0, end));
}

function verdictOf(wire: string): Verdict | HpackError {
  const block = fromHex(wire);
  const decoder = new HpackDecoder({ maxTableSize: 4096, maxHeaderListSize: 1 << 20, maxFields: 128 });
  const list = decoder.decode(block, 0, block.length);
  return list instanceof HpackError
    ? list
    : list.map(([name, value]) => [octetsToHex(name), octetsToHex(value)] as const);
}

function run(name: string, connections: readonly Step[][], damaged: readonly string[]): void {
  const { command, args, forgives } = PEERS[name]!;
  const output = execFileSync(command, args, {
    cwd: FOLDER,
    input: JSON.stringify({ connections, damaged }),
    maxBuffer: 1 << 28,
    encoding: "utf8",
    stdio: ["pipe", "pipe", "inherit"],
  });
  const { answers, verdicts } = JSON.parse(output) as { answers: Answer[][]; verdicts: Verdict[] };
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
  let valid = 0;
  for (const [index, wire] of damaged.entries()) {
    const verdict = verdictOf(wire);
    if (!(verdict instanceof HpackError)) valid++;
    else if (forgives?.test(verdict.message)) continue;
    const expected = verdict instanceof HpackError ? null : verdict;
    assert.deepEqual(verdicts[index], expected, `${name}: the damaged block ${wire}`);
  }
  console.log(`${name}: ${blocks} blocks each way, ${damaged.length} damaged ones of which ${valid} are valid to both`);
}

const asked = process.argv.slice(2);
const random = newRandom(1981);
const connections = Array.from(
  { length: CONNECTIONS },
  () => randomConnection(random, { tableSize: [0, 0, 256, 4096][random(4)]!, huffman: random(2) === 0 }),
);
const damaged = Array.from({ length: DAMAGED }, () => damagedBlock(random));
for (const name of asked.length > 0 ? asked : Object.keys(PEERS)) {
  if (PEERS[name] === undefined) {
    throw new Error(`There is no peer ${name}; there are ${Object.keys(PEERS).join(", ")}.`);
  }
  run(name, connections, damaged);
}
