// Requests and replies in JSON, for transports that offer it: apart, so that bundles whose clients speak binary carry none of it.
import { readJsonText } from "../codec/json_reader.ts";
import { writeJsonText } from "../codec/json_writer.ts";
import type { JsonSerialization } from "./client_protocol.ts";
import { jsonBytes, jsonText } from "./json_bytes.ts";

/** Writes requests, and reads replies, as JSON. */
export const jsonSerialization: JsonSerialization = (input, output, options) => ({
  serialize: (request, room) => jsonBytes(writeJsonText(input, request, options), room),
  parse: (bytes) => readJsonText(output, jsonText(bytes), options),
});
