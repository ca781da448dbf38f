// A registry of files that is put together when something is first looked up in it: most servers never do, and it would take
// a tenth of the time in which a schema is made.
import {
  createRegistry,
  type DescEnum,
  type DescExtension,
  type DescFile,
  type DescMessage,
  type DescService,
  type Registry,
} from "@bufbuild/protobuf";

/** Finds what files declare. */
export class LazyRegistry implements Registry {
  readonly kind = "registry";
  readonly #files: readonly DescFile[];
  #made: Registry | undefined;

  constructor(files: readonly DescFile[]) {
    this.#files = files;
  }

  get #registry(): Registry {
    return this.#made ??= createRegistry(...this.#files);
  }

  [Symbol.iterator](): IterableIterator<DescMessage | DescEnum | DescExtension | DescService> {
    return this.#registry[Symbol.iterator]();
  }

  get(typeName: string): ReturnType<Registry["get"]> {
    return this.#registry.get(typeName);
  }

  getMessage(typeName: string): DescMessage | undefined {
    return this.#registry.getMessage(typeName);
  }

  getEnum(typeName: string): DescEnum | undefined {
    return this.#registry.getEnum(typeName);
  }

  getExtension(typeName: string): DescExtension | undefined {
    return this.#registry.getExtension(typeName);
  }

  getExtensionFor(extendee: DescMessage, no: number): DescExtension | undefined {
    return this.#registry.getExtensionFor(extendee, no);
  }

  getService(typeName: string): DescService | undefined {
    return this.#registry.getService(typeName);
  }
}
