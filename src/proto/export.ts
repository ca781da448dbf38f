// The .proto files of an app: what it declares and what that imports, so that the whole compiles by itself. Protobuf's
// well-known files are left out: every compiler brings them; and those of health and reflection, which every gRPC does.
import type { DescFile } from "@bufbuild/protobuf";
import { printProto } from "./print.ts";

/** Files of services that Sigil brings along. */
const broughtPaths = /^(grpc\/(health|reflection)|sigil\/schema)\//;

/** What has a schema: a `Sigil` app, or a schema's maker. */
export interface SchemaOwner {
  readonly schema: { readonly files: Iterable<DescFile> };
}

/**
 * The `.proto` files of an app, by their paths: `shop/v1/shop.proto`.
 *
 * @throws SchemaError where the app's classes do not make a schema.
 */
export function protoOf(app: SchemaOwner): Map<string, string> {
  return protoFiles(app.schema.files);
}

/** The `.proto` files of descriptors and of all that they import, by path, sorted; `google/protobuf/` is left out. */
export function protoFiles(files: Iterable<DescFile>): Map<string, string> {
  const found = new Map<string, DescFile>();
  const add = (file: DescFile): void => {
    const path = file.proto.name;
    if (path.startsWith("google/protobuf/") || found.has(path)) return;
    found.set(path, file);
    for (const dependency of file.dependencies) add(dependency);
  };
  const all = [...files];
  for (const file of ownFiles(all)) add(file);
  const paths = [...found.keys()].sort();
  return new Map(paths.map((path) => [path, printProto(found.get(path) as DescFile, all)]));
}

/** The files that the app declares or names itself, without those of services that Sigil brings along. */
export function ownFiles(files: Iterable<DescFile>): DescFile[] {
  return [...files].filter((file) => !broughtPaths.test(file.proto.name));
}
