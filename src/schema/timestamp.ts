// The file of google.protobuf.Timestamp, which fields of type Date are messages of. Made here, as protobuf-es's brings the
// descriptors of descriptor.proto with it. https://github.com/protocolbuffers/protobuf/blob/main/src/google/protobuf/timestamp.proto
import { type DescFile, ScalarType } from "@bufbuild/protobuf";
import { descriptorMessage } from "./descriptor_message.ts";
import { fieldLabel } from "./descriptor_number.ts";
import { linkFile } from "./link.ts";

let made: DescFile | undefined;

/** The file `google/protobuf/timestamp.proto`, the same each time. */
export function timestampFile(): DescFile {
  return made ??= linkFile(timestampProto(), new Map(), new Map());
}

function timestampProto(): ReturnType<typeof descriptorMessage<"FileDescriptorProto">> {
  const field = (name: string, number: number, type: number) => ({
    name,
    number,
    label: fieldLabel.optional,
    type,
    jsonName: name,
  });
  const fields = [field("seconds", 1, ScalarType.INT64), field("nanos", 2, ScalarType.INT32)];
  return descriptorMessage("FileDescriptorProto", {
    name: "google/protobuf/timestamp.proto",
    package: "google.protobuf",
    messageType: [{ name: "Timestamp", field: fields }],
    options: {
      javaPackage: "com.google.protobuf",
      javaOuterClassname: "TimestampProto",
      javaMultipleFiles: true,
      goPackage: "google.golang.org/protobuf/types/known/timestamppb",
      ccEnableArenas: true,
      objcClassPrefix: "GPB",
      csharpNamespace: "Google.Protobuf.WellKnownTypes",
    },
    syntax: "proto3",
  });
}
