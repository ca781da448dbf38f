// grpc/health/v1/health.proto. https://github.com/grpc/grpc-proto/blob/master/grpc/health/v1/health.proto
import { create, type DescService } from "@bufbuild/protobuf";
import { EnumDescriptorProtoSchema, MessageOptionsSchema } from "@bufbuild/protobuf/wkt";
import { field, message, serviceOf, Type } from "./descriptor.ts";

const inPackage = (name: string): string => `grpc.health.v1.${name}`;

/** Makes the descriptor of `grpc.health.v1.Health`. */
export function healthService(): DescService {
  const request = message("HealthCheckRequest", [field("service", 1, Type.STRING)]);
  const response = message("HealthCheckResponse", [
    field("status", 1, [Type.ENUM, inPackage("HealthCheckResponse.ServingStatus")]),
  ]);
  const list = message("HealthListResponse", [
    field("statuses", 1, [Type.MESSAGE, inPackage("HealthListResponse.StatusesEntry")], true),
  ]);
  const entry = message("StatusesEntry", [
    field("key", 1, Type.STRING),
    field("value", 2, [Type.MESSAGE, inPackage("HealthCheckResponse")]),
  ]);
  response.enumType = [
    create(EnumDescriptorProtoSchema, {
      name: "ServingStatus",
      value: ["UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN"].map((name, number) => ({ name, number })),
    }),
  ];
  entry.options = create(MessageOptionsSchema, { mapEntry: true });
  list.nestedType = [entry];
  const method = (name: string, input: string, output: string, serverStreaming = false) => ({
    name,
    inputType: `.${inPackage(input)}`,
    outputType: `.${inPackage(output)}`,
    ...serverStreaming && { serverStreaming },
  });
  return serviceOf({
    name: "grpc/health/v1/health.proto",
    package: "grpc.health.v1",
    messageType: [request, response, message("HealthListRequest", []), list],
    service: [{
      name: "Health",
      method: [
        method("Check", "HealthCheckRequest", "HealthCheckResponse"),
        method("List", "HealthListRequest", "HealthListResponse"),
        method("Watch", "HealthCheckRequest", "HealthCheckResponse", true),
      ],
    }],
    options: {
      csharpNamespace: "Grpc.Health.V1",
      goPackage: "google.golang.org/grpc/health/grpc_health_v1",
      javaMultipleFiles: true,
      javaOuterClassname: "HealthProto",
      javaPackage: "io.grpc.health.v1",
      objcClassPrefix: "GrpcHealthV1",
    },
  });
}
