// The user's messages to bytes and back, in protobuf's binary format or in JSON, within the limits of a method.
import { Code } from "@connectrpc/connect";
import { ConnectError } from "../rpc/connect_error.ts";
import { jsonBytes, jsonText } from "./json_bytes.ts";
import type { ServedMethod } from "./protocol.ts";

/** How the messages of a method are written and read. */
export interface Serialization {
  /** @throws ConnectError for what is no such message: `internal`, as other gRPC servers say, unless told otherwise. */
  parse(bytes: Uint8Array): object;
  /**
   * Answers bytes of the caller's own, with `room` bytes in front of the message, to be filled.
   * @throws ConnectError, masked, for a message that can't be written; `resource_exhausted` over the limit.
   */
  serialize(message: object, room: number): Uint8Array;
  /** As `serialize` without room, but answers a text that takes so many bytes at most. Only of a format that is text. */
  serializeText?(message: object, maxBytes: number): Uint8Array | string;
}

/** The binary format of a method's messages. `malformed` is the code for what is none. */
export function binarySerialization(method: ServedMethod, malformed: Code): Serialization {
  const { input, output } = method;
  return limited(method, malformed, {
    parse: (bytes) => input.fromBinary(bytes),
    serialize: (message, room) => output.toBinary(message, room),
  });
}

/** The JSON format of a method's messages. `malformed` is the code for what is none. */
export function jsonSerialization(method: ServedMethod, malformed: Code): Serialization {
  const { input, output, options } = method;
  const json = { ignoreUnknownFields: true, ...options.jsonOptions };
  const bytes = limited(method, malformed, {
    parse: (bytes) => input.fromJson(jsonText(bytes), json),
    serialize: (message, room) => jsonBytes(output.toJson(message, json), room),
  });
  return {
    ...bytes,
    serializeText(message, maxBytes) {
      let text: string;
      try {
        text = output.toJson(message, json);
      } catch (error) {
        throw method.call.mask(error);
      }
      return text.length * maxUnitBytes <= Math.min(maxBytes, options.writeMaxBytes)
        ? text
        : checked(jsonBytes(text, 0), 0, options.writeMaxBytes);
    },
  };
}

/** The most bytes that a code unit takes in UTF-8. */
const maxUnitBytes = 3;

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
        if (error instanceof ConnectError) throw error;
        throw failure(`the request is no ${desc.input.typeName}`, error, malformed);
      }
    },
    serialize(message, room) {
      let bytes: Uint8Array;
      try {
        bytes = serialize(message, room);
      } catch (error) {
        // A mistake of the handler's, which its caller is not told of.
        throw call.mask(error);
      }
      return checked(bytes, room, maxBytes);
    },
  };
}

function checked(bytes: Uint8Array, room: number, maxBytes: number): Uint8Array {
  const length = bytes.byteLength - room;
  if (length <= maxBytes) return bytes;
  throw new ConnectError(`a reply of ${length} bytes is over the limit of ${maxBytes} bytes`, Code.ResourceExhausted);
}

function failure(what: string, error: unknown, code: Code): ConnectError {
  const why = error instanceof Error ? error.message : String(error);
  return new ConnectError(`${what}: ${why}`, code, undefined, undefined, error);
}
