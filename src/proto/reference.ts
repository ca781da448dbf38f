// How one element names another: the shortest name that protobuf's scoping resolves to it. A name is looked up by its first
// part, from the innermost scope outwards, and the first scope that knows that part decides (language specification, "name
// resolution"). What can't hold a type (a field, a value, a method) is passed over where more parts follow; where none do,
// compilers differ, so here any element counts.
import type { DescExtension, DescFile } from "@bufbuild/protobuf";
import type { DescriptorProto, EnumDescriptorProto, FileDescriptorProto } from "@bufbuild/protobuf/wkt";

// Where a type may stand, these are read as something else.
const keywords = new Set(
  ("double float int32 int64 uint32 uint64 sint32 sint64 fixed32 fixed64 sfixed32 sfixed64 bool string bytes group map " +
    "message enum service rpc stream returns option optional required repeated oneof reserved extensions extend import " +
    "package syntax edition export local").split(" "),
);

/** Full names, and whether what has that name can hold types. */
type SymbolTable = ReadonlyMap<string, boolean>;

const symbolsOfFiles = new WeakMap<DescFile, SymbolTable>();

/** The names that can be seen from a file. */
export class References {
  readonly #package: string;
  readonly #symbols: readonly SymbolTable[];
  readonly #imported: ReadonlySet<DescFile>;

  /** @param forOptions files that are seen besides what the file imports, by options only. Default: none. */
  constructor(file: DescFile, forOptions: Iterable<DescFile> = []) {
    this.#package = file.proto.package;
    this.#imported = closure(file);
    this.#symbols = [...this.#imported, ...forOptions].map(symbolsOf);
  }

  /**
   * The name by which an element refers to another: relative within the package, full otherwise; with a leading dot where
   * nothing less is right.
   *
   * @param target the full name that is meant; a leading dot, as descriptors have it, is allowed.
   * @param scope the full name of the element that refers to it.
   */
  name(target: string, scope: string): string {
    const fullName = target.startsWith(".") ? target.slice(1) : target;
    return this.#candidates(fullName).find((name) => this.#resolves(name, fullName, scope)) ?? `.${fullName}`;
  }

  /**
   * The name by which an element sets an option. Some compilers look for it in the element, some in what the element is in: the
   * name means the same to both.
   *
   * @param element the full name of the element.
   */
  optionName({ typeName, file }: DescExtension, element: string): string {
    // What is there for options only, compilers find by its full name.
    if (!this.#imported.has(file)) return typeName;
    const scopes = [element, element.slice(0, Math.max(0, element.lastIndexOf(".")))];
    const means = (name: string): boolean => scopes.every((scope) => this.#resolves(name, typeName, scope));
    return this.#candidates(typeName).find(means) ?? `.${typeName}`;
  }

  #candidates(fullName: string): string[] {
    const prefix = this.#package === "" ? "" : `${this.#package}.`;
    if (!fullName.startsWith(prefix)) return [fullName];
    const parts = fullName.slice(prefix.length).split(".");
    return [...parts.map((_, i) => parts.slice(parts.length - 1 - i).join(".")), fullName];
  }

  #resolves(name: string, fullName: string, scope: string): boolean {
    const [first = ""] = name.split(".", 1);
    if (keywords.has(first)) return false;
    for (let at = scope;; at = at.slice(0, Math.max(0, at.lastIndexOf(".")))) {
      const prefix = at === "" ? "" : `${at}.`;
      if (this.#knows(prefix + first, name !== first)) return prefix + name === fullName;
      if (at === "") return false;
    }
  }

  #knows(fullName: string, asScope: boolean): boolean {
    return this.#symbols.some((symbols) => asScope ? symbols.get(fullName) : symbols.has(fullName));
  }
}

/** A file and all that it imports, directly or not; itself first. */
export function closure(file: DescFile, into: Set<DescFile> = new Set()): Set<DescFile> {
  if (into.has(file)) return into;
  into.add(file);
  for (const dependency of file.dependencies) closure(dependency, into);
  return into;
}

function symbolsOf(file: DescFile): SymbolTable {
  let symbols = symbolsOfFiles.get(file);
  if (!symbols) symbolsOfFiles.set(file, symbols = new Map(fileSymbols(file.proto)));
  return symbols;
}

function* fileSymbols(file: FileDescriptorProto): Iterable<[string, boolean]> {
  const parts = file.package === "" ? [] : file.package.split(".");
  for (let i = 1; i <= parts.length; i++) yield [parts.slice(0, i).join("."), true];
  const prefix = file.package === "" ? "" : `${file.package}.`;
  for (const message of file.messageType) yield* messageSymbols(message, prefix);
  for (const enumeration of file.enumType) yield* enumSymbols(enumeration, prefix);
  for (const extension of file.extension) yield [prefix + extension.name, false];
  for (const service of file.service) {
    yield [prefix + service.name, true];
    for (const method of service.method) yield [`${prefix}${service.name}.${method.name}`, false];
  }
}

function* messageSymbols(message: DescriptorProto, outer: string): Iterable<[string, boolean]> {
  yield [outer + message.name, true];
  const prefix = `${outer}${message.name}.`;
  for (const member of [...message.field, ...message.oneofDecl, ...message.extension]) {
    yield [prefix + member.name, false];
  }
  for (const enumeration of message.enumType) yield* enumSymbols(enumeration, prefix);
  for (const nested of message.nestedType) yield* messageSymbols(nested, prefix);
}

// The values of an enum live beside it, not in it.
function* enumSymbols(enumeration: EnumDescriptorProto, prefix: string): Iterable<[string, boolean]> {
  yield [prefix + enumeration.name, true];
  for (const value of enumeration.value) yield [prefix + value.name, false];
}
