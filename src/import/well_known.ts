// Types of google/protobuf/*.proto that protobuf-es has, by their full names, and what it exports them as.
import type { DescEnum, DescExtension, DescFile, DescMessage } from "@bufbuild/protobuf";
import * as wkt from "@bufbuild/protobuf/wkt";

/** The module that exports them. */
export const wellKnownModule = "@bufbuild/protobuf/wkt";

const exported = new Map<string, string>(
  Object.entries(wkt).flatMap(([name, value]) => isDescriptor(value) ? [[value.typeName, name]] : []),
);

const ownFiles = new Set(Object.values(wkt).flatMap((value) => isDescriptor(value) ? [value.file] : []));
const files = new Set([...ownFiles].map((file) => file.proto.name));

/** What protobuf-es exports a descriptor as: `DurationSchema`; undefined where it has none of the name. */
export function wellKnownExport(typeName: string): string | undefined {
  return exported.get(typeName);
}

/** Whether protobuf-es has the types of a file. */
export function isWellKnownFile(file: DescFile): boolean {
  return files.has(file.proto.name);
}

/** Whether a file is protobuf-es's own, and none of its name that was compiled. */
export function isOwnFile(file: DescFile): boolean {
  return ownFiles.has(file);
}

function isDescriptor(value: unknown): value is DescMessage | DescEnum | DescExtension {
  return typeof value === "object" && value !== null && "typeName" in value && "kind" in value;
}
