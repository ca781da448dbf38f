// The files of google.protobuf.Timestamp, which fields of type Date are messages of, and of Duration, which Milliseconds are. Made
// here, as protobuf-es's bring the descriptors of descriptor.proto with them.
// https://github.com/protocolbuffers/protobuf/blob/main/src/google/protobuf/timestamp.proto
import { type DescFile, ScalarType } from "@bufbuild/protobuf";
import { descriptorMessage } from "./descriptor_message.ts";
import { fieldLabel } from "./descriptor_number.ts";
import { linkFile } from "./link.ts";

let timestamp: DescFile | undefined;
let duration: DescFile | undefined;

/** The file `google/protobuf/timestamp.proto`, the same each time. */
export function timestampFile(): DescFile {
  return timestamp ??= linkFile(protoOf("Timestamp"), new Map(), new Map());
}

/** The file `google/protobuf/duration.proto`, the same each time. */
export function durationFile(): DescFile {
  return duration ??= linkFile(protoOf("Duration"), new Map(), new Map());
}

function protoOf(message: "Timestamp" | "Duration"): ReturnType<typeof descriptorMessage<"FileDescriptorProto">> {
  const field = (name: string, number: number, type: number) => ({
    name,
    number,
    label: fieldLabel.optional,
    type,
    jsonName: name,
  });
  const fields = [field("seconds", 1, ScalarType.INT64), field("nanos", 2, ScalarType.INT32)];
  return descriptorMessage("FileDescriptorProto", {
    name: `google/protobuf/${message.toLowerCase()}.proto`,
    package: "google.protobuf",
    messageType: [{ name: message, field: fields }],
    options: {
      javaPackage: "com.google.protobuf",
      javaOuterClassname: `${message}Proto`,
      javaMultipleFiles: true,
      goPackage: `google.golang.org/protobuf/types/known/${message.toLowerCase()}pb`,
      ccEnableArenas: true,
      objcClassPrefix: "GPB",
      csharpNamespace: "Google.Protobuf.WellKnownTypes",
    },
    syntax: "proto3",
  });
}
