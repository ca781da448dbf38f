// The Greeter service for protobuf-es and connect-es: greeter.proto as `protoc-gen-es` would have compiled it, made at run
// time so that no generated code has to be kept in step. Left out: types, as the benches' programs use none of them.
import { create, createFileRegistry, type DescService } from "@bufbuild/protobuf";
import { FieldDescriptorProto_Label as Label, FieldDescriptorProto_Type as Type } from "@bufbuild/protobuf/wkt";
import { FileDescriptorProtoSchema, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { SERVICE } from "./greeting.ts";

function field(name: string, number: number, type: Type) {
  return { name, number, type, label: Label.OPTIONAL, jsonName: name };
}

function method(name: string, input: string, clientStreaming: boolean, serverStreaming: boolean) {
  return {
    name,
    inputType: `.bench.v1.${input}`,
    outputType: ".bench.v1.HelloReply",
    clientStreaming,
    serverStreaming,
  };
}

const file = create(FileDescriptorProtoSchema, {
  name: "greeter.proto",
  package: "bench.v1",
  syntax: "proto3",
  messageType: [
    { name: "HelloRequest", field: [field("name", 1, Type.STRING)] },
    { name: "WatchRequest", field: [field("name", 1, Type.STRING), field("count", 2, Type.INT32)] },
    { name: "HelloReply", field: [field("message", 1, Type.STRING)] },
  ],
  service: [{
    name: "Greeter",
    method: [
      method("SayHello", "HelloRequest", false, false),
      method("Watch", "WatchRequest", false, true),
      method("Chat", "HelloRequest", true, true),
    ],
  }],
});

/** bench.v1.Greeter. */
export const Greeter: DescService = createFileRegistry(create(FileDescriptorSetSchema, { file: [file] })).getService(
  SERVICE,
)!;
