// Details of errors: messages of protobuf-es, which the codecs read and write. Part of all programs that make or take calls.
import type { DescMessage, JsonValue, Message } from "@bufbuild/protobuf";
import { ConnectError as CallError, type ErrorDetail, readDetailsWith } from "../rpc/connect_error.ts";
import { Writer } from "../wire/writer.ts";
import { readMessage } from "./binary_reader.ts";
import { writeMessageCopy } from "./binary_writer.ts";
import { protobufShape } from "./protobuf_shape.ts";

/** The class as programs import it: a binding of this module, so that a bundle that has the one has the other. */
export const ConnectError: typeof CallError = CallError;
export type ConnectError = CallError;

/** A detail that came with an error. */
export function incomingDetail(type: string, value: Uint8Array, debug?: unknown): ErrorDetail {
  return debug === undefined ? { type, value } : { type, value, debug: debug as JsonValue };
}

/** The bytes of a detail. @throws TypeError for what is no such message. */
export function detailBytes(desc: DescMessage, value: object): Uint8Array<ArrayBuffer> {
  return writeMessageCopy(protobufShape(desc), value, new Writer());
}

readDetailsWith({
  create: (desc, value) => protobufShape(desc).admit(value, undefined) as unknown as Message,
  fromBinary: (desc, bytes) => readMessage(protobufShape(desc), bytes, undefined) as unknown as Message,
});
