// Between the user's classes and protobuf-es's messages: closures made once for each message of a schema. Bytes and JSON
// are protobuf-es's business; what crosses here is the shape, so that handlers get instances of their own classes.
import { create, type DescField, type DescMessage, isMessage, type Message } from "@bufbuild/protobuf";
import { describe, type ResolvedMessage } from "../schema/resolve.ts";
import type { Schema } from "../schema/schema.ts";
import { fieldCodec, messageValue, type ValueCodec } from "./value_codec.ts";

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
  /** What every object has under the name (`valueOf`), which is no value of the field; mostly undefined. */
  readonly inherited: unknown;
  readonly value: ValueCodec;
}

const inheritedByAll = Object.prototype as unknown as Record;

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
      const { property } = field;
      const codec = { property, localName: descField.localName, inherited: inheritedByAll[property], value };
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
    const from = messageValue(value, this.#desc.typeName) as Record;
    const message = create(this.#desc) as Message & Record;
    for (const { property, localName, inherited, value } of this.#fields) {
      const own = from[property];
      if (own !== undefined && own !== null && own !== inherited) message[localName] = value.encode(own);
    }
    for (const oneof of this.#oneofs) {
      const own = from[oneof.property] as { case?: unknown; value?: unknown } | undefined;
      if (own?.case === undefined) continue;
      const codec = this.#case(oneof, own.case);
      message[oneof.localName] = { case: codec.localName, value: codec.value.encode(own.value) };
    }
    if (from.$unknown) message.$unknown = from.$unknown as Message["$unknown"];
    return message;
  }

  #decode(message: Record): object {
    const instance = new this.#messageClass() as Record;
    for (const { property, localName, inherited, value } of this.#fields) {
      const own = message[localName];
      if (own !== undefined && own !== inherited) instance[property] = value.decode(own);
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
    const from = messageValue(value, this.#desc.typeName) as Record;
    const instance = new this.#messageClass() as Record;
    for (const { property, inherited, value } of this.#fields) {
      const own = from[property];
      if (own !== undefined && own !== null && own !== inherited) instance[property] = value.create(own);
    }
    for (const oneof of this.#oneofs) {
      const own = from[oneof.property] as { case?: unknown; value?: unknown } | undefined;
      if (own?.case === undefined) continue;
      instance[oneof.property] = { case: own.case, value: this.#case(oneof, own.case).value.create(own.value) };
    }
    if (from.$unknown) instance.$unknown = from.$unknown;
    return instance;
  }

  #case(oneof: OneOfCodec, name: unknown): FieldCodec {
    const codec = oneof.byCase.get(name);
    if (codec) return codec;
    const cases = [...oneof.byCase.keys()].join(", ");
    throw new TypeError(
      `${this.#messageClass.name}.${oneof.property}: the oneof has no case ${describe(name)}. Its cases: ${cases}.`,
    );
  }
}

function generatedCodec(desc: DescMessage): MessageCodec {
  const complete = (value: object): Message => isMessage(value, desc) ? value : create(desc, value as Message);
  return { encode: complete, decode: (message) => message, create: complete };
}
