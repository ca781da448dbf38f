// A method by the codecs of its messages: those of the user's classes, or of protobuf-es's own messages.
import type { DescMethod } from "@bufbuild/protobuf";
import { BinaryCodec } from "../codec/binary_codec.ts";
import { protobufShape } from "../codec/protobuf_shape.ts";
import { Writer } from "../wire/writer.ts";
import type { CalledMethod, ClientSerialization, JsonOptions, SerializationOptions } from "./client_protocol.ts";

const inOrder = { deterministic: true };

/** A method whose messages these codecs write and read. */
export function codecMethod(
  desc: DescMethod,
  input: BinaryCodec,
  output: BinaryCodec,
  ownJsonOptions?: JsonOptions,
): CalledMethod {
  return {
    desc,
    serialization({ format, json, jsonOptions }: SerializationOptions): ClientSerialization {
      if (format === "json") {
        if (!json) throw new TypeError("The transport has no JSON: make it with fetchTransport, which has.");
        return json(input.shape, output.shape, { ignoreUnknownFields: true, ...ownJsonOptions, ...jsonOptions });
      }
      return {
        serialize: (request, room, deterministic) => input.toBinary(request, room, deterministic ? inOrder : undefined),
        parse: (bytes) => output.fromBinary(bytes),
      };
    },
  };
}

/** A method with protobuf-es's own messages, or plain objects of their shape. */
export function generatedMethod(desc: DescMethod): CalledMethod {
  const writer = new Writer();
  const codec = (message: DescMethod["input"]) => new BinaryCodec(protobufShape(message), writer);
  return codecMethod(desc, codec(desc.input), codec(desc.output));
}
