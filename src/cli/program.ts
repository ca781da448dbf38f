// Programs that a command runs: found as npm scripts find them, in the node_modules/.bin of the directory and of those above
// it, then on the PATH.
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import process from "node:process";

/**
 * The absolute path of a program; undefined where there is none.
 *
 * @param directory where the command runs.
 */
export function findProgram(name: string, directory: string): string | undefined {
  const names = process.platform === "win32" ? [`${name}.exe`, `${name}.cmd`] : [name];
  for (const place of [...binDirectories(directory), ...(process.env.PATH ?? "").split(delimiter)]) {
    if (place === "") continue;
    const found = names.map((file) => join(place, file)).find(isProgram);
    if (found !== undefined) return found;
  }
  return undefined;
}

function binDirectories(directory: string): string[] {
  const own = join(directory, "node_modules", ".bin");
  const parent = dirname(directory);
  return parent === directory ? [own] : [own, ...binDirectories(parent)];
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
