// The wire types of protobuf's binary format. https://protobuf.dev/programming-guides/encoding/#structure

/** The low three bits of a tag: how long the value is that follows. */
export const WireType = { varint: 0, bit64: 1, bytes: 2, startGroup: 3, endGroup: 4, bit32: 5 } as const;
export type WireType = (typeof WireType)[keyof typeof WireType];

/** The tag in front of a value. */
export function tagOf(number: number, type: WireType): number {
  return ((number << 3) | type) >>> 0;
}
