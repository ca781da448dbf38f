// Where the classes of an app stand in its source: the module that was loaded and those that it imports by relative paths are
// read, as far as they are TypeScript or JavaScript. Bundles, and names that are computed, give nothing.
import { readFileSync, statSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import { declarationsOf, type Declared, type DeclaredGroup } from "./source_declarations.ts";

/** Modules that are read at most, and the size in bytes of each. */
const maxModules = 5_000;
const maxModuleBytes = 2 ** 20;

const endings = ["", ".ts", ".tsx", ".mts", ".js", ".mjs", "/index.ts", "/index.js"];

/** A declaration, and the file that it is in. */
export interface Found extends Declared {
  /** An absolute path. */
  readonly file: string;
}

interface FoundGroup extends DeclaredGroup {
  readonly file: string;
}

/** The declarations of a set of modules. */
export class SourceIndex {
  readonly #types = new Map<string, FoundGroup>();
  readonly #classes = new Map<string, FoundGroup>();

  /** @param path the absolute path of the module to begin with */
  constructor(path: string) {
    const seen = new Set([path]);
    for (const file of seen) {
      const source = read(file);
      if (source === undefined) continue;
      const { groups, imports } = declarationsOf(source);
      for (const group of groups) this.#add({ ...group, file });
      for (const specifier of imports) {
        const imported = /^\.\.?\//.test(specifier) ? find(resolve(dirname(file), specifier)) : undefined;
        if (imported !== undefined && seen.size < maxModules) seen.add(imported);
      }
    }
  }

  #add(group: FoundGroup): void {
    if (group.typeName !== undefined && !this.#types.has(group.typeName)) this.#types.set(group.typeName, group);
    if (group.name !== "" && !this.#classes.has(group.name)) this.#classes.set(group.name, group);
  }

  /** The class, enum or builder that has a full protobuf name. */
  type(typeName: string): (Found & { readonly name: string }) | undefined {
    return this.#types.get(typeName);
  }

  /** A property, method or value of a type, its own or of a class that it extends. */
  member(typeName: string, name: string): Found | undefined {
    let group = this.#types.get(typeName);
    for (const passed = new Set<FoundGroup>(); group && !passed.has(group);) {
      const member = group.members.get(name);
      if (member) return { ...member, file: group.file };
      passed.add(group);
      group = group.base === undefined ? undefined : this.#classes.get(group.base);
    }
    return undefined;
  }

  /** The place of a type or of a member, `src/order.ts:12`, relative to a directory; that of the type for an unknown member. */
  locate(typeName: string, property: string | undefined, directory: string): string | undefined {
    const found = (property === undefined ? undefined : this.member(typeName, property)) ?? this.type(typeName);
    return found && `${relative(directory, found.file)}:${found.line}`;
  }
}

function read(file: string): string | undefined {
  try {
    return statSync(file).size <= maxModuleBytes ? readFileSync(file, "utf8") : undefined;
  } catch {
    return undefined;
  }
}

// TypeScript's imports may say .js of what is a .ts file.
function find(path: string): string | undefined {
  const candidates = [...endings.map((ending) => path + ending), path.replace(/\.([cm]?)js$/, ".$1ts")];
  return candidates.find((candidate) => statSync(candidate, { throwIfNoEntry: false })?.isFile());
}
