// Messages to bytes and back, in protobuf's binary format or in JSON, within the limits of a method.
import { fromBinary, fromJsonString, type Message, toBinary, toJsonString } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import type { ServedMethod } from "./protocol.ts";

/** How the messages of a method are written and read. */
export interface Serialization {
  /** @throws ConnectError for what is no such message: `internal`, as other gRPC servers say, unless told otherwise. */
  parse(bytes: Uint8Array): Message;
  /** @throws ConnectError, masked, for a message that can't be written; `resource_exhausted` over the limit. */
  serialize(message: Message): Uint8Array;
}

/** The binary format of a method's messages. `malformed` is the code for what is none. */
export function binarySerialization(method: ServedMethod, malformed: Code): Serialization {
  const { desc } = method;
  return limited(method, malformed, {
    parse: (bytes) => fromBinary(desc.input, bytes),
    serialize: (message) => toBinary(desc.output, message),
  });
}

/** The JSON format of a method's messages. `malformed` is the code for what is none. */
export function jsonSerialization(method: ServedMethod, malformed: Code): Serialization {
  const { desc, options } = method;
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const encoder = new TextEncoder();
  const json = { ignoreUnknownFields: true, ...options.jsonOptions };
  return limited(method, malformed, {
    parse: (bytes) => fromJsonString(desc.input, decoder.decode(bytes), json),
    serialize: (message) => encoder.encode(toJsonString(desc.output, message, json)),
  });
}

function limited(
  { desc, call, options }: ServedMethod,
  malformed: Code,
  { parse, serialize }: Serialization,
): Serialization {
  const maxBytes = options.writeMaxBytes;
  return {
    parse(bytes) {
      try {
        return parse(bytes);
      } catch (error) {
        throw failure(`the request is no ${desc.input.typeName}`, error, malformed);
      }
    },
    serialize(message) {
      let bytes: Uint8Array;
      try {
        bytes = serialize(message);
      } catch (error) {
        // A mistake of the handler's, which its caller is not told of.
        throw call.mask(error);
      }
      if (bytes.byteLength <= maxBytes) return bytes;
      throw new ConnectError(
        `a reply of ${bytes.byteLength} bytes is over the limit of ${maxBytes} bytes`,
        Code.ResourceExhausted,
      );
    },
  };
}

function failure(what: string, error: unknown, code: Code): ConnectError {
  const why = error instanceof Error ? error.message : String(error);
  return new ConnectError(`${what}: ${why}`, code, undefined, undefined, error);
}
