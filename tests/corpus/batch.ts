// Batches of the corpus, in a process of their own so that its memory ends with it: a descriptor set's modules are generated,
// bundled, loaded, made into descriptors again and compared. Argument: a file of JSON, a list of Batch; the results are written
// beside it.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { createFileRegistry, createRegistry, type DescFile, type DescMessage, fromBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { build, type BuildOptions } from "esbuild";
import type * as Sigil from "../../mod.ts";
import { type ImportedModule, importFiles } from "../../src/import/import.ts";
import { printProto } from "../../src/proto/print.ts";
import { isWellKnownFile } from "../../src/import/well_known.ts";
import { difference } from "./law.ts";
import { printedDifferences } from "./printed.ts";

/** What a batch is given. */
export interface Batch {
  /** The path of its descriptor set. */
  readonly image: string;
  /** The files that count; the others are there to be imported. */
  readonly targets: readonly string[];
  /** The folder that its modules are written to. */
  readonly folder: string;
  readonly form: "decorators" | "builders";
  /** Texts of the files that an export of what was imported has to give again. */
  readonly texts?: Readonly<Record<string, string>>;
  /** The compiler that made the descriptor set; buf where it is undefined. */
  readonly protoc?: string;
  /** Whether the law of printing is asked about too. */
  readonly printed: boolean;
}

/** What came of a batch. */
export interface BatchResult {
  readonly files: number;
  readonly messages: number;
  readonly fields: number;
  /** What the law does not hold for: a file, and what is wrong with it. */
  readonly exceptions: ReadonlyArray<readonly [file: string, reason: string]>;
  /** The same of the law of printing. */
  readonly printed: ReadonlyArray<readonly [file: string, reason: string]>;
}

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..", "..");

/** Runs one batch. */
export async function run(batch: Batch): Promise<BatchResult> {
  const set = fromBinary(FileDescriptorSetSchema, readFileSync(batch.image));
  const files = [...createFileRegistry(set).files];
  const wanted = new Set(batch.targets);
  const targets = files.filter((file) => wanted.has(file.proto.name));
  const exceptions: [string, string][] = [];
  const registry = createRegistry(...files);
  const printed = batch.printed
    ? printedDifferences(files, targets, `${batch.folder}-printed`, registry, batch.protoc)
    : [];
  let made: ReadonlyMap<string, DescFile> = new Map();
  try {
    // What an export prints again are options.
    const comments = batch.texts ? "doc" : "jsdoc";
    // What protobuf-es has is only written where it is itself what counts.
    const modules = importFiles(files, { form: batch.form, comments, wellKnown: !targets.some(isWellKnownFile) });
    const loaded = await loadModules(modules, batch.folder);
    const found = [...loaded.modules.values()].flatMap((module) => Object.values(module)).filter(isProtoFile);
    const schema = loaded.sigil.createSchema({ files: found });
    made = new Map([...schema.files].map((file) => [file.proto.name, file]));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { ...count(targets), exceptions: targets.map((file) => [file.proto.name, reason]), printed };
  }
  for (const file of targets) {
    const other = made.get(file.proto.name);
    const reason = other ? difference(file, other, registry) : "no module makes this file";
    if (reason !== undefined) exceptions.push([file.proto.name, reason]);
    const text = batch.texts?.[file.proto.name];
    if (other && text !== undefined && printProto(other) !== text) {
      exceptions.push([file.proto.name, `its export is another text:\n${printProto(other)}`]);
    }
  }
  return { ...count(targets), exceptions, printed };
}

let loads = 0;
/** Sigil itself, which all batches of a process share. */
let sigil: Promise<string> | undefined;

const shared: BuildOptions = {
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node22",
  logLevel: "silent",
  absWorkingDir: ROOT,
  nodePaths: [join(ROOT, "node_modules")],
  tsconfigRaw: {},
};

async function bundleSigil(): Promise<string> {
  const path = join(ROOT, "node_modules", ".cache", `corpus-${process.pid}-sigil.mjs`);
  await build({
    ...shared,
    entryPoints: [join(ROOT, "mod.ts")],
    outfile: path,
    external: ["tsyringe", "reflect-metadata"],
  });
  process.once("exit", () => rmSync(path, { force: true }));
  return path;
}

/** Modules that were loaded, by their paths, and the Sigil that they have in common. */
export interface LoadedModules {
  readonly sigil: typeof Sigil;
  readonly modules: ReadonlyMap<string, { readonly [name: string]: unknown }>;
}

/** Writes generated modules to a folder, bundles them and loads them. */
export async function loadModules(modules: readonly ImportedModule[], folder: string): Promise<LoadedModules> {
  for (const { path, text } of modules) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const entry = join(folder, "entry.ts");
  const lines = modules.map(({ path }, i) => `export * as m${i} from "./${path}";\n`);
  writeFileSync(entry, `export * as sigil from "sigil";\n${lines.join("")}`);
  // Beside the packages that it leaves outside.
  const bundle = join(ROOT, "node_modules", ".cache", `corpus-${process.pid}-${loads++}.mjs`);
  try {
    sigil ??= bundleSigil();
    const path = await sigil;
    await build({ ...shared, entryPoints: [entry], outfile: bundle, alias: { sigil: path }, external: [path] });
    const exported = await import(pathToFileURL(bundle).href) as Exported;
    return { sigil: exported.sigil, modules: new Map(modules.map((module, i) => [module.path, exported[`m${i}`]])) };
  } finally {
    rmSync(bundle, { force: true });
  }
}

interface Exported {
  readonly sigil: typeof Sigil;
  readonly [module: `m${number}`]: { readonly [name: string]: unknown };
}

/** Whether what a module exports is its file. */
export function isProtoFile(value: unknown): value is Sigil.ProtoFile {
  return typeof value === "object" && value !== null && "path" in value && !("kind" in value);
}

function count(files: readonly DescFile[]): { files: number; messages: number; fields: number } {
  let messages = 0;
  let fields = 0;
  const visit = (message: DescMessage): void => {
    messages++;
    fields += message.fields.length;
    message.nestedMessages.forEach(visit);
  };
  for (const file of files) file.messages.forEach(visit);
  return { files: files.length, messages, fields };
}

if (process.argv[2] !== undefined) {
  const batches = JSON.parse(readFileSync(process.argv[2], "utf8")) as Batch[];
  const results: BatchResult[] = [];
  for (const batch of batches) results.push(await run(batch));
  writeFileSync(`${process.argv[2]}.out`, JSON.stringify(results));
}
