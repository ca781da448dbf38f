// From plain objects to messages: an instance of the class, the objects inside of it too. Values are not checked, as they are
// when they are written; what is an instance already stays as it is.
import type { Fields, FieldShape, MessageShape, OneofShape } from "./shape.ts";
import { elementsOf, entriesOf, wrongCase } from "./value_check.ts";
import { keyReader } from "./map_key.ts";
import { setOwn } from "./shape.ts";

type Convert = (value: unknown) => unknown;

interface FieldCreator {
  readonly field: FieldShape;
  readonly convert: Convert;
}

interface OneofCreator {
  readonly oneof: OneofShape;
  readonly cases: ReadonlyMap<unknown, Convert>;
}

interface Creator {
  readonly fields: readonly FieldCreator[];
  readonly oneofs: readonly OneofCreator[];
}

const creators = new WeakMap<MessageShape, Creator>();

/**
 * Makes a message of a plain object; a message is returned as it is.
 * @throws TypeError that names the place, for what is no message where one stands.
 */
export function createMessage(shape: MessageShape, value: unknown, place?: string): Fields {
  const from = shape.admit(value, place);
  return shape.holds(from) ? from : fillMessage(shape, from);
}

/** Makes a message of the properties of an object. */
export function fillMessage(shape: MessageShape, from: Fields): Fields {
  const { fields, oneofs } = creatorOf(shape);
  const message = shape.make();
  for (const { field: { property, own }, convert } of fields) {
    const held = own && !Object.hasOwn(from, property) ? undefined : from[property];
    if (held !== undefined && held !== null) message[property] = convert(held);
  }
  for (const { oneof: { property, cases: names, place }, cases } of oneofs) {
    const held = from[property] as { case?: unknown; value?: unknown } | undefined | null;
    if (held?.case === undefined) continue;
    const convert = cases.get(held.case);
    if (!convert) throw wrongCase(place, names, held.case);
    message[property] = { case: held.case, value: convert(held.value) };
  }
  if (from.$unknown) message.$unknown = from.$unknown;
  return message;
}

function creatorOf(shape: MessageShape): Creator {
  const known = creators.get(shape);
  if (known) return known;
  const fields: FieldCreator[] = [];
  const oneofs = new Map<OneofShape, Map<unknown, Convert>>();
  for (const field of shape.fields) {
    const { oneof, property } = field;
    if (!oneof) {
      fields.push({ field, convert: converter(field) });
      continue;
    }
    let cases = oneofs.get(oneof);
    if (!cases) oneofs.set(oneof, cases = new Map());
    cases.set(property, converter(field));
  }
  const creator = { fields, oneofs: [...oneofs].map(([oneof, cases]) => ({ oneof, cases })) };
  creators.set(shape, creator);
  return creator;
}

function converter(field: FieldShape): Convert {
  const { desc, plainMap } = field;
  const one = valueConverter(field);
  if (desc.fieldKind === "list") {
    return (value) => {
      const elements = elementsOf(field, value);
      return one ? elements.map(one) : elements;
    };
  }
  if (desc.fieldKind !== "map") return one ?? ((value) => value);
  const readKey = keyReader(desc.mapKey);
  return (value) => {
    const entries = entriesOf(field, value);
    if (plainMap) {
      const object: Fields = {};
      for (const [key, held] of entries) setOwn(object, String(key), one ? one(held) : held);
      return object;
    }
    const map = new Map<unknown, unknown>();
    for (const [key, held] of entries) map.set(typeof key === "string" ? readKey(key) : key, one ? one(held) : held);
    return map;
  };
}

function valueConverter({ message, conversion, place }: FieldShape): Convert | undefined {
  if (!message || conversion) return undefined;
  return (value) => createMessage(message(), value, place);
}
