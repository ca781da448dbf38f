// Descriptor sets: google.protobuf.FileDescriptorSet, as `buf build` and `protoc --descriptor_set_out` write it. Read whole, and
// linked, so that what is cut short or something else is refused before any of it is used.
import { createFileRegistry, type DescFile, type FileRegistry, fromBinary } from "@bufbuild/protobuf";
import { type FileDescriptorSet, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { CommandFailure, describeError } from "./failure.ts";

/**
 * The files of a descriptor set, each after those that it imports.
 *
 * @param name what to call it in a failure.
 * @throws CommandFailure where the bytes are no descriptor set, or where it lacks files that others of it import.
 */
export function readDescriptorSet(bytes: Uint8Array, name: string): readonly DescFile[] {
  const set = parse(bytes, name);
  const known = new Set(set.file.map((file) => file.name));
  for (const file of set.file) {
    const missing = file.dependency.find((path) => !known.has(path));
    if (missing !== undefined) {
      throw new CommandFailure(
        `${name}: its file ${file.name} imports ${missing}, which is not in it. Write the set with all imports ` +
          "(protoc --include_imports, or buf build).",
      );
    }
  }
  return [...link(set, name).files];
}

function parse(bytes: Uint8Array, name: string): FileDescriptorSet {
  let set: FileDescriptorSet | undefined;
  try {
    set = fromBinary(FileDescriptorSetSchema, bytes);
  } catch {
    // Said below.
  }
  if (set && set.file.length > 0 && set.file.every((file) => file.name !== "")) return set;
  throw new CommandFailure(
    `${name} is no FileDescriptorSet: it is cut short, or something else. ` +
      "Write it by buf build -o set.binpb, or protoc --descriptor_set_out --include_imports.",
  );
}

function link(set: FileDescriptorSet, name: string): FileRegistry {
  try {
    return createFileRegistry(set);
  } catch (error) {
    throw new CommandFailure(`${name} is no FileDescriptorSet that holds together: ${describeError(error)}`);
  }
}
