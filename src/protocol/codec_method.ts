// A method by the codecs of its messages: those of the user's classes, or of protobuf-es's own messages.
import type { DescMethod } from "@bufbuild/protobuf";
import { MessageCodec } from "../codec/message_codec.ts";
import { protobufShape } from "../codec/protobuf_shape.ts";
import { Writer } from "../wire/writer.ts";
import type { CalledMethod, ClientSerialization, JsonOptions, MessageFormat } from "./client_protocol.ts";
import { jsonBytes, jsonText } from "./json_bytes.ts";

const inOrder = { deterministic: true };

/** A method whose messages these codecs write and read. */
export function codecMethod(
  desc: DescMethod,
  input: MessageCodec,
  output: MessageCodec,
  ownJsonOptions?: JsonOptions,
): CalledMethod {
  return {
    desc,
    serialization(format: MessageFormat, jsonOptions?: JsonOptions): ClientSerialization {
      if (format === "binary") {
        return {
          serialize: (request, room, deterministic) =>
            input.toBinary(request, room, deterministic ? inOrder : undefined),
          parse: (bytes) => output.fromBinary(bytes),
        };
      }
      const json = { ignoreUnknownFields: true, ...ownJsonOptions, ...jsonOptions };
      return {
        serialize: (request, room) => jsonBytes(input.toJson(request, json), room),
        parse: (bytes) => output.fromJson(jsonText(bytes), json),
      };
    },
  };
}

/** A method with protobuf-es's own messages, or plain objects of their shape. */
export function generatedMethod(desc: DescMethod): CalledMethod {
  const writer = new Writer();
  const codec = (message: DescMethod["input"]) => new MessageCodec(protobufShape(message), writer);
  return codecMethod(desc, codec(desc.input), codec(desc.output));
}
