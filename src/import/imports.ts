// The imports of one generated module. A name that the module declares itself, or imports from elsewhere, is imported under
// another one.
import type { NameScope } from "./local_name.ts";

/** Collects what a module imports. */
export class Imports {
  readonly #scope: NameScope;
  /** Local names by the exported ones, by the module that they come from. */
  readonly #modules = new Map<string, Map<string, ImportedName>>();

  /** @param scope the names of the module, its own declarations' taken already. */
  constructor(scope: NameScope) {
    this.#scope = scope;
  }

  /** Imports a name, and answers the local one. */
  value(module: string, name: string): string {
    return this.#name(module, name, false);
  }

  /** Imports the name of a type, which is gone when the module runs. */
  type(module: string, name: string): string {
    return this.#name(module, name, true);
  }

  #name(module: string, name: string, typeOnly: boolean): string {
    const names = this.#modules.get(module) ?? new Map<string, ImportedName>();
    this.#modules.set(module, names);
    const known = names.get(name);
    if (known) {
      known.typeOnly &&= typeOnly;
      return known.local;
    }
    const local = this.#scope.take(name);
    names.set(name, { local, typeOnly });
    return local;
  }

  /** The statements, packages first, each module's names in order. */
  statements(width: number): string[] {
    const modules = [...this.#modules].sort(([a], [b]) => compare(rank(a), rank(b)));
    return modules.map(([module, names]) => {
      const typesOnly = [...names.values()].every(({ typeOnly }) => typeOnly);
      const parts = [...names].sort(([a], [b]) => compare(sortKey(a), sortKey(b))).map(([name, { local, typeOnly }]) =>
        `${typeOnly && !typesOnly ? "type " : ""}${name === local ? name : `${name} as ${local}`}`
      );
      const head = typesOnly ? "import type" : "import";
      const line = `${head} { ${parts.join(", ")} } from "${module}";`;
      if (line.length <= width) return line;
      return `${head} {\n${parts.map((part) => `  ${part},\n`).join("")}} from "${module}";`;
    });
  }
}

interface ImportedName {
  readonly local: string;
  typeOnly: boolean;
}

function rank(module: string): string {
  return module.startsWith(".") ? `1${module}` : `0${module}`;
}

// As deno fmt sorts names: capitals count only where nothing else differs.
function sortKey(name: string): string {
  return `${name.toLowerCase()} ${name}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
