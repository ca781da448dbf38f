// One generated module: the state that the writers of its declarations share. It knows the names of all declarations of the
// set of files, imports what is declared elsewhere, and collects the text.
import type { DescEnum, DescExtension, DescFile, DescMessage, DescService } from "@bufbuild/protobuf";
import { nestedTypes } from "@bufbuild/protobuf/reflect";
import { Comments, dedent, type ElementComments } from "../proto/comment.ts";
import { messagesInCircles } from "./circle.ts";
import { enumValueNames } from "./enum_names.ts";
import { Imports } from "./imports.ts";
import { detachedComments, jsdoc } from "./jsdoc.ts";
import { type Code, Layout, quote } from "./layout.ts";
import { declarationName, fileName, NameScope } from "./local_name.ts";
import { modulePath, moduleSpecifier } from "./module_path.ts";
import { isOwnFile, isWellKnownFile, wellKnownExport, wellKnownModule } from "./well_known.ts";

/** How modules are written. */
export interface ImportOptions {
  /** Decorated classes, or builders. */
  readonly form: "decorators" | "builders";
  /** What becomes of comments: JSDoc, or options (`doc`), which an export prints again. */
  readonly comments: "jsdoc" | "doc";
  /** The greatest number of columns of a line. */
  readonly lineWidth: number;
  /** How imports between the modules end: `.ts`, `.js` or an empty text. */
  readonly importExtension: string;
  /** Whether types of google/protobuf/*.proto come from protobuf-es, which has most of them; otherwise they are written too. */
  readonly wellKnown: boolean;
}

/** What has a name of its own in a module. */
export type Declaration = DescMessage | DescEnum | DescService | DescExtension;

/** The names of a file's declarations in its module. */
export type DeclarationNames = ReadonlyMap<Declaration, string>;

/** Makes the names that a type of protobuf-es has in the module. */
export interface WellKnown {
  schema(): string;
  type(): string;
  /** The object of an enum. */
  value(): string;
}

const sigil = "sigil";

/** The names of a module. */
export interface ModuleNames {
  readonly names: DeclarationNames;
  readonly scope: NameScope;
  /** What the file itself is called. */
  readonly name: string;
}

/** Names all declarations of a file, entries of maps aside. */
export function nameDeclarations(file: DescFile): ModuleNames {
  const scope = new NameScope();
  const names = new Map<Declaration, string>();
  const take = (desc: Declaration): void => {
    names.set(desc, scope.take(declarationName(desc.typeName, file.proto.package)));
  };
  for (const desc of nestedTypes(file)) {
    if (desc.kind !== "message" || !desc.proto.options?.mapEntry) take(desc);
  }
  return { names, scope, name: scope.take(fileName(file.proto.name)) };
}

/** The state of writing one module. */
export class ModuleContext {
  readonly file: DescFile;
  readonly options: ImportOptions;
  readonly layout: Layout;
  readonly imports: Imports;
  /** Whether what is written now is an extension. */
  inExtensions = false;
  readonly #names: (file: DescFile) => DeclarationNames;
  readonly #files: (path: string) => { readonly name: string } | undefined;
  readonly #pool: ReadonlyMap<string, DescFile>;
  readonly #comments: Comments;
  #extensions: ReadonlyMap<string, DescExtension> | undefined;
  #circular: ReadonlySet<DescMessage> | undefined;

  constructor(
    file: DescFile,
    scope: NameScope,
    names: (file: DescFile) => DeclarationNames,
    files: (path: string) => { readonly name: string } | undefined,
    pool: ReadonlyMap<string, DescFile>,
    options: ImportOptions,
  ) {
    this.#pool = pool;
    this.#files = files;
    this.file = file;
    this.options = options;
    this.layout = new Layout(options.lineWidth);
    this.imports = new Imports(scope);
    this.#names = names;
    this.#comments = new Comments(file.proto.sourceCodeInfo);
  }

  /** The local name of something that Sigil exports. */
  sigil(name: string): string {
    return this.imports.value(sigil, name);
  }

  /** The local name of a type that Sigil exports. */
  sigilType(name: string): string {
    return this.imports.type(sigil, name);
  }

  /** What protobuf-es has of a type of google/protobuf/*.proto; undefined for any other, and where all is written anew. */
  wellKnown(desc: DescMessage | DescEnum | DescExtension): WellKnown | undefined {
    if (!isOwnFile(desc.file) && (!this.options.wellKnown || !isWellKnownFile(desc.file))) return undefined;
    const name = wellKnownExport(desc.typeName);
    if (name === undefined) return undefined;
    return {
      schema: () => this.imports.value(wellKnownModule, name),
      type: () => this.imports.type(wellKnownModule, name.replace(/Schema$/, "")),
      value: () => this.imports.value(wellKnownModule, name.replace(/Schema$/, "")),
    };
  }

  /** The name that a declaration of any module has in this one. */
  name(desc: Declaration): string {
    const name = this.#names(desc.file).get(desc) ?? desc.name;
    if (desc.file === this.file) return name;
    const own = modulePath(this.file.proto.name);
    return this.imports.value(
      moduleSpecifier(own, modulePath(desc.file.proto.name), this.options.importExtension),
      name,
    );
  }

  /** The extension of a message by its number, where this file or one that it imports declares it. */
  extension(typeName: string, number: number): DescExtension | undefined {
    this.#extensions ??= extensionsOf(this.file, this.#pool);
    return this.#extensions.get(`${typeName} ${number}`);
  }

  /** How a custom option names its extension; extensions of this module may not be there yet where one is declared. */
  extensionName(extension: DescExtension): string {
    const known = this.wellKnown(extension);
    if (known) return known.schema();
    return this.inExtensions && extension.file === this.file ? `() => ${this.name(extension)}` : this.name(extension);
  }

  /** A value of an enum, by its name where it has one. */
  enumValue(enumeration: DescEnum, number: number): string {
    const known = this.wellKnown(enumeration);
    const i = enumeration.values.findIndex((value) => value.number === number);
    if (i < 0) return String(number);
    // protobuf-es names values as the generator does.
    const local = known ? enumeration.values[i]?.localName : enumValueNames(enumeration)[i];
    return `${known ? known.value() : this.name(enumeration)}.${local}`;
  }

  /** Whether a message of this file leads back to itself. */
  isCircular(message: DescMessage): boolean {
    this.#circular ??= messagesInCircles([...nestedTypes(this.file)].filter((desc) => desc.kind === "message"));
    return this.#circular.has(message);
  }

  /**
   * The lines of an assignment.
   *
   * @param left what stands left of it, its indentation included.
   * @param end what follows the value.
   * @param indent columns that the statement is indented by.
   */
  assignment(left: string, value: Code, end = "", indent = 0): string[] {
    const text = `${this.layout.format(value, indent, left.length + 3, end.length + 1)}${end};`.split("\n");
    if (this.layout.fits(left.length + 3 + (text[0] ?? "").length)) return [`${left} = ${text[0]}`, ...text.slice(1)];
    const inner = indent + 2;
    const below = `${this.layout.format(value, inner, inner, end.length + 1)}${end};`;
    return [`${left} =`, ...`${" ".repeat(inner)}${below}`.split("\n")];
  }

  /** The name that the module's own file has in it. */
  get ownFileName(): string {
    return this.#files(this.file.proto.name)?.name ?? fileName(this.file.proto.name);
  }

  /** The name of an imported file. */
  fileName(path: string): string {
    const known = this.#files(path);
    if (known) {
      const own = modulePath(this.file.proto.name);
      return this.imports.value(moduleSpecifier(own, modulePath(path), this.options.importExtension), known.name);
    }
    return this.imports.value(wellKnownModule, `file_${path.replace(/\.proto$/, "").replace(/[/.-]/g, "_")}`);
  }

  /** The comments of the element with a path in the FileDescriptorProto. */
  comments(path: readonly number[]): ElementComments {
    return this.#comments.at(path);
  }

  /** The lines of an element's comments. */
  jsdoc(path: readonly number[], deprecated: boolean): string[] {
    if (this.options.comments === "doc") return [];
    return jsdoc(this.comments(path), deprecated);
  }

  /** The option `doc` of an element; undefined where it has no comment, or where comments are JSDoc. */
  doc(path: readonly number[]): string | undefined {
    if (this.options.comments === "jsdoc") return undefined;
    const { leading, trailing } = this.comments(path);
    const text = [leading, trailing].filter((each) => each !== "").map((each) => dedent(each).join("\n")).join("\n\n");
    return text === "" ? undefined : quote(text);
  }

  /** The lines of comments that stand before an element, apart from it. */
  detached(path: readonly number[]): string[] {
    return detachedComments(this.comments(path));
  }
}

/** The files that a file imports, those for options only among them where they are there. */
export function dependenciesOf(file: DescFile, pool: ReadonlyMap<string, DescFile>): DescFile[] {
  return [...file.dependencies, ...file.proto.optionDependency.flatMap((path) => pool.get(path) ?? [])];
}

function extensionsOf(file: DescFile, pool: ReadonlyMap<string, DescFile>): Map<string, DescExtension> {
  const found = new Map<string, DescExtension>();
  const seen = new Set<DescFile>();
  const visit = (each: DescFile): void => {
    if (seen.has(each)) return;
    seen.add(each);
    for (const type of nestedTypes(each)) {
      if (type.kind === "extension") found.set(`${type.extendee.typeName} ${type.number}`, type);
    }
    dependenciesOf(each, pool).forEach(visit);
  };
  visit(file);
  return found;
}
