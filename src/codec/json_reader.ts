// From what JSON.parse answers straight into messages. Fields have two spellings, null is no value but where a type has one,
// unknown names are refused or left out, nothing may come twice. https://protobuf.dev/programming-guides/json/
import type { JsonReadOptions } from "@bufbuild/protobuf";
import { describe } from "../schema/resolve.ts";
import { countColons, countMembers, doubledName } from "../wire/json_text.ts";
import { WireError } from "../wire/wire_error.ts";
import { extensionField, writeExtension } from "./extension_field.ts";
import { jsonEnum, jsonScalar, leftOut, wrongJson } from "./json_value.ts";
import { isWellKnownJson, readWellKnown } from "./json_well_known.ts";
import { keyReader } from "./map_key.ts";
import { scalarOf } from "./scalar_reader.ts";
import { type Fields, type FieldShape, type MessageShape, setOwn } from "./shape.ts";
import { arePlainNumbers, isScalar } from "./value_check.ts";

/** What a reader of JSON is told, and what it counts. */
export class JsonContext {
  readonly ignoreUnknown: boolean;
  readonly registry: JsonReadOptions["registry"];
  /** How many levels of messages, objects and lists are left. */
  levels: number;
  /** How many members of objects have been seen. */
  members = 0;

  constructor(settings: Partial<JsonReadOptions> | undefined) {
    this.ignoreUnknown = settings?.ignoreUnknownFields ?? false;
    this.registry = settings?.registry;
    this.levels = settings?.recursionLimit ?? defaultRecursionLimit;
  }

  /** Goes one level deeper. @throws WireError beyond the limit. */
  enter(typeName: string): void {
    if (--this.levels < 0) throw new WireError(`${typeName} is nested too deeply: raise recursionLimit if it is meant`);
  }

  /** Counts the members of JSON that is not looked into. */
  pass(json: unknown): void {
    if (typeof json !== "object" || json === null) return;
    this.enter("JSON");
    if (Array.isArray(json)) { for (const element of json) this.pass(element); }
    else {
      for (const key of Object.keys(json)) {
        this.members++;
        this.pass((json as Fields)[key]);
      }
    }
    this.levels++;
  }
}

const defaultRecursionLimit = 100;
/** Messages, their lists and maps nest JSON three deep a level at most. */
const depthPerLevel = 3;

/**
 * Reads a message from JSON text.
 * @throws WireError for what is no JSON, no such message, nested beyond the limit, or has a name twice.
 */
export function readJsonText(shape: MessageShape, text: string, settings?: Partial<JsonReadOptions>): Fields {
  const context = new JsonContext(settings);
  let json: unknown;
  // Before it is parsed, which takes long where it is nested deep.
  const maxDepth = context.levels * depthPerLevel;
  const colons = countColons(text, maxDepth);
  let members = colons ?? countMembers(text, maxDepth);
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new WireError(`it is no JSON: ${(error as Error).message}`, { cause: error });
  }
  const message = shape.begin();
  messageJson(shape)(message, json, context);
  if (colons !== undefined && colons !== context.members) members = countMembers(text, maxDepth);
  // JSON.parse keeps the last of two members of one name: then there were more than have been seen.
  if (members !== context.members) throw new WireError(`JSON has the name ${describe(doubledName(text))} twice`);
  return message;
}

/** Reads a message from JSON that has been parsed. */
export function readJsonValue(shape: MessageShape, json: unknown, settings?: Partial<JsonReadOptions>): Fields {
  const message = shape.begin();
  messageJson(shape)(message, json, new JsonContext(settings));
  return message;
}

type ReadMessage = (message: Fields, json: unknown, context: JsonContext) => void;
type ReadMember = (message: Fields, json: unknown, context: JsonContext) => void;
type ReadOne = (json: unknown, context: JsonContext) => unknown;

interface Member {
  readonly field: FieldShape;
  /** The other spelling, where there are two. */
  readonly other: string | undefined;
  readonly isScalar: boolean;
  read: ReadMember | undefined;
}

const readers = new WeakMap<MessageShape, ReadMessage>();

/** The reader of the messages of a shape. */
export function messageJson(shape: MessageShape): ReadMessage {
  let reader = readers.get(shape);
  if (!reader) readers.set(shape, reader = isWellKnownJson(shape.desc) ? wellKnown(shape) : ordinary(shape));
  return reader;
}

function wellKnown(shape: MessageShape): ReadMessage {
  const { typeName } = shape.desc;
  return (message, json, context) => {
    context.enter(typeName);
    readWellKnown(shape.desc, message, json, context);
    context.levels++;
  };
}

function ordinary(shape: MessageShape): ReadMessage {
  const { typeName } = shape.desc;
  let members: Map<string, Member> | undefined;
  return (message, json, context) => {
    context.enter(typeName);
    if (typeof json !== "object" || json === null || Array.isArray(json)) {
      throw new WireError(`expected an object for ${typeName}, got ${describe(json)}`);
    }
    members ??= membersOf(shape);
    let oneofs: Map<object, FieldShape> | undefined;
    for (const key in json) {
      context.members++;
      const value = (json as Fields)[key];
      const member = members.get(key);
      if (member === undefined) {
        readUnknown(shape, message, key, value, context);
        continue;
      }
      const { field, other } = member;
      if (other !== undefined && Object.hasOwn(json, other)) throw new WireError(`${field.place} is set twice`);
      if (field.oneof) {
        if (value === null && member.isScalar) continue;
        oneofs ??= new Map();
        if (oneofs.has(field.oneof)) throw new WireError(`${field.oneof.place} is set twice`);
        oneofs.set(field.oneof, field);
      }
      (member.read ??= memberReader(field))(message, value, context);
    }
    context.levels++;
    shape.complete?.(message);
  };
}

function membersOf(shape: MessageShape): Map<string, Member> {
  const members = new Map<string, Member>();
  for (const field of shape.fields) {
    const { name, jsonName, fieldKind } = field.desc;
    const isOneName = name === jsonName;
    const common = { field, isScalar: fieldKind === "scalar", read: undefined };
    members.set(name, { ...common, other: isOneName ? undefined : jsonName });
    if (!isOneName) members.set(jsonName, { ...common, other: name });
  }
  return members;
}

function readUnknown(shape: MessageShape, message: Fields, key: string, json: unknown, context: JsonContext): void {
  const { desc } = shape;
  const extension = key.startsWith("[") ? context.registry?.getExtension(key.slice(1, -1)) : undefined;
  context.pass(json);
  if (extension?.extendee.typeName === desc.typeName) {
    const field = extensionField(extension);
    const { registry, ignoreUnknown: ignoreUnknownFields } = context;
    const holder: Fields = {};
    memberReader(field)(holder, json, new JsonContext({ registry, ignoreUnknownFields }));
    if (holder.value === undefined) return;
    // Extensions are kept among the unknown fields.
    message.$unknown = [...(message.$unknown as [] | undefined) ?? [], ...writeExtension(field, desc, holder.value)];
    return;
  }
  if (!context.ignoreUnknown) throw new WireError(`${desc.typeName} has no field ${JSON.stringify(key)}`);
}

function memberReader(field: FieldShape): ReadMember {
  const { desc, property, oneof } = field;
  if (desc.fieldKind === "list") return listReader(field);
  if (desc.fieldKind === "map") return mapReader(field);
  const read = oneReader(field);
  const takesNull = hasNull(field);
  const name = oneof?.property ?? property;
  return (message, json, context) => {
    if (json === null && !takesNull) return;
    const value = read(json, context);
    if (value !== leftOut) message[name] = oneof ? { case: property, value } : value;
  };
}

// Two types have null among their values.
function hasNull({ typeName, desc }: FieldShape): boolean {
  const name = desc.message?.typeName ?? desc.enum?.typeName ?? typeName;
  return name === "google.protobuf.Value" || name === "google.protobuf.NullValue";
}

function oneReader(field: FieldShape): ReadOne {
  const { desc, message, conversion } = field;
  if (desc.enum) {
    const read = jsonEnum(field, desc.enum);
    return (json, context) => read(json, context.ignoreUnknown);
  }
  if (!message) return jsonScalar(field, scalarOf(desc));
  let read: ReadMessage | undefined;
  let shape: MessageShape | undefined;
  return (json, context) => {
    if (!read || !shape) read = messageJson(shape = message());
    const held = shape.begin();
    try {
      read(held, json, context);
    } catch (error) {
      throw located(field, error);
    }
    return conversion ? conversion.toValue(held) : held;
  };
}

// What is wrong inside says where it is in its own message; what is wrong with a whole message, only its type.
function located({ place }: FieldShape, error: unknown): unknown {
  if (!(error instanceof WireError) || !error.message.startsWith("expected ")) return error;
  return new WireError(`${place}: ${error.message}`);
}

function listReader(field: FieldShape): ReadMember {
  const { desc, property, place } = field;
  const read = oneReader(field);
  const takesNull = hasNull(field);
  return (message, json, context) => {
    if (json === null) return;
    if (!Array.isArray(json)) throw new WireError(`${place}: expected an array, got ${describe(json)}`);
    const values = (message[property] ??= []) as unknown[];
    if (arePlainNumbers(desc.scalar, json)) {
      for (let i = 0; i < json.length; i++) values.push(json[i]);
      return;
    }
    for (const element of json) {
      if (element === null && !takesNull) throw new WireError(`${place}: null can't be in a list`);
      const value = read(element, context);
      if (value !== leftOut) values.push(value);
    }
  };
}

function mapReader(field: FieldShape): ReadMember {
  const { desc, property, place, plainMap } = field;
  if (desc.fieldKind !== "map") throw new TypeError(`${place} is no map.`);
  const { mapKey } = desc;
  const read = oneReader(field);
  const readKey = keyReader(mapKey);
  const takesNull = hasNull(field);
  return (message, json, context) => {
    if (json === null) return;
    if (typeof json !== "object" || Array.isArray(json)) throw wrongJson(field, json);
    const keys = Object.keys(json);
    const seen = new Set<unknown>();
    for (const text of keys) {
      context.members++;
      const key = readKey(text);
      if (!isScalar(mapKey, key)) throw new WireError(`${place}: ${describe(text)} is no key of this map`);
      // "1" and "01" are one key.
      if (seen.has(key)) throw new WireError(`${place}: the key ${describe(text)} comes twice`);
      seen.add(key);
      const held = (json as Fields)[text];
      if (held === null && !takesNull) throw new WireError(`${place}: null can't be in a map`);
      const value = read(held, context);
      if (value === leftOut) continue;
      if (plainMap) setOwn((message[property] ??= {}) as Fields, String(key), value);
      else ((message[property] ??= new Map()) as Map<unknown, unknown>).set(key, value);
    }
  };
}
