// Short words for the descriptors of services that gRPC defines itself: they are what protoc makes of their .proto files, name
// by name, so that clients of other languages see what they were compiled against.
import { create, createFileRegistry, type DescFile, type DescService } from "@bufbuild/protobuf";
import {
  type DescriptorProto,
  DescriptorProtoSchema,
  type FieldDescriptorProto,
  FieldDescriptorProto_Label as Label,
  FieldDescriptorProto_Type as Type,
  FieldDescriptorProtoSchema,
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
} from "@bufbuild/protobuf/wkt";
import type { MessageInitShape } from "@bufbuild/protobuf";

/** The type of a field: a scalar's, or the full name of a message or an enum behind its type. */
type FieldTypeOf = Type | readonly [type: Type, typeName: string];

/** A field. */
export function field(name: string, number: number, type: FieldTypeOf, repeated = false): FieldDescriptorProto {
  const [kind, typeName] = typeof type === "number" ? [type, undefined] : type;
  const label = repeated ? Label.REPEATED : Label.OPTIONAL;
  const jsonName = name.replace(/_(.)/g, (_, next: string) => next.toUpperCase());
  return create(FieldDescriptorProtoSchema, {
    name,
    number,
    label,
    type: kind,
    jsonName,
    ...typeName && { typeName: `.${typeName}` },
  });
}

/** A message. Fields of `oneof` are the cases of one that has this name. */
export function message(
  name: string,
  fields: readonly FieldDescriptorProto[],
  oneof?: readonly [name: string, cases: readonly FieldDescriptorProto[]],
): DescriptorProto {
  const cases = oneof?.[1] ?? [];
  for (const one of cases) one.oneofIndex = 0;
  return create(DescriptorProtoSchema, {
    name,
    field: [...fields, ...cases],
    oneofDecl: oneof ? [{ name: oneof[0] }] : [],
  });
}

/** The one service of a file. */
export function serviceOf(
  file: MessageInitShape<typeof FileDescriptorProtoSchema>,
  uses: readonly DescFile[] = [],
): DescService {
  const proto: FileDescriptorProto = create(FileDescriptorProtoSchema, { syntax: "proto3", ...file });
  const made = createFileRegistry(proto, (name) => uses.find((file) => file.proto.name === name)).getFile(proto.name);
  if (made === undefined) throw new TypeError(`${proto.name} was not made`);
  return made.services[0];
}

export { Type };
