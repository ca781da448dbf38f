// Compiling .proto files by buf or protoc, whichever is there, into a FileDescriptorSet with all imports and comments. No
// parser of our own: what a compiler says of a file is shown as it says it.
import { spawnSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, resolve, sep } from "node:path";
import { CommandFailure } from "./failure.ts";
import { findProgram } from "./program.ts";

/** What is to be compiled. */
export interface ProtoSources {
  /** Files, or directories all of whose files are meant. */
  readonly inputs: readonly string[];
  /** Directories that imports are looked for in, and that names of files begin at. */
  readonly roots: readonly string[];
}

/** The compilers, in the order in which they are looked for. */
export const protoCompilers: readonly string[] = ["buf", "protoc"];

/**
 * Compiles .proto files into the bytes of a FileDescriptorSet.
 *
 * @param directory the directory that paths are relative to, and that compilers are looked for in.
 * @param wanted the compiler to use; by default the first of {@link protoCompilers} that is there.
 * @throws CommandFailure where there is no compiler, where an input is none, and where the files do not compile.
 */
export function compileProtos(sources: ProtoSources, directory: string, wanted?: string): Uint8Array {
  const names = wanted === undefined ? protoCompilers : [wanted];
  const [found] = names.flatMap((name) => {
    const path = findProgram(name, directory);
    return path === undefined ? [] : [{ name, path }];
  });
  if (!found) {
    throw new CommandFailure(
      `${names.join(" or ")} is needed to compile .proto files, and is not there. ` +
        "Install buf (npm install --save-dev @bufbuild/buf) or protoc, or name a descriptor set that one of them wrote.",
    );
  }
  const missing = sources.roots.find((root) =>
    !statSync(resolve(directory, root), { throwIfNoEntry: false })?.isDirectory()
  );
  if (missing !== undefined) throw new CommandFailure(`${missing}: there is no such directory to find imports in.`);
  const work = mkdtempSync(join(tmpdir(), "sigil-import-"));
  try {
    const image = join(work, "image.binpb");
    const compile = found.name === "buf" ? compileWithBuf : compileWithProtoc;
    compile(found.path, sources, directory, work, image);
    return readFileSync(image);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

// buf knows one input: a directory, whose buf.yaml counts. Of several roots a workspace is made that links to them.
function compileWithBuf(buf: string, sources: ProtoSources, directory: string, work: string, image: string): void {
  const { roots } = sources;
  const linked = roots.length > 1;
  const places = roots.map((root, i) => linked ? join(work, "protos", String(i)) : root);
  const input = linked ? join(work, "protos") : roots[0] ?? ".";
  if (linked) linkRoots(roots, directory, input);
  const paths = sources.inputs.flatMap((path) => {
    const place = relativeToRoot(path, roots, directory);
    return place.name === "" ? [] : ["--path", join(places[place.root] ?? "", place.name)];
  });
  const result = spawnSync(buf, ["build", input, ...paths, "--as-file-descriptor-set", "-o", image], {
    cwd: directory,
    encoding: "utf8",
    shell: buf.endsWith(".cmd"),
  });
  if (result.status === 0) return;
  const shown = places.reduce(
    (text, place, i) => text.replaceAll(relative(directory, place) + sep, join(roots[i] ?? "", sep)),
    places.reduce((text, place, i) => text.replaceAll(place + sep, join(roots[i] ?? "", sep)), output(result)),
  );
  throw new CommandFailure(`buf did not compile the .proto files.\n${shown}`);
}

function linkRoots(roots: readonly string[], directory: string, workspace: string): void {
  mkdirSync(workspace);
  roots.forEach((root, i) => symlinkSync(resolve(directory, root), join(workspace, String(i)), "dir"));
  const modules = roots.map((_, i) => `  - path: "${i}"\n`).join("");
  writeFileSync(join(workspace, "buf.yaml"), `version: v2\nmodules:\n${modules}`);
}

function compileWithProtoc(protoc: string, sources: ProtoSources, directory: string, _: string, image: string): void {
  const { inputs, roots } = sources;
  const files = inputs.flatMap((path) => protosIn(path, directory));
  // The list may be longer than a command line.
  const list = `${image}.args`;
  writeFileSync(list, files.map((file) => `${file}\n`).join(""));
  const args = ["--include_imports", "--include_source_info", `--descriptor_set_out=${image}`];
  args.push(...roots.map((root) => `--proto_path=${root}`), `@${list}`);
  const run = (...more: string[]) => spawnSync(protoc, [...more, ...args], { cwd: directory, encoding: "utf8" });
  // Options that only the source retains are part of it too. Older compilers know no such options, nor the flag.
  let result = run("--retain_options");
  if (result.status !== 0 && /unknown flag/i.test(result.stderr ?? "")) result = run();
  if (result.status !== 0) throw new CommandFailure(`protoc did not compile the .proto files.\n${output(result)}`);
}

function output({ stdout, stderr, error }: ReturnType<typeof spawnSync>): string {
  const text = `${stderr ?? ""}${stdout ?? ""}`.trim();
  return text === "" && error ? error.message : text;
}

function relativeToRoot(
  path: string,
  roots: readonly string[],
  directory: string,
): { readonly root: number; readonly name: string } {
  for (const [root, place] of roots.entries()) {
    const name = relative(resolve(directory, place), resolve(directory, path));
    if (!name.startsWith("..") && resolve(directory, place, name) === resolve(directory, path)) return { root, name };
  }
  throw new CommandFailure(
    `${path} is in none of the directories that imports begin at: ${roots.join(", ")}. Name its one by --proto-path.`,
  );
}

function protosIn(path: string, directory: string): string[] {
  const absolute = resolve(directory, path);
  if (!statSync(absolute).isDirectory()) return [path];
  return readdirSync(absolute, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".proto") && !name.split(sep).includes("node_modules"))
    .sort()
    .map((name) => join(path, name));
}
