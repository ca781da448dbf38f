// The plain objects that are accepted wherever a message goes out: same shape as the message, everything may be left out.

type Whole = string | number | bigint | boolean | symbol | null | undefined | Date | Uint8Array;

/** What is accepted for one value inside of a message. */
export type ValueInit<V> = V extends Whole ? V
  : V extends ReadonlyMap<infer K, infer X> ? ReadonlyMap<K, ValueInit<X>>
  : V extends readonly (infer E)[] ? readonly ValueInit<E>[]
  : V extends { case: infer C extends string; value: infer X } ? { case: C; value: ValueInit<X> }
  : V extends object ? MessageInit<V>
  : V;

/**
 * What is accepted where a message of the type `T` goes out: an instance, or a plain object with some of its properties.
 * Methods are left out.
 */
export type MessageInit<T> = {
  readonly [K in keyof T as T[K] extends (...args: never) => unknown ? never : K]?: ValueInit<T[K]>;
};
