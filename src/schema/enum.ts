// Enums: a TypeScript enum, or an object of named numbers, gets its protobuf name here.
import { annotateEnum, type EnumOptions } from "./annotation.ts";
import type { EnumObject } from "./field_type.ts";

/**
 * Declares an enum. Its values are printed with the enum's name in front, as protobuf's style asks:
 * `PAID` of `OrderStatus` is `ORDER_STATUS_PAID`.
 *
 * @param typeName the full protobuf name: `"shop.v1.OrderStatus"`.
 * @param values a numeric TypeScript enum, or `{ UNSPECIFIED: 0, PAID: 1 } as const`. One of them must be zero.
 * @returns `values`, for use as the type of a field. Nothing is checked here: an app or a client whose messages use the enum
 * throws a `SchemaError` with all mistakes.
 *
 * @example
 * ```ts
 * export enum OrderStatus { UNSPECIFIED = 0, PAID = 1 }
 * Enum("shop.v1.OrderStatus", OrderStatus);
 * ```
 */
export function Enum<E extends EnumObject>(typeName: string, values: E, options: EnumOptions = {}): E {
  const named: (readonly [string, number])[] = [];
  for (const [name, value] of Object.entries(values)) {
    // A numeric TypeScript enum also maps its numbers to names; those keys are no values.
    if (typeof value === "number") named.push([name, value]);
  }
  annotateEnum(values, { typeName, values: named, options });
  return values;
}
