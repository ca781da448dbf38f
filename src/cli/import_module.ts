// Imports a user's module on any of the runtimes. Bun and Deno run TypeScript with decorators; Node strips types and no more,
// so there tsx takes over, where the user has it: for decorators, for enums, and for imports without an extension.
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { CommandFailure, describeError } from "./failure.ts";

/** What is used of the module `tsx/esm/api`. */
interface TsxApi {
  tsImport(specifier: string, options: { parentURL: string; tsconfig?: string | false }): Promise<unknown>;
}

// What Node says of TypeScript that is more than types. All come before any line of the module has run.
const codes = new Set([
  "ERR_UNKNOWN_FILE_EXTENSION",
  "ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX",
  "ERR_INVALID_TYPESCRIPT_SYNTAX",
  "ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING",
  "ERR_UNSUPPORTED_DIR_IMPORT",
  "ERR_MODULE_NOT_FOUND",
]);

/**
 * Imports a module.
 *
 * @param path its absolute path.
 * @throws whatever the module throws; CommandFailure where Node would need tsx and there is none.
 */
export async function importModule(path: string): Promise<unknown> {
  const url = pathToFileURL(path).href;
  try {
    return await import(url);
  } catch (error) {
    if (!isNode() || !/\.[cm]?tsx?$/.test(path) || !needsCompiler(error)) throw error;
    return await importWithTsx(path, url, error);
  }
}

async function importWithTsx(path: string, url: string, cause: unknown): Promise<unknown> {
  const tsx = findTsx([path, import.meta.url]);
  if (tsx === undefined) {
    throw new CommandFailure(
      `${describeError(cause)}. If it is TypeScript that Node can't run by itself (decorators, enums), install tsx ` +
        "(npm install --save-dev tsx), or use Bun (bunx --bun sigil ...) or Deno.",
    );
  }
  const module = await import(pathToFileURL(tsx).href) as Partial<TsxApi> & { default: TsxApi };
  const tsImport = module.tsImport ?? module.default.tsImport;
  return await tsImport(url, { parentURL: url, tsconfig: findTsconfig(dirname(path)) });
}

// As the user's project has it, or else as this package's surroundings do.
function findTsx(parents: readonly string[]): string | undefined {
  for (const parent of parents) {
    try {
      return createRequire(parent).resolve("tsx/esm/api");
    } catch {
      // Not there: the next may have it.
    }
  }
  return undefined;
}

function findTsconfig(directory: string): string | undefined {
  const path = join(directory, "tsconfig.json");
  if (existsSync(path)) return path;
  const parent = dirname(directory);
  return parent === directory ? undefined : findTsconfig(parent);
}

function needsCompiler(error: unknown): boolean {
  return error instanceof SyntaxError || codes.has((error as { code?: string } | undefined)?.code ?? "");
}

function isNode(): boolean {
  return process.versions.bun === undefined && process.versions.deno === undefined;
}
