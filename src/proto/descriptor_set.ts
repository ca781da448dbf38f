// The descriptors of an app as protoc hands them out (`--descriptor_set_out --include_imports`): for buf, for tools that have no
// compiler, for comparing one version with another.
import { create, type DescFile } from "@bufbuild/protobuf";
import { type FileDescriptorSet, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";

/** Files and all that they import, each after those that it imports. */
export function descriptorSet(files: Iterable<DescFile>): FileDescriptorSet {
  const found = new Set<DescFile>();
  const add = (file: DescFile): void => {
    if (found.has(file)) return;
    file.dependencies.forEach(add);
    found.add(file);
  };
  for (const file of files) add(file);
  return create(FileDescriptorSetSchema, { file: [...found].map(({ proto }) => proto) });
}
