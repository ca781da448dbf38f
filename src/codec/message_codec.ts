// The codecs of a schema in both formats, binary and JSON. Apart from those of one, which are all that most clients need.
import type { JsonReadOptions, JsonWriteOptions } from "@bufbuild/protobuf";
import type { Schema } from "../schema/schema.ts";
import { BinaryCodec, Codecs } from "./binary_codec.ts";
import { readJsonText } from "./json_reader.ts";
import { writeJsonText } from "./json_writer.ts";

/** How JSON is read and written, the registry for `google.protobuf.Any` among it. */
export type JsonSettings = Partial<JsonReadOptions & JsonWriteOptions>;

/** How messages of one type become bytes and JSON, and come back. */
export class MessageCodec extends BinaryCodec {
  /** Reads a message from JSON text. @throws WireError for what is no JSON of such a message. */
  fromJson(text: string, settings?: JsonSettings): object {
    return readJsonText(this.shape, text, settings);
  }

  /** Writes a message as JSON text. @throws TypeError for a value that its field can't hold, or JSON can't say. */
  toJson(value: object, settings?: JsonSettings): string {
    return writeJsonText(this.shape, value, settings);
  }
}

/** The codecs of one schema, each made when it is first asked for. */
export class MessageCodecs extends Codecs<MessageCodec> {
  constructor(schema: Schema) {
    super(schema, MessageCodec);
  }
}
