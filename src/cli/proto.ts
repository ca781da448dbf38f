// `sigil proto`: the .proto files of an app, for protoc, buf and other languages.
import { toBinary, toJsonString } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { descriptorSet } from "../proto/descriptor_set.ts";
import { ownFiles, protoFiles } from "../proto/export.ts";
import type { Command, CommandArguments, CommandContext } from "./command.ts";
import { driftOf } from "./drift.ts";
import { CommandFailure, describeError, UsageError } from "./failure.ts";
import { loadApp } from "./load_app.ts";
import { writeChangedFiles } from "./output_directory.ts";
import { addSourceComments } from "./source_comments.ts";
import { SourceIndex } from "./source_index.ts";

/** The command. */
export const protoCommand: Command = {
  name: "proto",
  summary: "Write the .proto files of an app.",
  usage:
    "sigil proto <module> (--out <directory> [--check] | --stdout | --descriptor-set <file> | --json <file>) [--jsdoc]",
  help: `  <module>            the module that exports the app, as its default export or as \`app\`
  -o, --out <dir>     the directory to write to, made where it is missing; files that would not change are left alone
      --check         write nothing; exit with 1 and show what differs where the directory is not what the classes say
      --stdout        print the files instead
      --descriptor-set <file>
                      write a FileDescriptorSet, with all imports, as protoc does
      --json <file>   write the same in JSON
      --jsdoc         take comments from the JSDoc of the source, where \`doc\` gives none
  -h, --help          print this

The files compile with protoc and buf: \`protoc -I <dir> ...\`, or \`buf generate <dir>\`.
The module is run, so it had better make the app without serving it.`,
  options: {
    out: { type: "string", short: "o" },
    check: { type: "boolean" },
    stdout: { type: "boolean" },
    "descriptor-set": { type: "string" },
    json: { type: "string" },
    jsdoc: { type: "boolean" },
  },
  run: runProto,
};

async function runProto({ values, positionals }: CommandArguments, context: CommandContext): Promise<void> {
  const [path, ...surplus] = positionals;
  if (path === undefined) throw new UsageError("name the module that exports the app.");
  if (surplus.length > 0) throw new UsageError(`one module is enough; what is ${surplus.join(" ")}?`);
  const { out, check, stdout, "descriptor-set": set, json, jsdoc } = values;
  if (check && !out) throw new UsageError("say which directory to check: --out <directory> --check.");
  if (Boolean(out) && Boolean(stdout)) throw new UsageError("say where to: either --out <directory> or --stdout.");
  if (!out && !stdout && !set && !json) {
    throw new UsageError("say where to: --out <directory>, --stdout, --descriptor-set <file> or --json <file>.");
  }
  const app = await loadApp(path, context.directory);
  const schema = app.files;
  if (jsdoc) addSourceComments(app, new SourceIndex(app.path));
  const files = attempt(path, () => protoFiles(schema));
  if (files.size === 0) throw new CommandFailure(`${path}: its app has neither services nor messages of its own.`);
  if (set) writeSet(String(set), toBinary(FileDescriptorSetSchema, descriptorSet(ownFiles(schema))), context);
  if (json) {
    const text = toJsonString(FileDescriptorSetSchema, descriptorSet(ownFiles(schema)), { prettySpaces: 2 });
    writeSet(String(json), `${text}\n`, context);
  }
  if (stdout) {
    context.stdout([...files].map(([name, text]) => files.size > 1 ? `// ${name}\n\n${text}` : text).join("\n"));
  }
  if (out) (check ? checkFiles : writeFiles)(String(out), files, jsdoc ? `${path} --jsdoc` : path, context);
}

function writeFiles(out: string, files: ReadonlyMap<string, string>, _path: string, context: CommandContext): void {
  const written = writeChangedFiles(out, files, context.directory);
  context.stdout(
    written.length > 0 ? written.map((name) => `${name}\n`).join("") : `${out}: ${count(files.size)} up to date\n`,
  );
}

function checkFiles(out: string, files: ReadonlyMap<string, string>, path: string, context: CommandContext): void {
  const drift = driftOf(out, files, context.directory);
  if (drift.length === 0) return context.stdout(`${out}: ${count(files.size)} what the classes say\n`);
  context.stdout(drift.map((text) => `${text}\n`).join(""));
  throw new CommandFailure(`${out} is not what the classes say. Write it anew: sigil proto ${path} --out ${out}`);
}

function writeSet(file: string, content: string | Uint8Array, context: CommandContext): void {
  try {
    writeFileSync(resolve(context.directory, file), content);
  } catch (error) {
    throw new CommandFailure(`${file} can't be written: ${describeError(error)}.`);
  }
  context.stdout(`${file}\n`);
}

function attempt<T>(path: string, step: () => T): T {
  try {
    return step();
  } catch (error) {
    throw new CommandFailure(`${path}: ${describeError(error)}`);
  }
}

function count(files: number): string {
  return files === 1 ? "1 file is" : `${files} files are`;
}
