// The shape of protobuf-es's messages: plain objects with `$typeName`. Wrappers in singular fields are their scalar, a Struct
// is a JSON object, maps are objects, and what has presence and a default in proto2 lies on a prototype.
import { type DescExtension, type DescField, type DescMessage, isMessage } from "@bufbuild/protobuf";
import { fieldPresence } from "../schema/descriptor_number.ts";
import { describe } from "../schema/resolve.ts";
import { fillMessage } from "./create.ts";
import { emptyMessages } from "./empty_message.ts";
import type { Conversion, Fields, FieldShape, MessageShape, OneofShape } from "./shape.ts";
import { isWrapperDesc, structConversion, wrapperConversion } from "./well_known.ts";

const shapes = new WeakMap<DescMessage, MessageShape>();

/** The shape of the messages of a descriptor, as protobuf-es holds them. */
export function protobufShape(desc: DescMessage): MessageShape {
  let shape = shapes.get(desc);
  if (!shape) shapes.set(desc, shape = new ProtobufShape(desc));
  return shape;
}

class ProtobufShape implements MessageShape {
  readonly desc: DescMessage;
  readonly complete = undefined;
  readonly make: () => Fields;
  readonly begin: () => Fields;
  #fields: readonly FieldShape[] | undefined;

  constructor(desc: DescMessage) {
    this.desc = desc;
    this.make = this.begin = emptyMessages(desc);
  }

  get fields(): readonly FieldShape[] {
    if (this.#fields) return this.#fields;
    const { desc } = this;
    const oneofs = new Map(desc.oneofs.map((oneof): [object, OneofShape] => [oneof, {
      property: oneof.localName,
      cases: new Set(oneof.fields.map((field) => field.localName)),
      none: () => ({ case: undefined }),
      place: `${desc.typeName}.${oneof.name}`,
    }]));
    const fields = desc.fields.map((field) => protobufField(field, field.oneof && oneofs.get(field.oneof)));
    return this.#fields = fields.sort((a, b) => a.desc.number - b.desc.number);
  }

  readonly holds = (value: object): boolean => (value as Fields).$typeName === this.desc.typeName;

  readonly admit = (value: unknown, place: string | undefined): Fields => {
    const { desc } = this;
    if (typeof value === "object" && value !== null) {
      if ((value as Fields).$typeName === desc.typeName) return value as Fields;
      if (isPlain(value)) return fillMessage(this, value as Fields);
    }
    const expected = place === undefined ? "Expected" : `${place}: expected`;
    throw new TypeError(`${expected} a message of type ${desc.typeName}, got ${describe(value)}.`);
  };
}

/** The shape of one field, of an extension too, whose value is then the property `value`. */
export function protobufField(desc: DescField | DescExtension, oneof: OneofShape | undefined): FieldShape {
  const { message } = desc;
  const isExtension = desc.kind === "extension";
  const place = isExtension ? `[${desc.typeName}]` : `${desc.parent.typeName}.${desc.name}`;
  return {
    desc,
    property: isExtension ? "value" : desc.localName,
    oneof,
    // What has presence and a default lies on a prototype until it is set.
    own: !oneof && desc.presence !== fieldPresence.implicit && message === undefined,
    place,
    typeName: message?.typeName ?? desc.enum?.typeName ?? "",
    plainMap: true,
    asNumber: false,
    conversion: message && protobufConversion(desc, message, oneof !== undefined, place),
    message: message && (() => protobufShape(message)),
  };
}

function protobufConversion(
  desc: DescField | DescExtension,
  message: DescMessage,
  inOneof: boolean,
  place: string,
): Conversion | undefined {
  if (message.typeName === "google.protobuf.Struct" && desc.parent?.typeName !== "google.protobuf.Value") {
    return structConversion(place);
  }
  return desc.fieldKind === "message" && !inOneof && desc.kind === "field" && isWrapperDesc(message)
    ? wrapperConversion(message)
    : undefined;
}

/** Whether a value is an object without a class, and no message yet. */
export function isPlain(value: object): boolean {
  if (isMessage(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
