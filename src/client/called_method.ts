// A method with the user's own messages: how they become bytes and come back.
import type { DescMethod } from "@bufbuild/protobuf";
import type { MessageCodecs } from "../codec/message_codec.ts";
import type { CalledMethod, ClientSerialization, JsonOptions, MessageFormat } from "../protocol/client_protocol.ts";
import { jsonBytes } from "../protocol/json_bytes.ts";

const inOrder = { deterministic: true };

/** The method of a schema, called with its classes. */
export function calledMethod(desc: DescMethod, codecs: MessageCodecs, ownJsonOptions: JsonOptions): CalledMethod {
  return {
    desc,
    serialization(format: MessageFormat, jsonOptions?: JsonOptions): ClientSerialization {
      const input = codecs.codec(desc.input);
      const output = codecs.codec(desc.output);
      if (format === "binary") {
        return {
          serialize: (request, room, deterministic) =>
            input.toBinary(request, room, deterministic ? inOrder : undefined),
          parse: (bytes) => output.fromBinary(bytes),
        };
      }
      const decoder = new TextDecoder("utf-8", { fatal: true });
      const json = { ignoreUnknownFields: true, ...ownJsonOptions, ...jsonOptions };
      return {
        serialize: (request, room) => jsonBytes(input.toJson(request, json), room),
        parse: (bytes) => output.fromJson(decoder.decode(bytes), json),
      };
    },
  };
}
