// Which file declares what: the files that are declared as such with their own lists, and one a package for all else.
import type { DescFile, MessageInitShape } from "@bufbuild/protobuf";
import type { FileDescriptorProto, FileOptionsSchema } from "@bufbuild/protobuf/wkt";
import { editionNumber } from "./descriptor_number.ts";
import { beyondProto3, enumNeedsEdition, messageNeedsEdition, serviceNeedsEdition, setsFeatures } from "./edition.ts";
import { packageOf, scopeName } from "./name.ts";
import type { PackageOptions, ProtoFile } from "./proto_file.ts";
import {
  importedFile,
  type ResolvedEnum,
  type ResolvedExtension,
  type ResolvedMessage,
  type ResolvedSchema,
  type ResolvedService,
} from "./resolve.ts";
import { fileAnnotation } from "./annotation.ts";

/** A file to be, and what it declares outside of messages, in order. */
export interface FilePlan {
  readonly path: string;
  readonly packageName: string;
  /** As declared; else proto3, until something needs edition 2023. */
  edition: NonNullable<ProtoFile["edition"]>;
  /** Present for files that are declared as such. */
  readonly file: ProtoFile | undefined;
  /** The options of its own. */
  readonly options: MessageInitShape<typeof FileOptionsSchema> | undefined;
  readonly messages: ResolvedMessage[];
  readonly enums: ResolvedEnum[];
  readonly services: ResolvedService[];
  readonly extensions: ResolvedExtension[];
}

/** The path of the file of a package: `shop.v1` is `shop/v1/shop.proto`. */
export function filePath(packageName: string): string {
  const parts = packageName.split(".");
  const name = [...parts].reverse().find((part) => !/^v\d+((alpha|beta|test)\d*)?$/.test(part)) ?? parts[0];
  return packageName === "" ? "schema.proto" : `${parts.join("/")}/${name}.proto`;
}

/** The files of a schema. */
export class FilePlans {
  readonly #plans = new Map<string, FilePlan>();
  /** What is declared in messages, by the message's name. */
  readonly #messages = new Map<string, ResolvedMessage[]>();
  readonly #enums = new Map<string, ResolvedEnum[]>();
  readonly #extensions = new Map<string, ResolvedExtension[]>();
  readonly #optionsOf: (packageName: string) => FilePlan["options"];
  /** The paths of types. */
  readonly #paths = new Map<string, string>();

  constructor(schema: ResolvedSchema, packages: PackageOptions = {}) {
    this.#optionsOf = typeof packages === "function" ? packages : (name) => packages[name];
    for (const file of schema.files) this.#plan(file.path, file.package ?? "", file);
    const messageNames = new Set(schema.messages.map((message) => message.typeName));
    const isMessage = (name: string): boolean => messageNames.has(name);
    const paths = new Map<string, string>();
    const pathOf = (packageName: string): string => {
      let path = paths.get(packageName);
      if (path === undefined) paths.set(packageName, path = filePath(packageName));
      return path;
    };
    const add = <T>(
      typeName: string,
      declared: object,
      element: T,
      listOf: (plan: FilePlan) => T[],
      nested?: Map<string, T[]>,
      needsEdition = false,
    ): void => {
      const scope = scopeName(typeName);
      const isNested = nested !== undefined && messageNames.has(scope);
      const file = fileAnnotation(declared);
      const packageName = file ? file.package ?? "" : packageOf(typeName, isMessage);
      const path = file?.path ?? pathOf(packageName);
      this.#paths.set(typeName, path);
      if (needsEdition && !file?.edition) this.#plan(path, packageName, file).edition = "2023";
      if (!isNested) listOf(this.#plan(path, packageName, file)).push(element);
      else {
        const siblings = nested.get(scope);
        if (siblings) siblings.push(element);
        else nested.set(scope, [element]);
      }
    };
    for (const element of schema.services) {
      const beyond = serviceNeedsEdition(element);
      add(element.typeName, element.contract, element, (plan) => plan.services, undefined, beyond);
    }
    for (const element of schema.messages) {
      const beyond = messageNeedsEdition(element);
      add(element.typeName, element.messageClass, element, (plan) => plan.messages, this.#messages, beyond);
    }
    for (const element of schema.enums) {
      const beyond = enumNeedsEdition(element);
      add(element.typeName, element.object, element, (plan) => plan.enums, this.#enums, beyond);
    }
    for (const element of schema.extensions) {
      const { extension } = element;
      const beyond = beyondProto3(element.field) !== undefined;
      add(extension.typeName, extension, element, (plan) => plan.extensions, this.#extensions, beyond);
    }
  }

  get all(): FilePlan[] {
    return [...this.#plans.values()];
  }

  /** The path of the file that declares a type. */
  pathOf(typeName: string): string {
    return this.#paths.get(typeName) ?? "";
  }

  /** The edition of the file that declares a type. */
  editionOf(typeName: string): FilePlan["edition"] {
    return this.#plans.get(this.pathOf(typeName))?.edition ?? "proto3";
  }

  /** What a mistake calls the file that declares a type: its package, or the path of one that is declared as such. */
  nameOf(typeName: string): string {
    const plan = this.#plans.get(this.pathOf(typeName));
    return plan?.file?.path ?? plan?.packageName ?? "";
  }

  messagesIn(typeName: string): readonly ResolvedMessage[] {
    return this.#messages.get(typeName) ?? [];
  }

  enumsIn(typeName: string): readonly ResolvedEnum[] {
    return this.#enums.get(typeName) ?? [];
  }

  extensionsIn(typeName: string): readonly ResolvedExtension[] {
    return this.#extensions.get(typeName) ?? [];
  }

  #plan(path: string, packageName: string, file: ProtoFile | undefined): FilePlan {
    let plan = this.#plans.get(path);
    if (!plan) {
      const options = file ? file.options : this.#optionsOf(packageName);
      const edition = file?.edition ?? (setsFeatures({ options, custom: file?.custom }) ? "2023" : "proto3");
      plan = { path, packageName, edition, file, options, messages: [], enums: [], services: [], extensions: [] };
      this.#plans.set(path, plan);
    }
    return plan;
  }
}

/** Writes the edition of a file into its descriptor. */
export function declareEdition(proto: FileDescriptorProto, edition: FilePlan["edition"]): void {
  // proto2 is what a file without a syntax is in.
  if (edition === "proto3") proto.syntax = edition;
  else if (edition !== "proto2") {
    proto.syntax = "editions";
    proto.edition = editionNumber[edition] as FileDescriptorProto["edition"];
  }
}

/** Writes the imports of a declared file into its descriptor, those of types that it uses behind; answers foreign ones. */
export function addImports(proto: FileDescriptorProto, file: ProtoFile, used: ReadonlySet<string>): DescFile[] {
  const foreign: DescFile[] = [];
  for (const imported of file.imports ?? []) {
    const of = importedFile(imported);
    const path = "path" in of ? of.path : of.proto.name;
    if (!("path" in of)) foreign.push(of);
    if ("option" in imported) {
      proto.optionDependency.push(path);
      continue;
    }
    if ("public" in imported) proto.publicDependency.push(proto.dependency.length);
    if ("weak" in imported) proto.weakDependency.push(proto.dependency.length);
    proto.dependency.push(path);
  }
  const seen = visiblePaths(file);
  proto.dependency.push(...[...used].filter((path) => !seen.has(path)).sort());
  return foreign;
}

// What a file imports, and what that imports publicly.
function visiblePaths(file: ProtoFile): Set<string> {
  const paths = new Set<string>();
  const add = (of: ReturnType<typeof importedFile>): void => {
    const path = "path" in of ? of.path : of.proto.name;
    if (paths.has(path)) return;
    paths.add(path);
    if ("path" in of) {
      for (const imported of of.imports ?? []) if ("public" in imported) add(imported.public);
    } else for (const i of of.proto.publicDependency) if (of.dependencies[i]) add(of.dependencies[i]);
  };
  for (const imported of file.imports ?? []) add(importedFile(imported));
  return paths;
}
