// grpc/reflection/{v1,v1alpha}/reflection.proto, which are the same but for their package.
// https://github.com/grpc/grpc-proto/blob/master/grpc/reflection/v1/reflection.proto
import type { DescService } from "@bufbuild/protobuf";
import { field, message, serviceOf, Type } from "./descriptor.ts";

/** The versions that clients in use ask for. */
export type ReflectionVersion = "v1" | "v1alpha";

/** Makes the descriptor of `grpc.reflection.<version>.ServerReflection`. */
export function reflectionService(version: ReflectionVersion): DescService {
  const packageName = `grpc.reflection.${version}`;
  const own = (name: string): readonly [Type, string] => [Type.MESSAGE, `${packageName}.${name}`];
  return serviceOf({
    name: `grpc/reflection/${version}/reflection.proto`,
    package: packageName,
    messageType: [
      message("ServerReflectionRequest", [field("host", 1, Type.STRING)], ["message_request", [
        field("file_by_filename", 3, Type.STRING),
        field("file_containing_symbol", 4, Type.STRING),
        field("file_containing_extension", 5, own("ExtensionRequest")),
        field("all_extension_numbers_of_type", 6, Type.STRING),
        field("list_services", 7, Type.STRING),
      ]]),
      message("ExtensionRequest", [field("containing_type", 1, Type.STRING), field("extension_number", 2, Type.INT32)]),
      message("ServerReflectionResponse", [
        field("valid_host", 1, Type.STRING),
        field("original_request", 2, own("ServerReflectionRequest")),
      ], ["message_response", [
        field("file_descriptor_response", 4, own("FileDescriptorResponse")),
        field("all_extension_numbers_response", 5, own("ExtensionNumberResponse")),
        field("list_services_response", 6, own("ListServiceResponse")),
        field("error_response", 7, own("ErrorResponse")),
      ]]),
      message("FileDescriptorResponse", [field("file_descriptor_proto", 1, Type.BYTES, true)]),
      message("ExtensionNumberResponse", [
        field("base_type_name", 1, Type.STRING),
        field("extension_number", 2, Type.INT32, true),
      ]),
      message("ListServiceResponse", [field("service", 1, own("ServiceResponse"), true)]),
      message("ServiceResponse", [field("name", 1, Type.STRING)]),
      message("ErrorResponse", [field("error_code", 1, Type.INT32), field("error_message", 2, Type.STRING)]),
    ],
    service: [{
      name: "ServerReflection",
      method: [{
        name: "ServerReflectionInfo",
        inputType: `.${packageName}.ServerReflectionRequest`,
        outputType: `.${packageName}.ServerReflectionResponse`,
        clientStreaming: true,
        serverStreaming: true,
      }],
    }],
    options: {
      goPackage: `google.golang.org/grpc/reflection/grpc_reflection_${version}`,
      javaMultipleFiles: true,
      javaPackage: `io.grpc.reflection.${version}`,
      javaOuterClassname: "ServerReflectionProto",
    },
  });
}
