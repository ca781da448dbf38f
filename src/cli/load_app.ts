// Loads a user's module and finds the app in it, by its shape: the module may use another copy of this package.
import { statSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { DescFile } from "@bufbuild/protobuf";
import type { SchemaOwner } from "../proto/export.ts";
import type { ResolvedSchema } from "../schema/resolved.ts";
import { type DeclaredType, declaredTypes } from "./declared.ts";
import { CommandFailure, describeError } from "./failure.ts";
import { importModule } from "./import_module.ts";

const loadLimitMs = 30_000;

/** What a command needs to know of an app. */
export interface LoadedApp {
  readonly files: readonly DescFile[];
  /** What the source calls the types, by their full names; empty where the module has a copy of this package that can't tell. */
  readonly declared: ReadonlyMap<string, DeclaredType>;
  /** The absolute path of the module. */
  readonly path: string;
}

/**
 * The app that a module exports, as its default export or as `app`.
 *
 * @param path the module's path or `file:` URL.
 * @param directory the directory that the path is relative to.
 * @param limitMs how long the module may take to load.
 * @throws CommandFailure where there is no such module, where it fails or does not end loading in time, where it
 *   exports no app, and where the app has mistakes in its schema.
 */
export async function loadApp(path: string, directory: string, limitMs: number = loadLimitMs): Promise<LoadedApp> {
  const absolute = resolve(directory, path.startsWith("file:") ? fileURLToPath(path) : path);
  const module = await load(path, absolute, limitMs);
  try {
    const app = findApp(module);
    if (app) return { files: [...app.schema.files], declared: declaredOf(app), path: absolute };
  } catch (error) {
    throw new CommandFailure(`${path}: ${describeError(error)}`);
  }
  throw new CommandFailure(
    `${path} exports no app. Write \`export default app\` (or \`export const app\`), where app is a \`new Sigil({ ... })\`.`,
  );
}

/** The files of the app that a module exports: see {@link loadApp}. */
export async function loadSchema(path: string, directory: string, limitMs?: number): Promise<readonly DescFile[]> {
  return (await loadApp(path, directory, limitMs)).files;
}

/** An app by its shape. */
interface AppShape extends SchemaOwner {
  readonly schema: SchemaOwner["schema"] & { readonly origin?: ResolvedSchema };
}

function declaredOf({ schema: { origin } }: AppShape): ReadonlyMap<string, DeclaredType> {
  return origin ? declaredTypes(origin) : new Map();
}

async function load(path: string, absolute: string, limitMs: number): Promise<unknown> {
  const stats = statSync(absolute, { throwIfNoEntry: false });
  if (!stats) throw new CommandFailure(`${path}: there is no such file.`);
  if (!stats.isFile()) throw new CommandFailure(`${path} is no file. Name the module that exports the app.`);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const advice = "Export the app from a module that does not serve it.";
      reject(new CommandFailure(`it has not ended loading after ${limitMs / 1000} s. ${advice}`));
    }, limitMs);
  });
  try {
    return await Promise.race([importModule(absolute), limit]);
  } catch (error) {
    throw new CommandFailure(`${path} can't be loaded: ${describeError(error)}`);
  } finally {
    clearTimeout(timer);
  }
}

function findApp(module: unknown): AppShape | undefined {
  // A module that was compiled to CommonJS has its exports in its default export.
  const main = property(module, "default");
  return [main, property(module, "app"), property(main, "default"), property(main, "app")].find(isApp);
}

function isApp(value: unknown): value is AppShape {
  const files = property(property(value, "schema"), "files");
  return typeof files === "object" && files !== null && Symbol.iterator in files;
}

function property(value: unknown, name: string): unknown {
  const readable = typeof value === "object" ? value !== null : typeof value === "function";
  return readable ? (value as { [name: string]: unknown })[name] : undefined;
}
