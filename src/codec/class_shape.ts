// The shape of the user's classes: what a class begins with stands for what is not set, a Date for a Timestamp, a Map or a
// plain object for a map, as the class has it.
import type { DescField, DescMessage } from "@bufbuild/protobuf";
import type { HeldType, MessageClass } from "../schema/field_type.ts";
import { describe, type ResolvedField, type ResolvedMessage, type ResolvedType } from "../schema/resolve.ts";
import { isMessageType, typeLabel } from "../schema/resolve_field.ts";
import { protobufShape } from "./protobuf_shape.ts";
import type { Conversion, Fields, FieldShape, MessageShape, OneofShape } from "./shape.ts";
import { dateConversion, isWrapperDesc, structConversion, wrapperConversion } from "./well_known.ts";

/** Finds the shape of another class of the schema. */
export type FindShape = (message: ResolvedMessage) => MessageShape;

/** The shape of a class whose descriptor is `desc`. */
export class ClassShape implements MessageShape {
  readonly desc: DescMessage;
  readonly make: () => Fields;
  readonly begin: () => Fields;
  readonly complete: ((message: Fields) => void) | undefined;
  readonly #class: MessageClass;
  readonly #resolved: ResolvedMessage;
  readonly #find: FindShape;
  #fields: readonly FieldShape[] | undefined;

  constructor(resolved: ResolvedMessage, desc: DescMessage, find: FindShape) {
    const { messageClass } = resolved;
    this.desc = desc;
    this.#class = messageClass;
    this.#resolved = resolved;
    this.#find = find;
    this.make = () => new messageClass() as Fields;
    const initial = initialMessages(resolved);
    if (initial.length === 0) {
      this.begin = this.make;
      return;
    }
    this.begin = () => {
      const message = this.make();
      for (const property of initial) message[property] = undefined;
      return message;
    };
    this.complete = (message) => {
      if (!initial.some((property) => message[property] === undefined)) return;
      const fresh = this.make();
      for (const property of initial) message[property] ??= fresh[property];
    };
  }

  get fields(): readonly FieldShape[] {
    return this.#fields ??= this.#readFields();
  }

  readonly holds = (value: object): boolean => value instanceof this.#class;

  readonly admit = (value: unknown, place: string | undefined): Fields => {
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Fields;
    const expected = place === undefined ? "Expected" : `${place}: expected`;
    throw new TypeError(`${expected} a message of type ${this.desc.typeName}, got ${describe(value)}.`);
  };

  #readFields(): FieldShape[] {
    const byNumber = new Map<number, DescField>(this.desc.fields.map((field) => [field.number, field]));
    const oneofs = new Map<object, OneofShape>();
    const fields: FieldShape[] = [];
    for (const field of this.#resolved.fields) {
      const desc = byNumber.get(field.number);
      if (desc) fields.push(this.#field(field, withBigints(desc), this.#oneof(field, oneofs)));
    }
    return fields;
  }

  #oneof({ oneof }: ResolvedField, known: Map<object, OneofShape>): OneofShape | undefined {
    if (!oneof) return undefined;
    let shape = known.get(oneof);
    if (!shape) {
      const cases = this.#resolved.fields.filter((field) => field.oneof === oneof).map((field) => field.property);
      const place = `${this.#class.name}.${oneof.property}`;
      shape = { property: oneof.property, cases: new Set(cases), none: () => undefined, place };
      known.set(oneof, shape);
    }
    return shape;
  }

  #field(field: ResolvedField, desc: DescField, oneof: OneofShape | undefined): FieldShape {
    const { property, type, place } = field;
    const sample = (this.#resolved.sample as Fields)[property];
    return {
      desc,
      property,
      oneof,
      own: !oneof && property in Object.prototype,
      place,
      typeName: typeLabel(type),
      // A property that begins as a plain object stays one; all others are Maps.
      plainMap: sample !== undefined && !(sample instanceof Map),
      asNumber: type.kind === "scalar" && type.asNumber === true,
      conversion: conversionOf(type, place),
      message: this.#messageOf(type, desc),
    };
  }

  #messageOf(type: ResolvedType, { message }: DescField): (() => MessageShape) | undefined {
    if (type.kind === "message") return () => this.#find(type.message);
    return message && (() => protobufShape(message));
  }
}

// protobuf-es holds a 64-bit number as text where the field says `jstype = JS_STRING`; classes hold a bigint.
function withBigints(desc: DescField): DescField {
  if (!("longAsString" in desc) || !desc.longAsString) return desc;
  return Object.create(desc, { longAsString: { value: false, enumerable: true } });
}

function conversionOf(type: ResolvedType, place: string): Conversion | undefined {
  if (type.kind === "date") return dateConversion(place);
  if (type.kind === "held") return heldConversion(type.held, place);
  if (type.kind !== "desc_message") return undefined;
  if (type.desc.typeName === "google.protobuf.Struct") return structConversion(place);
  return isWrapperDesc(type.desc) ? wrapperConversion(type.desc) : undefined;
}

function heldConversion(held: HeldType, place: string): Conversion {
  return { toMessage: (value) => held.toMessage(value, place), toValue: (message) => held.toValue(message, place) };
}

// The properties that begin with a message: what arrives replaces it, as it replaces any other initial value.
function initialMessages({ fields, oneofs, sample }: ResolvedMessage): string[] {
  const values = sample as Fields;
  const singular = fields.filter(({ oneof, cardinality, type }) =>
    !oneof && cardinality === "optional" &&
    isMessageType(type)
  );
  return [...singular, ...oneofs].map(({ property }) => property).filter((property) =>
    values[property] !== undefined && values[property] !== null && !(property in Object.prototype)
  );
}
