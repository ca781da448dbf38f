// The fifteen scalar types of protobuf: their names, the TypeScript types that hold them, and their numbers in descriptors.
// https://protobuf.dev/programming-guides/proto3/#scalar
import { FieldDescriptorProto_Type } from "@bufbuild/protobuf/wkt";

/** The TypeScript type that holds each scalar. */
export interface ScalarTypes {
  double: number;
  float: number;
  int32: number;
  int64: bigint;
  uint32: number;
  uint64: bigint;
  sint32: number;
  sint64: bigint;
  fixed32: number;
  fixed64: bigint;
  sfixed32: number;
  sfixed64: bigint;
  bool: boolean;
  string: string;
  bytes: Uint8Array;
}

/** The name of a scalar type, as protobuf writes it. */
export type ScalarName = keyof ScalarTypes;

/** The scalars that can be the key of a map: integers, `bool` and `string`. */
export type MapKeyName = Exclude<ScalarName, "double" | "float" | "bytes">;

/** The `typeof` of the value that holds a scalar; `"bytes"` stands for a Uint8Array. */
export type ScalarHolder = "number" | "bigint" | "boolean" | "string" | "bytes";

interface ScalarInfo {
  readonly type: FieldDescriptorProto_Type;
  readonly holder: ScalarHolder;
}

const scalars: { readonly [N in ScalarName]: ScalarInfo } = {
  double: { type: FieldDescriptorProto_Type.DOUBLE, holder: "number" },
  float: { type: FieldDescriptorProto_Type.FLOAT, holder: "number" },
  int32: { type: FieldDescriptorProto_Type.INT32, holder: "number" },
  int64: { type: FieldDescriptorProto_Type.INT64, holder: "bigint" },
  uint32: { type: FieldDescriptorProto_Type.UINT32, holder: "number" },
  uint64: { type: FieldDescriptorProto_Type.UINT64, holder: "bigint" },
  sint32: { type: FieldDescriptorProto_Type.SINT32, holder: "number" },
  sint64: { type: FieldDescriptorProto_Type.SINT64, holder: "bigint" },
  fixed32: { type: FieldDescriptorProto_Type.FIXED32, holder: "number" },
  fixed64: { type: FieldDescriptorProto_Type.FIXED64, holder: "bigint" },
  sfixed32: { type: FieldDescriptorProto_Type.SFIXED32, holder: "number" },
  sfixed64: { type: FieldDescriptorProto_Type.SFIXED64, holder: "bigint" },
  bool: { type: FieldDescriptorProto_Type.BOOL, holder: "boolean" },
  string: { type: FieldDescriptorProto_Type.STRING, holder: "string" },
  bytes: { type: FieldDescriptorProto_Type.BYTES, holder: "bytes" },
};

/** All scalar names, for messages that list them. */
export const scalarNames: readonly ScalarName[] = Object.keys(scalars) as ScalarName[];

/** Whether a string is the name of a scalar type. */
export function isScalarName(name: string): name is ScalarName {
  return Object.hasOwn(scalars, name);
}

/** Whether a scalar can be the key of a map. */
export function isMapKeyName(name: ScalarName): name is MapKeyName {
  return name !== "double" && name !== "float" && name !== "bytes";
}

/** The number of a scalar type in descriptors (google.protobuf.FieldDescriptorProto.Type). */
export function scalarType(name: ScalarName): FieldDescriptorProto_Type {
  return scalars[name].type;
}

/** What kind of value holds a scalar. */
export function scalarHolder(name: ScalarName): ScalarHolder {
  return scalars[name].holder;
}

/** Whether a value is of the kind that holds a scalar. Ranges are not looked at. */
export function holdsScalar(name: ScalarName, value: unknown): boolean {
  const holder = scalarHolder(name);
  if (holder === "bytes") return value instanceof Uint8Array;
  const kind: string = typeof value;
  return kind === holder;
}
