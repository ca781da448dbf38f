// Options: what is set in an element's options message, as names and values of .proto text. Custom options are unknown fields
// of that message; the extensions that declare them are looked for in the file and all that it imports. Features are spelled
// as paths (`features.field_presence`). Left out on purpose: options that a parser could not interpret.
import {
  create,
  type DescEnum,
  type DescExtension,
  type DescField,
  type DescFile,
  type DescMessage,
  fromBinary,
  fromJson,
  getExtension,
  isMessage,
  type JsonValue,
  type Message,
  ScalarType,
} from "@bufbuild/protobuf";
import { isReflectMessage, reflect, type ReflectMessage } from "@bufbuild/protobuf/reflect";
import {
  bytesLiteral,
  float32Literal,
  floatLiteral,
  formatValue,
  indent,
  type OptionValue,
  stringLiteral,
} from "./literal.ts";
import { messageSetItems } from "./message_set.ts";
import type { References } from "./reference.ts";

/** A set option: its name as it stands before the `=`, and its value. */
export type OptionEntry = readonly [name: string, value: OptionValue];

/** Reads the options of one file's elements. */
export class Options {
  readonly #references: References;
  readonly #extensions = new Map<string, DescExtension>();

  /** @param seen the file, and all that it imports. */
  constructor(seen: Iterable<DescFile>, references: References) {
    this.#references = references;
    for (const extension of [...seen].flatMap(extensionsOf)) {
      this.#extensions.set(`${extension.extendee.typeName} ${extension.number}`, extension);
    }
  }

  /**
   * The options set in an options message: protobuf's own in the order of descriptor.proto, then custom ones by name.
   *
   * @param element the full name of the element that has them.
   * @throws Error where no imported file declares a custom option.
   */
  of(schema: DescMessage, options: Message | undefined, element: string): OptionEntry[] {
    if (!options) return [];
    const message = reflect(schema, options);
    const own = message.fields
      .filter((field) => message.isSet(field) && field.name !== "uninterpreted_option")
      .flatMap((field) => this.#own(message, field, element));
    const custom = this.#custom(message).flatMap(([extension, value]) => {
      const name = `(${this.#references.optionName(extension, element)})`;
      return repeat(name, value);
    });
    return [...own, ...custom.sort(([a], [b]) => a < b ? -1 : a > b ? 1 : 0)];
  }

  #own(message: ReflectMessage, field: DescField, element: string): OptionEntry[] {
    if (field.message?.typeName !== "google.protobuf.FeatureSet" || field.fieldKind !== "message") {
      return repeat(field.name, this.#value(field, message.get(field)));
    }
    const features = message.get(field) as ReflectMessage;
    return this.of(features.desc, features.message, element).map(([name, value]) => [`${field.name}.${name}`, value]);
  }

  #custom(message: ReflectMessage): Array<[DescExtension, OptionValue]> {
    if (message.desc.proto.options?.messageSetWireFormat) {
      return messageSetItems(message.getUnknown() ?? []).map(({ number, bytes }) => {
        const extension = this.#extension(message.desc, number);
        if (!extension.message) throw new Error(`${extension.typeName} extends a message set: it has to be a message.`);
        return [extension, this.#element(extension, fromBinary(extension.message, bytes))];
      });
    }
    const numbers = new Set(message.getUnknown()?.map((field) => field.no));
    return [...numbers].map((number) => {
      const extension = this.#extension(message.desc, number);
      return [extension, this.#value(extension, getExtension(message.message, extension))];
    });
  }

  #extension(extendee: DescMessage, number: number): DescExtension {
    const extension = this.#extensions.get(`${extendee.typeName} ${number}`);
    if (extension) return extension;
    throw new Error(
      `${extendee.typeName} holds option ${number}, which no imported file declares: import the file with its extension.`,
    );
  }

  #value(field: DescField | DescExtension, value: unknown): OptionValue {
    switch (field.fieldKind) {
      case "list":
        return Array.from(value as Iterable<unknown>, (element) => this.#element(field, element));
      case "map":
        return Array.from(value as Iterable<[unknown, unknown]>, ([key, element]) => ({
          fields: [["key", scalarValue(field.mapKey, key)], ["value", this.#element(field, element)]],
        }));
      default:
        return this.#element(field, value);
    }
  }

  #element(type: { scalar?: ScalarType; enum?: DescEnum; message?: DescMessage }, value: unknown): OptionValue {
    if (type.message) return { fields: this.#fields(asReflectMessage(type.message, value)) };
    if (type.enum) return type.enum.value[value as number]?.name ?? String(value);
    return scalarValue(type.scalar, value);
  }

  #fields(message: ReflectMessage): OptionEntry[] {
    const own = message.fields
      .filter((field) => message.isSet(field))
      .map((field): OptionEntry => [field.name, this.#value(field, message.get(field))]);
    return [
      ...own,
      ...this.#custom(message).map(([extension, value]): OptionEntry => [`[${extension.typeName}]`, value]),
    ];
  }
}

/** Options behind a field or value: ` [deprecated = true]`, one a line where there are several; empty for none. */
export function compactOptions(entries: readonly OptionEntry[]): string {
  const texts = entries.map(([name, value]) => `${name} = ${formatValue(value)}`);
  if (texts.length < 2) return texts.map((text) => ` [${text}]`).join("");
  return ` [\n${texts.map(indent).join(",\n")}\n]`;
}

/** An option as a statement: `option deprecated = true;`. */
export function optionStatement([name, value]: OptionEntry): string {
  return `option ${name} = ${formatValue(value)};`;
}

// A repeated option is written once for each of its elements.
function repeat(name: string, value: OptionValue): OptionEntry[] {
  return Array.isArray(value) ? value.map((element: OptionValue) => [name, element]) : [[name, value]];
}

function scalarValue(scalar: ScalarType | undefined, value: unknown): string {
  switch (scalar) {
    case ScalarType.STRING:
      return stringLiteral(value as string);
    case ScalarType.BYTES:
      return bytesLiteral(value as Uint8Array);
    case ScalarType.DOUBLE:
      return floatLiteral(value as number);
    case ScalarType.FLOAT:
      return float32Literal(value as number);
    default:
      return String(value);
  }
}

// protobuf-es gives the values of wrappers and Struct in JavaScript's own forms.
function asReflectMessage(desc: DescMessage, value: unknown): ReflectMessage {
  if (isReflectMessage(value)) return value;
  if (isMessage(value, desc)) return reflect(desc, value);
  if (desc.typeName === "google.protobuf.Struct") return reflect(desc, fromJson(desc, value as JsonValue));
  return reflect(desc, create(desc, { value }));
}

function extensionsOf(file: DescFile): DescExtension[] {
  const nested = (message: DescMessage): DescExtension[] => [
    ...message.nestedExtensions,
    ...message.nestedMessages.flatMap(nested),
  ];
  return [...file.extensions, ...file.messages.flatMap(nested)];
}
