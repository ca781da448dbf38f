// From descriptors to TypeScript: one module for each .proto file, in the folders of the files, with relative imports between
// them. Types of google/protobuf/*.proto come from protobuf-es; all else that is imported is written too.
import type { DescFile } from "@bufbuild/protobuf";
import {
  type DeclarationNames,
  dependenciesOf,
  type ImportOptions,
  ModuleContext,
  type ModuleNames,
  nameDeclarations,
} from "./module.ts";
import { modulePath } from "./module_path.ts";
import { isWellKnownFile } from "./well_known.ts";
import { writeModule } from "./write_module.ts";

/** A generated module. */
export interface ImportedModule {
  /** Its path: `shop/v1/orders.ts`. */
  readonly path: string;
  /** The path of the .proto file that it is made of. */
  readonly source: string;
  readonly text: string;
}

const defaults: ImportOptions = {
  form: "decorators",
  comments: "jsdoc",
  lineWidth: 80,
  importExtension: ".ts",
  wellKnown: true,
};

/**
 * Writes the modules of files and of all that they import.
 *
 * @param files with the files that they import as their dependencies, as a registry makes them. Files that are imported for
 *   options only (edition 2024) are looked for among them.
 */
export function importFiles(files: Iterable<DescFile>, options: Partial<ImportOptions> = {}): ImportedModule[] {
  const complete = { ...defaults, ...options };
  const found = new Map<DescFile, ModuleNames>();
  const byPath = new Map<string, ModuleNames>();
  const pool = new Map([...files].map((file) => [file.proto.name, file]));
  const add = (file: DescFile): void => {
    if (found.has(file) || (complete.wellKnown && isWellKnownFile(file))) return;
    const own = nameDeclarations(file);
    found.set(file, own);
    byPath.set(file.proto.name, own);
    for (const dependency of dependenciesOf(file, pool)) add(dependency);
  };
  for (const file of pool.values()) add(file);
  const names = (file: DescFile): DeclarationNames => found.get(file)?.names ?? new Map();
  return [...found].map(([file, { scope }]) => {
    const source = file.proto.name;
    const context = new ModuleContext(file, scope, names, (path) => byPath.get(path), pool, complete);
    return { path: modulePath(source), source, text: writeModule(context) };
  });
}
