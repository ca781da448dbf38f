// Writing a set of files into a directory: only what changes, and nothing outside of it.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { CommandFailure, describeError } from "./failure.ts";

const reasons: { readonly [code: string]: string } = {
  EACCES: "permission denied",
  EPERM: "permission denied",
  EROFS: "the file system is read-only",
  ENOTDIR: "a file stands where a directory should be",
  EEXIST: "a file stands where a directory should be",
  EISDIR: "a directory stands where a file should be",
  ENOSPC: "no space is left",
};

/**
 * Writes files, by their paths below a directory, which is made where it is missing.
 *
 * @param base the directory that `directory` is relative to.
 * @returns the paths that were written, with `directory` before them.
 * @throws CommandFailure where a file can't be written, or where its path leads out of the directory.
 */
export function writeChangedFiles(
  directory: string,
  files: Iterable<readonly [path: string, text: string]>,
  base: string,
): string[] {
  const written: string[] = [];
  for (const [path, text] of files) {
    const shown = join(directory, path);
    if (isAbsolute(path) || path.split(/[\\/]/).includes("..")) {
      throw new CommandFailure(`${path}: the path of this file leads out of ${directory}; it is not written.`);
    }
    if (writeChanged(resolve(base, directory, path), text, shown)) written.push(shown);
  }
  return written;
}

function writeChanged(path: string, text: string, shown: string): boolean {
  if (read(path) === text) return false;
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  } catch (error) {
    const code = (error as { code?: string }).code ?? "";
    throw new CommandFailure(`${shown} can't be written: ${reasons[code] ?? describeError(error)}.`);
  }
  return true;
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
