// .proto files of a commit, read by git itself without a checkout.
import { spawnSync } from "node:child_process";
import { posix } from "node:path";
import type { ProtoTexts } from "./breaking.ts";
import { CommandFailure } from "./failure.ts";

/** What git prints is kept whole up to this size. */
const maxOutputBytes = 256 * 2 ** 20;

/**
 * The .proto files of a commit, by their paths below the directory that imports begin at.
 *
 * @param against `<ref>`, or `<ref>:<directory>` with the directory relative to the working one.
 * @param names paths of files; where no directory is named, it is the one below which the commit has some of these.
 * @throws CommandFailure where there is no such commit, and where the directory can't be found.
 */
export function readCommit(against: string, names: readonly string[], directory: string): ProtoTexts {
  const [ref = "", ...rest] = against.split(":");
  const commit = ref.startsWith("-")
    ? undefined
    : git(directory, "rev-parse", "--verify", "--quiet", `${ref}^{commit}`);
  const prefix = git(directory, "rev-parse", "--show-prefix");
  if (commit === undefined || prefix === undefined) {
    throw new CommandFailure(
      `${against} is no directory, no file, and no commit that git knows here. Name what to compare with: a directory of ` +
        ".proto files, a descriptor set, <ref>:<directory> of git, or the URL of a server.",
    );
  }
  const listed = git(directory, "ls-tree", "-r", "-z", "--full-tree", "--name-only", commit.trim()) ?? "";
  const protos = listed.split("\0").filter((path) => path.endsWith(".proto"));
  const root = rest.length > 0
    ? asRoot(posix.join(prefix.trim(), rest.join(":")))
    : findRoot(protos, names, prefix.trim(), against);
  const paths = protos.filter((path) => path.startsWith(root));
  if (paths.length === 0) {
    throw new CommandFailure(`${against}: there is no .proto file in this directory of the commit.`);
  }
  return new Map(
    paths.map((path) => [path.slice(root.length), git(directory, "show", `${commit.trim()}:${path}`) ?? ""]),
  );
}

function asRoot(path: string): string {
  const root = path.replace(/\/+$/, "");
  return root === "" || root === "." ? "" : `${root}/`;
}

function findRoot(protos: readonly string[], names: readonly string[], prefix: string, against: string): string {
  const all = protos.flatMap((path) =>
    names.filter((name) => path === name || path.endsWith(`/${name}`)).map((name) => path.slice(0, -name.length))
  );
  const below = all.filter((root) => root.startsWith(prefix));
  const roots = [...new Set(below.length > 0 ? below : all)];
  const [root] = roots;
  if (root !== undefined && roots.length === 1) return root;
  const problem = root === undefined
    ? `it has none of ${names.join(", ")}`
    : `it has ${names.join(", ")} in several directories: ${roots.map((path) => path || ".").join(", ")}`;
  throw new CommandFailure(`${against}: ${problem}. Name the directory of its .proto files: ${against}:<directory>`);
}

function git(directory: string, ...args: string[]): string | undefined {
  const result = spawnSync("git", args, { cwd: directory, encoding: "utf8", maxBuffer: maxOutputBytes });
  return result.status === 0 ? result.stdout : undefined;
}
