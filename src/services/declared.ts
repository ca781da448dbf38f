// What a schema declares, by name: which file a symbol is in, which extensions a message has, and files as bytes. Put together
// when it is first asked for; files are encoded one by one, and kept.
import { type DescExtension, type DescFile, type DescService, toBinary } from "@bufbuild/protobuf";
import { nestedTypes } from "@bufbuild/protobuf/reflect";
import { FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";

/** The declarations of files. */
export class Declared {
  readonly #files = new Map<string, DescFile>();
  readonly #symbols = new Map<string, DescFile>();
  readonly #messages = new Set<string>();
  readonly #extensions = new Map<string, Map<number, DescExtension>>();
  readonly #services: DescService[] = [];
  readonly #encoded = new Map<DescFile, Uint8Array>();

  /** @param files all that there are, and what they import */
  constructor(files: Iterable<DescFile>) {
    for (const file of files) this.#add(file);
  }

  /** The full names of all services, sorted. */
  get serviceNames(): string[] {
    return this.#services.map(({ typeName }) => typeName).sort();
  }

  /** A file by its path. */
  file(path: string): DescFile | undefined {
    return this.#files.get(path);
  }

  /** The file that declares a service, a method, a message, a field, a oneof, an enum, a value or an extension. */
  fileOf(symbol: string): DescFile | undefined {
    return this.#symbols.get(symbol);
  }

  /** The numbers of a message's extensions; undefined where there is no such message. */
  extensionNumbers(typeName: string): number[] | undefined {
    if (!this.#messages.has(typeName)) return undefined;
    return [...this.#extensions.get(typeName)?.keys() ?? []].sort((a, b) => a - b);
  }

  /** The file that declares an extension of a message. */
  fileOfExtension(typeName: string, number: number): DescFile | undefined {
    return this.#extensions.get(typeName)?.get(number)?.file;
  }

  /**
   * A file and what it imports, as encoded FileDescriptorProtos; the file itself comes first.
   * @param told imports that are known already, and are left out; those that are told now are added
   */
  closure(file: DescFile, told: Set<DescFile>): Uint8Array[] {
    const files: DescFile[] = [file];
    told.add(file);
    for (const { dependencies } of files) {
      for (const one of dependencies) {
        if (told.has(one)) continue;
        told.add(one);
        files.push(one);
      }
    }
    return files.map((one) => this.#bytes(one));
  }

  #bytes(file: DescFile): Uint8Array {
    let bytes = this.#encoded.get(file);
    if (bytes === undefined) this.#encoded.set(file, bytes = toBinary(FileDescriptorProtoSchema, file.proto));
    return bytes;
  }

  #add(file: DescFile): void {
    if (this.#files.has(file.proto.name)) return;
    this.#files.set(file.proto.name, file);
    file.dependencies.forEach((dependency) => this.#add(dependency));
    for (const desc of nestedTypes(file)) {
      this.#symbols.set(desc.typeName, file);
      switch (desc.kind) {
        case "service":
          this.#services.push(desc);
          for (const { name } of desc.methods) this.#symbols.set(`${desc.typeName}.${name}`, file);
          break;
        case "message":
          this.#messages.add(desc.typeName);
          for (const { name } of [...desc.fields, ...desc.oneofs]) this.#symbols.set(`${desc.typeName}.${name}`, file);
          break;
        case "enum": {
          // Values are siblings of their enum, as in C++.
          const scope = desc.typeName.slice(0, desc.typeName.lastIndexOf(".") + 1);
          for (const { name } of desc.values) this.#symbols.set(scope + name, file);
          break;
        }
        case "extension":
          this.#extension(desc);
          break;
      }
    }
  }

  #extension(desc: DescExtension): void {
    const { typeName } = desc.extendee;
    let numbers = this.#extensions.get(typeName);
    if (numbers === undefined) this.#extensions.set(typeName, numbers = new Map());
    numbers.set(desc.number, desc);
  }
}
