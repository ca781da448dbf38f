// Extensions: fields of a message that are declared outside of it; of an options message they are custom options.
// https://protobuf.dev/programming-guides/proto2/#extensions
import type { FieldOptions } from "./annotation.ts";
import type { FieldType, FieldValue, MessageType } from "./field_type.ts";
import type { ValueInit } from "./message_init.ts";

/** What an extension is: a field, and the message that it extends. */
export interface ExtensionOptions<T extends FieldType = FieldType, R extends boolean = boolean> extends FieldOptions {
  /** The message that is extended: its class, its protobuf-es descriptor (`MethodOptionsSchema`), or a thunk of either. */
  readonly extends: MessageType;
  /** The number, which the extended message leaves to extensions. */
  readonly number: number;
  /** The type of its values, as fields name theirs. */
  readonly type: T;
  readonly repeated?: R;
}

/** A declared extension that takes values of the type `V`, and gives those of the type `R`. */
export interface Extension<V = unknown, R = unknown> {
  readonly kind: "extension";
  readonly typeName: string;
  readonly annotation: ExtensionOptions;
  /** Carries the type; never present. */
  readonly "~value"?: V;
  /** Carries the type; never present. */
  readonly "~read"?: R;
}

/** What is accepted as the value of an extension. */
export type ExtensionValue<T, R> = R extends true ? readonly ValueInit<FieldValue<T>>[] : ValueInit<FieldValue<T>>;

/**
 * Declares an extension, a custom option for instance.
 *
 * @param typeName its full protobuf name; of one that is declared in a message, the message's name in front.
 * @example
 * ```ts
 * export const owner = extension("shop.v1.owner", { extends: MethodOptionsSchema, number: 50_001, type: "string" });
 * ```
 */
export function extension<const T extends FieldType, R extends boolean = false>(
  typeName: string,
  annotation: ExtensionOptions<T, R>,
): Extension<ExtensionValue<T, R>, R extends true ? FieldValue<T>[] : FieldValue<T>> {
  return { kind: "extension", typeName, annotation };
}
