// Well-known types in JSON: those that are not written field by field. https://protobuf.dev/programming-guides/json/
import type { DescMessage } from "@bufbuild/protobuf";
import { describe } from "../schema/resolve.ts";
import { numberText, quote } from "../wire/json_text.ts";
import { WireError } from "../wire/wire_error.ts";
import { Writer } from "../wire/writer.ts";
import { readMessage } from "./binary_reader.ts";
import { writeMessageCopy } from "./binary_writer.ts";
import { type JsonContext, messageJson } from "./json_reader.ts";
import { type JsonWriteContext, messageText } from "./json_writer.ts";
import { jsonScalar } from "./json_value.ts";
import { protobufShape } from "./protobuf_shape.ts";
import type { Fields } from "./shape.ts";
import { greatestSeconds, isWrapperDesc, jsonOf, jsonOfStruct, leastSeconds, structOf, valueOf } from "./well_known.ts";
import { scalarZeroValue } from "./zero.ts";

const own = new Set(
  ["Any", "Timestamp", "Duration", "FieldMask", "Struct", "Value", "ListValue"].map((name) =>
    `google.protobuf.${name}`
  ),
);

/** Whether a message has a form of its own in JSON. */
export function isWellKnownJson(desc: DescMessage): boolean {
  return own.has(desc.typeName) || isWrapperDesc(desc);
}

/** Reads a well-known message of protobuf-es's shape. */
export function readWellKnown(desc: DescMessage, message: Fields, json: unknown, context: JsonContext): void {
  switch (desc.typeName) {
    case "google.protobuf.Any":
      return readAny(message, json, context);
    case "google.protobuf.Timestamp":
      return readTimestamp(message, json);
    case "google.protobuf.Duration":
      return readDuration(message, json);
    case "google.protobuf.FieldMask":
      return readFieldMask(message, json);
    case "google.protobuf.Struct":
      if (typeof json !== "object" || json === null || Array.isArray(json)) throw wrong(desc, json);
      context.pass(json);
      message.fields = structOf(json as never).fields;
      return;
    case "google.protobuf.Value":
      context.pass(json);
      message.kind = valueOf(json).kind;
      return;
    case "google.protobuf.ListValue":
      if (!Array.isArray(json)) throw wrong(desc, json);
      context.pass(json);
      message.values = json.map(valueOf);
      return;
    default: {
      const [field] = protobufShape(desc).fields;
      const scalar = field.desc.scalar as never;
      message.value = json === null ? scalarZeroValue(scalar) : jsonScalar(field, scalar)(json);
    }
  }
}

function wrong({ typeName }: DescMessage, json: unknown): WireError {
  return new WireError(`expected JSON of ${typeName}, got ${describe(json)}`);
}

const rfc3339 = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/;

function readTimestamp(message: Fields, json: unknown): void {
  const match = typeof json === "string" ? rfc3339.exec(json) : null;
  const seconds = match ? Date.parse(match[1] + match[3]) / 1000 : NaN;
  if (!(seconds >= leastSeconds && seconds <= greatestSeconds)) {
    throw new WireError(`expected a date and time of RFC 3339, of the years 1 to 9999, got ${describe(json)}`);
  }
  message.seconds = BigInt(seconds);
  message.nanos = nanosOf(match?.[2]);
}

function nanosOf(digits: string | undefined): number {
  return digits === undefined ? 0 : Number(digits.padEnd(9, "0"));
}

/** duration.proto: about 10,000 years. */
const greatestDuration = 315_576_000_000;

function readDuration(message: Fields, json: unknown): void {
  const match = typeof json === "string" ? /^(-?)(\d{1,15})(?:\.(\d{1,9}))?s$/.exec(json) : null;
  if (!match || Number(match[2]) > greatestDuration) {
    throw new WireError(`expected seconds of a duration, as 1.5s, got ${describe(json)}`);
  }
  const sign = match[1] === "-" ? -1 : 1;
  message.seconds = BigInt(sign * Number(match[2]));
  message.nanos = sign * nanosOf(match[3]) + 0;
}

function readFieldMask(message: Fields, json: unknown): void {
  if (typeof json !== "string" || json.includes("_")) {
    throw new WireError(`expected paths in lowerCamelCase with commas between, got ${describe(json)}`);
  }
  message.paths = json === "" ? [] : json.split(",").map(snakeCase);
}

function snakeCase(path: string): string {
  return path.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function camelCase(path: string): string {
  return path.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function readAny(message: Fields, json: unknown, context: JsonContext): void {
  if (typeof json !== "object" || json === null || Array.isArray(json)) {
    throw new WireError(`expected an object for google.protobuf.Any, got ${describe(json)}`);
  }
  const { "@type": typeUrl, ...rest } = json as Fields;
  if (typeUrl === undefined && Object.keys(rest).length === 0) return;
  context.members++;
  if (typeof typeUrl !== "string" || typeUrl === "") throw new WireError('google.protobuf.Any: "@type" is missing');
  const typeName = typeUrl.slice(typeUrl.lastIndexOf("/") + 1);
  const desc = context.registry?.getMessage(typeName);
  if (!desc) throw new WireError(`google.protobuf.Any: ${typeUrl} is not in the registry`);
  const shape = protobufShape(desc);
  const held = shape.begin();
  if (isWellKnownJson(desc) && Object.hasOwn(rest, "value")) {
    for (const key of Object.keys(rest)) {
      context.members++;
      if (key === "value") messageJson(shape)(held, rest.value, context);
      else if (context.ignoreUnknown) context.pass(rest[key]);
      else throw new WireError(`google.protobuf.Any: ${typeName} has no field ${JSON.stringify(key)} beside its value`);
    }
  } else messageJson(shape)(held, rest, context);
  message.typeUrl = typeUrl;
  message.value = writeMessageCopy(shape, held, new Writer());
}

/** Writes a well-known message of protobuf-es's shape. */
export function wellKnownText(desc: DescMessage, message: Fields, context: JsonWriteContext): string {
  switch (desc.typeName) {
    case "google.protobuf.Any":
      return anyText(message, context);
    case "google.protobuf.Timestamp":
      return timestampText(Number(message.seconds), message.nanos as number);
    case "google.protobuf.Duration":
      return durationText(Number(message.seconds), message.nanos as number);
    case "google.protobuf.FieldMask":
      return quote((message.paths as string[]).map(pathText).join(","));
    case "google.protobuf.Struct":
      return jsonText(jsonOfStruct(message));
    case "google.protobuf.Value":
      if ((message.kind as Fields).case === undefined) {
        throw new TypeError("google.protobuf.Value: it has no kind, which JSON can't say. Set one.");
      }
      return jsonText(jsonOf(message));
    default:
      return jsonText((message.values as Fields[]).map(jsonOf));
  }
}

// JSON has no NaN and no infinities, and a Struct may not have them as text.
function jsonText(json: unknown): string {
  if (typeof json === "number") {
    if (Number.isFinite(json)) return numberText(json);
    throw new TypeError(`google.protobuf.Value: ${json} is no number of JSON. Give a finite one.`);
  }
  if (typeof json === "string") return quote(json);
  if (typeof json !== "object" || json === null) return String(json);
  if (Array.isArray(json)) return `[${json.map(jsonText).join(",")}]`;
  const members = Object.keys(json).map((key) => `${quote(key)}:${jsonText((json as Fields)[key])}`);
  return `{${members.join(",")}}`;
}

function pathText(path: string): string {
  const text = camelCase(path);
  if (!text.includes("_") && snakeCase(text) === path) return text;
  throw new TypeError(`google.protobuf.FieldMask: the path ${describe(path)} can't be read back from JSON.`);
}

/** Seconds since 1970 and nanoseconds as RFC 3339, with three, six, nine or no digits after the point. */
export function timestampText(seconds: number, nanos: number): string {
  if (!(seconds >= leastSeconds && seconds <= greatestSeconds && nanos >= 0 && nanos <= 999_999_999)) {
    throw new TypeError(
      `google.protobuf.Timestamp: ${seconds} seconds and ${nanos} nanoseconds are outside of the years 1 to 9999.`,
    );
  }
  return `"${new Date(seconds * 1000).toISOString().slice(0, 19)}${fraction(nanos)}Z"`;
}

function durationText(seconds: number, nanos: number): string {
  const isRight = Math.abs(seconds) <= greatestDuration && Math.abs(nanos) <= 999_999_999 && seconds * nanos >= 0;
  if (!isRight) {
    throw new TypeError(
      `google.protobuf.Duration: ${seconds} seconds and ${nanos} nanoseconds are none. Both have one sign, and the ` +
        `seconds are ${greatestDuration} at most.`,
    );
  }
  return `"${seconds < 0 || nanos < 0 ? "-" : ""}${Math.abs(seconds)}${fraction(Math.abs(nanos))}s"`;
}

function fraction(nanos: number): string {
  if (nanos === 0) return "";
  const digits = String(nanos).padStart(9, "0");
  return `.${digits.endsWith("000000") ? digits.slice(0, 3) : digits.endsWith("000") ? digits.slice(0, 6) : digits}`;
}

function anyText(message: Fields, context: JsonWriteContext): string {
  const typeUrl = message.typeUrl as string;
  if (typeUrl === "") return "{}";
  const desc = context.registry?.getMessage(typeUrl.slice(typeUrl.lastIndexOf("/") + 1));
  if (!desc) throw new TypeError(`google.protobuf.Any: ${typeUrl} is not in the registry. Add its message to the app.`);
  const shape = protobufShape(desc);
  const text = messageText(shape)(readMessage(shape, message.value as Uint8Array), context);
  const type = `{"@type":${quote(typeUrl)}`;
  if (isWellKnownJson(desc)) return `${type},"value":${text}}`;
  return text === "{}" ? `${type}}` : `${type},${text.slice(1)}`;
}
