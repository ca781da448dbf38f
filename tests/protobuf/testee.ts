// What the conformance runner tests: it asks on stdin, a message behind its length, and is answered on stdout. Binary and JSON
// go through Sigil's codec, text through protobuf-es's, which is Sigil's. The descriptors come from the file named first.
import process from "node:process";
import { readFileSync } from "node:fs";
import {
  createFileRegistry,
  type DescMessage,
  fromBinary,
  type JsonWriteOptions,
  type Message,
  type Registry,
} from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { fromText, toText } from "@bufbuild/protobuf/txtpb";
import { MessageCodec } from "../../src/codec/message_codec.ts";
import { protobufShape } from "../../src/codec/protobuf_shape.ts";
import { Writer } from "../../src/wire/writer.ts";

type Fields = { [property: string]: unknown };
interface Case {
  readonly case: string | undefined;
  readonly value: unknown;
}

// conformance.proto
const BINARY = 1, JSON_FORMAT = 2, TEXT_FORMAT = 4;
const IGNORE_UNKNOWN_PARSING = 3;

const writer = new Writer();
const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, readFileSync(process.argv[2])));
const requests = codecOf(registry, "conformance.ConformanceRequest");
const responses = codecOf(registry, "conformance.ConformanceResponse");
const failures = codecOf(registry, "conformance.FailureSet");

function codecOf(from: Registry, typeName: string): MessageCodec {
  const desc = from.getMessage(typeName);
  if (!desc) throw new Error(`${typeName} is not among the descriptors.`);
  return new MessageCodec(protobufShape(desc), writer);
}

function answer(request: Fields): Fields {
  const { messageType, requestedOutputFormat, printUnknownFields, testCategory } = request;
  const payload = request.payload as Case;
  if (messageType === "conformance.FailureSet") return { case: "protobufPayload", value: failures.toBinary({}) };
  const codec = codecOf(registry, messageType as string);
  const { desc } = codec.shape;
  let message: object;
  try {
    message = read(codec, desc, payload, testCategory === IGNORE_UNKNOWN_PARSING);
  } catch (error) {
    return { case: "parseError", value: String(error) };
  }
  try {
    switch (requestedOutputFormat) {
      case BINARY:
        return { case: "protobufPayload", value: codec.toBinary(message) };
      case JSON_FORMAT:
        return { case: "jsonPayload", value: codec.toJson(message, { registry } as Partial<JsonWriteOptions>) };
      case TEXT_FORMAT: {
        const printed = toText(desc, message as Message, { registry, printUnknownFields: printUnknownFields === true });
        return { case: "textPayload", value: printed };
      }
      default:
        return { case: "runtimeError", value: `There is no format ${requestedOutputFormat}.` };
    }
  } catch (error) {
    return { case: "serializeError", value: String(error) };
  }
}

function read(codec: MessageCodec, desc: DescMessage, payload: Case, ignoreUnknownFields: boolean): object {
  switch (payload.case) {
    case "protobufPayload":
      return codec.fromBinary(payload.value as Uint8Array);
    case "jsonPayload":
      return codec.fromJson(payload.value as string, { registry, ignoreUnknownFields });
    case "textPayload":
      return fromText(desc, payload.value as string, { registry });
    default:
      throw new Error(`There is no payload ${payload.case}.`);
  }
}

let input = new Uint8Array();
for await (const chunk of process.stdin) {
  const joined = new Uint8Array(input.byteLength + chunk.byteLength);
  joined.set(input);
  joined.set(chunk, input.byteLength);
  input = joined;
  while (input.byteLength >= 4) {
    const length = new DataView(input.buffer, input.byteOffset).getUint32(0, true);
    if (input.byteLength < 4 + length) break;
    const request = requests.fromBinary(input.subarray(4, 4 + length)) as Fields;
    input = input.slice(4 + length);
    const reply = responses.toBinary({ result: answer(request) }, 4);
    new DataView(reply.buffer, reply.byteOffset).setUint32(0, reply.byteLength - 4, true);
    process.stdout.write(reply);
  }
}
