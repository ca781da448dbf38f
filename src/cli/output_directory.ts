// Writing a set of files into a directory: only what changes, nothing outside of it, and all or none. New texts are written
// beside their places first and then moved there, so that a file is either as it was or as it should be.
import { mkdirSync, readFileSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, isAbsolute, join, resolve } from "node:path";
import process from "node:process";
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

interface Change {
  readonly path: string;
  readonly shown: string;
  readonly text: string;
}

/**
 * Writes files, by their paths below a directory, which is made where it is missing. Before all of them have been written to
 * the disk, none of them takes the place of an old one.
 *
 * @param base the directory that `directory` is relative to.
 * @param mayReplace asked of each file that is there and would change; where it answers false, nothing is written.
 * @returns the paths that were written, with `directory` before them.
 * @throws CommandFailure where a file can't be written, where its path leads out of the directory, and where files that
 *   are there may not be replaced.
 */
export function writeChangedFiles(
  directory: string,
  files: Iterable<readonly [path: string, text: string]>,
  base: string,
  mayReplace: (oldText: string) => boolean = () => true,
): string[] {
  const changes: Change[] = [];
  const kept: string[] = [];
  for (const [path, text] of files) {
    const shown = join(directory, path);
    if (isAbsolute(path) || path.split(/[\\/]/).includes("..")) {
      throw new CommandFailure(`${path}: the path of this file leads out of ${directory}; it is not written.`);
    }
    const target = resolve(base, directory, path);
    const oldText = read(target, shown);
    if (oldText === text) continue;
    changes.push({ path: oldText === undefined ? target : realpathSync(target), shown, text });
    if (oldText !== undefined && !mayReplace(oldText)) kept.push(shown);
  }
  if (kept.length > 0) {
    const [first] = kept;
    const others = kept.length > 1 ? ` and ${kept.length - 1} more of these files` : "";
    throw new CommandFailure(
      `${first}${others} would be overwritten, which this command did not write, or which was changed since. ` +
        "Nothing is written. Move it away, or say --force.",
    );
  }
  writeAll(changes);
  return changes.map(({ shown }) => shown);
}

function writeAll(changes: readonly Change[]): void {
  const staged: string[] = [];
  let current = "";
  try {
    for (const { path, shown, text } of changes) {
      current = shown;
      mkdirSync(dirname(path), { recursive: true });
      if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) {
        throw Object.assign(new Error(), { code: "EISDIR" });
      }
      const beside = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
      staged.push(beside);
      writeFileSync(beside, text);
    }
    for (const [i, { path, shown }] of changes.entries()) {
      current = shown;
      renameSync(staged[i] as string, path);
    }
  } catch (error) {
    const code = (error as { code?: string }).code ?? "";
    throw new CommandFailure(`${current} can't be written: ${reasons[code] ?? describeError(error)}.`);
  } finally {
    for (const path of staged) rmSync(path, { force: true });
  }
}

/** The text of a file; undefined where there is none. */
function read(path: string, shown: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const code = (error as { code?: string }).code ?? "";
    // What else stands in the way is found when the file is written.
    if (code !== "EACCES" && code !== "EPERM") return undefined;
    throw new CommandFailure(`${shown} can't be read: ${reasons[code]}.`);
  }
}
