// Between the user's classes and protobuf-es's messages: closures made once for each message of a schema. Bytes and JSON
// are protobuf-es's business; what crosses here is the shape, so that handlers get instances of their own classes.
import { create, type DescField, type DescMessage, isMessage, type Message } from "@bufbuild/protobuf";
import type { ResolvedMessage } from "../schema/resolve.ts";
import type { Schema } from "../schema/schema.ts";
import { fieldCodec, type ValueCodec } from "./value_codec.ts";

/** How messages of one type cross between the user's class and protobuf-es. */
export interface MessageCodec {
  /** From an instance, or a plain object of its shape, to a protobuf-es message. */
  encode(value: object): Message;
  /** From a protobuf-es message to an instance of the user's class, unknown fields included. */
  decode(message: Message): object;
  /** From a plain object to an instance; an instance is returned as it is. */
  create(value: object): object;
}

type Record = { [property: string]: unknown };

interface FieldCodec {
  readonly property: string;
  readonly localName: string;
  readonly value: ValueCodec;
}

interface OneOfCodec {
  readonly property: string;
  readonly localName: string;
  readonly byCase: ReadonlyMap<unknown, FieldCodec>;
  readonly byLocalName: ReadonlyMap<unknown, FieldCodec>;
}

/** The codecs of one schema, each made when it is first asked for. */
export class MessageCodecs {
  readonly #schema: Schema;
  readonly #codecs = new Map<string, MessageCodec>();

  constructor(schema: Schema) {
    this.#schema = schema;
  }

  /** The codec of a message: of its class, or for generated code one that leaves messages as they are. */
  codec(desc: DescMessage): MessageCodec {
    let codec = this.#codecs.get(desc.typeName);
    if (!codec) {
      const resolved = this.#schema.resolved(desc);
      codec = resolved ? new ClassCodec(resolved, desc, (typeName) => this.#byName(typeName)) : generatedCodec(desc);
      this.#codecs.set(desc.typeName, codec);
    }
    return codec;
  }

  #byName(typeName: string): ValueCodec {
    const desc = this.#schema.registry.getMessage(typeName);
    if (!desc) throw new TypeError(`${typeName} is not in the schema.`);
    return this.codec(desc) as ValueCodec;
  }
}

class ClassCodec implements MessageCodec {
  readonly #desc: DescMessage;
  readonly #messageClass: new () => object;
  readonly #fields: FieldCodec[] = [];
  readonly #oneofs: OneOfCodec[] = [];

  // Bound, because nested codecs are called as plain functions.
  readonly encode: (value: object) => Message = (value) => this.#encode(value);
  readonly decode: (message: Message) => object = (message) => this.#decode(message as unknown as Record);
  readonly create: (value: object) => object = (value) => this.#create(value);

  constructor(resolved: ResolvedMessage, desc: DescMessage, find: (typeName: string) => ValueCodec) {
    this.#desc = desc;
    this.#messageClass = resolved.messageClass;
    const byNumber = new Map<number, DescField>(desc.fields.map((field) => [field.number, field]));
    const oneofs = new Map<object, { byCase: Map<unknown, FieldCodec>; byLocalName: Map<unknown, FieldCodec> }>();
    for (const field of resolved.fields) {
      const descField = byNumber.get(field.number);
      if (!descField) continue;
      const sample = field.oneof ? undefined : (resolved.sample as Record)[field.property];
      const value = fieldCodec(field, descField, sample, find);
      const codec = { property: field.property, localName: descField.localName, value };
      if (!field.oneof) {
        this.#fields.push(codec);
        continue;
      }
      let maps = oneofs.get(field.oneof);
      if (!maps) {
        oneofs.set(field.oneof, maps = { byCase: new Map(), byLocalName: new Map() });
        const localName = descField.oneof?.localName ?? "";
        this.#oneofs.push({ property: field.oneof.property, localName, ...maps });
      }
      maps.byCase.set(codec.property, codec);
      maps.byLocalName.set(codec.localName, codec);
    }
  }

  #encode(value: object): Message {
    if (typeof value !== "object" || value === null) {
      throw new TypeError(`Expected a message of type ${this.#desc.typeName}, got ${String(value)}.`);
    }
    const from = value as Record;
    const message = create(this.#desc) as Message & Record;
    for (const { property, localName, value } of this.#fields) {
      const own = from[property];
      if (own !== undefined && own !== null) message[localName] = value.encode(own);
    }
    for (const oneof of this.#oneofs) {
      const own = from[oneof.property] as { case?: unknown; value?: unknown } | undefined;
      if (own?.case === undefined) continue;
      const codec = oneof.byCase.get(own.case);
      if (!codec) {
        throw new TypeError(`${this.#desc.typeName}: oneof ${oneof.property} has no case ${String(own.case)}.`);
      }
      message[oneof.localName] = { case: codec.localName, value: codec.value.encode(own.value) };
    }
    if (from.$unknown) message.$unknown = from.$unknown as Message["$unknown"];
    return message;
  }

  #decode(message: Record): object {
    const instance = new this.#messageClass() as Record;
    for (const { property, localName, value } of this.#fields) {
      const own = message[localName];
      if (own !== undefined) instance[property] = value.decode(own);
    }
    for (const oneof of this.#oneofs) {
      const own = message[oneof.localName] as { case?: unknown; value?: unknown };
      const codec = oneof.byLocalName.get(own.case);
      if (codec) instance[oneof.property] = { case: codec.property, value: codec.value.decode(own.value) };
    }
    if (message.$unknown) instance.$unknown = message.$unknown;
    return instance;
  }

  #create(value: object): object {
    if (value instanceof this.#messageClass) return value;
    const from = value as Record;
    const instance = new this.#messageClass() as Record;
    for (const { property, value } of this.#fields) {
      const own = from[property];
      if (own !== undefined && own !== null) instance[property] = value.create(own);
    }
    for (const { property, byCase } of this.#oneofs) {
      const own = from[property] as { case?: unknown; value?: unknown } | undefined;
      const codec = byCase.get(own?.case);
      if (own && codec) instance[property] = { case: own.case, value: codec.value.create(own.value) };
    }
    if (from.$unknown) instance.$unknown = from.$unknown;
    return instance;
  }
}

function generatedCodec(desc: DescMessage): MessageCodec {
  const complete = (value: object): Message => isMessage(value, desc) ? value : create(desc, value as Message);
  return { encode: complete, decode: (message) => message, create: complete };
}
