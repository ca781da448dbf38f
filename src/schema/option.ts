// Custom options: values of extensions of the options messages of descriptor.proto. They are encoded when the file that has
// them is made; this module is part of a program only where one is set.
import {
  create,
  type DescExtension,
  type DescField,
  type DescMessage,
  type ExtensionValueShape,
  type Message,
  setExtension,
} from "@bufbuild/protobuf";
import { type FeatureSet, FeatureSetSchema, timestampFromDate } from "@bufbuild/protobuf/wkt";
import { base64Decode } from "@bufbuild/protobuf/wire";
import type { Extension } from "./extension.ts";
import { unwrapThunk } from "./field_type.ts";
import type { ResolvedField, ResolvedMessage } from "./resolve.ts";

/** Finds what custom options are made of. */
export interface OptionScope {
  /** The descriptor of an extension, by its full name. */
  extension(typeName: string): DescExtension | undefined;
  /** What is known of the class of a message; undefined for messages of generated code. */
  message(typeName: string): ResolvedMessage | undefined;
}

/** A custom option that is set. */
export interface CustomOption {
  /** The extension; undefined where only its number is known. */
  readonly extension: Extension | undefined;
  /** Whether it is a feature of a language, which files of editions have. */
  readonly isFeature: boolean;
  /**
   * Sets it in the options of an element.
   * @throws Error where the extension belongs to no file of the schema, or where it can't hold the value.
   */
  set(options: Message, scope: OptionScope): void;
}

/**
 * Sets a custom option.
 *
 * @param extension the extension of the element's options message, or of its features; or a thunk of one that is declared later.
 * @param value its value; of a message, a plain object of its shape.
 * @example
 * ```ts
 * unary(GetOrderRequest, Order, { custom: [option(owner, "orders@example.com")] });
 * ```
 */
export function option<V>(extension: Extension<V> | (() => Extension<V>), value: V): CustomOption;
export function option<E extends DescExtension>(extension: E, value: ExtensionValueShape<E>): CustomOption;
export function option(named: Extension | (() => Extension) | DescExtension, value: unknown): CustomOption {
  const unwrap = (): Extension | DescExtension => typeof named === "function" ? named() : named;
  return {
    get extension() {
      const extension = unwrap();
      return "annotation" in extension ? extension : undefined;
    },
    get isFeature() {
      const extension = unwrap();
      const extendee = "annotation" in extension ? unwrapThunk(extension.annotation.extends) : extension.extendee;
      return (extendee as { readonly typeName?: unknown }).typeName === FeatureSetSchema.typeName;
    },
    set(options, scope) {
      const extension = unwrap();
      const own = this.extension;
      const desc = own ? scope.extension(own.typeName) : extension as DescExtension;
      if (!desc) throw new Error(`the extension ${extension.typeName} belongs to no file that is imported`);
      const values = desc.fieldKind === "list" ? [...value as unknown[]] : [value];
      const made = desc.message ? values.map((each) => toMessage(desc.message as DescMessage, each, scope)) : values;
      setExtension(holderOf(options, desc), desc, (desc.fieldKind === "list" ? made : made[0]) as never);
    },
  };
}

/**
 * Sets a field of an element's options whose extension is not known, or whose value can't be said otherwise.
 *
 * @param wireType of protobuf's encoding: 0 for varints, 1 for 64 bits, 2 for what has a length, 3 for groups, 5 for 32 bits.
 * @param data the field's bytes behind its tag, in base64.
 */
export function unknownOption(number: number, wireType: number, data: string): CustomOption {
  return {
    extension: undefined,
    isFeature: false,
    set(options) {
      options.$unknown = [...options.$unknown ?? [], { no: number, wireType, data: base64Decode(data) }];
    },
  };
}

// Features of single languages extend FeatureSet, which is a field of the options.
function holderOf(options: Message & { features?: FeatureSet }, { extendee }: DescExtension): Message {
  if (extendee.typeName !== FeatureSetSchema.typeName) return options;
  return options.features ??= create(FeatureSetSchema);
}

function toMessage(desc: DescMessage, value: unknown, scope: OptionScope): Message {
  const resolved = scope.message(desc.typeName);
  if (!resolved) return create(desc, value as Record<string, unknown>);
  const given = value as { readonly [property: string]: unknown };
  const init: { [name: string]: unknown } = {};
  const byNumber = new Map(desc.fields.map((field) => [field.number, field]));
  for (const field of resolved.fields) {
    const known = byNumber.get(field.number);
    if (!known) continue;
    if (field.oneof && known.oneof) {
      const chosen = given[field.oneof.property] as { case: string; value: unknown } | undefined;
      if (chosen?.case !== field.property) continue;
      init[known.oneof.localName] = { case: known.localName, value: toValue(field, known, chosen.value, scope) };
    } else if (given[field.property] !== undefined) {
      init[known.localName] = toValue(field, known, given[field.property], scope);
    }
  }
  return create(desc, init);
}

function toValue(field: ResolvedField, known: DescField, value: unknown, scope: OptionScope): unknown {
  const one = (each: unknown): unknown => {
    if (field.type.kind === "date") return timestampFromDate(each as Date);
    if (field.type.kind === "held") return field.type.held.toMessage(each, field.place);
    return field.type.kind === "message" && known.message ? toMessage(known.message, each, scope) : each;
  };
  if (field.cardinality === "repeated") return [...value as unknown[]].map(one);
  if (field.cardinality !== "map") return one(value);
  const entries = value instanceof Map ? [...value] : Object.entries(value as object);
  return Object.fromEntries(entries.map(([key, each]) => [String(key), one(each)]));
}
