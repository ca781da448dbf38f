// A .proto file that is declared as one: its path, its edition, its imports, and what it declares in which order. Classes that no
// file declares go to a file of their package, which Sigil makes.
import type { DescFile, MessageInitShape } from "@bufbuild/protobuf";
import type { FileOptionsSchema } from "@bufbuild/protobuf/wkt";
import {
  annotateFile,
  contractOf,
  type ElementOptions,
  type ServiceAnnotation,
  type ServiceClass,
} from "./annotation.ts";
import type { Extension } from "./extension.ts";
import type { EnumObject, MessageClass } from "./field_type.ts";

/** A file that can be imported: one made by `protoFile`, or one of protobuf-es (`file_google_protobuf_any`). */
export type ImportableFile = ProtoFile | DescFile;

/** An import: the file; `public` imports are seen by those who import this file, `option` ones (edition 2024) by options only. */
export type ProtoImport =
  | ImportableFile
  | { readonly public: ImportableFile }
  | { readonly weak: ImportableFile }
  | { readonly option: ImportableFile };

/**
 * Options of the files that Sigil makes, one a package, by their names in TypeScript: of each package by its name, or by a function
 * that answers those of any. `""` is what has no package.
 */
export type PackageOptions =
  | { readonly [packageName: string]: MessageInitShape<typeof FileOptionsSchema> }
  | ((packageName: string) => MessageInitShape<typeof FileOptionsSchema> | undefined);

/** What a file declares. */
export interface ProtoFileOptions extends ElementOptions<typeof FileOptionsSchema> {
  /** The package of all that it declares. Default: none. */
  readonly package?: string;
  /** The syntax or edition, as the file names it. Default: `"proto3"` while that says it all, else `"2023"`. */
  readonly edition?: "proto2" | "proto3" | "2023" | "2024" | "2026";
  /** The files that it imports, in order. Files of types that it uses are added where they are missing. Default: none. */
  readonly imports?: readonly ProtoImport[];
  /** Its messages in order, nested ones behind the one that they are in. Default: none. */
  readonly messages?: readonly MessageClass[];
  /** Its enums in order, those in messages among them. Default: none. */
  readonly enums?: readonly EnumObject[];
  /** Its services in order: contracts, and classes decorated with `@Service`. Default: none. */
  readonly services?: readonly (ServiceAnnotation | ServiceClass)[];
  /** Its extensions in order, those in messages among them. Default: none. */
  readonly extensions?: readonly Extension[];
  /** Options of descriptor.proto by their names in TypeScript: `{ goPackage: "example.com/shop/v1" }`. Default: none. */
  readonly options?: MessageInitShape<typeof FileOptionsSchema>;
}

/** A declared file. */
export interface ProtoFile extends ProtoFileOptions {
  /** Its path, as others import it: `shop/v1/orders.proto`. */
  readonly path: string;
}

/**
 * Declares a .proto file: what is in it, and in which order.
 *
 * An app or a client that reaches anything of the file has all of it. Nothing is checked here: a `SchemaError` with all mistakes
 * is thrown where descriptors are made.
 *
 * @param path the file's path, as others import it: `"shop/v1/orders.proto"`.
 * @example
 * ```ts
 * export const file = protoFile("shop/v1/orders.proto", {
 *   package: "shop.v1",
 *   messages: [Order, GetOrderRequest],
 *   services: [Orders],
 *   options: { goPackage: "example.com/shop/v1" },
 * });
 * ```
 */
export function protoFile(path: string, options: ProtoFileOptions = {}): ProtoFile {
  const file = { path, ...options };
  const { messages = [], enums = [], services = [], extensions = [] } = options;
  const contracts = services.map((service) => contractOf(service) ?? service);
  for (const declared of [...messages, ...enums, ...contracts, ...extensions]) annotateFile(declared, file);
  return file;
}
