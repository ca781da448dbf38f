// `npm run corpus`: the laws of import and of printing over a corpus of real .proto files. Modules are generated for every file,
// loaded, and made into descriptors again, which have to be those that the compiler made of the file; and the text that is printed
// of each descriptor has to compile to it.
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { type FileDescriptorProto, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import type { Batch, BatchResult } from "./batch.ts";
import { namedExceptions } from "./exceptions.ts";
import { type CorpusSet, corpusSource, sourceNames } from "./sources.ts";

const HELP = `usage: npm run corpus -- [--source <name>]... [--form decorators|builders|both] [--verbose]

Imports every .proto file of a corpus, loads the modules, and compares the descriptors that come of them with those that
the compiler made of the file; prints every descriptor, compiles the text, and compares again. Fails on each file of which they are not equal and that tests/corpus/exceptions.ts does not
name with its reason.

  --source    ${sourceNames.join(", ")}; may be repeated. Default: all
  --form      what is generated. Default: decorators for all, and builders for every tenth batch
  --verbose   print what differs in full
  --help      this text

Needs cargo, go and mvn, which bring protobuf's own files and compiler; they are kept in .ci/cache/corpus.
`;

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
/** Files in one batch, which is one process. */
const BATCH = 900;
const JOBS = 2;
const execute = promisify(execFile);

type Form = Batch["form"];
interface Total {
  files: number;
  messages: number;
  fields: number;
  exceptions: [string, string][];
  /** How many files the law of printing does not hold for. */
  printed: number;
}

const { values } = parseArgs({
  options: {
    source: { type: "string", multiple: true },
    form: { type: "string" },
    verbose: { type: "boolean" },
    help: { type: "boolean" },
  },
});
const unknown = values.source?.find((name) => !(sourceNames as readonly string[]).includes(name));
if (values.help) process.stdout.write(HELP);
else if (unknown !== undefined || !["decorators", "builders", "both", undefined].includes(values.form)) {
  process.stderr.write(
    `There is no ${unknown === undefined ? `form ${values.form}` : `source ${unknown}`}. See --help.\n`,
  );
  process.exitCode = 2;
} else process.exitCode = await main();

async function main(): Promise<number> {
  const work = mkdtempSync(join(tmpdir(), "corpus-"));
  const all: Total = { files: 0, messages: 0, fields: 0, exceptions: [], printed: 0 };
  try {
    for (const name of sourceNames) {
      if (values.source && !values.source.includes(name)) continue;
      const source = await corpusSource(name, ROOT, work);
      const total: Total = { files: 0, messages: 0, fields: 0, exceptions: [], printed: 0 };
      await runBatches([...batches(source.sets, join(work, name))], total);
      console.log(
        `${name}: ${total.files} files, ${total.messages} messages, ${total.fields} fields, ` +
          `${
            total.exceptions.length - total.printed
          } exceptions; printed: ${total.files} files, ${total.printed} exceptions`,
      );
      for (const file of source.unusable) console.log(`  not compiled: ${file}`);
      for (const key of ["files", "messages", "fields"] as const) all[key] += total[key];
      all.exceptions.push(...total.exceptions);
      all.printed += total.printed;
    }
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  const named = all.exceptions.filter(([file]) => namedExceptions.has(file));
  const open = all.exceptions.filter(([file]) => !namedExceptions.has(file));
  for (const [file] of named) console.log(`exception: ${file}: ${namedExceptions.get(file)}`);
  for (const [file, reason] of open) console.log(`FAILED ${file}: ${values.verbose ? reason : reason.slice(0, 600)}`);
  console.log(
    `${all.files} files, ${all.messages} messages, ${all.fields} fields, ${named.length} exceptions with a reason, ` +
      `${open.length} without`,
  );
  return open.length === 0 && all.files > 0 ? 0 : 1;
}

/** Batches of a few hundred files each, with all that these import. */
function* batches(sets: Iterable<CorpusSet>, folder: string): Generator<Batch, void> {
  mkdirSync(folder, { recursive: true });
  let number = 0;
  for (const { image, targets, texts, protoc } of sets) {
    const { file: files } = fromBinary(FileDescriptorSetSchema, image);
    const byName = new Map(files.map((file) => [file.name, file]));
    const wanted = files.map(({ name }) => name).filter((name) => targets?.has(name) ?? true).sort();
    for (let i = 0; i < wanted.length; i += BATCH) {
      const names = wanted.slice(i, i + BATCH);
      const path = join(folder, `${number}.binpb`);
      writeFileSync(
        path,
        toBinary(FileDescriptorSetSchema, create(FileDescriptorSetSchema, { file: withImports(names, byName) })),
      );
      for (const [i, form] of formsOf(number).entries()) {
        yield {
          texts,
          protoc,
          printed: i === 0,
          image: path,
          targets: names,
          form,
          folder: join(folder, `${number}-${form}`),
        };
      }
      number++;
    }
  }
}

function formsOf(number: number): readonly Form[] {
  if (values.form === "both") return ["decorators", "builders"];
  if (values.form !== undefined) return [values.form as Form];
  return number % 10 === 0 ? ["decorators", "builders"] : ["decorators"];
}

function withImports(
  names: readonly string[],
  byName: ReadonlyMap<string, FileDescriptorProto>,
): FileDescriptorProto[] {
  const found = new Set<FileDescriptorProto>();
  const add = (name: string): void => {
    const file = byName.get(name);
    if (!file || found.has(file)) return;
    for (const dependency of [...file.dependency, ...file.optionDependency]) add(dependency);
    found.add(file);
  };
  names.forEach(add);
  return [...found];
}

async function runBatches(all: readonly Batch[], total: Total): Promise<void> {
  // A process takes its time to start, so small sets share one.
  const groups: Batch[][] = [];
  for (const batch of all) {
    const last = groups.at(-1);
    if (last && last.length < 40 && batch.targets.length < 50 && (last[0]?.targets.length ?? 0) < 50) last.push(batch);
    else groups.push([batch]);
  }
  let done = 0;
  const next = async (): Promise<void> => {
    for (let group = groups.shift(); group; group = groups.shift()) {
      const results = await runGroup(group);
      for (const [i, result] of results.entries()) {
        // Each file counts once, whatever it is written as.
        const { form } = group[i] as Batch;
        if (form === "decorators" || values.form === "builders") {
          for (const key of ["files", "messages", "fields"] as const) total[key] += result[key];
        }
        total.exceptions.push(
          ...result.exceptions.map(([file, reason]): [string, string] => [file, `(${form}) ${reason}`]),
          ...result.printed.map(([file, reason]): [string, string] => [file, `(printed) ${reason}`]),
        );
        total.printed += result.printed.length;
      }
      done += group.reduce((sum, { targets }) => sum + targets.length, 0);
      if (process.stderr.isTTY) process.stderr.write(`  ${done} files\r`);
    }
  };
  await Promise.all(Array.from({ length: JOBS }, next));
}

async function runGroup(group: readonly Batch[]): Promise<readonly BatchResult[]> {
  const path = `${group[0]?.image}.${group[0]?.form}.json`;
  writeFileSync(path, JSON.stringify(group));
  const program = join(ROOT, "tests", "corpus", "batch.ts");
  await execute(process.execPath, ["--max-old-space-size=4096", program, path], { maxBuffer: 1 << 28 });
  const results = JSON.parse(readFileSync(`${path}.out`, "utf8")) as BatchResult[];
  for (const { folder } of group) if (existsSync(folder)) rmSync(folder, { recursive: true });
  return results;
}
