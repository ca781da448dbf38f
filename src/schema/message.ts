// The decorator-free way to declare messages: `message()` makes a class from field builders. It has the same descriptor as
// a decorated class of the same fields, and works where decorators don't (Node's type stripping, plain JavaScript).
import type { DescEnum, DescMessage } from "@bufbuild/protobuf";
import {
  annotateMessage,
  type AsNumber,
  type FieldOptions,
  type MessageOptions,
  type OneOfOptions,
} from "./annotation.ts";
import type { FieldAnnotation, OneOfAnnotation, OneOfCases } from "./annotation.ts";
import {
  type FieldType,
  type FieldValue,
  type HeldType,
  isClass,
  isDescEnum,
  isEnumObject,
  type MessageClass,
  unwrapThunk,
} from "./field_type.ts";
import { shortName } from "./name.ts";
import {
  isScalarName,
  type LongName,
  type MapKeyName,
  scalarHolder,
  type ScalarName,
  type ScalarTypes,
} from "./scalar.ts";

/** A field of {@link message} whose property has the type `V`; it may be undefined where `Optional` is true. */
export interface FieldBuilder<V = unknown, Optional extends boolean = boolean> {
  /** What to note about the field, once its property has a name. */
  readonly annotate: (property: string) => FieldAnnotation | OneOfAnnotation;
  /** Makes the value that the property begins with. */
  readonly initial: () => V | undefined;
  /** Carries the types; never present. */
  readonly "~types"?: { readonly value: V; readonly optional: Optional };
}

/** Whether a singular field of the type `T` may be undefined: messages may, scalars and enums begin as zero. */
type IsOptional<T> = T extends ScalarName ? false
  : T extends new (...args: never[]) => unknown ? true
  : T extends () => infer R ? IsOptional<R>
  : T extends DescMessage | HeldType ? true
  : T extends DescEnum ? false
  : false;

type FieldsOf = { readonly [property: string]: FieldBuilder };
type ValueOf<B> = B extends FieldBuilder<infer V, infer _> ? V : never;
type OptionalKeys<F> = { [K in keyof F]: F[K] extends FieldBuilder<infer _, true> ? K : never }[keyof F];

/** The instances of a class made by {@link message}. */
export type MessageFields<F> =
  & { -readonly [K in Exclude<keyof F, OptionalKeys<F>>]: ValueOf<F[K]> }
  & { -readonly [K in OptionalKeys<F>]?: ValueOf<F[K]> };

/** The value of a oneof with the cases `C`. */
export type OneOfValue<C extends OneOfCases> = {
  [K in keyof C & string]: { case: K; value: CaseValue<C[K]> };
}[keyof C & string];

type CaseValue<C extends OneOfCases[string]> = C extends readonly [number, infer T, AsNumber]
  ? T extends LongName ? number : never
  : FieldValue<C[1]>;

/**
 * Declares a message without decorators.
 *
 * @param typeName the full protobuf name: `"shop.v1.Address"`.
 * @param fields the fields by property name, made by {@link field}, {@link optional}, {@link repeated}, {@link map} and
 * {@link oneof}. `createdAt` is `created_at` in protobuf and `createdAt` in JSON.
 * @returns the class of the message; `InstanceType<typeof Address>` is the type of its instances.
 *
 * @example
 * ```ts
 * export const Address = message("shop.v1.Address", {
 *   street: field(1, "string"),
 *   tags: repeated(2, "string"),
 * });
 * export type Address = InstanceType<typeof Address>;
 * ```
 */
export function message<F extends FieldsOf>(
  typeName: string,
  fields: F,
  options: MessageOptions = {},
): MessageClass<MessageFields<F>> {
  const builders = Object.entries(fields);
  const messageClass = class {
    constructor() {
      for (const [property, builder] of builders) (this as Record<string, unknown>)[property] = builder.initial();
    }
  };
  Object.defineProperty(messageClass, "name", { value: shortName(typeName) });
  const annotations = builders.map(([property, builder]) => builder.annotate(property));
  annotateMessage({
    typeName,
    messageClass,
    options,
    fields: annotations.filter((annotation): annotation is FieldAnnotation => !("cases" in annotation)),
    oneofs: annotations.filter((annotation): annotation is OneOfAnnotation => "cases" in annotation),
    members: annotations,
  });
  return messageClass as MessageClass<MessageFields<F>>;
}

/**
 * A singular field. A scalar or an enum begins as zero and has no presence; a message begins as undefined.
 *
 * @param number the field's number, 1 to 536,870,911 without 19,000 to 19,999. Never change it once messages are out.
 * @param type the name of a scalar, a message class, an enum, `Date`, a protobuf-es descriptor, or a thunk of one of these.
 */
export function field(number: number, type: LongName, options: FieldOptions & AsNumber): FieldBuilder<number, false>;
export function field<const T extends FieldType>(
  number: number,
  type: T,
  options?: FieldOptions,
): FieldBuilder<FieldValue<T>, IsOptional<T>>;
export function field(number: number, type: FieldType, options: NotedOptions = {}): FieldBuilder {
  const initial = (): unknown => options.as === "number" ? 0 : zeroOf(type);
  return { annotate: annotator(number, type, undefined, options), initial };
}

/** A field with presence: undefined until it is set. Parameters as those of {@link field}. */
export function optional(number: number, type: LongName, options: FieldOptions & AsNumber): FieldBuilder<number, true>;
export function optional<const T extends FieldType>(
  number: number,
  type: T,
  options?: FieldOptions,
): FieldBuilder<FieldValue<T>, true>;
export function optional(number: number, type: FieldType, options: NotedOptions = {}): FieldBuilder {
  return { annotate: annotator(number, type, undefined, { ...options, optional: true }), initial: () => undefined };
}

/** A repeated field, held in an array, which begins empty. Parameters as those of {@link field}. */
export function repeated(
  number: number,
  type: LongName,
  options: FieldOptions & AsNumber,
): FieldBuilder<number[], false>;
export function repeated<const T extends FieldType>(
  number: number,
  type: T,
  options?: FieldOptions,
): FieldBuilder<FieldValue<T>[], false>;
export function repeated(number: number, type: FieldType, options: NotedOptions = {}): FieldBuilder {
  return { annotate: annotator(number, type, undefined, { ...options, repeated: true }), initial: () => [] };
}

/**
 * A map field, held in a Map, which begins empty.
 *
 * @param key the type of the keys: an integer type, `"bool"` or `"string"`.
 */
export function map<const K extends MapKeyName>(
  number: number,
  key: K,
  type: LongName,
  options: FieldOptions & AsNumber,
): FieldBuilder<Map<ScalarTypes[K], number>, false>;
export function map<const K extends MapKeyName, const T extends FieldType>(
  number: number,
  key: K,
  type: T,
  options?: FieldOptions,
): FieldBuilder<Map<ScalarTypes[K], FieldValue<T>>, false>;
export function map(number: number, key: MapKeyName, type: FieldType, options: NotedOptions = {}): FieldBuilder {
  return { annotate: annotator(number, type, key, options), initial: () => new Map() };
}

/**
 * A oneof: at most one of its cases is set, held as `{ case, value }`; undefined until one is.
 *
 * @param cases number, type and options of each case, by its name: `{ card: [10, () => Card], voucher: [11, "string"] }`.
 */
export function oneof<const C extends OneOfCases>(
  cases: C,
  options: OneOfOptions = {},
): FieldBuilder<OneOfValue<C>, true> {
  return { annotate: (property) => ({ property, cases, options }), initial: () => undefined };
}

function annotator(
  number: number,
  type: FieldType,
  mapKey: MapKeyName | undefined,
  options: NotedOptions,
): (property: string) => FieldAnnotation {
  return (property) => ({ property, number, type, mapKey, designType: undefined, options });
}

type NotedOptions = FieldAnnotation["options"];

const zeros = { number: 0, bigint: 0n, boolean: false, string: "" };

function zeroOf(type: FieldType): unknown {
  if (typeof type === "string" && isScalarName(type)) {
    const holder = scalarHolder(type);
    return holder === "bytes" ? new Uint8Array() : zeros[holder];
  }
  const named = unwrapThunk(type);
  return !isClass(named) && (isDescEnum(named) || isEnumObject(named)) ? 0 : undefined;
}
