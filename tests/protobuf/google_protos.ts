// The codec on real schemas: a generated message of every type of google-proto-files, its bytes and its JSON as protobuf-es has
// them, both ways. `npm run google-protos`; followed by the path of a descriptor set, that one's.
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  createFileRegistry,
  type DescMessage,
  fromBinary,
  fromJsonString,
  type Message,
  toBinary,
  toJsonString,
} from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { MessageCodec } from "../../src/codec/message_codec.ts";
import { protobufShape } from "../../src/codec/protobuf_shape.ts";
import { Writer } from "../../src/wire/writer.ts";
import { Random } from "../simulation/random.ts";
import { randomMessage } from "./random_schema.ts";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const DEPTH = 2;

const writer = new Writer();
const messages = [...typesOf(process.argv[2] === undefined ? build() : readFileSync(process.argv[2]))].filter((desc) =>
  desc.typeName !== "google.protobuf.Any"
);
let inJson = 0;
for (const [index, desc] of messages.entries()) {
  const message = randomMessage(new Random(index + 1), desc, DEPTH);
  try {
    if (compare(desc, message)) inJson++;
  } catch (error) {
    throw new Error(`${desc.typeName}: ${(error as Error).message}`, { cause: error });
  }
}
console.log(
  `${messages.length} messages of google-proto-files, ${inJson} of them in JSON: all as protobuf-es has them`,
);

/** Its protos as descriptors. Those of protobuf itself come from buf, which would find them twice. */
function build(): Uint8Array {
  const work = mkdtempSync(join(tmpdir(), "google-protos-"));
  try {
    const from = join(ROOT, "node_modules", "google-proto-files");
    for (const folder of ["google", "grafeas"]) {
      cpSync(join(from, folder), join(work, "protos", folder), {
        recursive: true,
        filter: (path) => path !== join(from, "google", "protobuf"),
      });
    }
    const image = join(work, "image.binpb");
    const buf = join(ROOT, "node_modules", ".bin", "buf");
    execFileSync(buf, ["build", join(work, "protos"), "--as-file-descriptor-set", "-o", image], { stdio: "inherit" });
    return readFileSync(image);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function* typesOf(image: Uint8Array): Generator<DescMessage, void> {
  for (const type of createFileRegistry(fromBinary(FileDescriptorSetSchema, image))) {
    if (type.kind === "message") yield type;
  }
}

/** Compares bytes, then JSON where protobuf-es can say the message in it; answers whether it can. */
function compare(desc: DescMessage, message: Message): boolean {
  const codec = new MessageCodec(protobufShape(desc), writer);
  const bytes = codec.toBinary(message).slice();
  same(hex(bytes), hex(toBinary(desc, message)), "bytes");
  same(hex(toBinary(desc, codec.fromBinary(bytes) as Message)), hex(bytes), "bytes read");
  let es: string;
  try {
    es = toJsonString(desc, message);
  } catch {
    return false;
  }
  const json = codec.toJson(message);
  same(JSON.stringify(JSON.parse(json)), JSON.stringify(JSON.parse(es)), "JSON");
  same(hex(toBinary(desc, codec.fromJson(es) as Message)), hex(toBinary(desc, fromJsonString(desc, es))), "JSON read");
  return true;
}

function same(actual: string, expected: string, what: string): void {
  if (actual !== expected) throw new Error(`${what}\n  ${actual}\n  ${expected}`);
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex");
}
