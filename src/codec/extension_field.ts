// Extensions of protobuf-es's registries, which lie among the unknown fields of a message: a message that has nothing but the
// extension, and one that has nothing, read and write them.
import type { DescExtension, DescMessage } from "@bufbuild/protobuf";
import { Writer } from "../wire/writer.ts";
import { readMessage } from "./binary_reader.ts";
import { writeMessageCopy } from "./binary_writer.ts";
import { protobufField } from "./protobuf_shape.ts";
import type { Fields, FieldShape, MessageShape, UnknownField } from "./shape.ts";

/** The field of an extension, whose value is the property `value`. */
export function extensionField(extension: DescExtension): FieldShape {
  return protobufField(extension, undefined);
}

/** The value of an extension, of the unknown fields of a message. */
export function readExtension(field: FieldShape, desc: DescMessage, unknown: readonly UnknownField[]): unknown {
  const $unknown = unknown.filter(({ no }) => no === field.desc.number);
  return recoded(holder(desc, []), { $unknown }, holder(desc, [field])).value;
}

/** The unknown fields for the value of an extension. */
export function writeExtension(field: FieldShape, desc: DescMessage, value: unknown): readonly UnknownField[] {
  return recoded(holder(desc, [field]), { value }, holder(desc, [])).$unknown as UnknownField[] | undefined ?? [];
}

function recoded(from: MessageShape, message: Fields, to: MessageShape): Fields {
  return readMessage(to, writeMessageCopy(from, message, new Writer()), undefined);
}

function holder(desc: DescMessage, fields: readonly FieldShape[]): MessageShape {
  const make = (): Fields => ({});
  return { desc, fields, make, begin: make, complete: undefined, holds: () => true, admit: (value) => value as Fields };
}
