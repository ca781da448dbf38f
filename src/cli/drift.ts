// What is different between a directory of .proto files and what classes say, for whoever has to decide which is right.
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

/** Lines of the differences of one file that are shown. */
const MAX_LINES = 200;

/**
 * Compares the `.proto` files of a directory with others, by their paths.
 * @returns a text for each file that is missing, differs, or is in the directory alone; empty where all are the same
 */
export function driftOf(directory: string, files: ReadonlyMap<string, string>, base: string): string[] {
  const drift: string[] = [];
  for (const [path, text] of files) {
    const shown = join(directory, path);
    const committed = read(resolve(base, directory, path));
    if (committed === undefined) drift.push(`${shown} is missing`);
    else if (committed !== text) drift.push(difference(shown, resolve(base, directory, path), text));
  }
  for (const name of protoPaths(resolve(base, directory))) {
    if (!files.has(name)) drift.push(`${join(directory, name)} is none of the app's`);
  }
  return drift;
}

function protoPaths(directory: string): string[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory, { recursive: true })
    .map((path) => String(path).replaceAll("\\", "/"))
    .filter((path) => path.endsWith(".proto"))
    .sort();
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

// Whoever has committed files has git; without it the name has to do.
function difference(shown: string, path: string, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), "sigil-"));
  try {
    const made = join(folder, "made.proto");
    writeFileSync(made, text);
    execFileSync("git", ["diff", "--no-index", "--no-color", "--no-ext-diff", path, made], { stdio: "pipe" });
    return `${shown} differs`;
  } catch (error) {
    const diff = String((error as { stdout?: Uint8Array }).stdout ?? "");
    const start = diff.indexOf("\n@@");
    if (start < 0) return `${shown} differs`;
    const lines = diff.slice(start + 1).trimEnd().split("\n");
    const rest = lines.length > MAX_LINES ? [`... and ${lines.length - MAX_LINES} lines more`] : [];
    return [`--- ${shown}`, `+++ what the classes say`, ...lines.slice(0, MAX_LINES), ...rest].join("\n");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
