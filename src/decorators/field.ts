// @Field and @OneOf: note the members of a message class. Both dialects, no metadata needed.
import type { AsNumber, FieldAnnotation, FieldOptions, OneOfCases, OneOfOptions } from "../schema/annotation.ts";
import {
  type FieldType,
  type FieldValue,
  isClass,
  isDescEnum,
  isDescMessage,
  isEnumObject,
  isHeldType,
} from "../schema/field_type.ts";
import type { OneOfValue } from "../schema/message.ts";
import type { LongName, MapKeyName, ScalarTypes } from "../schema/scalar.ts";
import { noteField, noteOneOf } from "./message.ts";
import { readMember } from "./member.ts";

type FieldContext<C, V> = ClassFieldDecoratorContext<C, V> | ClassAccessorDecoratorContext<C, V>;
type Refuse<Reason extends string> = { readonly "~refused": Reason };

/** The decorator that `@Field(number, type)` makes: it fits properties that hold `V`, or an array of `V`. */
export interface FieldDecorator<V> {
  <C, F extends V | undefined | readonly V[]>(
    value: ClassAccessorDecoratorTarget<C, F> | undefined,
    context: FieldContext<C, F> & FitsField<V, F>,
  ): void;
  <T extends object, K extends keyof T & string>(
    target: T & FitsField<V, T[K]>,
    property: K,
    descriptor?: unknown,
  ): void;
}

// An array that may be undefined has no initial value, so nothing at run time says that it is repeated.
type FitsField<V, F> = [F] extends [V | undefined] ? unknown
  : [F] extends [readonly V[]] ? unknown
  : Refuse<
    "the property's type does not fit, or it is an array without an initial value, which needs { repeated: true }"
  >;

type Fits<V, F> = [F] extends [V] ? unknown : Refuse<"the property's type does not fit the field's">;

/** The decorator of a field whose values are exactly `V` or undefined. */
export interface ExactFieldDecorator<V> {
  <C, F extends V | undefined>(
    value: ClassAccessorDecoratorTarget<C, F> | undefined,
    context: FieldContext<C, F>,
  ): void;
  <T extends object, K extends keyof T & string>(
    target: T & Fits<V | undefined, T[K]>,
    property: K,
    descriptor?: unknown,
  ): void;
}

/** What `@Field(number)` can derive from an initial value: no bare number, no bigint, no array, no map. */
export type DerivableValue = string | boolean | Uint8Array | Date | (object & { readonly [Symbol.iterator]?: never });

/** The decorator that `@Field(number)` makes: the type comes from metadata or from the initial value. */
export interface DerivedFieldDecorator {
  <C, F extends DerivableValue>(
    value: ClassAccessorDecoratorTarget<C, F> | undefined,
    context: FieldContext<C, F>,
  ): void;
  // Legacy decorators may come with metadata, which also tells the type of a property without an initial value.
  <T extends object, K extends keyof T & string>(
    target: T & Fits<DerivableValue | undefined, T[K]>,
    property: K,
    descriptor?: unknown,
  ): void;
}

/**
 * Declares a field of a message.
 *
 * The type is what the decorator names; else what the compiler's metadata says (legacy decorators with
 * `emitDecoratorMetadata`); else what the initial value is. A property that begins as an array is repeated, as a Map is a
 * map. A property without an initial value, or with one that is not zero, has presence (`optional`).
 *
 * @param number the field's number, 1 to 536,870,911 without 19,000 to 19,999. Never change it once messages are out.
 * @example
 * ```ts
 * @Message("shop.v1.Order")
 * class Order {
 *   @Field(1) id = "";
 *   @Field(2, "int64") customerId = 0n;
 *   @Field(3, "string") tags: string[] = [];
 *   @Field(4, "string", "int32") stock = new Map<string, number>();
 *   @Field(5, () => Address) shipTo?: Address;
 * }
 * ```
 */
export function Field(number: number, options?: FieldOptions): DerivedFieldDecorator;
export function Field(
  number: number,
  type: LongName,
  options: FieldOptions & AsNumber & { readonly repeated: true },
): ExactFieldDecorator<readonly number[]>;
export function Field(
  number: number,
  type: LongName,
  options: FieldOptions & AsNumber & { readonly repeated?: false },
): FieldDecorator<number>;
export function Field<const K extends MapKeyName>(
  number: number,
  key: K,
  type: LongName,
  options: FieldOptions & AsNumber,
): ExactFieldDecorator<
  | ReadonlyMap<ScalarTypes[K], number>
  | (ScalarTypes[K] extends string | number ? { [key in ScalarTypes[K]]: number } : never)
>;
export function Field<const T extends FieldType>(
  number: number,
  type: T,
  options: FieldOptions & { readonly repeated: true },
): ExactFieldDecorator<readonly FieldValue<T>[]>;
export function Field<const T extends FieldType>(
  number: number,
  type: T,
  options?: FieldOptions & { readonly repeated?: false },
): FieldDecorator<FieldValue<T>>;
export function Field<const K extends MapKeyName, const T extends FieldType>(
  number: number,
  key: K,
  type: T,
  options?: FieldOptions,
): ExactFieldDecorator<
  | ReadonlyMap<ScalarTypes[K], FieldValue<T>>
  | (ScalarTypes[K] extends string | number ? { [key in ScalarTypes[K]]: FieldValue<T> } : never)
>;
export function Field(number: number, ...rest: unknown[]): unknown {
  const options = isOptions(rest.at(-1)) ? rest.pop() as FieldAnnotation["options"] : noOptions;
  const type = rest.pop() as FieldType | undefined;
  const mapKey = rest.pop() as MapKeyName | undefined;
  return (target: unknown, context: unknown): void => {
    const member = readMember("Field", target, context);
    const designType = member.legacy ? designTypeOf(member.owner, member.property) : undefined;
    const annotation: FieldAnnotation = { property: member.property, number, type, mapKey, designType, options };
    noteField(member.owner, annotation);
  };
}

/**
 * Declares a oneof: at most one of its cases is set, held as `{ case, value }`.
 *
 * @param cases number, type and options of each case, by its name.
 * @example
 * ```ts
 * @OneOf({ card: [10, () => Card], voucher: [11, "string"] })
 * payment?: { case: "card"; value: Card } | { case: "voucher"; value: string };
 * ```
 */
export function OneOf<const C extends OneOfCases>(
  cases: C,
  options: OneOfOptions = {},
): ExactFieldDecorator<OneOfValue<C>> {
  return (target: unknown, context: unknown): void => {
    const member = readMember("OneOf", target, context);
    noteOneOf(member.owner, { property: member.property, cases, options });
  };
}

const noOptions: FieldOptions = {};

// Names of options of a field that hold numbers or texts, as all properties of an enum object do.
const optionNames = new Set(["doc", "name", "jsonName", "default", "as"]);

function isOptions(value: unknown): boolean {
  return typeof value === "object" && value !== null && !isDescMessage(value) && !isDescEnum(value) &&
    !isHeldType(value) &&
    (!isEnumObject(value) || Object.keys(value).every((key) => optionNames.has(key))) && !isClass(value);
}

// reflect-metadata adds getMetadata; compilers note `design:type` before any other decorator of the property runs.
function designTypeOf(prototype: object, property: string): unknown {
  const reflect = Reflect as { getMetadata?(key: string, target: object, property: string): unknown };
  return reflect.getMetadata?.("design:type", prototype, property);
}
