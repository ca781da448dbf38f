// The codec against protobuf-es and against Python's protobuf: random messages of random schemas, bytes and
// JSON equal both ways, and changed bytes accepted or refused alike. `npm run codec-differential -- --messages 20000`.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { type DescMessage, fromBinary, fromJsonString, type Message, toBinary, toJsonString } from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import { MessageCodec } from "../../src/codec/message_codec.ts";
import { protobufShape } from "../../src/codec/protobuf_shape.ts";
import { WireError } from "../../src/wire/wire_error.ts";
import { Writer } from "../../src/wire/writer.ts";
import { mutate } from "../fuzz/mutate.ts";
import { Random } from "../simulation/random.ts";
import { hasStrangeEntry } from "./map_entries.ts";
import { randomMessage, randomSchema } from "./random_schema.ts";

const HELP = `usage: npm run codec-differential -- [options]

Compares Sigil's codec with protobuf-es and Python's protobuf, over random messages of random schemas:
 the bytes and the JSON of each, read by the others; and bytes changed at random, accepted or refused alike.

  --messages N   how many (default: 20000)
  --seed N       where to begin (default: 1)
  --python FILE  the Python to use, with the package protobuf, or none (default: .ci/cache/python/bin/python, else python3)
  --help         this text
`;

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
/** Messages of one schema. */
const A_SCHEMA = 20;

const { values } = parseArgs({
  options: {
    messages: { type: "string", default: "20000" },
    seed: { type: "string", default: "1" },
    python: { type: "string" },
    help: { type: "boolean" },
  },
});

interface Peer {
  check(file: string, typeName: string, bytes: Uint8Array, json: string, changed: Uint8Array): Promise<PeerAnswer>;
  close(): void;
}
interface PeerAnswer {
  readonly bytes: string;
  readonly json: string;
  readonly jsonBytes: string;
  readonly accepts: boolean;
  readonly changed: string;
}

const writer = new Writer();

if (values.help) process.stdout.write(HELP);
else await main(Number(values.messages), Number(values.seed));

async function main(messages: number, firstSeed: number): Promise<void> {
  const python = values.python === "none" ? undefined : startPython();
  const counts = { messages: 0, python: 0, refused: 0, changed: 0, stricter: 0, laxer: 0, entries: 0, zeros: 0 };
  for (let seed = firstSeed; counts.messages < messages; seed++) {
    const random = new Random(seed);
    const { file, messages: descs } = randomSchema(random);
    const fileBytes = Buffer.from(toBinary(FileDescriptorProtoSchema, file)).toString("base64");
    for (let i = 0; i < A_SCHEMA && counts.messages < messages; i++) {
      const desc = descs[random.below(descs.length)];
      const where = `seed ${seed}, message ${i} (${desc.typeName}, ${file.syntax || "editions"})`;
      const message = randomMessage(random, desc, 3);
      const { bytes, json } = compareWithEs(desc, message, where);
      const changed = mutate(random, bytes);
      const read = compareChanged(desc, changed, counts);
      counts.messages++;
      if (!python) continue;
      const answer = await python.check(fileBytes, desc.typeName, bytes, json, changed);
      const difference = comparePython(desc, answer, bytes, json, changed, read, where);
      if (difference) counts[difference]++;
      counts.python++;
    }
    if (seed % 200 === 0) process.stderr.write(`${counts.messages} messages\n`);
  }
  python?.close();
  console.log(
    `${counts.messages} messages as protobuf-es has them, ${counts.python} as Python's protobuf. Of ${counts.changed} changed ` +
      `ones ${counts.refused} refused; protobuf-es accepts ${counts.stricter} of these and refuses ${counts.laxer} of the ` +
      "others, as it reads a known field of another wire type like its own, and values past the end of their message. Of " +
      `${counts.entries} Python keeps or writes entries of maps its own way, for what is in them beside one key and one value; ` +
      `${counts.zeros} it accepts with a field 0 within an unknown group.`,
  );
}

function codecOf(desc: DescMessage): MessageCodec {
  return new MessageCodec(protobufShape(desc), writer);
}

function compareWithEs(desc: DescMessage, message: Message, where: string): { bytes: Uint8Array; json: string } {
  const codec = codecOf(desc);
  const bytes = codec.toBinary(message).slice();
  same(hex(bytes), hex(toBinary(desc, message)), `${where}: bytes`);
  const read = codec.fromBinary(bytes) as Message;
  same(hex(toBinary(desc, read)), hex(bytes), `${where}: read and written`);
  const json = codec.toJson(message);
  // Minus zero is written as it is by Sigil, as zero by JSON.stringify; both are read by both.
  const es = toJsonString(desc, message);
  same(JSON.stringify(JSON.parse(json)), JSON.stringify(JSON.parse(es)), `${where}: JSON`);
  same(hex(toBinary(desc, codec.fromJson(json) as Message)), hex(bytes), `${where}: JSON read`);
  same(hex(toBinary(desc, fromJsonString(desc, json))), hex(bytes), `${where}: JSON read by protobuf-es`);
  return { bytes, json };
}

function compareChanged(
  desc: DescMessage,
  changed: Uint8Array,
  counts: { changed: number; refused: number; stricter: number; laxer: number },
): Message | WireError {
  counts.changed++;
  let es: Message | undefined;
  try {
    es = fromBinary(desc, changed);
  } catch {
    es = undefined;
  }
  try {
    const own = codecOf(desc).fromBinary(changed) as Message;
    if (!es) counts.laxer++;
    return own;
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    counts.refused++;
    if (es) counts.stricter++;
    return error;
  }
}

function comparePython(
  desc: DescMessage,
  answer: PeerAnswer,
  bytes: Uint8Array,
  json: string,
  changed: Uint8Array,
  read: Message | WireError,
  where: string,
): "entries" | "zeros" | undefined {
  const codec = codecOf(desc);
  const again = (text: string): string =>
    hex(codec.toBinary(codec.fromBinary(fromHex(text)), 0, { deterministic: true }));
  const own = hex(codec.toBinary(codec.fromBinary(bytes), 0, { deterministic: true }));
  same(again(answer.bytes), own, `${where}: bytes by way of Python`);
  same(again(answer.jsonBytes), own, `${where}: Sigil's JSON read by Python: ${json}`);
  const fromJson = codec.fromJson(answer.json);
  same(hex(codec.toBinary(fromJson, 0, { deterministic: true })), own, `${where}: Python's JSON ${answer.json}`);
  const isRefused = read instanceof WireError;
  if (answer.accepts === isRefused) {
    // As C++ and Go do, Sigil refuses field 0 wherever it is; Python passes over what is in a group that it does not know.
    if (isRefused && read.message.includes("is of field 0")) return "zeros";
    throw new Error(
      `${where}: ${hex(changed)} is ${answer.accepts ? "accepted" : "refused"} by Python, and not by Sigil`,
    );
  }
  if (!isRefused) {
    const changedOwn = hex(codec.toBinary(read, 0, { deterministic: true }));
    const python = again(answer.changed);
    if (python !== changedOwn && hasStrangeEntry(desc, changed)) return "entries";
    same(python, changedOwn, `${where}: changed bytes ${hex(changed)} by way of Python`);
  }
  return undefined;
}

function same(actual: string, expected: string, what: string): void {
  if (actual !== expected) throw new Error(`${what}\n  ${actual}\n  ${expected}`);
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex");
}

function fromHex(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, "hex"));
}

function startPython(): Peer | undefined {
  const cached = join(ROOT, ".ci/cache/python/bin/python");
  const command = values.python ?? (existsSync(cached) ? cached : "python3");
  const child = spawn(command, [join(ROOT, "tests/protobuf/peer.py")], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  let missing = false;
  child.on("error", () => missing = true);
  child.stdin.on("error", () => {});
  return {
    async check(file, typeName, bytes, json, changed) {
      child.stdin.write(JSON.stringify({ file, typeName, bytes: hex(bytes), json, changed: hex(changed) }) + "\n");
      const line = await lines.next();
      if (line.done || missing) {
        throw new Error(`${command} ended. Has it the package protobuf? Else pass another by --python.`);
      }
      const answer = JSON.parse(line.value) as PeerAnswer & { error?: string };
      if (answer.error) throw new Error(`Python: ${answer.error}`);
      return answer;
    },
    close: () => child.stdin.end(),
  };
}
